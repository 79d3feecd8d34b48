"""Keeps releases in the object store: files under their SHA-256, a manifest for each, and which is the latest."""

import hashlib
from collections.abc import AsyncIterator
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import msgspec
from obstore.store import ObjectStore

from warehouse.model.releases.manifest import Manifest, ReleaseFile
from warehouse.objects.places import open_place, place_away
from warehouse.objects.ranges import RangeFile
from warehouse.runtime.errors import OpenPolicyError
from warehouse.runtime.failpoints import failpoint

_FOLDER: Final = "releases"
_LATEST: Final = f"{_FOLDER}/latest.json"
_CHUNK: Final = 1024 * 1024
_manifest = msgspec.json.Decoder(Manifest)


class ReleaseDamaged(OpenPolicyError):
    """The object store does not hold what a release says it has."""

    code, exit_code = "release_damaged", 9


class Latest(msgspec.Struct, frozen=True):
    """Which release is the latest, and all there are, oldest first."""

    release: str
    releases: tuple[str, ...]


_latest = msgspec.json.Decoder(Latest)


class ReleaseStore:
    """The releases in the object store at `url`. Safe for use by several threads, and by an event loop."""

    def __init__(self, url: str) -> None:
        self.url = url

    @cached_property
    def _store(self) -> ObjectStore:
        return open_place(self.url)

    def latest(self) -> Latest | None:
        """Which release is the latest; None where there is none.

        Raises:
            StoreUnavailable: the store does not work.
        """
        body = self._get(_LATEST)
        return None if body is None else _latest.decode(body)

    def manifest(self, release: str) -> Manifest | None:
        """What a release says of itself; None where there is no such release.

        Raises:
            StoreUnavailable: the store does not work.
        """
        body = self._get(_manifest_path(release))
        return None if body is None else _manifest.decode(body)

    def has(self, file: ReleaseFile) -> bool:
        """Whether the store holds as many bytes under the file's name as it must have.

        Raises:
            StoreUnavailable: the store does not work.
        """
        try:
            return int(self._store.head(path_of(file))["size"]) == file.bytes
        except FileNotFoundError:
            return False
        except Exception as error:  # obstore raises one class for each way a store can fail
            raise place_away(self.url, error) from error

    def put(self, file: ReleaseFile, body: Path) -> None:
        """Keep a file; it is there as a whole or not at all.

        Raises:
            StoreUnavailable: the store does not work.
        """
        try:
            self._store.put(path_of(file), body)
        except Exception as error:
            raise place_away(self.url, error) from error

    def publish(self, manifest: Manifest, before: Latest | None) -> None:
        """Make a release the latest. Its files must be there: from now on readers see it.

        Raises:
            StoreUnavailable: the store does not work.
        """
        names = () if before is None else before.releases
        latest = Latest(manifest.release, (*(name for name in names if name != manifest.release), manifest.release))
        try:
            self._store.put(_manifest_path(manifest.release), msgspec.json.encode(manifest), use_multipart=False)
            failpoint("release.between_manifest_and_latest")
            self._store.put(_LATEST, msgspec.json.encode(latest), use_multipart=False)
        except Exception as error:
            raise place_away(self.url, error) from error

    def check(self, file: ReleaseFile) -> None:
        """Prove that the store has every byte of a file.

        Raises:
            ReleaseDamaged: the file is missing, or was altered.
            StoreUnavailable: the store does not work.
        """
        digest = hashlib.sha256()
        try:
            for chunk in self._store.get(path_of(file)).stream(min_chunk_size=_CHUNK):
                digest.update(bytes(chunk))
        except FileNotFoundError as error:
            raise damaged(file, "is missing") from error
        except Exception as error:
            raise place_away(self.url, error) from error
        if digest.hexdigest() != file.sha256:
            raise damaged(file, "was altered")

    def opened(self, file: ReleaseFile) -> RangeFile:
        """A file to read in ranges.

        Raises:
            StateLost: it is missing.
            StoreUnavailable: the store does not work.
        """
        return RangeFile(self._store, self.url, path_of(file))

    async def stream(self, file: ReleaseFile, start: int, length: int) -> AsyncIterator[bytes]:
        """Some bytes of a file, a piece at a time.

        Raises:
            ReleaseDamaged: it is missing.
            StoreUnavailable: the store does not work.
        """
        try:
            for at in range(start, start + length, _CHUNK):
                step = min(_CHUNK, start + length - at)
                yield bytes(await self._store.get_range_async(path_of(file), start=at, length=step))
        except FileNotFoundError as error:
            raise damaged(file, "is missing") from error
        except Exception as error:
            raise place_away(self.url, error) from error

    def _get(self, path: str) -> Any:
        try:
            return bytes(self._store.get(path).bytes())
        except FileNotFoundError:
            return None
        except Exception as error:
            raise place_away(self.url, error) from error


def path_of(file: ReleaseFile) -> str:
    """Where a file is in the store."""
    return f"{_FOLDER}/files/{file.sha256[:2]}/{file.sha256}"


def _manifest_path(release: str) -> str:
    return f"{_FOLDER}/{release}.json"


def damaged(file: ReleaseFile, what: str) -> ReleaseDamaged:
    """The error of a file that is not as its release says."""
    return ReleaseDamaged(
        f"The file {path_of(file)} of a release {what}.",
        fix="Restore it from a copy of the object store, or make a new release: `openpolicy release make`.",
    )
