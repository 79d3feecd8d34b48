"""Moves the states of old changes from the change logs to the object store, month by month.

Export, upload, read back, compare; only then one transaction removes the states from the log. After a crash every state
is where it was or in both places, and the next run resumes.
"""

import datetime as dt
from collections.abc import Callable

import msgspec

from warehouse.model.changes.events import Position
from warehouse.objects.log_archive import LogArchive
from warehouse.postgres.connections.pools import Connection, Database
from warehouse.postgres.log import archive as log_archives
from warehouse.postgres.log import partitions
from warehouse.postgres.log.archive import MonthDue, Thinned
from warehouse.postgres.log.read_model_positions import every_position
from warehouse.postgres.log.relay_positions import relayed
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.errors import SettingInvalid
from warehouse.workers.stream.apply import logs

KEEP_MONTHS = 12
"""Whole months before the current one whose states stay in the logs."""


class Archived(msgspec.Struct, frozen=True, kw_only=True):
    """An object that was written."""

    log: str
    month: str
    """`2025-01`."""
    changes: int
    name: str
    bytes: int


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A month that stays in the log because a reader has not read it completely."""

    log: str
    month: str
    changes: int
    why: str


class ArchiveReport(msgspec.Struct, frozen=True, kw_only=True):
    """The objects written, and the months that could not be archived yet."""

    before: str
    archived: list[Archived]
    waiting: list[Waiting]


def month_before(today: dt.date, keep_months: int = KEEP_MONTHS, before: str | None = None) -> dt.date:
    """The first day of the first month that stays: the month named by `before`, or `KEEP_MONTHS` before this month.

    Raises:
        SettingInvalid: it is not a month, or the current or the previous month would not stay.
    """
    newest = _months_earlier(today, 1)
    if before is None:
        return _months_earlier(today, max(keep_months, 1))
    try:
        found = dt.date.fromisoformat(f"{before}-01")
    except ValueError:
        raise SettingInvalid(f"{before!r} is not a month.", fix=f"Write it as {newest:%Y-%m}.") from None
    if found > newest:
        raise SettingInvalid(
            f"Months before {before} cannot be archived: this month and the last one stay in the log.",
            fix=f"Name {newest:%Y-%m} or an earlier month.",
        )
    return found


def _months_earlier(day: dt.date, months: int) -> dt.date:
    count = day.year * 12 + day.month - 1 - months
    return dt.date(count // 12, count % 12 + 1, 1)


def archive(
    catalog: Database,
    shards: Shards,
    objects: LogArchive,
    before: dt.date,
    archived: Callable[[int], None] = lambda _count: None,
) -> ArchiveReport:
    """Archive the months before a day, of every log; `archived` is called with the number of changes in each object.

    Raises:
        StoreUnavailable: a database or the object store is unavailable, or another process archives; try again.
        StateLost: the object store does not return what was written; nothing was removed from the log.
    """
    report = ArchiveReport(before=f"{before:%Y-%m}", archived=[], waiting=[])
    readers = every_position(catalog)
    for log, database in logs(catalog, shards).items():
        read = {read_model: position for (read_model, of), position in readers.items() if of == log}
        if (published := relayed(database, log)) is not None:
            read["relay"] = published[0]
        with log_archives.archiving(database) as connection:
            with connection.transaction():
                partitions.make_ahead(connection)
            for due in log_archives.months_due(connection, before):
                if why := _unread(due.last, read):
                    report.waiting.append(Waiting(log=log, month=f"{due.month:%Y-%m}", changes=due.changes, why=why))
                    continue
                for made in _archive_month(connection, log, due, objects):
                    report.archived.append(made)
                    archived(made.changes)
            log_archives.compact(connection)
    return report


def _unread(last: Position, read: dict[str, Position]) -> str:
    """Describe the readers that have not read a month completely; empty if all have. A log that nothing has read
    stays."""
    behind = sorted(name for name, position in read.items() if position < last)
    if behind:
        return f"{', '.join(behind)} has not read it to its end"
    return "" if read else "nothing has read this log yet"


def _archive_month(connection: Connection, log: str, due: MonthDue, objects: LogArchive) -> list[Archived]:
    made = []
    left = due.changes
    while left > 0:
        kept = objects.keep(log, due.month, log_archives.export(connection, due.month))
        thinned = Thinned(name=kept.name, bytes=kept.bytes, sha256=kept.sha256, seqs=kept.seqs, hashes=kept.hashes)
        log_archives.thin(connection, due.month, thinned)
        left -= len(kept.seqs)
        made.append(
            Archived(log=log, month=f"{due.month:%Y-%m}", changes=len(kept.seqs), name=kept.name, bytes=kept.bytes)
        )
    return made
