"""Sparse answers: `fields=key,title,sponsor.name` leaves these fields of each entry, in the order of the entry."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, get_args, get_type_hints

import msgspec
from msgspec import UNSET

from serving.core.http.errors import InvalidValue, nearest

Names = tuple[str, ...]


class _Field(msgspec.Struct, frozen=True):
    """One field that stays: its name in answers and in the struct, and what stays of it; empty for all."""

    name: str
    attribute: str
    inner: "tuple[_Field, ...]" = ()


@cache
def field_names(struct: type[msgspec.Struct]) -> Names:
    """Every name that `fields` may have: of each field, and with a dot of the fields within it."""
    return tuple(_names(struct, ""))


def sparse(items: Sequence[msgspec.Struct], struct: type[msgspec.Struct], names: Names) -> list[Any]:
    """The entries with only the named fields; all of them as they are where none is named.

    Raises:
        InvalidValue: a field is named that there is not.
    """
    if not names:
        return list(items)
    fields = _chosen(struct, names)
    return [_pick(item, fields) for item in items]


def require_known(struct: type[msgspec.Struct], names: Names) -> None:
    """Refuse names of fields that there are not.

    Raises:
        InvalidValue: names the first of them, and every field that there is.
    """
    _chosen(struct, names)


def opened(entry: Any, included: dict[str, Any]) -> dict[str, Any]:
    """An entry with what is included in it."""
    if isinstance(entry, msgspec.Struct):
        pairs = ((field.encode_name, getattr(entry, field.name)) for field in msgspec.structs.fields(entry))
        entry = {name: value for name, value in pairs if value is not UNSET}
    return {**entry, "included": included}


@lru_cache(maxsize=1024)
def _chosen(struct: type[msgspec.Struct], names: Names) -> tuple[_Field, ...]:
    known = field_names(struct)
    for name in names:
        if name not in known:
            raise InvalidValue(
                f"There is no field `{name[:100]}`.",
                f"Il n’y a pas de champ `{name[:100]}`.",
                param="fields",
                allowed=known,
                nearest=nearest(name, known),
            )
    return tuple(_kept(struct, frozenset(names), ""))


def _kept(struct: type[msgspec.Struct], names: frozenset[str], before: str) -> Iterator[_Field]:
    hints = _hints(struct)
    for field in msgspec.structs.fields(struct):
        path = before + field.encode_name
        if path in names:
            yield _Field(field.encode_name, field.name)
        elif any(name.startswith(f"{path}.") for name in names):
            inner = struct_within(hints[field.name])
            assert inner is not None
            yield _Field(field.encode_name, field.name, tuple(_kept(inner, names, f"{path}.")))


def _pick(value: Any, fields: tuple[_Field, ...]) -> Any:
    if isinstance(value, list | tuple):
        return [_pick(each, fields) for each in value]
    if not isinstance(value, msgspec.Struct):
        return value
    pairs = ((field, getattr(value, field.attribute)) for field in fields)
    return {
        field.name: _pick(found, field.inner) if field.inner else found for field, found in pairs if found is not UNSET
    }


def _names(struct: type[msgspec.Struct], before: str) -> Iterator[str]:
    hints = _hints(struct)
    for field in msgspec.structs.fields(struct):
        path = before + field.encode_name
        yield path
        if (inner := struct_within(hints[field.name])) is not None:
            yield from _names(inner, f"{path}.")


@cache
def _hints(struct: type[msgspec.Struct]) -> Mapping[str, Any]:
    return get_type_hints(struct)


def struct_within(hint: Any) -> type[msgspec.Struct] | None:
    """The struct that a type is, may be, or is a list of."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return hint
    found = (struct_within(each) for each in get_args(hint))
    return next((each for each in found if each is not None), None)
