"""Whole entities in their current state, for code that changes them."""

from typing import Any, TypeVar

import msgspec

from warehouse.model.entities import Bill, Entity, Member, Provenance
from warehouse.model.keys import bucket_of, entity_id
from warehouse.model.overrides import refs_of
from warehouse.postgres.aggregates.store import Aggregate, Incoming
from warehouse.postgres.connections.pools import Connection, Database
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.sqlfiles import queries

Root = TypeVar("Root", bound=Entity)
_FILE = "postgres/common/queries/current.sql"
_BILLS = "postgres/shard/queries/read_bills.sql"


def current(database: Database, aggregate: Aggregate[Root], key: str) -> Incoming[Root] | None:
    """The entity with all its parts and its provenance; None if it does not exist or was withdrawn."""
    parameters = {"bucket": bucket_of(key), "id": entity_id(aggregate.entity, key)}
    with database.connection() as connection:
        row = connection.execute(aggregate.statement("current", _FILE), parameters).fetchone()
    return None if row is None else _incoming(row, aggregate.kind.struct)


def every_bill(shards: Shards, parliament: int | None = None) -> list[Incoming[Bill]]:
    """Every bill with its stages and provenance, of one Parliament or of all."""

    def ask(connection: Connection, owned: list[int]) -> list[Incoming[Bill]]:
        parameters = {"parliament": parliament, "owned": owned}
        rows = connection.execute(queries(_BILLS)["every"], parameters).fetchall()
        return [_incoming(row, Bill) for row in rows]

    return [item for of_shard in shards.read(ask) for item in of_shard]


def every_member(catalog: Database) -> list[Member]:
    """Every member with all memberships."""
    with catalog.connection() as connection:
        rows = connection.execute("select state::text from member_states order by key").fetchall()
    return [msgspec.json.decode(row[0], type=Member) for row in rows]


def _incoming(row: tuple[Any, ...], struct: type[Root]) -> Incoming[Root]:
    state, source, url, sha256, fetched_at, refs = row
    provenance = Provenance(
        source=source, url=url, document_sha256=sha256, fetched_at=fetched_at, overrides=refs_of(refs)
    )
    return Incoming(msgspec.json.decode(state, type=struct), provenance)
