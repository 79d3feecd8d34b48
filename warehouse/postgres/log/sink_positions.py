"""What the catalog knows of every sink: who leads it, how far it has read each change log, what it could not take."""

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
    """One change that one sink could not take; the change itself is in its log."""

    sink: str
    log: str
    seq: int
    entity: str
    key: str
    revision: int
    reason: str
    parked_at: dt.datetime

    @property
    def id(self) -> str:
        """`lists:shard_0/12`: sink, log, sequence."""
        return f"{self.sink}:{self.log}/{self.seq}"


def _query(name: str) -> LiteralString:
    return queries("postgres/catalog/queries/sinks.sql")[name]


class ReadModelLease:
    """The lead over one sink. Only its holder reads the change logs for it, or writes where one process may."""

    def __init__(self, connection: Connection, sink: str, url: str) -> None:
        self._connection, self._sink, self._url = connection, sink, url

    def is_wanted(self) -> bool:
        """Whether another process waits for the lead, as a rebuild does; it is due to it between two batches.

        Raises:
            StoreUnavailable: the session is gone, and with it the lead.
        """
        try:
            row = self._connection.execute(_query("is_wanted"), {"sink": self._sink}).fetchone()
        except psycopg.OperationalError as error:
            raise unavailable(self._url, error) from error
        return bool(row and row[0])


@contextmanager
def lead(catalog: Database, sink: str, *, wait: bool = False) -> Iterator[ReadModelLease | None]:
    """The lead over a sink for as long as the block runs; None while another process has it, unless we `wait` for it.

    It needs a session of its own: through a pool that shares sessions, no lock would hold.

    Raises:
        StoreUnavailable: the catalog is away.
    """
    try:
        connection = psycopg.connect(
            catalog.url, autocommit=True, connect_timeout=5, application_name=f"openpolicy sink {sink}"
        )
    except psycopg.OperationalError as error:
        raise unavailable(catalog.url, error) from error
    with connection:
        try:
            row = connection.execute(_query("lead" if wait else "try_lead"), {"sink": sink}).fetchone()
        except psycopg.OperationalError as error:
            raise unavailable(catalog.url, error) from error
        yield ReadModelLease(connection, sink, catalog.url) if row and (wait or row[0]) else None


def positions(catalog: Database, sink: str) -> dict[str, Position]:
    """How far each log has been applied, by the log's name; a log never read is absent."""
    with catalog.connection() as connection:
        rows = connection.execute(_query("positions"), {"sink": sink}).fetchall()
    return {log: Position(xid, seq) for log, xid, seq in rows}


def every_position(catalog: Database) -> dict[tuple[str, str], Position]:
    """How far each sink that ever read a log has read it, by the names of both."""
    with catalog.connection() as connection:
        rows = connection.execute(_query("all_positions")).fetchall()
    return {(sink, log): Position(xid, seq) for sink, log, xid, seq in rows}


def save_position(connection: Connection, sink: str, log: str, position: Position, applied: int) -> None:
    """Note how far a log has been applied."""
    parameters = {"sink": sink, "log": log, "xid": str(position.xid), "seq": position.seq, "applied": applied}
    connection.execute(_query("save_position"), parameters)


def moved(catalog: Database, sink: str) -> None:
    """Say that a sink has taken something in from Kafka: what is kept of answers from it is not true any more."""
    with catalog.connection() as connection:
        connection.execute(_query("moved"), {"sink": sink})


def park(connection: Connection, sink: str, log: str, entry: LogEntry, reason: str) -> None:
    """Keep a change that a sink can never take, with the reason."""
    parameters = {
        "sink": sink, "log": log, "seq": entry.position.seq, "entity": entry.entity, "key": entry.key,
        "revision": entry.revision, "reason": reason,
    }  # fmt: skip
    connection.execute(_query("park"), parameters)


def parked(catalog: Database) -> list[DeadLetter]:
    """Everything parked, oldest first."""
    with catalog.connection() as connection:
        rows = connection.execute(_query("parked")).fetchall()
    return [
        DeadLetter(sink=sink, log=log, seq=seq, entity=entity, key=key, revision=revision, reason=reason, parked_at=at)
        for sink, log, seq, entity, key, revision, reason, at in rows
    ]


def settle(connection: Connection, parked: DeadLetter) -> None:
    """Say that a parked change needs no more attention."""
    connection.execute(_query("settle"), {"sink": parked.sink, "log": parked.log, "seq": parked.seq})


def settle_all(connection: Connection, sink: str) -> None:
    """Forget what a sink could not take: it is built anew."""
    connection.execute(_query("settle_all"), {"sink": sink})
