"""The interface of a search engine. Two adapters implement it, and one contract suite tests both."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from warehouse.model.read_models.search import (
    IndexVersion,
    Removed,
    SearchDocument,
    SearchRequest,
    SearchResult,
    SearchRow,
    Suggestion,
    SuggestRequest,
)


class SearchIndex(Protocol):
    """One search index, for one writer and any number of readers in any number of processes.

    Every method raises `StoreUnavailable` while the engine is unavailable, too slow, or has no index yet.
    """

    def apply(self, documents: Sequence[SearchDocument], removed: Sequence[Removed] = ()) -> None:
        """Apply one batch; durable when it returns, visible to readers within a second.

        A revision that is not newer than the indexed or removed one of the same key changes nothing. If a batch has
        several revisions of a key, the newest counts.

        Raises:
            RowRefused: the engine will never accept one of the documents; none of the batch was applied.
        """
        ...

    def rebuild(self, batches: Iterable[Sequence[SearchRow]]) -> int:
        """Build a new index next to the old one, which answers until it is replaced atomically.

        Returns the number of documents in it. If it fails, the old index stays.
        """
        ...

    def search(self, request: SearchRequest) -> SearchResult:
        """One page of hits. Blocks for as long as the engine computes: call it on a thread."""
        ...

    def suggest(self, request: SuggestRequest) -> list[Suggestion]:
        """Completions, best first, at most `limit`. Blocks as `search` does."""
        ...

    def stored_revisions(self) -> dict[str, dict[str, int]]:
        """The revision of every document that readers can find: entity → key → revision."""
        ...

    def count(self) -> int:
        """The number of documents that readers can find."""
        ...

    def version(self) -> IndexVersion:
        """Changes whenever an answer may change; cheap enough to be asked several times a second."""
        ...

    def close(self) -> None:
        """Close everything; applied batches stay."""
        ...
