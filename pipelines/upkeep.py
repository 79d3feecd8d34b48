"""Upkeep besides the graph: archives old months of the change logs, and creates coming months."""

import dagster as dg

from assets.graph.shared import our_errors
from pipelines.automation import RUN_TAGS
from warehouse.objects.log_archive import LogArchive
from warehouse.runtime.clock import now
from warehouse.runtime.settings import read_settings
from warehouse.stores import open_stores
from warehouse.workers.upkeep.archive_log import KEEP_MONTHS, ArchiveReport, archive, month_before


def archive_old_months() -> ArchiveReport:
    """Archive changes older than the months that stay; sends no requests to upstream."""
    settings = read_settings()
    with open_stores(settings) as stores:
        objects = LogArchive(settings.objects_url)
        return archive(stores.catalog, stores.shards, objects, month_before(now().date(), KEEP_MONTHS))


@dg.op
def archive_months(context: dg.OpExecutionContext) -> None:
    """Moves the states of changes older than a year to the object store, and creates coming months."""
    with our_errors():
        report = archive_old_months()
    for waiting in report.waiting:
        context.log.warning(f"{waiting.log} {waiting.month}: {waiting.changes} changes stay, {waiting.why}")
    context.add_output_metadata(
        {
            "before": report.before,
            "changes": sum(made.changes for made in report.archived),
            "bytes": sum(made.bytes for made in report.archived),
            "objects": len(report.archived),
            "months_waiting": len(report.waiting),
        }
    )


@dg.job(description="Old months of the change logs to the object store, where they stay readable.", tags=RUN_TAGS)
def archive_change_log() -> None:
    """The job of the schedule `change_log_monthly`."""
    archive_months()
