"""Turns the fields of a published record into a frozen struct, so that a bad record does not affect the others."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, TypeVar

import msgspec

from assets.sources.parsed import Doubt, Parsed, Unfit, reason_of
from assets.sources.text import one_line_text, plain_text

T = TypeVar("T", bound=msgspec.Struct)
_LONG = re.compile(r"summary|notes|information")
"""Fields whose texts have paragraphs."""
_WHOLE = re.compile(r"0|[1-9][0-9]{0,18}")
Number = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
"""The range of ids and numbers in the database; Parliament has no id beyond it."""
Small = Annotated[int, msgspec.Meta(ge=0, le=2**15 - 1)]
"""A total, a year, a chapter."""


def from_texts(texts: Mapping[str, str | None], kind: type[T]) -> T:
    """Build a record from texts by field name. Whole numbers are ASCII digits: `1e3`, `+5` and `1.0` are refused.

    Raises:
        ValueError, msgspec.ValidationError: a text is no value of its field, or a field is missing.
    """
    for name in _numbers(kind):
        text = texts.get(name)
        if text is not None and not _WHOLE.fullmatch(text):
            raise ValueError(f"`{name}` is {text[:40]!r}, which is no whole number")
    return msgspec.convert(texts, kind, strict=False)


@cache
def _numbers(kind: type[msgspec.Struct]) -> frozenset[str]:
    """The published names of the fields that hold whole numbers."""
    found = set()
    for field in msgspec.structs.fields(kind):
        info = msgspec.inspect.type_info(field.type)
        kinds = info.types if isinstance(info, msgspec.inspect.UnionType) else (info,)
        if any(isinstance(each, msgspec.inspect.IntType) for each in kinds):
            found.add(field.encode_name)
    return frozenset(found)


def cleaned(record: T, time: Callable[[dt.datetime | None], dt.datetime | None]) -> T:
    """The record and its nested records with plain texts (null if blank) and with `time` applied to every time.

    Raises:
        ValueError: a text holds a zero byte, or `time` refuses a time.
    """
    changes = {name: _cleaned(name, getattr(record, name), time) for name in record.__struct_fields__}
    return msgspec.structs.replace(record, **changes)


def _cleaned(name: str, value: Any, time: Callable[[dt.datetime | None], dt.datetime | None]) -> Any:
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError(f"`{name}` holds a zero byte, which no text has")
        return plain_text(value) if _LONG.search(name) else one_line_text(value)
    if isinstance(value, dt.datetime):
        return time(value)
    if isinstance(value, msgspec.Struct):
        return cleaned(value, time)
    return tuple(_cleaned(name, each, time) for each in value) if isinstance(value, tuple) else value


def read_each(
    items: Iterable[Any],
    read: Callable[[Any], T],
    key: Callable[[Any], str],
    raw: Callable[[Any], str],
    contradictions: Callable[[Any], Sequence[str]] = lambda _item: (),
) -> Parsed[T]:
    """Read every item. Items that cannot be read go to `unfit` with their reason.

    `contradictions` names the fields that an item gives more than once with different values. `read` sees them as null,
    so the item is refused if such a field must not be null, and otherwise kept with a doubt.
    """
    records: list[T] = []
    unfit: list[Unfit] = []
    doubts: list[Doubt] = []
    for position, item in enumerate(items, start=1):
        twice = contradictions(item)
        try:
            records.append(read(item))
        except Exception as error:
            reason = reason_of(error)
            if twice:
                reason = f"`{'`, `'.join(twice)}` appears twice in the record, with different values: {reason}"
            unfit.append(Unfit(_key(key, item) or f"record {position}", reason, raw(item)))
        else:
            doubts += [Doubt(_key(key, item), "field_given_twice", _given_twice(name)) for name in twice]
    return Parsed(records=records, unfit=unfit, doubts=doubts)


def _given_twice(name: str) -> str:
    return f"`{name[:40]}` appears twice in the record, with different values; it is not used."


def _key(key: Callable[[Any], str], item: Any) -> str:
    try:
        return key(item)
    except Exception:
        return ""


def key_of(item: Mapping[str, Any], *names: str) -> str:
    """The readable part of a record's key, for the quarantine."""
    return "/".join(str(item[name]) for name in names if item.get(name))


def is_person_id(text: str) -> bool:
    """Whether the text is a PersonId: a whole number above 0 that the database can hold."""
    return text.isascii() and text.isdecimal() and 0 < int(text[:11]) < 2**31
