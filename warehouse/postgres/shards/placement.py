"""The rows of each shard and the open moves, for `openpolicy shards list`."""

from collections.abc import Iterable
from typing import Final

import msgspec
from psycopg import sql

from warehouse.model.kinds import shard_tables
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards import moves
from warehouse.postgres.shards.moves import Move
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.settings import mask_url
from warehouse.runtime.sqlfiles import queries

_FILE: Final = "postgres/common/queries/buckets.sql"


class ShardFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One shard. Rows of a moving bucket are on two shards for a while and counted on both."""

    shard: str
    database: str
    """Its URL without the password."""
    buckets: int
    """The number of buckets it owns."""
    rows: dict[str, int]
    """By table, as in `warehouse.model.kinds`."""
    bytes: int
    """Size of the whole database, with its change log and indexes."""
    arriving: int
    """Open moves to it."""
    leaving: int
    """Open moves from it."""


class Placement(msgspec.Struct, frozen=True):
    """Every shard and every open move."""

    shards: list[ShardFacts]
    moves: list[Move]


def read(catalog: Database, shards: Shards) -> Placement:
    """The shards that this process knows, and the open moves."""
    found = moves.open_moves(catalog)
    return Placement([_facts(number, shards, found) for number in range(len(shards.databases))], found)


def row_counts(database: Database, tables: Iterable[str]) -> dict[str, int]:
    """The number of rows of each of these tables.

    Raises:
        StoreUnavailable: the database cannot be reached.
    """
    counts = {}
    with database.connection() as connection:
        for table in tables:
            query = sql.SQL(queries(_FILE)["count_rows"]).format(table=sql.Identifier(table))
            row = connection.execute(query).fetchone()
            assert row is not None
            counts[table] = row[0]
    return counts


def _facts(number: int, shards: Shards, open_moves: list[Move]) -> ShardFacts:
    database = shards.databases[number]
    with database.connection() as connection:
        row = connection.execute(queries(_FILE)["size"]).fetchone()
    assert row is not None
    return ShardFacts(
        shard=f"shard_{number}",
        database=mask_url(database.url),
        buckets=len(shards.map.buckets_of(number)),
        rows=row_counts(database, shard_tables()),
        bytes=row[0],
        arriving=sum(move.target == number for move in open_moves),
        leaving=sum(move.source == number for move in open_moves),
    )
