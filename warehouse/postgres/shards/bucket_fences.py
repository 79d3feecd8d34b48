"""Controls who may write a bucket: it is fenced at the source and opened at the target."""

import datetime as dt
from typing import Any, Final, LiteralString

import msgspec

from warehouse.model.changes.events import Position
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.moves import Move
from warehouse.runtime.sqlfiles import queries

_FILE: Final = "postgres/common/queries/buckets.sql"


class EndOfLog(msgspec.Struct, frozen=True):
    """The last change of a bucket before its move, and the log that has it."""

    log: str
    identity: str
    """The identity of that log's database: if it was replaced, the position has no meaning."""
    position: Position


def _query(name: str) -> LiteralString:
    return queries(_FILE)[name]


def _one(database: Database, name: str, parameters: dict[str, Any] | None = None) -> tuple[Any, ...] | None:
    with database.connection() as connection:
        return connection.execute(_query(name), parameters).fetchone()


def identity_of(database: Database) -> str:
    """The identity by which readers recognize a database."""
    row = _one(database, "identity")
    assert row is not None
    return str(row[0])


def is_new(database: Database) -> bool:
    """Whether nothing was ever stored here."""
    row = _one(database, "is_new")
    return bool(row and row[0])


def number_of(database: Database) -> int | None:
    """The shard number stored in a database; the first shards of an installation have none."""
    row = _one(database, "number")
    return int(row[0]) if row else None


def set_number(database: Database, shard: int) -> None:
    """Store the shard number in a new database."""
    with database.connection() as connection:
        connection.execute(_query("set_number"), {"shard": shard})


def fence(source: Database, move: Move) -> None:
    """Forbid writing the bucket in this database. Waits for a running writer; the next one sees the fence."""
    with source.connection() as connection:
        connection.execute(queries("postgres/common/queries/aggregate.sql")["lock_writer"])
        connection.execute(_query("fence"), {"bucket": move.bucket, "move": move.move, "target": move.target})


def unfence(source: Database, move: Move) -> None:
    """Allow writing the bucket in this database again."""
    with source.connection() as connection:
        connection.execute(_query("unfence"), {"bucket": move.bucket})


def end_of_log(source: Database, name: str, bucket: int) -> EndOfLog | None:
    """The last change of a fenced bucket, in a former log if it was not changed in this database; None if there is
    none."""
    row = _one(source, "end_of_log", {"bucket": bucket})
    assert row is not None
    xid, seq, *before = row
    if xid is not None:
        return EndOfLog(name, identity_of(source), Position(xid, seq))
    log, identity, old_xid, old_seq = before
    return EndOfLog(log, identity, Position(old_xid, old_seq)) if log is not None else None


def is_settled(source: Database, position: Position) -> bool:
    """Whether every reader sees that change from now on."""
    row = _one(source, "is_settled", {"xid": str(position.xid)})
    return bool(row and row[0])


def recorded_until(source: Database, bucket: int) -> dt.datetime | None:
    """When the last change of the bucket was recorded, by the source's clock."""
    row = _one(source, "recorded_until", {"bucket": bucket})
    return row[0] if row else None


def is_after(target: Database, instant: dt.datetime) -> bool:
    """Whether the target's clock has passed an instant, so that its records come later."""
    row = _one(target, "is_after", {"instant": instant})
    return bool(row and row[0])


def arrive(target: Database, move: Move) -> bool:
    """Record that the bucket arrives; returns True if a process that was then killed has opened it already."""
    with target.connection() as connection:
        connection.execute(_query("arrive"), {"move": move.move, "bucket": move.bucket})
        row = connection.execute(_query("arrival"), {"move": move.move}).fetchone()
    return bool(row and row[1])


def open_target(target: Database, move: Move, end: EndOfLog | None) -> None:
    """Allow writing the bucket at the target; its entries follow `end`. From now on the move cannot be given up."""
    parameters = {
        "move": move.move,
        "source": end.log if end else None,
        "identity": end.identity if end else None,
        "xid": str(end.position.xid) if end else None,
        "seq": end.position.seq if end else None,
    }
    with target.connection() as connection:
        connection.execute(_query("open"), parameters)
        connection.execute(_query("unfence"), {"bucket": move.bucket})
        connection.execute(_query("raise_version"), {"bucket": move.bucket})


def opened_after(target: Database, move: Move) -> int:
    """The last sequence number in the target's log before the bucket was opened."""
    row = _one(target, "opened", {"move": move.move})
    assert row is not None
    return int(row[0])
