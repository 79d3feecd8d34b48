"""Merges overrides into an entity and takes them out again, field by field, with derived fields. Pure."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

import msgspec

from assets.derived import introduced, recounted
from warehouse.model.changes.differences import State
from warehouse.model.changes.pointers import NoSuchField, parse, value_at, with_value
from warehouse.model.entities import Bill, Entity, OverrideRef, Vote
from warehouse.model.overrides import Override

Root = TypeVar("Root", bound=Entity)
_INTRODUCED, _HELD_AT = "/introduced_on", "/held_at"


class Merged(msgspec.Struct, Generic[Root], frozen=True):
    """An entity with its overrides, and the outcome of each."""

    root: Root
    refs: tuple[OverrideRef, ...]
    """The overrides that are merged into it."""
    seen: dict[UUID, Any]
    """Upstream's value for each override; also null if upstream has no such part."""
    settled: frozenset[UUID]
    """The overrides whose value upstream has by now."""


def merge(root: Root, overrides: Sequence[Override]) -> Merged[Root]:
    """Merge active overrides into an entity from upstream. None of them may be a withdrawal."""
    upstream = state = state_of(root)
    refs: list[OverrideRef] = []
    seen: dict[UUID, Any] = {}
    settled: set[UUID] = set()
    for override in overrides:
        pointer = parse(override.entity, override.field)
        try:
            seen[override.id] = value_at(upstream, pointer)
            if seen[override.id] == override.value:
                settled.add(override.id)
                continue
            state = with_value(state, pointer, override.value)
        except NoSuchField:  # the part is gone upstream; a finding reports it
            seen[override.id] = None
            continue
        refs.append(override.ref)
    if refs:
        overridden = {ref.field for ref in refs}
        root = _followed(root_of(state, type(root)), overridden, moved=_HELD_AT in overridden)
    return Merged(root, tuple(refs), seen, frozenset(settled))


def upstream_of(root: Root, refs: Sequence[OverrideRef], known: Mapping[str, Override]) -> Root:
    """The entity from upstream, restored by undoing its overrides."""
    state = state_of(root)
    for ref in reversed(refs):
        override = known[ref.id]
        try:
            state = with_value(state, parse(override.entity, override.field), override.upstream_value)
        except NoSuchField:  # another override removed the part, and restores it as a whole
            continue
    moved = any(ref.field == _HELD_AT for ref in refs)
    return _followed(root_of(state, type(root)), (), moved=moved) if refs else root


def state_of(root: Entity) -> State:
    """The entity in the form of the change log."""
    state: State = msgspec.json.decode(msgspec.json.encode(root))
    return state


def root_of(state: State, struct: type[Root]) -> Root:
    """The entity of a state.

    Raises:
        msgspec.ValidationError: a value does not fit its field.
    """
    root = msgspec.json.decode(msgspec.json.encode(state), type=struct)
    if not isinstance(root, Vote):
        return root
    if root.held_at.tzinfo is None:
        raise msgspec.ValidationError("An instant needs its zone, such as 2020-01-06T20:30:00Z")
    return cast("Root", msgspec.structs.replace(root, held_at=root.held_at.astimezone(dt.UTC)))


def _followed(root: Root, overridden: Collection[str], *, moved: bool) -> Root:
    """The entity with its derived fields: counts of ballots, the sitting day after a changed instant, the day of
    introduction."""
    followed: Entity = root
    if isinstance(root, Vote):
        followed = recounted(root, moved=moved)
    elif isinstance(root, Bill) and _INTRODUCED not in overridden:
        followed = introduced(root)
    return cast(Root, followed)
