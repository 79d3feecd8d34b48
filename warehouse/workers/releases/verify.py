"""Proves that a release is whole: every file by its hash, and of the latest also against the databases."""

import msgspec

from warehouse.model.releases.datasets import DATASETS
from warehouse.model.releases.manifest import Manifest, ReleasePart
from warehouse.objects import release_files
from warehouse.objects.release_store import ReleaseDamaged, ReleaseStore
from warehouse.postgres import releases as rows_of
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.errors import SettingInvalid, StateLost
from warehouse.workers.releases.make import mark_of


class ReleaseVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of a release."""

    release: str
    files: int
    bytes: int
    damage: tuple[str, ...]
    """What is wrong with its files, a line each."""
    outdated: tuple[str, ...]
    """Parts that are no longer what the databases have; the next release will have them anew. That is no damage."""


def verify(catalog: Database, shards: Shards, store: ReleaseStore, release: str | None = None) -> ReleaseVerdict:
    """Read every file of a release, of the latest where none is named.

    Raises:
        SettingInvalid: there is no such release.
        StoreUnavailable: a store is unavailable.
    """
    manifest = manifest_of(store, release)
    damage = [line for part in manifest.parts for line in _damage_of(part, store)]
    found = rows_of.fingerprints(catalog, shards)
    marks = {where: mark_of(DATASETS[where[0]], mark) for where, mark in found.items()}
    known = {(each.table, each.session): each.fingerprint for each in manifest.parts}
    changed = {where for where in {*marks, *known} if marks.get(where) != known.get(where)}
    return ReleaseVerdict(
        release=manifest.release,
        files=sum(len(each.files) for each in manifest.parts),
        bytes=sum(file.bytes for each in manifest.parts for file in each.files),
        damage=tuple(damage),
        outdated=tuple(sorted(table if session is None else f"{session}/{table}" for table, session in changed)),
    )


def manifest_of(store: ReleaseStore, release: str | None = None) -> Manifest:
    """What a release says of itself, the latest where none is named.

    Raises:
        SettingInvalid: there is no such release.
        StoreUnavailable: the store does not work.
    """
    latest = store.latest()
    if latest is None:
        raise SettingInvalid("There is no release yet.", fix="Make one: `openpolicy release make`.")
    name = release or latest.release
    found = store.manifest(name) if name in latest.releases else None
    if found is None:
        known = ", ".join(latest.releases[-5:])
        raise SettingInvalid(f"There is no release {name}.", fix=f"Releases are {known}; `openpolicy release list`.")
    return found


def _damage_of(part: ReleasePart, store: ReleaseStore) -> list[str]:
    found = []
    for file in part.files:
        try:
            store.check(file)
        except ReleaseDamaged as error:
            found.append(f"{part.name}.{file.format}: {error.message}")
    if not found and (rows := _rows_of(part, store)) != part.rows:
        found.append(f"{part.name}.parquet has {rows} rows; the release says {part.rows}.")
    return found


def _rows_of(part: ReleasePart, store: ReleaseStore) -> int | str:
    try:
        return release_files.rows_of(store.opened(part.file("parquet")))
    except StateLost as error:
        return error.message
