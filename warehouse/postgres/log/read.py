"""Reads the change log safely: in commit-safe order, below the oldest running transaction."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from warehouse.model.changes.events import LogEntry, Position
from warehouse.model.overrides import refs_of
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log.archived_states import with_states
from warehouse.runtime.sqlfiles import queries

_QUERIES = "postgres/common/queries/change_log.sql"
_FETCH_ROWS = 500
_BATCH_CHARACTERS = 16 * 1024 * 1024
"""A vote's state has up to 40,000 bytes: without a limit on size, a batch of votes would fill the memory."""


def read_after(database: Database, position: Position, limit: int) -> list[LogEntry]:
    """The next changes after a position, oldest first, votes without their ballots."""
    with database.connection() as connection:
        parameters = {"xid": str(position.xid), "seq": position.seq, "limit": limit}
        rows = connection.execute(queries(_QUERIES)["read_after"], parameters).fetchall()
    return _entries(database, rows, whole=False)


def read_whole_after(database: Database, position: Position, limit: int) -> list[LogEntry]:
    """The next changes after a position, oldest first, with whole states; fewer changes if these are large."""
    entries: list[LogEntry] = []
    size = 0
    with database.connection() as connection:
        while size <= _BATCH_CHARACTERS and (wanted := min(_FETCH_ROWS, limit - len(entries))) > 0:
            parameters = {"xid": str(position.xid), "seq": position.seq, "limit": wanted}
            rows = connection.execute(queries(_QUERIES)["read_whole_after"], parameters).fetchall()
            for entry in _entries(database, rows, whole=True):
                entries.append(entry)
                size += len(entry.state)
                if size > _BATCH_CHARACTERS:
                    break
            if len(rows) < wanted:
                break
            position = entries[-1].position
    return entries


def read_one(database: Database, seq: int) -> LogEntry | None:
    """One change by its sequence number, with its whole state."""
    with database.connection() as connection:
        rows = connection.execute(queries(_QUERIES)["read_one"], {"seq": seq}).fetchall()
    return next(iter(_entries(database, rows, whole=True)), None)


def lag(database: Database, position: Position) -> tuple[int, float]:
    """The number of changes after a position, and the age of the oldest in seconds."""
    with database.connection() as connection:
        row = connection.execute(queries(_QUERIES)["lag"], {"xid": str(position.xid), "seq": position.seq}).fetchone()
    return (int(row[0]), float(row[1])) if row else (0, 0.0)


def head(database: Database) -> Position:
    """The last change that can be read now, below the oldest running transaction."""
    with database.connection() as connection:
        row = connection.execute(queries(_QUERIES)["head"]).fetchone()
    return Position(row[0], row[1]) if row else Position()


def entities(database: Database) -> int:
    """The number of entities in the log."""
    with database.connection() as connection:
        row = connection.execute(queries(_QUERIES)["entities"]).fetchone()
    return int(row[0]) if row else 0


def latest_in_batches(database: Database, *, whole: bool) -> Iterator[list[LogEntry]]:
    """The last change of every entity, some hundred at a time; votes with their ballots only if `whole`."""
    query = queries(_QUERIES)["latest_whole" if whole else "latest"]
    with database.connection() as connection, connection.cursor("latest") as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(_FETCH_ROWS):
            yield _entries(database, rows, whole=whole)


def latest_of(database: Database, buckets: Sequence[int]) -> list[LogEntry]:
    """The last change of every entity of some buckets, votes without their ballots."""
    with database.connection() as connection:
        rows = connection.execute(queries(_QUERIES)["latest_of"], {"buckets": list(buckets)}).fetchall()
    return _entries(database, rows, whole=False)


def _entries(database: Database, rows: Iterable[tuple[Any, ...]], *, whole: bool) -> list[LogEntry]:
    return with_states(database, [_entry(row) for row in rows], whole=whole)


def _entry(row: tuple[Any, ...]) -> LogEntry:
    xid, seq, entity, key, revision, op, changed, state, *origin = row
    source, url, sha256, fetched_at, recorded_at, reason, overrides = origin
    return LogEntry(
        position=Position(xid, seq),
        entity=entity,
        key=key,
        revision=revision,
        op=op,
        changed=changed,
        state=state,
        source=source,
        source_url=url,
        document_sha256=sha256,
        fetched_at=fetched_at,
        recorded_at=recorded_at,
        reason=reason,
        overrides=refs_of(overrides),
    )
