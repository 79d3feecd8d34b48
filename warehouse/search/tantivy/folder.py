"""The folder of an embedded index: one sub-folder for each generation, and a small file that names the current one.

The file is replaced atomically, so a reader finds the old or the new generation, never an incomplete one.
"""

import os
import shutil
from pathlib import Path
from typing import Final

import msgspec

from warehouse.runtime.errors import StoreUnavailable
from warehouse.search.tantivy import schema as tantivy_schema

_POINTER: Final = "current.json"
_META: Final = "meta.json"
"""Tantivy's list of the files of an index; replaced by every commit."""

FileMark = tuple[int, int, int]
"""A value that differs between two versions of a file that is always replaced, never written in place."""


class GenerationPointer(msgspec.Struct, frozen=True):
    """The current generation, and the version of its schema."""

    generation: int
    schema: int


class _Meta(msgspec.Struct, frozen=True):
    opstamp: int


class IndexFolder:
    """The folder of an embedded index."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def current(self) -> GenerationPointer | None:
        """The current generation; None before the first one.

        Raises:
            StoreUnavailable: it was made by another version of this program.
        """
        try:
            pointer = msgspec.json.decode((self.path / _POINTER).read_bytes(), type=GenerationPointer)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as error:
            raise StoreUnavailable(f"The search index in {self.path} cannot be read: {error}.") from error
        if pointer.schema != tantivy_schema.VERSION:
            raise StoreUnavailable(
                f"The search index in {self.path} was made by another version.", fix="Run `openpolicy rebuild search`."
            )
        return pointer

    def of(self, generation: int) -> Path:
        """The folder of one generation."""
        return self.path / f"{generation:06d}"

    def mark(self, generation: int) -> FileMark:
        """A value that changes with every commit; costs one call of the file system.

        Raises:
            FileNotFoundError: the generation was deleted.
        """
        found = (self.of(generation) / _META).stat()
        return found.st_mtime_ns, found.st_ino, found.st_size

    def opstamp(self, generation: int) -> int:
        """The number of the last operation that was committed.

        Raises:
            FileNotFoundError: the generation was deleted.
        """
        return msgspec.json.decode((self.of(generation) / _META).read_bytes(), type=_Meta).opstamp

    def begin(self) -> int:
        """Create the folder of a new generation, which is not read yet."""
        self.path.mkdir(parents=True, exist_ok=True)
        generation = 1 + max(self._generations(), default=0)
        self.of(generation).mkdir()
        return generation

    def publish(self, generation: int) -> None:
        """Make this generation the current one; durable when it returns."""
        fresh = self.path / f"{_POINTER}.new"
        with fresh.open("wb") as file:
            file.write(msgspec.json.encode(GenerationPointer(generation, tantivy_schema.VERSION)))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path / _POINTER)
        folder = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def sweep(self, kept: int) -> None:
        """Delete all other generations. Readers keep files that they have open."""
        for generation in self._generations():
            if generation != kept:
                self.discard(generation)

    def discard(self, generation: int) -> None:
        """Delete one generation. Files that a running thread still writes are deleted by the next sweep."""
        shutil.rmtree(self.of(generation), ignore_errors=True)

    def _generations(self) -> list[int]:
        return [int(each.name) for each in self.path.iterdir() if each.is_dir() and each.name.isdigit()]
