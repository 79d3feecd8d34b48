"""Bills, votes and members as one version of the list tables has them: several by key, in one statement."""

import datetime as dt
from collections.abc import Sequence
from functools import cache
from typing import Any, Final, Generic, TypeVar

import msgspec

from warehouse.model.entities import Bill, Entity, Provenance, Vote
from warehouse.model.kinds import KINDS, EntityType
from warehouse.model.stored import Stored
from warehouse.postgres.connections.rows import query
from warehouse.postgres.connections.watched import WatchedDatabase
from warehouse.runtime.sqlfiles import queries

T = TypeVar("T", bound=Entity)
_FILE: Final = "postgres/catalog/queries/read_listed.sql"


async def at_version(
    catalog: WatchedDatabase, entity: EntityType, struct: type[T], keys: Sequence[str], version: int
) -> dict[str, Stored[T]]:
    """The entities with these keys at a version, a vote without its ballots; those that it does not have are left
    out."""
    text = query(_FILE, "at_version", table=KINDS[entity].list_table)
    rows = await catalog.fetch(text, {"keys": list(keys), "version": version})
    state, provenance = _decoder(struct), msgspec.json.Decoder(Provenance)
    return {row[0]: _stored(row[1:], state, provenance) for row in rows}


class Parts(msgspec.Struct, Generic[T], frozen=True):
    """The first entities that belong to another one, and how many there are."""

    first: list[Stored[T]]
    count: int


async def votes_of_bills(
    catalog: WatchedDatabase, bills: Sequence[str], version: int, most: int
) -> dict[str, Parts[Vote]]:
    """The latest votes on bills, by the key of the bill; bills without any are left out."""
    return await _parts(catalog, "votes_of_bills", Vote, {"keys": list(bills), "version": version, "most": most})


async def bills_of_sponsors(
    catalog: WatchedDatabase, persons: Sequence[int], version: int, most: int
) -> dict[str, Parts[Bill]]:
    """The newest bills of sponsors, by their PersonId as text; those who have none are left out."""
    return await _parts(catalog, "bills_of_sponsors", Bill, {"keys": list(persons), "version": version, "most": most})


async def _parts(catalog: WatchedDatabase, name: str, struct: type[T], values: dict[str, Any]) -> dict[str, Parts[T]]:
    state, provenance = _decoder(struct), msgspec.json.Decoder(Provenance)
    found: dict[str, Parts[T]] = {}
    for owner, total, _, *row in await catalog.fetch(queries(_FILE)[name], values):
        found.setdefault(owner, Parts([], total)).first.append(_stored(row, state, provenance))
    return found


def _stored(
    row: Sequence[Any], state: "msgspec.json.Decoder[T]", provenance: "msgspec.json.Decoder[Provenance]"
) -> Stored[T]:
    own_state, own_provenance, revision, recorded_at = row
    return Stored(
        entity=state.decode(own_state),
        provenance=provenance.decode(own_provenance),
        revision=revision,
        recorded_at=recorded_at,
    )


async def latest(
    catalog: WatchedDatabase, entity: EntityType, version: int, session: str | None = None
) -> dt.datetime | None:
    """When the last change of a kind that a version has was recorded; of one session only where one is named."""
    name = "latest" if session is None else "latest_of_session"
    rows = await catalog.fetch(
        query(_FILE, name, table=KINDS[entity].list_table), {"version": version, "session": session}
    )
    found: dt.datetime | None = rows[0][0]
    return found


async def kept_versions(catalog: WatchedDatabase) -> tuple[int, int]:
    """The oldest and the newest version of the list tables that can be read."""
    oldest, newest = (await catalog.fetch(queries(_FILE)["kept_versions"]))[0]
    return oldest, newest


@cache
def _decoder(struct: type[T]) -> "msgspec.json.Decoder[T]":
    return msgspec.json.Decoder(struct)
