"""Entities as they were, and how they changed, from the change log of the database that owns them."""

from functools import cache
from typing import Any, NamedTuple, TypeVar

import msgspec

from warehouse.model.changes.corrections import Operation, operation_of
from warehouse.model.changes.differences import Difference, State, differences
from warehouse.model.entities import Entity
from warehouse.model.keys import bucket_of
from warehouse.model.kinds import EntityType
from warehouse.model.past import Past
from warehouse.model.read_models.selection import PageOf
from warehouse.model.stored import Stored, Withdrawn
from warehouse.postgres.connections.rows import Tail, stored
from warehouse.postgres.connections.watched import WatchedDatabase
from warehouse.postgres.log.archived_states import states_of
from warehouse.runtime.sqlfiles import queries

T = TypeVar("T", bound=Entity)
_FILE = "postgres/common/queries/read_history.sql"


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """One revision and what it changed; the first one changes nothing."""

    op: Operation
    reason: str | None
    changed: list[str]
    differences: list[Difference]
    state: Stored[Any]
    """Its entity is the state as the log holds it."""


class _PastRow(NamedTuple):
    op: str
    reason: str | None
    state: str
    tail: Tail


class _RevisionRow(NamedTuple):
    op: str
    changed: list[str]
    state: str
    before: str | None
    reason: str | None
    tail: Tail


async def at(
    source: WatchedDatabase, entity: EntityType, struct: type[T], key: str, past: Past
) -> Stored[T] | Withdrawn | None:
    """The entity as it was, a vote without its ballots; None when it had no such revision, or was not known yet."""
    name = "known_at" if past.revision is None else "at_revision"
    values = {"entity": entity, "key": key, "revision": past.revision, "known_at": past.known_at}
    answer = await source.fetch(queries(_FILE)[name], values)
    named = [_PastRow(op, reason, state, Tail._make(tail)) for op, reason, state, *tail in answer]
    rows = await states_of(source, named, ("state",), whole=False)
    if not rows:
        return None
    row = rows[0]
    found = stored(_decoder(struct).decode(row.state), row.tail)
    if row.op == "withdrawn":
        return Withdrawn(revision=found.revision, reason=row.reason or "", withdrawn_at=found.recorded_at)
    return found


async def withdrawn(source: WatchedDatabase, entity: EntityType, key: str) -> Withdrawn | None:
    """The withdrawal of an entity that is not there; None when there never was one, or it is back."""
    rows = await source.fetch(queries(_FILE)["withdrawn"], (bucket_of(key), entity, key))
    return Withdrawn(revision=rows[0][0], reason=rows[0][1], withdrawn_at=rows[0][2]) if rows else None


@cache
def _decoder(struct: type[T]) -> msgspec.json.Decoder[T]:
    return msgspec.json.Decoder(struct)


async def revisions(source: WatchedDatabase, entity: EntityType, page: PageOf) -> list[Revision]:
    """The revisions of a page of an entity's history."""
    rows = [
        _RevisionRow(op, changed, state, before, reason, Tail._make(tail))
        for op, changed, state, before, reason, *tail in page.rows
    ]
    return [_revision(entity, row) for row in await states_of(source, rows, ("state", "before"), whole=True)]


def _revision(entity: EntityType, row: _RevisionRow) -> Revision:
    old, new = decoded(row.before), decoded(row.state)
    found = differences(old, new) if old else []
    return Revision(
        op=operation_of(entity, row.op, row.tail.source, old, found, reason=row.reason),
        reason=row.reason,
        changed=row.changed,
        differences=found,
        state=stored(new, row.tail),
    )


def decoded(state: str | None) -> State:
    """A state as the log holds it; empty where there is none."""
    found: State = msgspec.json.decode(state) if state else {}
    return found
