"""What a search engine has to do. Two adapters keep it, and one contract suite tests both."""

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
        """Take over one batch; durable when it returns, visible to readers within a second.

        A revision that is not newer than what the index knows of the same key, found or removed, changes nothing;
        of one key the newest revision of the batch counts.

        Raises:
            RowRefused: the engine will never take one of the documents; none of the batch was taken.
        """
        ...

    def rebuild(self, batches: Iterable[Sequence[SearchRow]]) -> int:
        """Build a new index beside the old one, which answers until the new one replaces it at once.

        Returns how many documents can be found in it. Whatever stops it leaves the old index as it is.
        """
        ...

    def search(self, request: SearchRequest) -> SearchResult:
        """One page of hits. Blocks for as long as the engine computes: call it on a thread."""
        ...

    def suggest(self, request: SuggestRequest) -> list[Suggestion]:
        """Completions, best first, at most `limit`. Blocks as `search` does."""
        ...

    def stored_revisions(self) -> dict[str, dict[str, int]]:
        """Of every document that readers find now: entity → key → revision."""
        ...

    def count(self) -> int:
        """How many documents readers find now."""
        ...

    def version(self) -> IndexVersion:
        """Changes whenever an answer may change; cheap enough to be asked several times a second."""
        ...

    def close(self) -> None:
        """Give back what is open; what was applied stays."""
        ...
