"""What `openpolicy release` does."""

from pathlib import Path

import msgspec

from assets.progress import Progress
from deploy.local.attached import databases, found_stores
from deploy.local.supervisor import Say
from warehouse.objects.release_store import ReleaseStore
from warehouse.postgres.roles import LOADER
from warehouse.runtime.clock import now
from warehouse.runtime.errors import SettingInvalid
from warehouse.runtime.settings import Settings
from warehouse.workers.releases.make import Made
from warehouse.workers.releases.make import make as make_release
from warehouse.workers.releases.verify import ReleaseVerdict
from warehouse.workers.releases.verify import verify as verify_release


class ListedRelease(msgspec.Struct, frozen=True, kw_only=True):
    """One release."""

    release: str
    dataset: str
    parts: int
    rows: int
    bytes: int
    changed: int
    """Parts that are not as they were in the release before."""


def make(data_dir: Path | None, settings: Settings, progress: Progress, say: Say) -> Made:
    """Make a release of what is held now."""
    with found_stores(data_dir, settings, say, LOADER) as found, databases(found) as (catalog, shards):
        progress.start("tables of the release", None)
        try:
            return make_release(catalog, shards, _store(found), now(), lambda _part: progress.advance(1))
        finally:
            progress.done()


def list_releases(data_dir: Path | None, settings: Settings, say: Say) -> list[ListedRelease]:
    """Every release, newest first."""
    with found_stores(data_dir, settings, say, LOADER) as found:
        store = _store(found)
        latest = store.latest()
        names = () if latest is None else latest.releases
        manifests = [manifest for name in reversed(names) if (manifest := store.manifest(name)) is not None]
    return [
        ListedRelease(
            release=each.release,
            dataset=each.dataset,
            parts=len(each.parts),
            rows=sum(part.rows for part in each.parts),
            bytes=sum(file.bytes for part in each.parts for file in part.files),
            changed=len(each.differences),
        )
        for each in manifests
    ]


def verify(data_dir: Path | None, settings: Settings, say: Say, release: str | None) -> ReleaseVerdict:
    """Read every file of a release."""
    with found_stores(data_dir, settings, say, LOADER) as found, databases(found) as (catalog, shards):
        return verify_release(catalog, shards, _store(found), release)


def _store(settings: Settings) -> ReleaseStore:
    if not settings.objects_url:
        raise SettingInvalid("OPENPOLICY_OBJECTS_URL is not set.", fix="Set it to a folder (file:…) or s3://….")
    return ReleaseStore(settings.objects_url)
