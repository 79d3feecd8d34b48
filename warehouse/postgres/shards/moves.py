"""Planned moves of buckets between shards, in the catalog: open moves, their progress, and the map."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Literal, LiteralString

import msgspec
import psycopg

from warehouse.postgres.connections.pools import Database, unavailable
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.sqlfiles import queries

State = Literal["planned", "copying", "switched"]


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """The move of one bucket. `planned`: not begun; `copying`: the target gets its rows, the source owns it;
    `switched`: the target owns it, the source still has its rows for readers with an older map."""

    move: int
    bucket: int
    source: int
    target: int
    state: State
    switched_s: float | None
    """Seconds since the target became the owner."""
    given_up: str
    """Why the last attempt to switch was given up; empty if none was."""


def _query(name: str) -> LiteralString:
    return queries("postgres/catalog/queries/moves.sql")[name]


@contextmanager
def lead(catalog: Database) -> Iterator[None]:
    """Be the only process that moves buckets while the block runs.

    Raises:
        StoreUnavailable: another process moves buckets, or the catalog is unavailable.
    """
    try:
        with psycopg.connect(
            catalog.url, autocommit=True, connect_timeout=5, application_name="openpolicy reshard"
        ) as connection:
            row = connection.execute(_query("try_lead")).fetchone()
            if not row or not row[0]:
                raise StoreUnavailable("Another process moves buckets.", fix="Wait for it, or end it, and try again.")
            yield
    except psycopg.OperationalError as error:
        raise unavailable(catalog.url, error) from error


def known_shards(catalog: Database) -> int:
    """The number of shards, including added ones that own nothing yet."""
    with catalog.connection() as connection:
        row = connection.execute(_query("known_shards")).fetchone()
    if row is None or row[0] is None:
        raise StoreUnavailable("The catalog has no shard map.", fix="Run `openpolicy migrate` first.")
    return int(row[0])


def add_shard(catalog: Database, shard: int, buckets: Collection[int]) -> int:
    """Add a shard and plan to move these buckets to it; returns how many moves were planned."""
    with catalog.connection() as connection:
        connection.execute(_query("add_shard"), {"shard": shard})
        return connection.execute(_query("plan"), {"buckets": list(buckets), "target": shard}).rowcount


def plan(catalog: Database, buckets: Collection[int], target: int) -> int:
    """Plan to move buckets that are on other shards and are not moving yet; returns how many."""
    with catalog.connection() as connection:
        return connection.execute(_query("plan"), {"buckets": list(buckets), "target": target}).rowcount


def open_moves(catalog: Database) -> list[Move]:
    """Every open move, begun ones first."""
    names = [field.name for field in msgspec.structs.fields(Move)]
    with catalog.connection() as connection:
        return [Move(**dict(zip(names, row, strict=True))) for row in connection.execute(_query("open"))]


def buckets_on_shards(catalog: Database) -> dict[int, frozenset[int]]:
    """By shard number, the moving buckets of which the shard may have rows."""
    found: dict[int, frozenset[int]] = {}
    for move in open_moves(catalog):
        for shard in (move.source, move.target):
            found[shard] = found.get(shard, frozenset()) | {move.bucket}
    return found


def begin(catalog: Database, move: Move) -> None:
    """Record that copying has begun."""
    with catalog.connection() as connection:
        connection.execute(_query("begin"), {"move": move.move})


def give_up(catalog: Database, move: Move, reason: str) -> None:
    """Record why a switch was given up."""
    with catalog.connection() as connection:
        connection.execute(_query("give_up"), {"move": move.move, "reason": reason})


def switch(catalog: Database, move: Move, seconds: float) -> None:
    """Make the target the owner in the map; the bucket could not be written for this many seconds."""
    with catalog.connection() as connection:
        connection.execute(_query("switch"), {"move": move.move, "seconds": seconds})


def done(catalog: Database, move: Move) -> None:
    """Record that the move is done."""
    with catalog.connection() as connection:
        connection.execute(_query("done"), {"move": move.move})


def outdated(catalog: Database, shards: int) -> list[str]:
    """The processes connected to the catalog that know fewer shards."""
    with catalog.connection() as connection:
        rows = connection.execute(_query("outdated"), {"shards": shards}).fetchall()
    return [f"{name} from {address} ({count} sessions)" for name, address, count in rows]
