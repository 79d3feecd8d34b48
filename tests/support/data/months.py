"""Makes a log look as if it had been written over several months, and archives it."""

import datetime as dt
from pathlib import Path

from warehouse.objects.log_archive import LogArchive
from warehouse.objects.past_states import ParquetStates
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import Shards
from warehouse.workers.stream.apply import logs
from warehouse.workers.upkeep.archive_log import ArchiveReport, archive

_MONTHS = "select make_change_log_months('2025-01-01', '2025-06-01')"
_EARLIER = """
update change_log
set recorded_at = timestamptz '2025-01-10 12:00:00Z' + make_interval(months => least(revision, 5) - 1, secs => seq)
"""
FIRST_KEPT = dt.date(2025, 3, 1)
"""Months before this one are archived: those of revisions 1 and 2."""


def spread(catalog: Database, shards: Shards) -> None:
    """Say of every first revision that it was recorded in January 2025, of every second one in February, and so on.

    The clock of the database cannot be set. Nothing else of the rows is touched, nor is their order in the log; the
    lists have to follow afterwards, because they show the instant too.
    """
    for database in (catalog, *shards.databases):
        with database.connection() as connection:
            connection.execute(_MONTHS)
            connection.execute(_EARLIER)


def archived(catalog: Database, shards: Shards, folder: Path, before: dt.date = FIRST_KEPT) -> ArchiveReport:
    """Archive into a folder, and let these databases read from it."""
    for database in (catalog, *shards.databases):
        database.past = ParquetStates(folder.as_uri())
    return archive(catalog, shards, LogArchive(folder.as_uri()), before)


def states_in_logs(catalog: Database, shards: Shards) -> dict[str, int]:
    """How many states each log still has of the months before `FIRST_KEPT`."""
    found = {}
    for name, database in logs(catalog, shards).items():
        with database.connection() as connection:
            row = connection.execute(
                "select count(*) from change_log where state is not null and recorded_at < %s", (FIRST_KEPT,)
            ).fetchone()
        found[name] = row[0] if row else 0
    return found
