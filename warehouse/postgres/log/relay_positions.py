"""The leader and the position of the relay of a change log: an advisory lock, and an epoch that fences a frozen
leader."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString

import psycopg

from warehouse.model.changes.events import Position
from warehouse.postgres.connections.pools import Connection, Database, unavailable
from warehouse.runtime.errors import LeadLost
from warehouse.runtime.sqlfiles import queries

FROZEN_S = 15
"""After this silence a leader is considered frozen or gone: the server ends its session and thereby releases the
lock."""


def _query(name: str) -> LiteralString:
    return queries("postgres/common/queries/relay.sql")[name]


class RelayLease:
    """The lead of one log. It needs its own session: a pool that shares sessions would break the lock."""

    def __init__(self, connection: Connection, log: str, epoch: int, position: Position) -> None:
        self._connection, self.log, self.epoch, self.position = connection, log, epoch, position

    def keep(self) -> None:
        """Keep the lead alive.

        Raises:
            LeadLost: another process leads by now.
        """
        row = self._connection.execute(_query("is_leader"), {"log": self.log, "epoch": self.epoch}).fetchone()
        if not row or not row[0]:
            raise self._lost()

    def save(self, position: Position, published: int) -> None:
        """Save the published position. It only moves forward, and only while this process leads.

        Raises:
            LeadLost: another process leads by now; nothing was saved.
        """
        parameters = {
            "log": self.log,
            "epoch": self.epoch,
            "xid": str(position.xid),
            "seq": position.seq,
            "published": published,
        }
        if self._connection.execute(_query("save"), parameters).rowcount != 1:
            raise self._lost()
        self.position = position

    def _lost(self) -> LeadLost:
        return LeadLost(f"Another process relays the log {self.log} since epoch {self.epoch}.")


@contextmanager
def lead(database: Database, log: str) -> Iterator[RelayLease | None]:
    """The lead of a log while the block runs; None if another process has it.

    Raises:
        StoreUnavailable: the database is unavailable or not migrated, or ended the session after too long a silence.
    """
    try:
        with psycopg.connect(
            database.url,
            autocommit=True,
            connect_timeout=5,
            application_name=f"openpolicy relay {log}",
            options=f"-c timezone=UTC -c statement_timeout=10s -c idle_session_timeout={FROZEN_S}s",
        ) as connection:
            row = connection.execute(_query("try_lead"), {"log": log}).fetchone()
            if not row or not row[0]:
                yield None
                return
            found = connection.execute(_query("next_epoch"), {"log": log}).fetchone()
            assert found is not None  # the statement returns its row
            yield RelayLease(connection, log, found[0], Position(found[1], found[2]))
    except (psycopg.OperationalError, psycopg.errors.UndefinedTable) as error:
        raise unavailable(database.url, error) from error


def relayed(database: Database, log: str) -> tuple[Position, int] | None:
    """The published position of a log and the number of events; None if no relay ever led."""
    with database.connection() as connection:
        row = connection.execute(_query("position"), {"log": log}).fetchone()
    return (Position(row[0], row[1]), int(row[2])) if row else None
