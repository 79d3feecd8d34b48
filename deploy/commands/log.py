"""What `openpolicy log` does."""

from pathlib import Path

from assets.progress import Progress
from deploy.local.attached import databases, found_stores
from deploy.local.supervisor import Say
from warehouse.objects.log_archive import LogArchive
from warehouse.postgres.log.archive import LoggedMonth, logged_months
from warehouse.postgres.roles import LOADER
from warehouse.runtime.clock import now
from warehouse.runtime.errors import SettingInvalid
from warehouse.runtime.settings import Settings
from warehouse.workers.stream.apply import logs
from warehouse.workers.upkeep.archive_log import ArchiveReport, month_before
from warehouse.workers.upkeep.archive_log import archive as move


def list_months(data_dir: Path | None, settings: Settings, say: Say) -> dict[str, list[LoggedMonth]]:
    """The months of every log, oldest first."""
    with found_stores(data_dir, settings, say, LOADER) as found, databases(found) as (catalog, shards):
        return {log: logged_months(database) for log, database in logs(catalog, shards).items()}


def archive(
    data_dir: Path | None, settings: Settings, progress: Progress, say: Say, *, keep_months: int, before: str | None
) -> ArchiveReport:
    """Archive the months before `before`, or those older than `keep_months`.

    Raises:
        SettingInvalid: no such month may be archived, or there is no object store.
        StoreUnavailable: a store is unavailable, or another process archives.
    """
    first = month_before(now().date(), keep_months, before)
    with found_stores(data_dir, settings, say, LOADER) as found, databases(found) as (catalog, shards):
        if not found.objects_url:
            raise SettingInvalid("OPENPOLICY_OBJECTS_URL is not set.", fix="Set it to a folder (file:…) or s3://….")
        progress.start("changes archived", None)
        try:
            return move(catalog, shards, LogArchive(found.objects_url), first, progress.advance)
        finally:
            progress.done()
