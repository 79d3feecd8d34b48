"""Three hundred queries that nobody means well with, or that came from another search engine."""

from itertools import islice, product

_SQL = [
    "'; DROP TABLE bills; --", "1' OR '1'='1", "\" OR \"\"=\"", "admin'--", "' UNION SELECT password FROM users --",
    "1; SELECT pg_sleep(10)", "') OR ('1'='1", "%' OR 1=1 --", "${jndi:ldap://127.0.0.1/a}", "{{7*7}}",
    "<script>alert(1)</script>", "../../../../etc/passwd", "..\\..\\windows", "`id`", "$(id)", "| cat /etc/passwd",
]  # fmt: skip
_LUCENE = [
    "title:[a TO z]", "title:{a TO z}", "te?t", "*", "*:*", "te*", "/joh?n(ath[oa]n)/", "roam~", "roam~0.8",
    '"jakarta apache"~10', "jakarta^4 apache", "+jakarta lucene", "NOT apache bills", "bill OR vote", "(a AND b) OR c",
    "a && b", "a || b", "!a", "_exists_:title", "id:bill", "_all:a", "_source:a", "a\\:b", "[* TO *]", "{!func}x",
    "date:[2020 TO 2021]", "_id:(1 2 3)", "match_all{}", '{"query":{"match_all":{}}}', "doc['x'].value",
]  # fmt: skip
_FIELDS = [
    "party:", "party:party:ndp", "party:rhino", "session:99999-1", "session:abc", "session:-1", "date:", "date:..",
    "date:2024-99", "date:2024-02-31", "date:2025..2024", "date:999999999999", "year:abcd", "year:-5", "year:20245",
    "type:type:type:", "sponsor:", "sponsor:***", 'sponsor:"', "chamber:\x00", "status:" + "x" * 400, ":", "::", ":a",
    "é:a", "party::ndp", "-party:", "--party:ndp", "-", "- -", "-(", "password:x", "email:a@b", "user:1", "api_key:*",
    'party:"ndp', "date:2024-01...2024-06", "type:bill..vote", "result:'agreed'", "province:ZZ",
]  # fmt: skip
_CHARACTERS = [
    "\x00", "a\x00b", "\x1b[31mred", "\x7f", "\ufffd", "\u202egnirts", "\u200b", "\ufeff", "a\u0300" * 100, "\x85",
    "🇨🇦" * 60, "𝕭𝖎𝖑𝖑", "１２３", "٣٤٥", "漢字かな", "\U000e0001",
    "\uffff", "\x01\x02\x03", "\r\nSet-Cookie: a=b", "\\x00", "\\u0000", "%00",
    "%", "%%", "%zz", "&q=b", "#", "?", "???", "!!!", "...", "'", "''", "’", '"', '""', '"""', "“", "”", "«",
    "»", '" "',
    '"a', 'a"', '"a" "b', "((((((", "))))", "()" * 100, "-" * 300, '"' * 301, "C-", "C-99999", "C--21", "C-21-21",
    "C-0",
    "S-0000", "45-1/", "45-1/C-", "45-1/X-3", "999-99/C-3", "0-0", "1-1/1-1/1-1",
]  # fmt: skip
_LONG = [
    "a" * 10_000, "a " * 5_000, "é" * 10_000, '"' + "a " * 4_999, "-a " * 3_333, "C-21 " * 2_000, "party:ndp " * 1_000,
    "x" * 61, "word " * 99, "environment " * 32, "enviromnent " * 32, "zzzzzzzzzzzzzzz " * 31, "a" * 500, "(" * 500,
    '"a b c d e f g h i j k l m n o p q r s t u v w x y z" ' * 9, "1 2 3 4 5 6 7 8 9 " * 12, "qu'il l'a d'un " * 10,
]  # fmt: skip
_PARTS = ["act", '"', "-", "party:", "*", "C-21", "(", "\x00", "~", "date:2024..", "OR", "'", "é", ";"]

HOSTILE = [*_SQL, *_LUCENE, *_FIELDS, *_CHARACTERS, *_LONG]
HOSTILE += [" ".join(parts) for parts in islice(product(_PARTS, repeat=2), max(0, 300 - len(HOSTILE)))]
