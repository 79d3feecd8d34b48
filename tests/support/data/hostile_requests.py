"""Three hundred requests, byte for byte, that nobody means well with, each with the status that is right.

A status of 0 stands for a connection that is closed without an answer: what the HTTP server does with what is no HTTP.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple
from urllib.parse import quote, quote_from_bytes

BILLS: Final = "/api/v1/bills"
VOTES: Final = "/api/v1/votes"
CARDS: Final = "/api/v1/scorecards"
_VOTE: Final = '{"vote":"45-1/commons/1","direction":"yea"}'


class HostileRequest(NamedTuple):
    """What is sent, and the status that comes back."""

    name: str
    sent: bytes
    status: int


def get(target: str | bytes, *headers: bytes, method: bytes = b"GET") -> bytes:
    """A request without a body."""
    raw = target.encode("latin-1") if isinstance(target, str) else target
    return b"\r\n".join([method + b" " + raw + b" HTTP/1.1", b"host: x", b"connection: close", *headers, b"", b""])


def post(body: bytes, *headers: bytes, length: bytes | None = None, target: str = CARDS) -> bytes:
    """A request with a body, and a length that need not be true."""
    said = str(len(body)).encode() if length is None else length
    sent = headers if any(each.lower().startswith(b"content-type") for each in headers) else (
        b"content-type: application/json", *headers)  # fmt: skip
    return get(target, b"content-length: " + said, *sent, method=b"POST") + body


def chunked(body: bytes, *headers: bytes) -> bytes:
    """A request whose body is said to be in chunks."""
    return get(CARDS, b"transfer-encoding: chunked", b"content-type: application/json", *headers, method=b"POST") + body


def _each(kind: str, status: int, requests: Iterable[bytes]) -> Iterator[HostileRequest]:
    for number, sent in enumerate(requests):
        yield HostileRequest(f"{kind} {number}", sent, status)


def _queries(path: str, names: Iterable[str], values: Iterable[str]) -> Iterator[bytes]:
    for name in names:
        for value in values:
            yield get(f"{path}?{name}={value}")


_NO_NUMBERS: Final = ("", "x", "NaN", "-inf", "1e3", "1.5", "0x10", "1_0", quote("٣"), "9" * 400, "true", "null", "%00",
                      "%ed%a0%80", "[]", "1,2")  # fmt: skip
_NO_INSTANTS: Final = ("2025-02-30", "2025-13-01", "0", "now", "2025-W01-1", "99999-01-01", "%2b2025-01-01",
                       "2025-01-01T25:00", "'", "%ff")  # fmt: skip


def _types() -> Iterator[HostileRequest]:
    yield from _each("type of a number", 400, _queries(VOTES, ("number", "parliament"), _NO_NUMBERS[:12]))
    yield from _each("type of a day", 400, _queries(VOTES, ("held_on", "date_from"), _NO_INSTANTS))
    yield from _each("type of an instant", 400, _queries(BILLS, ("updated_since", "known_at"), _NO_INSTANTS))
    yield from _each("type of a flag", 400, _queries(VOTES, ("disputed",), ("", "2", "yes", "NaN", "%00", "truetrue")))
    yield from _each("no code of a list", 400, _queries(VOTES, ("result", "chamber", "lang"), ("x", "%00", "*", "[]")))


def _pages() -> Iterator[HostileRequest]:
    cursors = ("x", "=" * 10, "A" * 4000, "..%2f..", "%00", quote("😀"), "eyJhbGciOiJub25lIn0.e30.", "null", "0", "-1")
    yield from _each("page size", 400, _queries(BILLS, ("limit",), (*_NO_NUMBERS, "0", "-1", "501", "9" * 20)))
    yield from _each("offset", 400, _queries(BILLS, ("offset",), (*_NO_NUMBERS, "-1", "10001", "2147483648")))
    yield from _each("cursor", 400, _queries(BILLS, ("cursor",), cursors))
    yield from _each("order", 400, _queries(BILLS, ("sort",), ("x", "-", "--date", "date,date", "%00", ",", "a" * 999)))


def _bodies() -> Iterator[HostileRequest]:
    deep = (b"[" * 30_000, b'{"a":' * 9_000, b'{"votes":' + b"[" * 30_000 + b"]" * 30_000 + b"}")
    broken = (b"", b"{", b"null", b"[]", b"1", b'"a"', b"\xff", b"\x00", b"NaN", b"{}", b'{"votes":null}', b"{'a':1}",
              b'{"votes":[1]}', b'{"votes":[]}', b'{"votes":{}}', b"\xef\xbb\xbf{}", b"//\n{}", b"{}{}",
              b'{"title_en":"\xff"}', *deep)  # fmt: skip
    values = ('"\\ud800"', '"\\udc00\\ud800"', "NaN", "Infinity", "1e999", "-1", "9" * 4000, "[]", "{}", "true", '"1"')
    cards = [b'{"votes":[{"vote":"45-1/commons/1","direction":"yea","weight":%s}]}' % each.encode() for each in values]
    titles = [b'{"votes":[%s],"title_en":%s}' % (_VOTE.encode(), each.encode()) for each in (
        '"\\ud800"', "1", "[]", json.dumps("a" * 201))]  # fmt: skip
    yield from _each("body that is no card", 400, (post(body) for body in (*broken, *cards, *titles)))
    yield from _each("unknown field", 400, [post(b'{"votes":[%s],"__proto__":{}}' % _VOTE.encode())])
    yield from _each("too many votes", 400, [post(('{"votes":[' + ",".join([_VOTE] * 201) + "]}").encode())])
    yield from _each("body that is too long", 413, [post(b"a" * 65_537), post(b" " * 500_000)])


def _headers() -> Iterator[HostileRequest]:
    harmless = (b"accept-encoding: zstd;q=nan", b"if-none-match: \xff",
                b"if-none-match: " + b'"' * 3000, b"x-request-id: " + b"\xe9" * 70, b"cookie: " + b"a=b;" * 900,
                b"authorization: Basic %", b"origin: null", b"range: bytes=x-", b"if-modified-since: x",
                b"x-forwarded-for: \xff, a", b"x-forwarded-proto: https\xff", b"x-forwarded-host: evil",
                b"x-original-url: /metrics", b"x-rewrite-url: /metrics", b"x-http-method-override: DELETE",
                b"accept-language: " + b"x" * 5000, b"traceparent: 00-zz-zz-01", b"upgrade: h2c", b"te: trailers",
                b"expect: 100-continue", b"forwarded: for=\xff", b"user-agent: () { :; }; echo",
                b"proxy: http://evil", b"accept-charset: \xff;q=x", b"last-event-id: \xff")  # fmt: skip
    yield from _each("harmless header", 200, (get(f"{BILLS}?limit=1", each) for each in harmless))
    yield from _each("format that is not offered", 406, (
        get(f"{BILLS}/45-1/C-6", each) for each in (
            b"accept: text/csv", b"accept: application/x-ndjson", b"accept: \xff", b"accept: a/b;q=inf, */*;q=nan",
            b"accept: " + b"," * 5_000 + b"x/y")))  # fmt: skip
    malformed = (b"a b: c", b": c", b"a\x00: c", b"a: b\x00c", b" a: b", b"a : b", b"a", b"\xff: x", b"a: b\rc: d")
    yield from _each("header that is none", 400, (get(BILLS, each) for each in malformed))
    yield from _each("too many headers", 431, [get(BILLS, *[b"a%d: b" % number for number in range(200)])])
    types = (
        b"text/plain",
        b"application/x-msgpack",
        b"multipart/form-data",
        b"application/xml",
        b"a/b; charset=utf-16",
    )
    yield from _each("no card of any media type", 400, (
        post(b"votes=1&weight=NaN", b"content-type: " + each) for each in types))  # fmt: skip


def _smuggling() -> Iterator[HostileRequest]:
    card, chunk = b"0\r\n\r\n", b"5\r\nhello\r\n0\r\n\r\n"
    lengths = (b"-1", b"+5", b"0x5", b"5 5", b"5,6", b"9" * 30, b"", b"a", b"5.0", b"1e1")
    yield from _each("length that is none", 400, (post(b"hello", length=each) for each in lengths))
    yield from _each("two lengths", 400, [post(b"hello", b"content-length: 6"), post(b"", b"content-length: 0,1")])
    codings = (
        b"xchunked",
        b"identity",
        b"gzip",
        b"chunked, identity",
        b"chunked, chunked",
        b"\x0bchunked",
        b"chunk\xffed",
    )
    yield from _each("coding that is none", 400, (
        get(CARDS, b"transfer-encoding: " + each, method=b"POST") + card for each in codings))  # fmt: skip
    sizes = (b"x", b"-1", b"0x5", b"5 5", b"ffffffffffffffffff", b" 5", b"", b"5;\x00", b"+5", b"5_0")
    yield from _each("size of a chunk that is none", 400, (chunked(each + b"\r\nhello\r\n0\r\n\r\n") for each in sizes))
    yield from _each("chunk that ends elsewhere", 400, [
        chunked(b"5\r\nhelloX0\r\n\r\n"), chunked(b"3\r\nhello\r\n0\r\n\r\n")])  # fmt: skip
    yield from _each(
        "chunks that are no card", 400, [chunked(chunk), chunked(card), chunked(b"5;a=b\r\nhello\r\n" + card)]
    )
    yield from _each("length and chunks", 400, [
        chunked(chunk, b"content-length: 5"), chunked(chunk, b"content-length: 100")])  # fmt: skip


def _lines() -> Iterator[HostileRequest]:
    ended = b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
    first_lines = (b"GET" + ended, b"\x16\x03\x01\x02\x00\x01\x00", b"GET  /" + ended,
                   b"GET /\x00" + ended, b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTQ/1.1\r\n\r\n", b"G\x00T /" + ended,
                   b"GET /a b" + ended, b"\r\n\r\n\r\nGET\r\n\r\n", b"{}\r\n\r\n")  # fmt: skip
    for number, sent in enumerate(first_lines):
        yield HostileRequest(f"first line {number}", sent, 400)
    odd = (b"/%00", b"/%ff", b"/api/v1/bills/%00", b"/api/v1/bills/45-1/%ed%a0%80", b"/" + b"a" * 1_100, b"/%0d%0aX: y",
           b"/api/v1/bills?%ff=1", b"/api/v1/bills?a=%00", b"/api/v1/bills?" + b"a=b&" * 2_500, b"*",
           b"/api/v1/bills?no_such=1", b"/api/v1/bills?lang=en&lang=fr", b"/api/v1/bills?__proto__=1",
           b"/api/v1/bills?limit[]=1", b"/api/v1/bills?limit=1;offset=1", b"/api/v1/bills?=x")  # fmt: skip
    yield from _each("odd address", 400, (get(each) for each in odd))
    nowhere = ("/api/v1/..", "/api/v1/bills/../../etc/passwd", "/.env", "/.git/config", "/wp-login.php",
               "/api/v2/bills",
               "//evil.example/%2f..", "/api/v1/bills/45-1/C-6/..%2f..%2fstages", "/api/v1/bills/99-9/C-1", "/admin",
               "/api/v1/votes/45-1/commons/-1", "/api/v1/votes/45-1/commons/" + "9" * 30, "/api/v1/members/0x10",
               "/api/v1/members/1e3", "/api/v1/bills/45-1/C-6@v0", "/api/v1/bills/45-1/C-6@v" + "9" * 30,
               "/api/v1/scorecards/" + "0" * 64, "/docs/..%2fapp.py", "/problems/" + quote_from_bytes(b"<script>"),
               "/api/v1/sessions/" + "1" * 300)  # fmt: skip
    yield from _each("nothing there", 404, (get(each) for each in nowhere))
    methods = (b"POST", b"PUT", b"PATCH", b"DELETE", b"TRACE", b"FOO", b"get", b"PROPFIND", b"LOCK", b"a" * 60)
    yield from _each("method that is not there", 405, (get(BILLS, method=each) for each in methods))


REQUESTS: Final = tuple(each for kind in (_types, _pages, _bodies, _headers, _smuggling, _lines) for each in kind())
"""The whole table."""
SLOW: Final = (
    (b"", 0),
    (b"GET /api/v1/bills HTTP/1.1\r\nhost: ", 0),
    (b"GET /api/v1/bills HTTP/1.1\r\nhost: x\r\na: b\r\n", 0),
    (get(CARDS, b"content-length: 100", b"content-type: application/json", method=b"POST") + b"{", 408),
    (get(CARDS, b"transfer-encoding: chunked", b"content-type: application/json", method=b"POST") + b"5\r\nhe", 400),
)
"""Beginnings of requests after which a byte comes now and then, and never the end. The status is the one that ends them
within seconds; 0 for those that the server lets wait for longer."""
