"""Read models in the catalog: who leads each, its position in each change log, and its dead letters."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString

import msgspec
import psycopg

from warehouse.model.changes.events import LogEntry, Position
from warehouse.postgres.connections.pools import Connection, Database, unavailable
from warehouse.runtime.sqlfiles import queries


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A change that a read model could not apply; the change itself is in its log."""

    read_model: str
    log: str
    seq: int
    entity: str
    key: str
    revision: int
    reason: str
    parked_at: dt.datetime

    @property
    def id(self) -> str:
        """`lists:shard_0/12`: read model, log, sequence."""
        return f"{self.read_model}:{self.log}/{self.seq}"


def _query(name: str) -> LiteralString:
    return queries("postgres/catalog/queries/read_models.sql")[name]


class ReadModelLease:
    """The lead of one read model. Only the leader reads the change logs for it, or writes to stores that allow one
    writer."""

    def __init__(self, connection: Connection, read_model: str, url: str) -> None:
        self._connection, self._read_model, self._url = connection, read_model, url

    def is_wanted(self) -> bool:
        """Whether another process, such as a rebuild, waits for the lead, which should be passed on between two
        batches.

        Raises:
            StoreUnavailable: the session was lost, and the lead with it.
        """
        try:
            row = self._connection.execute(_query("is_wanted"), {"read_model": self._read_model}).fetchone()
        except psycopg.OperationalError as error:
            raise unavailable(self._url, error) from error
        return bool(row and row[0])


@contextmanager
def lead(catalog: Database, read_model: str, *, wait: bool = False) -> Iterator[ReadModelLease | None]:
    """The lead of a read model while the block runs; None if another process has it, unless `wait` is set.

    It needs its own session: a pool that shares sessions would break the lock.

    Raises:
        StoreUnavailable: the catalog is unavailable.
    """
    try:
        connection = psycopg.connect(
            catalog.url, autocommit=True, connect_timeout=5, application_name=f"openpolicy read model {read_model}"
        )
    except psycopg.OperationalError as error:
        raise unavailable(catalog.url, error) from error
    with connection:
        try:
            row = connection.execute(_query("lead" if wait else "try_lead"), {"read_model": read_model}).fetchone()
        except psycopg.OperationalError as error:
            raise unavailable(catalog.url, error) from error
        yield ReadModelLease(connection, read_model, catalog.url) if row and (wait or row[0]) else None


def positions(catalog: Database, read_model: str) -> dict[str, Position]:
    """The applied position in each log, by the log's name, without logs that were never read."""
    with catalog.connection() as connection:
        rows = connection.execute(_query("positions"), {"read_model": read_model}).fetchall()
    return {log: Position(xid, seq) for log, xid, seq in rows}


def every_position(catalog: Database) -> dict[tuple[str, str], Position]:
    """The positions of all read models in all logs, by the names of both."""
    with catalog.connection() as connection:
        rows = connection.execute(_query("all_positions")).fetchall()
    return {(read_model, log): Position(xid, seq) for read_model, log, xid, seq in rows}


def save_position(connection: Connection, read_model: str, log: str, position: Position, applied: int) -> None:
    """Save the applied position in a log."""
    parameters = {
        "read_model": read_model,
        "log": log,
        "xid": str(position.xid),
        "seq": position.seq,
        "applied": applied,
    }
    connection.execute(_query("save_position"), parameters)


def moved(catalog: Database, read_model: str) -> None:
    """Record that a read model has applied changes from Kafka, so that cached answers from it are outdated."""
    with catalog.connection() as connection:
        connection.execute(_query("moved"), {"read_model": read_model})


def park(connection: Connection, read_model: str, log: str, entry: LogEntry, reason: str) -> None:
    """Store a change that a read model can never apply, with the reason."""
    parameters = {
        "read_model": read_model, "log": log, "seq": entry.position.seq, "entity": entry.entity, "key": entry.key,
        "revision": entry.revision, "reason": reason,
    }  # fmt: skip
    connection.execute(_query("insert_dead_letter"), parameters)


def dead_letters(catalog: Database) -> list[DeadLetter]:
    """Every dead letter, oldest first."""
    with catalog.connection() as connection:
        rows = connection.execute(_query("dead_letters")).fetchall()
    return [
        DeadLetter(
            read_model=read_model,
            log=log,
            seq=seq,
            entity=entity,
            key=key,
            revision=revision,
            reason=reason,
            parked_at=at,
        )
        for read_model, log, seq, entity, key, revision, reason, at in rows
    ]


def settle(connection: Connection, dead_letter: DeadLetter) -> None:
    """Settle a dead letter."""
    place = {"read_model": dead_letter.read_model, "log": dead_letter.log, "seq": dead_letter.seq}
    connection.execute(_query("settle"), place)


def settle_all(connection: Connection, read_model: str) -> None:
    """Delete the dead letters of a read model that is rebuilt."""
    connection.execute(_query("settle_all"), {"read_model": read_model})
