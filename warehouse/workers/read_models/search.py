"""The search index as a read model, with any engine."""

from collections.abc import Iterable, Sequence

from warehouse.model.changes.events import LogEntry
from warehouse.model.read_models.search import Removed, SearchDocument, SearchRow
from warehouse.postgres.connections.pools import Database
from warehouse.projections.search import project
from warehouse.runtime.settings import Settings
from warehouse.search.opening import open_index
from warehouse.search.port import SearchIndex


class SearchReadModel:
    """Applies changes to a search index, which this closes."""

    name = "search"
    whole = False

    def __init__(self, index: SearchIndex) -> None:
        self._index = index

    def projected(self, entry: LogEntry) -> SearchRow | None:
        """The document that a change adds or removes; None for entities that are not searched."""
        return project(entry)

    def insert(self, rows: Sequence[SearchRow]) -> None:
        """Apply one batch; readers find it within a second.

        Raises:
            RowRefused: a document can never be indexed; none was.
            StoreUnavailable: the engine is unavailable, or another process writes.
        """
        documents = [row for row in rows if isinstance(row, SearchDocument)]
        self._index.apply(documents, [row for row in rows if isinstance(row, Removed)])

    def rebuild(self, batches: Iterable[Sequence[LogEntry]]) -> int:
        """Rebuild the index next to the current one, and swap."""
        return self._index.rebuild([row for row in map(project, batch) if row is not None] for batch in batches)

    def stored_revisions(self) -> dict[str, dict[str, int]]:
        """The revision that searches find of every entity."""
        return self._index.stored_revisions()

    def close(self) -> None:
        """Close the index."""
        self._index.close()


def open_search(settings: Settings, _catalog: Database) -> SearchReadModel:
    """The index that the settings name."""
    return SearchReadModel(open_index(settings.search_url))
