"""Keeps archived changes as Parquet objects, named by log, month and SHA-256."""

import datetime as dt
import hashlib
import tempfile
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
from obstore.store import ObjectStore

from warehouse.objects.places import open_place, place_away
from warehouse.objects.ranges import RangeFile, lost
from warehouse.runtime.errors import StateLost
from warehouse.runtime.failpoints import failpoint

if TYPE_CHECKING:
    from warehouse.objects.log_files import Contents

_FOLDER: Final = "change_log"
_NAMED_BY: Final = 32
"""Hexadecimal digits of the SHA-256 that name an object: 128 bits."""
_CHUNK: Final = 8 * 1024 * 1024


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """An object that holds archived changes."""

    name: str
    bytes: int
    sha256: str
    seqs: list[int]
    """The changes in it by their sequence number, row by row."""
    hashes: list[int]
    """PostgreSQL's hashes of key, revision and state of each change."""


def path_of(name: str) -> str:
    """The path of an object in the store."""
    return f"{_FOLDER}/{name}.parquet"


class LogArchive:
    """The Parquet objects of the change logs in the object store at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url

    @cached_property
    def _store(self) -> ObjectStore:
        return open_place(self.url)

    def keep(self, log: str, month: dt.date, rows: Iterable[tuple[Any, ...]]) -> Kept:
        """Write rows of a log to an object, read it back from the store, and verify that every state is in it.

        The same rows get the same name, so an object left by a killed process is overwritten with the same content.

        Raises:
            StateLost: the content read back differs from what was written.
            StoreUnavailable: the store does not work.
        """
        from warehouse.objects import log_files  # noqa: PLC0415 (pyarrow: a third of a second, and seldom needed)

        with tempfile.TemporaryDirectory(prefix="openpolicy-archive-") as folder:
            file = Path(folder) / "rows.parquet"
            written = log_files.write(rows, file)
            failpoint("archive.after_export")
            sha256, size = _hashed(file), file.stat().st_size
            name = f"{log}/{month:%Y-%m}/{sha256[:_NAMED_BY]}"
            self._put(name, file)
        failpoint("archive.after_upload")
        self.check(name)
        found = self._read_back(name)
        if found != written:
            raise lost(path_of(name), "does not hold what was written to it")
        failpoint("archive.after_read_back")
        return Kept(name=name, bytes=size, sha256=sha256, seqs=found.seqs, hashes=found.hashes)

    def _read_back(self, name: str) -> "Contents":
        from warehouse.objects import log_files  # noqa: PLC0415

        return log_files.read_back(RangeFile(self._store, self.url, path_of(name)))

    def _put(self, name: str, file: Path) -> None:
        try:
            self._store.put(path_of(name), file)
        except Exception as error:  # obstore raises one class for each way a store can fail
            raise place_away(self.url, error) from error

    def check(self, name: str) -> None:
        """Verify that the bytes of an object match its name.

        Raises:
            StateLost: it is missing, or was altered.
            StoreUnavailable: the store does not work.
        """
        digest = hashlib.sha256()
        try:
            for chunk in self._store.get(path_of(name)).stream(min_chunk_size=_CHUNK):
                digest.update(bytes(chunk))
        except FileNotFoundError as error:
            raise lost(path_of(name), "is missing") from error
        except Exception as error:
            raise place_away(self.url, error) from error
        if digest.hexdigest()[:_NAMED_BY] != name.rpartition("/")[2]:
            raise lost(path_of(name), "was altered")

    def damage(self, held: Mapping[str, Mapping[int, int]]) -> list[str]:
        """Describe, one line each, the objects that do not have these hashes in these rows.

        Raises:
            StoreUnavailable: the store does not work.
        """
        found = []
        for name, hashes in held.items():
            try:
                self.check(name)
                self._compare(name, hashes)
            except StateLost as error:
                found.append(error.message)
        return found

    def _compare(self, name: str, hashes: Mapping[int, int]) -> None:
        there = dict(enumerate(self._read_back(name).hashes))
        if wrong := [row for row, expected in hashes.items() if there.get(row) != expected]:
            raise lost(path_of(name), f"has other changes in {len(wrong)} rows than the log says")


def _hashed(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
