"""`openpolicy ingest`, `migrate` and `verify`: they use running stores, or start them for the duration."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from assets.progress import Progress
from deploy.local.attached import databases, found_stores, has_own_stores, source_of, stores
from deploy.local.folder import find_folder
from deploy.local.sources import SessionChoice, folder_for, open_upstream, require_sessions, resolve
from deploy.local.supervisor import Say
from deploy.local.system import interrupts
from warehouse.postgres.roles import LOADER
from warehouse.runtime.settings import Settings

if TYPE_CHECKING:
    from assets.ingest import IngestReport
    from warehouse.workers.upkeep.verify import VerifyReport


def load(
    source_text: str,
    data_dir: Path | None,
    sessions: SessionChoice,
    settings: Settings,
    *,
    progress: Progress,
    say: Say,
) -> "IngestReport":
    """Fetch, check and store what is new.

    Raises:
        OpenPolicyError: the source, the folder or a store cannot be used; servers that were started are stopped again.
    """
    from assets.ingest import ingest

    interrupts.install()
    if not source_text and data_dir is None and has_own_stores(settings):
        return ingest(settings, sessions=sessions, progress=progress)
    if source_text:
        source = resolve(source_text, settings)
        folder = folder_for(source, data_dir)
    else:
        folder = find_folder(data_dir)
        source = source_of(folder)
    if source.name != "live":
        require_sessions(open_upstream(source), sessions)
    with stores(folder, source, say=say, role=LOADER, with_upstream=True) as found:
        return ingest(found, sessions=sessions, progress=progress)


def migrate(data_dir: Path | None, settings: Settings, say: Say) -> list[str]:
    """Migrate the databases to this version; returns the applied migrations."""
    from warehouse.clickhouse.migrate import migrate as apply_to_clickhouse
    from warehouse.postgres.migrate import migrate as apply

    with found_stores(data_dir, settings, say) as found:
        applied = apply(found.catalog_url, found.shard_urls)
        return applied + (apply_to_clickhouse(found.clickhouse_url) if found.clickhouse_url else [])


def verify(data_dir: Path | None, settings: Settings, say: Say) -> "VerifyReport":
    """Compare state, log and lists of every database, compare every read model and Kafka with the logs, and verify
    archived states. Changes that Kafka's consumers have not applied yet count as differences."""
    from warehouse.objects.log_archive import LogArchive
    from warehouse.workers.read_models.registry import configured
    from warehouse.workers.stream.wait import wait_until_applied
    from warehouse.workers.upkeep.verify import verify as prove
    from warehouse.workers.upkeep.verify_read_models import compare_all

    with found_stores(data_dir, settings, say, LOADER) as found, databases(found) as (catalog, shards):
        if not found.kafka_url:
            for name in configured(found):
                wait_until_applied(name, found, catalog, shards)
        report = prove(catalog, shards, LogArchive(found.objects_url) if found.objects_url else None)
        return msgspec.structs.replace(report, compared=compare_all(found, catalog, shards))
