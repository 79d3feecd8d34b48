"""The embedded adapter of the search port: tantivy in this process, its index in a folder."""

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, get_args

import tantivy

from warehouse.model.read_models.search import (
    FacetCount,
    FacetName,
    Hit,
    IndexVersion,
    Removed,
    SearchDocument,
    SearchedEntity,
    SearchRequest,
    SearchResult,
    SearchRow,
    Sort,
    Suggestion,
    SuggestRequest,
)
from warehouse.search.facets import ordered
from warehouse.search.tantivy.folder import IndexFolder
from warehouse.search.tantivy.highlights import Highlighter
from warehouse.search.tantivy.query import TantivyTranslation
from warehouse.search.tantivy.reader import IndexReader, told_as_away
from warehouse.search.tantivy.schema import live, stored, total
from warehouse.search.tantivy.suggest import suggestions
from warehouse.search.tantivy.writer import Writer

_ORDER: Final[dict[Sort, dict[str, Any]]] = {
    "relevance": {"weight_by_field": "weight"},
    "newest": {"order_by_field": "newest", "order": tantivy.Order.Desc},
    "oldest": {"order_by_field": "newest", "order": tantivy.Order.Asc},
}
_FACET_FIELDS: Final[dict[FacetName, str]] = {
    "type": "entity", "session": "session", "party": "party", "chamber": "chamber", "status": "status", "year": "year",
}  # fmt: skip
_MOST_VALUES: Final = 10_000
"""More than any facet has, so that counts are exact."""


class TantivyIndex:
    """A `SearchIndex` in a folder. Threads may share it; their writes are serialized."""

    def __init__(self, folder: Path) -> None:
        """Opens nothing before it is needed."""
        self._reader = IndexReader(IndexFolder(folder))
        self._writer = Writer(IndexFolder(folder))
        self._writing = threading.Lock()

    def apply(self, documents: Sequence[SearchDocument], removed: Sequence[Removed] = ()) -> None:
        """See `SearchIndex`."""
        with self._writing, told_as_away():
            self._writer.apply([*documents, *removed])

    def rebuild(self, batches: Iterable[Sequence[SearchRow]]) -> int:
        """See `SearchIndex`."""
        with self._writing:
            return self._writer.rebuild(batches)

    def search(self, request: SearchRequest) -> SearchResult:
        """See `SearchIndex`."""
        searcher = self._reader.searcher()
        with told_as_away():
            translation = TantivyTranslation(searcher, request)
            query = translation.query()
            page = searcher.search(query, max(1, request.limit), offset=request.offset, **_ORDER[request.sort])
            highlighter = Highlighter(request.query, translation.misspelt) if request.highlight else None
            hits = tuple(
                _hit(request, stored(searcher.doc(place)), score, highlighter)
                for score, place in page.hits[: request.limit]
            )
            return SearchResult(total=total(page), hits=hits, facets=_facets(searcher, query, request.facets))

    def suggest(self, request: SuggestRequest) -> list[Suggestion]:
        """See `SearchIndex`."""
        searcher = self._reader.searcher()
        with told_as_away():
            return suggestions(searcher, request)

    def stored_revisions(self) -> dict[str, dict[str, int]]:
        """See `SearchIndex`."""
        searcher = self._reader.searcher()
        held: dict[str, dict[str, int]] = {entity: {} for entity in get_args(SearchedEntity)}
        with told_as_away():
            for _, place in searcher.search(live(), max(1, searcher.num_docs), count=False).hits:
                document = stored(searcher.doc(place))
                held[document.entity][document.key] = document.revision
        return held

    def count(self) -> int:
        """See `SearchIndex`."""
        searcher = self._reader.searcher()
        with told_as_away():
            return total(searcher.search(live(), 1))

    def version(self) -> IndexVersion:
        """See `SearchIndex`."""
        with told_as_away():
            return self._reader.version()

    def close(self) -> None:
        """See `SearchIndex`."""
        with self._writing:
            self._writer.close()
        self._reader.close()


def _hit(request: SearchRequest, document: SearchDocument, score: float, highlighter: Highlighter | None) -> Hit:
    return Hit(
        document=document,
        score=float(score) if request.sort == "relevance" else None,
        highlights={} if highlighter is None else highlighter.of(document, request.lang),
    )


def _facets(
    searcher: tantivy.Searcher, query: tantivy.Query, names: Sequence[FacetName]
) -> dict[FacetName, tuple[FacetCount, ...]]:
    if not names:
        return {}
    wanted = {name: {"terms": {"field": _FACET_FIELDS[name], "size": _MOST_VALUES}} for name in names}
    counted = searcher.aggregate(query, wanted)
    return {
        name: ordered(name, ((_text(bucket["key"]), int(bucket["doc_count"])) for bucket in counted[name]["buckets"]))
        for name in names
    }


def _text(value: str | float) -> str:
    return value if isinstance(value, str) else str(int(value))
