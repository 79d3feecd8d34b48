"""What a release says of itself: which files it has, and what is in them."""

import datetime as dt
from typing import Final, Literal

import msgspec

FileFormat = Literal["parquet", "csv", "ndjson"]
FORMATS: Final[tuple[FileFormat, ...]] = ("parquet", "csv", "ndjson")


class ReleaseFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file, named by the SHA-256 of its bytes."""

    format: FileFormat
    bytes: int
    sha256: str
    """Of the bytes that are kept, which of CSV and NDJSON are compressed by Zstandard."""

    @property
    def is_compressed(self) -> bool:
        """Whether the kept bytes must be decompressed first; Parquet compresses within."""
        return self.format != "parquet"


class ReleasePart(msgspec.Struct, frozen=True, kw_only=True):
    """One table, of one session where the table has a file for each."""

    table: str
    session: str | None
    rows: int
    fingerprint: str
    """Changes whenever what the part is made from does."""
    files: tuple[ReleaseFile, ...]

    @property
    def name(self) -> str:
        """`45-1/ballots`, or `members`."""
        return self.table if self.session is None else f"{self.session}/{self.table}"

    def file(self, format_: FileFormat) -> ReleaseFile:
        """The file in a format."""
        return next(each for each in self.files if each.format == format_)


class PartDifference(msgspec.Struct, frozen=True, kw_only=True):
    """A part that is not as it was in the release before."""

    part: str
    rows_before: int | None
    """Null where the release before did not have it."""
    rows: int | None
    """Null where this release does not have it."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """A release: immutable once it is made."""

    release: str
    """The day it was made, in Ottawa, and from the second one of a day its number: `2026-11-28`, `2026-11-28.2`."""
    made_at: dt.datetime
    dataset: str
    """`live`, `recorded`, or `simulated`: then nothing in it is real."""
    licence_en: str
    licence_fr: str
    previous: str | None
    """The release before."""
    differences: tuple[PartDifference, ...]
    """What has changed since then."""
    parts: tuple[ReleasePart, ...]

    def part(self, name: str) -> ReleasePart | None:
        """The part of a name; None where there is none."""
        return next((each for each in self.parts if each.name == name), None)


def differences(before: Manifest | None, parts: tuple[ReleasePart, ...]) -> tuple[PartDifference, ...]:
    """Which parts are new, changed or gone since a release."""
    old = {} if before is None else {each.name: each for each in before.parts}
    new = {each.name: each for each in parts}
    found = []
    for name in [*new, *(name for name in old if name not in new)]:
        was, now = old.get(name), new.get(name)
        if was is None or now is None or was.files != now.files:
            found.append(PartDifference(part=name, rows_before=_rows(was), rows=_rows(now)))
    return tuple(found)


def _rows(part: ReleasePart | None) -> int | None:
    return None if part is None else part.rows
