"""Makes a release: what changed since the last one is written, all else is taken over from it.

Files first, then the manifest, and last which release is the latest. A crash between any two lines leaves the last good
release as it was; the files that were written are found again, because they are named by their content.
"""

import datetime as dt
import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from warehouse.model.keys import session_order
from warehouse.model.releases.datasets import DATASETS, Dataset
from warehouse.model.releases.manifest import FORMATS, FileFormat, Manifest, ReleaseFile, ReleasePart, differences
from warehouse.objects import release_files
from warehouse.objects.release_store import Latest, ReleaseStore
from warehouse.postgres import releases as rows_of
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.releases import Fingerprints, Where
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.errors import SettingInvalid
from warehouse.runtime.failpoints import failpoint

LICENCE_EN: Final = (
    "Documents of the House of Commons: Speaker’s Permission; LEGISinfo: terms of the Library of Parliament, "
    "reproduction permitted if accurate and not presented as official"
)
LICENCE_FR: Final = (
    "Documents de la Chambre des communes\u00a0: permission du Président; LEGISinfo\u00a0: conditions de la "
    "Bibliothèque du Parlement, reproduction permise si elle est exacte et n’est pas présentée comme officielle"
)
_WRITER: Final = "1"
"""Raised when the same rows would make other files."""
_OTTAWA: Final = ZoneInfo("America/Toronto")


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """What making a release did."""

    release: str
    """The release that is now the latest."""
    is_new: bool
    """False where nothing had changed since the last one, which then stays the latest."""
    written: tuple[str, ...]
    """The parts that were written."""
    taken_over: int
    """Parts that are as they were in the release before, and were not written."""
    rows: int
    """Of all parts."""
    bytes: int
    """Of all files, each in its three formats."""


def make(
    catalog: Database,
    shards: Shards,
    store: ReleaseStore,
    at: dt.datetime,
    done: Callable[[str], None] = lambda _part: None,
) -> Made:
    """Make a release of what is held now; `done` is told each part that is ready.

    Raises:
        SettingInvalid: nothing is loaded yet.
        StoreUnavailable: a store is unavailable, or another process makes a release.
    """
    with rows_of.making(catalog):
        kind = rows_of.dataset_of(catalog)
        if kind is None:
            raise SettingInvalid("There is nothing to release: no data is loaded.", fix="Load some: `openpolicy run`.")
        latest = store.latest()
        before = None if latest is None else store.manifest(latest.release)
        old = {} if before is None else {(each.table, each.session): each for each in before.parts}
        found = rows_of.fingerprints(catalog, shards)
        parts = {where: old[where] for where, mark in found.items() if _is_whole(old.get(where), mark, store)}
        for part in parts.values():
            done(part.name)
        due = {where: mark for where, mark in found.items() if where not in parts}
        for part in _write(_tables(catalog, shards, due), due, store):
            parts[part.table, part.session] = part
            done(part.name)
        whole = _sorted(parts.values())
        changed = differences(before, whole)
        is_new = before is None or bool(changed) or before.dataset != kind
        release = _name(latest, at) if is_new or before is None else before.release
        if is_new:
            manifest = Manifest(
                release=release,
                made_at=at,
                dataset=kind,
                licence_en=LICENCE_EN,
                licence_fr=LICENCE_FR,
                previous=None if latest is None else latest.release,
                differences=changed,
                parts=whole,
            )
            failpoint("release.before_manifest")
            store.publish(manifest, latest)
            failpoint("release.after_manifest")
    return Made(
        release=release,
        is_new=is_new,
        written=tuple(each.name for each in whole if (each.table, each.session) in due),
        taken_over=len(whole) - len(due),
        rows=sum(each.rows for each in whole),
        bytes=sum(file.bytes for each in whole for file in each.files),
    )


def _is_whole(part: ReleasePart | None, rows_mark: str, store: ReleaseStore) -> bool:
    """Whether what the release before has is made from the same rows, and is all there."""
    if part is None or part.fingerprint != mark_of(DATASETS[part.table], rows_mark):
        return False
    return all(store.has(file) for file in part.files)


def mark_of(dataset: Dataset, rows_mark: str) -> str:
    """The fingerprint of a part: of its rows, its columns and the way it is written."""
    return hashlib.sha256(msgspec.json.encode((_WRITER, LICENCE_EN, dataset, rows_mark))).hexdigest()[:32]


def _tables(catalog: Database, shards: Shards, due: Fingerprints) -> Iterator[tuple[Where, Sequence[bytes]]]:
    """What the databases have of the parts that are due, a session at a time: that much is in memory."""
    for session in sorted({session for _, session in due if session}, key=session_order):
        for name, copies in rows_of.of_session(shards, session).items():
            yield (name, session), copies
    if any(session is None for _, session in due):
        for name, copies in rows_of.of_catalog(catalog).items():
            yield (name, None), copies


def _write(
    tables: Iterable[tuple[Where, Sequence[bytes]]], due: Fingerprints, store: ReleaseStore
) -> Iterator[ReleasePart]:
    for (name, session), copies in tables:
        if (mark := due.get((name, session))) is None:
            continue
        table = release_files.read_rows(DATASETS[name], LICENCE_EN, copies)
        with tempfile.TemporaryDirectory(prefix="openpolicy-release-") as folder:
            files = tuple(_kept(table, format_, Path(folder) / format_, store) for format_ in FORMATS)
        fingerprint = mark_of(DATASETS[name], mark)
        yield ReleasePart(table=name, session=session, rows=table.num_rows, fingerprint=fingerprint, files=files)


def _kept(table: Any, format_: FileFormat, file: Path, store: ReleaseStore) -> ReleaseFile:
    release_files.write(table, format_, file)
    with file.open("rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    found = ReleaseFile(format=format_, bytes=file.stat().st_size, sha256=sha256)
    failpoint("release.before_file")
    store.put(found, file)
    failpoint("release.after_file")
    return found


def _sorted(parts: Iterable[ReleasePart]) -> tuple[ReleasePart, ...]:
    """In the order of the tables, newest session first."""
    names = list(DATASETS)
    newest_first = sorted(parts, key=lambda each: session_order(each.session) if each.session else 0, reverse=True)
    return tuple(sorted(newest_first, key=lambda each: names.index(each.table)))


def _name(latest: Latest | None, at: dt.datetime) -> str:
    """The day in Ottawa; from the second release of a day also its number."""
    day = f"{at.astimezone(_OTTAWA):%Y-%m-%d}"
    known = () if latest is None else latest.releases
    number = sum(name.partition(".")[0] == day for name in known) + 1
    return day if number == 1 else f"{day}.{number}"
