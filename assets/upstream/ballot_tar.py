"""The ballots of one session in one `.tar.gz`, unpacked in memory once and answered by division."""

import gzip
import io
import re
import tarfile
from pathlib import Path

from assets.upstream.server import etag_of

_LARGEST = 512 * 1024 * 1024
"""Far above any session: 1,379 divisions take 24 MB."""
_DIVISION = re.compile(r"(?:.*/)?(\d+)\.csv", re.IGNORECASE)


class BallotTar:
    """The divisions of one archive. It is read at the first request, and again after the file was replaced.

    Twenty years of ballots take 60 MB unpacked, so they are kept in memory.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._unpacked = b""
        self._places: dict[int, tuple[int, int]] = {}
        self._etags: dict[int, str] = {}

    def get(self, division: int) -> tuple[bytes, str] | None:
        """A division's CSV as published, with its ETag; None if the archive does not have it.

        Raises:
            OSError, EOFError, tarfile.TarError: the file is damaged or too large.
        """
        self._read_if_new()
        place = self._places.get(division)
        if place is None:
            return None
        start, size = place
        body = self._unpacked[start : start + size]
        etag = self._etags.get(division) or self._etags.setdefault(division, etag_of(body))
        return body, etag

    def _read_if_new(self) -> None:
        status = self._path.stat()
        stamp = (status.st_mtime_ns, status.st_size)
        if stamp == self._stamp:
            return
        with gzip.open(self._path) as packed:
            unpacked = packed.read(_LARGEST + 1)
        if len(unpacked) > _LARGEST:
            raise tarfile.ReadError(f"{self._path.name} is larger than {_LARGEST} bytes unpacked")
        with tarfile.open(fileobj=io.BytesIO(unpacked)) as tar:
            places = {
                int(match[1]): (member.offset_data, member.size)
                for member in tar
                if member.isreg() and (match := _DIVISION.fullmatch(member.name))
            }
        self._unpacked, self._places, self._etags, self._stamp = unpacked, places, {}, stamp
