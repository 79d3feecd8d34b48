"""XML and stamps as Parliament's servers write them: one line, no declaration."""

import datetime as dt
from collections.abc import Iterable
from xml.sax.saxutils import escape

from warehouse.runtime.clock import OTTAWA

NAMESPACES = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
NIL = object()
"""For an element written with `xsi:nil`, as the end of a seat that is still held."""


def document(root: str, records: Iterable[str], namespaces: str = NAMESPACES) -> bytes:
    """The records within their root; without any, one empty element."""
    body = "".join(records)
    return (f"<{root}{namespaces}>{body}</{root}>" if body else f"<{root}{namespaces} />").encode()


def element(tag: str, fields: Iterable[tuple[str, object]]) -> str:
    """A record of plain fields: null is `<X />`, an empty text `<X></X>`."""
    return f"<{tag}>{''.join(_field(name, value) for name, value in fields)}</{tag}>"


def _field(name: str, value: object) -> str:
    if value is None:
        return f"<{name} />"
    if value is NIL:
        return f'<{name} xsi:nil="true" />'
    if isinstance(value, bool):
        value = str(value).lower()
    if isinstance(value, float):
        value = f"{value:g}"
    return f"<{name}>{escape(str(value))}</{name}>"


def local_stamp(at: dt.datetime | None) -> str | None:
    """Ottawa's clock without a zone and with 0 to 3 decimals, as the detail records have it."""
    if at is None:
        return None
    seconds = at.replace(microsecond=0, tzinfo=None).isoformat()
    decimals = f"{at.microsecond // 1000:03}".rstrip("0")
    return f"{seconds}.{decimals}" if decimals else seconds


def shifted_stamp(at: dt.datetime | None) -> str | None:
    """The same time as the bill lists have it: Ottawa's clock taken for UTC, then written in Ottawa's zone."""
    if at is None:
        return None
    shifted = at.replace(tzinfo=dt.UTC).astimezone(OTTAWA)
    offset = shifted.strftime("%z")
    return f"{local_stamp(shifted)}{offset[:3]}:{offset[3:]}"
