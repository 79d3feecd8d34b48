"""Checksums of states, of the replayed change log and of the list tables, and the first keys that differ."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from psycopg import sql

from warehouse.model.keys import bucket_of
from warehouse.model.kinds import KINDS, EntityType
from warehouse.postgres.connections.pools import Database
from warehouse.runtime.sqlfiles import queries


class Checksum(msgspec.Struct, frozen=True):
    """The number of entities, and the sum of the 64-bit hashes of their key, revision and state."""

    entities: int
    total: int

    def __str__(self) -> str:
        return f"{self.entities} × {self.total & 0xFFFF_FFFF_FFFF_FFFF:016x}"


def _statement(name: str, entity: EntityType) -> sql.Composed:
    return sql.SQL(queries("postgres/common/queries/verify.sql")[name]).format(
        entity=sql.Literal(entity),
        states=sql.Identifier(f"{entity}_states"),
        table=sql.Identifier(KINDS[entity].plural),
    )


def checksums(database: Database, entity: EntityType, owned: Sequence[int]) -> tuple[Checksum, Checksum]:
    """The checksum of the stored states, and of the replayed log, of the buckets that the database owns."""
    with database.connection() as connection:
        row = connection.execute(_statement("checksums", entity), {"owned": list(owned)}).fetchone()
    assert row is not None
    return Checksum(row[0], int(row[1])), Checksum(row[2], int(row[3]))


def differences(database: Database, entity: EntityType, owned: Sequence[int]) -> list[str]:
    """Up to 20 entities whose state differs from the replayed log."""
    with database.connection() as connection:
        rows = connection.execute(_statement("differences", entity), {"owned": list(owned)}).fetchall()
    return [f"{entity} {key}: state is revision {state}, the log replays to {log}" for key, state, log in rows]


def gaps(database: Database, owned: Sequence[int]) -> list[str]:
    """Up to 20 entities whose revisions in the log are not 1, 2, 3 …"""
    with database.connection() as connection:
        query = queries("postgres/common/queries/verify.sql")["gaps"]
        rows = connection.execute(query, {"owned": list(owned)}).fetchall()
    return [f"{row[0]}: revisions in the log are not dense" for row in rows]


def withdrawn(database: Database, owned: Sequence[int]) -> list[str]:
    """Up to 20 entities that are withdrawn according to only one of the table of withdrawals and the log."""
    with database.connection() as connection:
        query = queries("postgres/common/queries/verify.sql")["withdrawn"]
        rows = connection.execute(query, {"owned": list(owned)}).fetchall()
    return [f"{key}: withdrawn with revision {noted}, by the log with {log}" for key, noted, log in rows]


def misplaced(database: Database, entity: EntityType, held: Collection[int]) -> list[str]:
    """Up to 20 entities in a wrong bucket, or on a shard that does not own their bucket."""
    wrong = [key for key, bucket in keys(database, entity).items() if bucket != bucket_of(key) or bucket not in held]
    return [f"{entity} {key}: not in a bucket of this shard" for key in wrong[:20]]


def keys(database: Database, entity: EntityType) -> dict[str, int]:
    """The bucket of every entity by its key."""
    with database.connection() as connection:
        return dict(connection.execute(_statement("keys", entity)).fetchall())


def archives(database: Database) -> dict[str, dict[int, int]]:
    """The expected content of objects with archived changes: object → row → hash of key, revision and state."""
    with database.connection() as connection:
        rows = connection.execute(queries("postgres/common/queries/verify.sql")["archives"]).fetchall()
    return {name: dict(zip(numbers, hashes, strict=True)) for name, numbers, hashes in rows}


def orphans(database: Database) -> list[str]:
    """Up to 20 votes with wrong ballots: the vote is missing, or they repeat another sitting than its own."""
    with database.connection() as connection:
        rows = connection.execute(queries("postgres/common/queries/verify.sql")["orphans"]).fetchall()
    return [
        f"ballots of vote {vote}: "
        + ("the vote is missing" if is_missing else "they repeat another sitting than its own")
        for vote, is_missing in rows
    ]


def current_list(catalog: Database, table: str, columns: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """The current rows of a list table by key."""
    statement = sql.SQL(queries("postgres/common/queries/verify.sql")["current_list"]).format(
        columns=sql.SQL(", ").join(sql.Identifier(name) for name in columns), table=sql.Identifier(table)
    )
    with catalog.connection() as connection:
        return {row[0]: tuple(row) for row in connection.execute(statement)}
