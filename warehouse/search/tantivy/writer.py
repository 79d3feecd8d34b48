"""The single writer of the embedded index: applies batches by revision, and builds new generations."""

from collections.abc import Iterable, Sequence
from typing import Final

import tantivy

from warehouse.model.read_models.search import Removed, SearchRow
from warehouse.runtime.errors import RowRefused, StoreUnavailable
from warehouse.runtime.failpoints import failpoint
from warehouse.search.tantivy import schema
from warehouse.search.tantivy.folder import IndexFolder

_HEAP_BYTES: Final = 64_000_000
_REBUILD_HEAP_BYTES: Final = 192_000_000
_REBUILD_THREADS: Final = 2
_LARGEST_REVISION: Final = 2**63


class Writer:
    """Opened at the first batch and kept open; tantivy's lock keeps a second process out."""

    def __init__(self, folder: IndexFolder) -> None:
        self._folder = folder
        self._open: tuple[int, tantivy.Index, tantivy.IndexWriter] | None = None

    def apply(self, rows: Sequence[SearchRow]) -> None:
        """Apply one batch and commit it.

        Raises:
            RowRefused: a row can never be indexed; none was.
            StoreUnavailable: another process writes, or the disk failed.
        """
        _, index, writer = self._opened()
        newest = _newest(rows)
        index.reload()
        known = _revisions(index.searcher(), list(newest))
        fresh = [row for row in newest.values() if row.revision > known.get(row.id, 0)]
        if not fresh:
            return
        documents = [_document(row) for row in fresh]
        try:
            for row, document in zip(fresh, documents, strict=True):
                writer.delete_documents_by_term("id", row.id)
                writer.add_document(document)
            failpoint("search.before_commit")
            writer.commit()
            failpoint("search.after_commit")
        except (ValueError, OSError) as error:
            self.close()  # drops uncommitted rows
            raise StoreUnavailable(f"The search index cannot be written: {error}.") from error

    def rebuild(self, batches: Iterable[Sequence[SearchRow]]) -> int:
        """Build a new generation and make it current; returns the number of its documents."""
        generation = self._folder.begin()
        try:
            found = self._build(generation, batches)
        except BaseException:
            self._folder.discard(generation)
            raise
        self.close()
        self._folder.publish(generation)
        self._folder.sweep(generation)
        return found

    def _build(self, generation: int, batches: Iterable[Sequence[SearchRow]]) -> int:
        index = schema.open_at(str(self._folder.of(generation)))
        writer = index.writer(_REBUILD_HEAP_BYTES, _REBUILD_THREADS)
        known: dict[str, int] = {}
        try:
            for batch in batches:
                _add_newer(writer, batch, known)
            writer.commit()
        except BaseException:
            writer.rollback()  # otherwise its threads still write while the folder is deleted
            raise
        finally:
            writer.wait_merging_threads()
        index.reload()
        return schema.total(index.searcher().search(schema.live(), 1))

    def close(self) -> None:
        """Release the writer's lock; uncommitted rows are lost."""
        self._open = None

    def _opened(self) -> tuple[int, tantivy.Index, tantivy.IndexWriter]:
        pointer = self._folder.current()
        if self._open is not None and pointer is not None and self._open[0] == pointer.generation:
            return self._open
        self.close()
        try:
            generation = self._folder.begin() if pointer is None else pointer.generation
            index = schema.open_at(str(self._folder.of(generation)))
            writer = index.writer(_HEAP_BYTES, 1)
        except (ValueError, OSError) as error:
            raise StoreUnavailable(
                f"The search index cannot be written: {error}.", fix="Only one process may write it."
            ) from error
        if pointer is None:
            self._folder.publish(generation)
        self._open = generation, index, writer
        return self._open


def _document(row: SearchRow) -> tantivy.Document:
    if not 0 < row.revision < _LARGEST_REVISION:
        raise RowRefused(f"{row.id} has the revision {row.revision}.")
    return schema.tombstone(row) if isinstance(row, Removed) else schema.indexed(row)


def _newest(rows: Iterable[SearchRow]) -> dict[str, SearchRow]:
    """The row of the highest revision of each key."""
    newest: dict[str, SearchRow] = {}
    for row in rows:
        if row.id not in newest or newest[row.id].revision < row.revision:
            newest[row.id] = row
    return newest


def _revisions(searcher: tantivy.Searcher, ids: list[str]) -> dict[str, int]:
    """The indexed or removed revisions of these ids."""
    query = tantivy.Query.term_set_query(schema.schema(), "id", ids)
    places = [place for _, place in searcher.search(query, max(1, len(ids)), count=False).hits]
    revisions = searcher.fast_field_values("revision", places)
    return {
        str(searcher.doc(place).get_first("id")): int(revision or 0)
        for place, revision in zip(places, revisions, strict=True)
    }


def _add_newer(writer: tantivy.IndexWriter, batch: Sequence[SearchRow], known: dict[str, int]) -> None:
    """Add rows that are newer than all previous ones of their ids."""
    for row in _newest(batch).values():
        if row.revision > known.get(row.id, 0):
            document = _document(row)
            if row.id in known:
                writer.delete_documents_by_term("id", row.id)
            writer.add_document(document)
            known[row.id] = row.revision
