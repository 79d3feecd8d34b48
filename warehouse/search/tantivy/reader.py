"""Readers of the embedded index, in any number of processes. Each finds the last commit, in any generation."""

import contextlib
import threading
from collections.abc import Iterator

import tantivy

from warehouse.model.read_models.search import IndexVersion
from warehouse.runtime.errors import StoreUnavailable
from warehouse.search.tantivy import schema
from warehouse.search.tantivy.folder import FileMark, GenerationPointer, IndexFolder

_ATTEMPTS = 5
_NONE: IndexVersion = (0, 0)


@contextlib.contextmanager
def told_as_away() -> Iterator[None]:
    """Tantivy raises ValueError for everything. Since queries are never parsed, it means that the index failed."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise StoreUnavailable(f"The search index cannot be read: {error}.") from error


class IndexReader:
    """Finds the newest state of the index; shared by all threads of a process."""

    def __init__(self, folder: IndexFolder) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._opened: tuple[GenerationPointer, tantivy.Index] | None = None
        self._seen: FileMark | None = None

    def version(self) -> IndexVersion:
        """The generation and its last operation; the same before the first one as while there is none."""
        for _ in range(_ATTEMPTS):
            pointer = self._folder.current()
            if pointer is None:
                return _NONE
            with contextlib.suppress(FileNotFoundError):
                return pointer.generation, self._folder.opstamp(pointer.generation)
        raise StoreUnavailable("The search index is being replaced repeatedly.")

    def searcher(self) -> tantivy.Searcher:
        """A searcher that sees everything committed before this call.

        Raises:
            StoreUnavailable: there is no index yet, or it cannot be read.
        """
        failure: Exception | None = None
        for _ in range(_ATTEMPTS):
            pointer = self._folder.current()
            if pointer is None:
                raise StoreUnavailable("There is no search index yet.", fix="Run `openpolicy rebuild search`.")
            try:
                return self._index(pointer).searcher()
            except (ValueError, OSError) as error:  # replaced and deleted since the pointer was read
                failure = error
        raise StoreUnavailable(f"The search index cannot be read: {failure}.") from failure

    def close(self) -> None:
        """Close the files."""
        with self._lock:
            self._opened = self._seen = None

    def _index(self, pointer: GenerationPointer) -> tantivy.Index:
        with self._lock:
            mark = self._folder.mark(pointer.generation)
            if self._opened is None or self._opened[0] != pointer:
                self._opened = pointer, schema.open_at(str(self._folder.of(pointer.generation)))
            elif mark != self._seen:
                self._opened[1].reload()
            self._seen = mark
            return self._opened[1]
