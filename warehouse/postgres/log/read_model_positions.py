"""Read models as the catalog knows them: who leads each, how far it has read each change log, its dead letters."""

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
    """One change that one read model could not take; the change itself is in its log."""

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
    """The lead over one read model. Only its holder reads the change logs for it, or writes where one process may."""

    def __init__(self, connection: Connection, read_model: str, url: str) -> None:
        self._connection, self._read_model, self._url = connection, read_model, url

    def is_wanted(self) -> bool:
        """Whether another process waits for the lead, as a rebuild does; it is due to it between two batches.

        Raises:
            StoreUnavailable: the session is gone, and with it the lead.
        """
        try:
            row = self._connection.execute(_query("is_wanted"), {"read_model": self._read_model}).fetchone()
        except psycopg.OperationalError as error:
            raise unavailable(self._url, error) from error
        return bool(row and row[0])


@contextmanager
def lead(catalog: Database, read_model: str, *, wait: bool = False) -> Iterator[ReadModelLease | None]:
    """The lead over a read model while the block runs; None while another process has it, unless we `wait` for it.

    It needs a session of its own: through a pool that shares sessions, no lock would hold.

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
    """How far each log has been applied, by the log's name; a log never read is absent."""
    with catalog.connection() as connection:
        rows = connection.execute(_query("positions"), {"read_model": read_model}).fetchall()
    return {log: Position(xid, seq) for log, xid, seq in rows}


def every_position(catalog: Database) -> dict[tuple[str, str], Position]:
    """How far each read model that ever read a log has read it, by the names of both."""
    with catalog.connection() as connection:
        rows = connection.execute(_query("all_positions")).fetchall()
    return {(read_model, log): Position(xid, seq) for read_model, log, xid, seq in rows}


def save_position(connection: Connection, read_model: str, log: str, position: Position, applied: int) -> None:
    """Note how far a log has been applied."""
    parameters = {
        "read_model": read_model,
        "log": log,
        "xid": str(position.xid),
        "seq": position.seq,
        "applied": applied,
    }
    connection.execute(_query("save_position"), parameters)


def moved(catalog: Database, read_model: str) -> None:
    """Say that a read model has taken something in from Kafka: what is kept of answers from it is not true any more."""
    with catalog.connection() as connection:
        connection.execute(_query("moved"), {"read_model": read_model})


def park(connection: Connection, read_model: str, log: str, entry: LogEntry, reason: str) -> None:
    """Keep a change that a read model can never take, with the reason."""
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
    """Say that a dead letter needs no more attention."""
    place = {"read_model": dead_letter.read_model, "log": dead_letter.log, "seq": dead_letter.seq}
    connection.execute(_query("settle"), place)


def settle_all(connection: Connection, read_model: str) -> None:
    """Forget what a read model could not take: it is built anew."""
    connection.execute(_query("settle_all"), {"read_model": read_model})
