"""What each shard holds and which buckets are on their way: the numbers behind `openpolicy shards list`."""

import msgspec

from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards import moves
from warehouse.postgres.shards.moves import Move
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.settings import mask_url
from warehouse.runtime.sqlfiles import queries


class ShardFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One shard. Rows of a bucket that moves are on two shards for a while, and counted on both."""

    shard: str
    database: str
    """Its URL without the password."""
    buckets: int
    """Those it owns."""
    bills: int
    votes: int
    ballots: int
    bytes: int
    """Of the whole database, with its change log and indexes."""
    arriving: int
    """Open moves to it."""
    leaving: int
    """Open moves from it."""


class Placement(msgspec.Struct, frozen=True):
    """Every shard, and every move that is not done."""

    shards: list[ShardFacts]
    moves: list[Move]


def read(catalog: Database, shards: Shards) -> Placement:
    """The shards that this process knows, and the open moves."""
    found = moves.open_moves(catalog)
    return Placement([_facts(number, shards, found) for number in range(len(shards.databases))], found)


def _facts(number: int, shards: Shards, open_moves: list[Move]) -> ShardFacts:
    database = shards.databases[number]
    with database.connection() as connection:
        row = connection.execute(queries("postgres/common/queries/buckets.sql")["size"]).fetchone()
    assert row is not None
    return ShardFacts(
        shard=f"shard_{number}",
        database=mask_url(database.url),
        buckets=len(shards.map.buckets_of(number)),
        bills=row[0],
        votes=row[1],
        ballots=row[2],
        bytes=row[3],
        arriving=sum(move.target == number for move in open_moves),
        leaving=sum(move.source == number for move in open_moves),
    )
