"""Bytes to text: byte order marks, pages that are not the document, markup inside titles, Ottawa's clock."""

import codecs
import datetime as dt
import html
import json
import re

from warehouse.runtime.errors import SourceChanged
from warehouse.runtime.printable import printable

# Possessive, and bound to the start of a run of blanks: the time is linear whatever a document holds.
_PAGE = re.compile(rb"\s*+(?:<!--(?>.*?-->)\s*+)*+<(?:!doctype\s+html|html[\s>])", re.IGNORECASE | re.DOTALL)
_PARAGRAPH = re.compile(r"(?<!\s)(?:(?:\s*+<br\s*+/?>){2,}\s*|\s*+</p>\s*)", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*+/?>|</(?:div|li)>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!\[CDATA\[|\]\]>|<!--|-->")
_COMMENT = re.compile(r"<!--[^<>]*-->|<(script|style)\b[^<>]*>[^<>]*</\1\s*+>", re.IGNORECASE)
_LAYERS = 3
"""How many times markup may be escaped: `&amp;lt;i&amp;gt;` is `&lt;i&gt;` is `<i>`."""
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][0-9A-Za-z]{0,40});")
_NAMED = re.compile(rb"&([A-Za-z][0-9A-Za-z]{0,40});")
_OF_XML = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
FIRST_YEAR, LAST_YEAR = 1867, 2199
_BLANKS = re.compile(r" {2,}")
_LINES = re.compile(r"[ \t\r]*+\n\s*+")
# Not strptime, which reads the months in the language of the machine.
_MONTHS = ["January", "February", "March", "April", "May", "June"]
_MONTHS += ["July", "August", "September", "October", "November", "December"]
ENGLISH_DATE = rf"(?:{'|'.join(_MONTHS)}) [0-9]{{1,2}}, [0-9]{{4}}"
"""The pattern of `May 27, 2025`, as LEGISinfo prints dates."""


def without_bom(document: bytes) -> bytes:
    """The document without a UTF-8 byte order mark.

    Raises:
        SourceChanged: it is a web page; Parliament's sites answer so, with status 200, when something is wrong there.
    """
    document = document.removeprefix(codecs.BOM_UTF8)
    if _PAGE.match(document[:4096]):
        raise SourceChanged("The document is an HTML page, not data.")
    return document


def decoded(document: bytes) -> str:
    """The document as text.

    Raises:
        SourceChanged: it is a web page, not UTF-8, or holds zero bytes.
    """
    try:
        text = without_bom(document).decode()
    except UnicodeDecodeError as error:
        raise SourceChanged(f"The document is not UTF-8 (byte {error.start}).") from error
    if "\0" in text:
        raise SourceChanged("The document holds zero bytes, which no text has.")
    return text


def require_single_names(document: str | bytes) -> None:
    """Refuse JSON with an object that has a name twice: decoders differ in which value they keep.

    Raises:
        ValueError: a name stands twice in an object.
    """
    try:
        json.loads(document, object_pairs_hook=_single)
    except json.JSONDecodeError:
        return  # the decoder reports the error


def _single(pairs: list[tuple[str, object]]) -> None:
    if len({name for name, _ in pairs}) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for place, name in enumerate(names) if name in names[:place])
        raise ValueError(f"`{repeated[:40]}` appears twice in one record")


def repeated_names(document: bytes) -> list[str]:
    """The names that a JSON object has more than once with different values.

    Decoders silently keep the last one. Empty for anything but a JSON object; the decoder reports other errors.
    """
    try:
        pairs = json.loads(document, object_pairs_hook=tuple)
    except ValueError:
        return []
    values: dict[str, object] = {}
    found: set[str] = set()
    for name, value in pairs if isinstance(pairs, tuple) else ():
        if values.setdefault(name, value) != value:
            found.add(name)
    return sorted(found)


def characters(document: bytes) -> bytes:
    """The document with HTML's named characters, such as `&eacute;`, replaced; XML's own five stay."""
    return _NAMED.sub(
        lambda name: name[0] if name[1] in _OF_XML else html.unescape(name[0].decode()).encode(), document
    )


def plain_text(text: str | None) -> str | None:
    """The text without markup and hidden characters (`n<Sup>o</Sup> 2` becomes `no 2`); null if nothing is left.

    Paragraphs are separated by an empty line. Spaces are collapsed only where markup was removed; elsewhere double
    spaces are Parliament's own.
    """
    if text is None:
        return None
    for _ in range(_LAYERS):
        if "<" not in text and "&" not in text:
            break
        stripped = _TAG.sub("", _BREAK.sub(" ", _PARAGRAPH.sub("\n\n", _COMMENT.sub("", text))))
        collapsed = stripped if stripped == text else _BLANKS.sub(" ", stripped)
        unescaped = _ENTITY.sub(lambda entity: html.unescape(entity[0]), collapsed)
        if unescaped == text:
            break
        text = unescaped
    return printable(text).strip() or None


def one_line_text(text: str | None) -> str | None:
    """The text of a title, a name or a status: as `plain_text`, on one line."""
    plain = plain_text(text)
    return plain if plain is None or "\n" not in plain else _LINES.sub(" ", plain)


def english_date(text: str) -> dt.date:
    """The day printed as `May 27, 2025`.

    Raises:
        ValueError: the text is no such date.
    """
    month, day, year = text.replace(",", "").split()
    return dt.date(int(year), _MONTHS.index(month) + 1, int(day))


def shifted_to_local(stamp: dt.datetime | None) -> dt.datetime | None:
    """Ottawa's wall-clock time of a stamp in LEGISinfo's bill list.

    The list treats the local time as UTC and converts it to Eastern time, so the stamp converted back to UTC, without
    the zone, is the local time. A bare date therefore appears as the evening before.

    Raises:
        ValueError: the stamp has no zone, so the list is no longer shifted as expected, or its year is not real.
    """
    stamp = real_time(stamp)
    if stamp is None:
        return None
    if stamp.tzinfo is None:
        raise ValueError(f"the time {stamp.isoformat()} has no zone")
    return stamp.astimezone(dt.UTC).replace(tzinfo=None)


def real_time(stamp: dt.datetime | None) -> dt.datetime | None:
    """The time, or null for the year 1, which LEGISinfo uses for missing times.

    Raises:
        ValueError: the year is before Confederation or centuries away.
    """
    if stamp is None or stamp.year == 1:
        return None
    if not FIRST_YEAR <= stamp.year <= LAST_YEAR:
        raise ValueError(f"the year of {stamp.isoformat()} is outside every known Parliament")
    return stamp


def day(stamp: dt.datetime | None) -> dt.date | None:
    """The calendar day of a local time."""
    return None if stamp is None else stamp.date()
