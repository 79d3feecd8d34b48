"""Reading XML from outside: what must never be believed, and the reason that is given."""

import pytest

from assets.sources.xml import fields, read_xml
from warehouse.runtime.errors import SourceChanged

GOOD = b"<Bills><Bill><A>1</A><B>\n    </B><C /></Bill></Bills>"
BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE Bills [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<Bills><Bill><A>&b;</A></Bill></Bills>"""


def test_blank_and_empty_elements_are_null() -> None:
    assert fields(read_xml(GOOD, ("Bills",))[0]) == {"A": "1", "B": None, "C": None}


@pytest.mark.parametrize(
    "before", [b"\xef\xbb\xbf", b"", b'<?xml version="1.0" encoding="utf8"?>', b"<!-- note -->\r\n"]
)
def test_byte_order_mark_declaration_and_comment_do_no_harm(before: bytes) -> None:
    assert read_xml(before + GOOD, ("Bills",)).tag == "Bills"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"", "is empty"),
        (b"  \r\n ", "is empty"),
        (GOOD[:-12], "breaks off"),
        (GOOD[:30], "breaks off"),
        (b"[]", "is not XML"),
        (b"Internal Server Error", "is not XML"),
        (b"<Bills><Bill></Bills>", "not well-formed"),
        (b"<!DOCTYPE html>\r\n<html lang='en'><head></head></html>", "HTML page"),
        (b"\xef\xbb\xbf<html><body>We will be back</body></html>", "HTML page"),
        (b"<ArrayOfVote/>", "root is 'ArrayOfVote' instead of Bills"),
        (BOMB, "DOCTYPE"),
        (b'<!DOCTYPE Bills SYSTEM "file:///etc/passwd"><Bills/>', "DOCTYPE"),
        (b'<?xml version="1.0"?><!-- a --><!DOCTYPE Bills><Bills/>', "DOCTYPE"),
    ],
)
def test_unusable_documents_are_refused_with_their_reason(document: bytes, reason: str) -> None:
    with pytest.raises(SourceChanged, match=reason):
        read_xml(document, ("Bills",))


def test_doctype_hidden_in_another_encoding_is_refused_too() -> None:
    hidden = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE Bills [<!ENTITY a "b">]><Bills>&a;</Bills>'
    with pytest.raises(SourceChanged, match="DOCTYPE"):
        read_xml(hidden.encode("utf-16"), ("Bills",))


def test_giant_texts_are_refused() -> None:
    with pytest.raises(SourceChanged):
        read_xml(b"<Bills><Bill>" + b"x" * 11_000_000 + b"</Bill></Bills>", ("Bills",))
