"""Entities as they were, and how they changed, from the change log of the database that owns them."""

from functools import cache
from typing import Any, TypeVar

import msgspec

from warehouse.model.corrections import Operation, operation_of
from warehouse.model.differences import Difference, State, differences
from warehouse.model.entities import Bill, Member, Session, Vote
from warehouse.model.keys import EntityType
from warehouse.model.past import Past
from warehouse.model.selection import PageOf
from warehouse.model.stored import Stored
from warehouse.postgres.rows import stored
from warehouse.postgres.sources import Source
from warehouse.runtime.sqlfiles import queries

T = TypeVar("T", Bill, Vote, Member, Session)
_FILE = "postgres/common/queries/read_history.sql"


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """One revision and what it changed; the first one changes nothing."""

    op: Operation
    changed: list[str]
    differences: list[Difference]
    state: Stored[Any]
    """Its entity is the state as the log holds it."""


async def at(source: Source, entity: EntityType, struct: type[T], key: str, past: Past) -> Stored[T] | None:
    """The entity as it was, a vote without its ballots; None when it had no such revision, or was not known yet."""
    name = "known_at" if past.revision is None else "at_revision"
    values = {"entity": entity, "key": key, "revision": past.revision, "known_at": past.known_at}
    rows = await source.fetch(queries(_FILE)[name], values)
    return stored(_decoder(struct).decode(rows[0][0]), rows[0][1:]) if rows else None


@cache
def _decoder(struct: type[T]) -> msgspec.json.Decoder[T]:
    return msgspec.json.Decoder(struct)


def revisions(entity: EntityType, page: PageOf) -> list[Revision]:
    """The revisions of a page of an entity's history."""
    return [_revision(entity, row) for row in page.rows]


def _revision(entity: EntityType, row: tuple[Any, ...]) -> Revision:
    op, changed, state, before, *tail = row
    old, new = decoded(before), decoded(state)
    found = differences(old, new) if old else []
    return Revision(
        op=operation_of(entity, op, old, found), changed=changed, differences=found, state=stored(new, tuple(tail))
    )


def decoded(state: str | None) -> State:
    """A state as the log holds it; empty where there is none."""
    found: State = msgspec.json.decode(state) if state else {}
    return found
