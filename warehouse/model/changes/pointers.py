"""Reads and replaces one value in a state by JSON Pointers, as used in `differences`."""

import re
from typing import Any

import msgspec

from warehouse.model.changes.differences import PARTS, State, parts_of
from warehouse.model.kinds import KINDS, EntityType


class NoSuchField(Exception):
    """A pointer to a field that entities of this kind do not have."""


class Pointer(msgspec.Struct, frozen=True):
    """A parsed pointer: a field and, if that has parts, the part and optionally a field of it."""

    field: str
    part: str | None = None
    inner: str | None = None


def parse(entity: EntityType, text: str) -> Pointer:
    """Parse a pointer.

    Raises:
        NoSuchField: entities of this kind have no such field.
    """
    names = [name.replace("~1", "/").replace("~0", "~") for name in text.split("/")[1:]]
    if not text.startswith("/") or re.search(r"~(?![01])", text) or not 1 <= len(names) <= 3:
        raise NoSuchField(f"{text!r} is no field; a field is written as /title_en or /ballots/89156/position.")
    field, part, inner = (*names, None, None)[:3]
    if field not in KINDS[entity].fields:
        raise NoSuchField(f"A {entity} has no field {field!r}.")
    if (part is None) == (field in PARTS):
        raise NoSuchField(f"/{field} has {'' if field in PARTS else 'no '}parts, so it is named {_named(field)}.")
    if inner is not None and inner not in PARTS[field].struct.__struct_fields__:
        raise NoSuchField(f"A part of /{field} has no field {inner!r}.")
    return Pointer(field, part, inner)


def _named(field: str) -> str:
    if field not in PARTS:
        return f"/{field}"
    part = f"/{field}/{PARTS[field].identity.upper()}"
    return f"{part} or {part}/FIELD"


def fields_of(entity: EntityType, pointer: Pointer) -> tuple[str, ...]:
    """The names that may replace the last name of a pointer."""
    return KINDS[entity].fields if pointer.inner is None else PARTS[pointer.field].struct.__struct_fields__


def value_at(state: State, pointer: Pointer) -> Any:
    """The value; None for a missing part.

    Raises:
        NoSuchField: it is a field of a missing part.
    """
    if pointer.part is None:
        return state.get(pointer.field)
    part = parts_of(pointer.field, state.get(pointer.field, [])).get(pointer.part)
    if pointer.inner is None:
        return part
    if part is None:
        raise NoSuchField(f"There is no /{pointer.field}/{pointer.part}.")
    return part.get(pointer.inner)


def with_value(state: State, pointer: Pointer, value: Any) -> State:
    """The state with another value at the pointer. A part is added, replaced, or removed (None).

    Raises:
        NoSuchField: it is a field of a missing part, or the value is a part with another identity.
    """
    if pointer.part is None:
        return state | {pointer.field: value}
    parts = parts_of(pointer.field, state.get(pointer.field, []))
    if pointer.inner is not None:
        if pointer.part not in parts:
            raise NoSuchField(f"There is no /{pointer.field}/{pointer.part}.")
        parts[pointer.part] = parts[pointer.part] | {pointer.inner: value}
    elif value is None:
        parts.pop(pointer.part, None)
    else:
        identity = PARTS[pointer.field].identity
        if not isinstance(value, dict) or str(value.get(identity)) != pointer.part:
            raise NoSuchField(
                f"A part /{pointer.field}/{pointer.part} is an object whose {identity} is {pointer.part}."
            )
        parts[pointer.part] = value
    return state | {pointer.field: _listed(pointer.field, parts)}


def _listed(field: str, parts: dict[str, State]) -> list[Any]:
    part, values = PARTS[field], list(parts.values())
    if part.is_ordered:
        values.sort(key=lambda value: value[part.identity])
    if part.struct.__struct_config__.array_like:
        return [[value.get(name) for name in part.struct.__struct_fields__] for value in values]
    return values
