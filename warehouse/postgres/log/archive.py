"""Moves the states of old changes out of a change log: which months are due, and their rows."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString

import msgspec
import psycopg
from psycopg import sql

from warehouse.model.changes.events import Position
from warehouse.postgres.connections.pools import Connection, Database, unavailable
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.failpoints import failpoint
from warehouse.runtime.sqlfiles import queries

OBJECT_ROWS = 100_000
"""The most changes in one object. It limits the memory of the archiver and the time for which it delays the feed."""
_FETCH_ROWS = 500
_LOCK_S = 10


class MonthDue(msgspec.Struct, frozen=True):
    """A month whose changes have their states in the log."""

    month: dt.date
    """Its first day."""
    changes: int
    last: Position
    """The last change of it."""


class LoggedMonth(msgspec.Struct, frozen=True, kw_only=True):
    """One month of a change log."""

    month: dt.date
    changes: int
    archived: int
    """Changes whose state is in the object store."""
    table_bytes: int
    """Size of its table and indexes; 0 if the month has no table of its own."""
    objects: int
    object_bytes: int
    archived_at: dt.datetime | None


class Thinned(msgspec.Struct, frozen=True, kw_only=True):
    """Changes whose states are kept in an object, row by row."""

    name: str
    bytes: int
    sha256: str
    seqs: Sequence[int]
    hashes: Sequence[int]


def _query(name: str) -> LiteralString:
    return queries("postgres/common/queries/archive_log.sql")[name]


def _bounds(month: dt.date) -> dict[str, Any]:
    first = dt.datetime(month.year, month.month, 1, tzinfo=dt.UTC)
    return {"first": first, "end": (first + dt.timedelta(days=31)).replace(day=1)}


@contextmanager
def archiving(database: Database) -> Iterator[Connection]:
    """A session for the single archiver of a database. It cannot come from a pool that shares sessions, which would
    break the lock, and VACUUM must run outside of transactions.

    Raises:
        StoreUnavailable: the database is unavailable, or another process archives its log.
    """
    try:
        with psycopg.connect(
            database.url,
            autocommit=True,
            connect_timeout=5,
            application_name="openpolicy archive",
            options=f"-c timezone=UTC -c lock_timeout={_LOCK_S}s",
        ) as connection:
            row = connection.execute(_query("try_archive")).fetchone()
            if not row or not row[0]:
                raise StoreUnavailable("Another process archives this change log.", fix="Wait until it is done.")
            yield connection
    except psycopg.OperationalError as error:
        raise unavailable(database.url, error) from error


def months_due(connection: Connection, before: dt.date) -> list[MonthDue]:
    """The months before a day, oldest first, whose states are still in the log."""
    rows = connection.execute(_query("months"), {"before": _bounds(before)["first"]}).fetchall()
    return [MonthDue(month, changes, Position(xid, seq)) for month, changes, xid, seq in rows]


def export(connection: Connection, month: dt.date) -> Iterator[tuple[Any, ...]]:
    """The next rows of a month that have their state, in the order of the log, from one snapshot."""
    with connection.transaction(), connection.cursor("export") as cursor:
        cursor.execute(_query("export"), _bounds(month) | {"rows": OBJECT_ROWS})
        while rows := cursor.fetchmany(_FETCH_ROWS):
            yield from rows


def thin(connection: Connection, month: dt.date, kept: Thinned) -> None:
    """Remove the states from the log and record where they are, in one transaction: all of them or none.

    Raises:
        StoreUnavailable: a row has changed since it was exported, for example because its bucket was moved.
    """
    rows = len(kept.seqs)
    values = _bounds(month) | {
        "name": kept.name,
        "seqs": list(kept.seqs),
        "hashes": list(kept.hashes),
        "rows": rows,
        "bytes": kept.bytes,
        "sha256": kept.sha256,
        "first_seq": min(kept.seqs),
        "last_seq": max(kept.seqs),
    }
    with connection.transaction():
        if connection.execute(_query("thin"), values).rowcount != rows:
            raise StoreUnavailable(
                f"Changes of {month:%Y-%m} were moved while they were archived; nothing was taken out of the log.",
                fix="Archive again.",
            )
        connection.execute(_query("register"), values)
        failpoint("archive.before_commit")
    failpoint("archive.after_commit")


def compact(connection: Connection) -> int:
    """Free the space of archived states, including those of an archiver that was killed before it could.

    Each month's table is locked while its remaining rows are copied: about a second for 100,000. Returns the number of
    tables.

    Raises:
        StoreUnavailable: a table could not be locked within ten seconds; the next run tries again.
    """
    tables = [row[0] for row in connection.execute(_query("uncompacted"))]
    for table in tables:
        connection.execute(sql.SQL("vacuum (full, analyze) {}").format(sql.Identifier(table)))
    if tables:
        connection.execute(_query("compacted"))
    failpoint("archive.after_compact")
    return len(tables)


def logged_months(database: Database) -> list[LoggedMonth]:
    """Every month of a log, oldest first."""
    with database.connection() as connection:
        rows = connection.execute(_query("list")).fetchall()
    return [
        LoggedMonth(
            month=month,
            changes=changes,
            archived=archived,
            table_bytes=table_bytes,
            objects=objects,
            object_bytes=object_bytes,
            archived_at=archived_at,
        )
        for month, changes, archived, table_bytes, objects, object_bytes, archived_at in rows
    ]
