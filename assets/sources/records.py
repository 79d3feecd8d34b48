"""From the fields of a published record to a frozen struct, so that one bad record costs only itself."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, TypeVar

import msgspec

from assets.sources.parsed import Parsed, Unfit
from assets.sources.text import plain_text

T = TypeVar("T", bound=msgspec.Struct)
Number = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
"""An id or a number as the database can hold it; anything beyond is no id of Parliament's."""
Small = Annotated[int, msgspec.Meta(ge=0, le=2**15 - 1)]
"""A total, a year, a chapter."""


def cleaned(record: T, time: Callable[[dt.datetime | None], dt.datetime | None]) -> T:
    """The record with plain texts (null when blank) and with `time` applied to every time in it.

    Raises:
        ValueError: a text holds a zero byte, or `time` refuses a time.
    """
    changes: dict[str, object] = {}
    for name in record.__struct_fields__:
        value = getattr(record, name)
        if isinstance(value, str):
            if "\0" in value:
                raise ValueError(f"`{name}` holds a zero byte, which no text has")
            changes[name] = plain_text(value)
        elif isinstance(value, dt.datetime):
            changes[name] = time(value)
    return msgspec.structs.replace(record, **changes)


def read_each(
    items: Iterable[Any], read: Callable[[Any], T], key: Callable[[Any], str], raw: Callable[[Any], str]
) -> Parsed[T]:
    """Read every item; one that cannot be read goes to `unfit` with the reason, the others through."""
    records: list[T] = []
    unfit: list[Unfit] = []
    for position, item in enumerate(items, start=1):
        try:
            records.append(read(item))
        except (msgspec.MsgspecError, ValueError) as error:
            unfit.append(Unfit(key(item) or f"record {position}", str(error), raw(item)))
    return Parsed(records=records, unfit=unfit)


def key_of(item: Mapping[str, Any], *names: str) -> str:
    """What of a record's key can be read, for the quarantine."""
    return "/".join(str(item[name]) for name in names if item.get(name))


def is_person_id(text: str) -> bool:
    """Whether the text is a PersonId: a whole number above 0 that the database can hold."""
    return text.isascii() and text.isdecimal() and 0 < int(text[:11]) < 2**31
