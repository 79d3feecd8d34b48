"""The cluster's adapter of the search port: Elasticsearch, one index by version behind an alias."""

import contextlib
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, get_args

from elasticsearch.helpers import scan, streaming_bulk

from warehouse.model.read_models.search import (
    IndexVersion,
    Removed,
    SearchDocument,
    SearchedEntity,
    SearchRequest,
    SearchResult,
    SearchRow,
    Suggestion,
    SuggestRequest,
)
from warehouse.runtime.errors import RowRefused, StoreUnavailable
from warehouse.search.elasticsearch.answers import body, misspelt, result
from warehouse.search.elasticsearch.client import connect, no_index, told_as_away
from warehouse.search.elasticsearch.documents import action, newest_of_each
from warehouse.search.elasticsearch.indices import READ, WRITE, Indices, number_of
from warehouse.search.elasticsearch.suggest import suggestions

_WRITE_TIMEOUT_S: Final = 30.0
_ROWS_AT_ONCE: Final = 1_000
_BYTES_AT_ONCE: Final = 8 * 1024 * 1024
_ATTEMPTS: Final = 3
_NONE: IndexVersion = (0, 0, 0)


class ElasticsearchIndex:
    """A `SearchIndex` on a cluster. Threads may share it; what they write is taken in turn."""

    def __init__(self, url: str) -> None:
        """Nothing is sent before it is needed."""
        self._url = url
        self._reader = connect(url)
        self._writer = self._reader.options(request_timeout=_WRITE_TIMEOUT_S)
        self._indices = Indices(self._writer)
        self._writing = threading.Lock()
        self._exists = False

    def apply(self, documents: Sequence[SearchDocument], removed: Sequence[Removed] = ()) -> None:
        """See `SearchIndex`. What the cluster already has as new is refused by it as a conflict, which is as well."""
        actions = [action(row, WRITE) for row in newest_of_each([*documents, *removed])]
        with self._writing, told_as_away(self._url):
            if not self._exists:
                self._indices.ensure()
                self._exists = True
            self._write(actions, require_alias=True, refresh="wait_for")

    def rebuild(self, batches: Iterable[Sequence[SearchRow]]) -> int:
        """See `SearchIndex`."""
        with self._writing, told_as_away(self._url):
            name = self._indices.create(refresh_interval="-1")
            try:
                for batch in batches:
                    self._write([action(row, name) for row in newest_of_each(batch)])
                self._writer.indices.put_settings(index=name, settings={"refresh_interval": "200ms"})
                self._writer.indices.refresh(index=name)
                former = self._indices.publish(name)
            except BaseException:
                self._discard(name)
                raise
            self._indices.retire(former)
            return int(self._writer.count(index=READ)["count"])

    def search(self, request: SearchRequest) -> SearchResult:
        """See `SearchIndex`. A word that no document has is looked for once more, with letters that may be wrong."""
        with told_as_away(self._url):
            answer = self._ask(request, {})
            if wrong := misspelt(answer):
                answer = self._ask(request, wrong)
        return result(request, answer)

    def suggest(self, request: SuggestRequest) -> list[Suggestion]:
        """See `SearchIndex`."""
        with told_as_away(self._url):
            return suggestions(self._reader, READ, request)

    def stored_revisions(self) -> dict[str, dict[str, int]]:
        """See `SearchIndex`."""
        held: dict[str, dict[str, int]] = {entity: {} for entity in get_args(SearchedEntity)}
        with told_as_away(self._url):
            wanted = {"_source": ["entity", "key", "revision"]}
            for hit in scan(self._writer, index=READ, query=wanted, size=5_000, scroll="1m"):
                found = hit["_source"]
                held[found["entity"]][found["key"]] = found["revision"]
        return held

    def count(self) -> int:
        """See `SearchIndex`."""
        with told_as_away(self._url):
            return int(self._reader.count(index=READ)["count"])

    def version(self) -> IndexVersion:
        """See `SearchIndex`: the index, its last operation, and how often what is found was brought up to date."""
        with told_as_away(self._url):
            stats = self._reader.options(ignore_status=404).indices.stats(index=READ, metric="refresh", level="shards")
        if stats.meta.status == 404:
            return _NONE
        return _version_of(stats["indices"])

    def close(self) -> None:
        """See `SearchIndex`."""
        self._reader.close()

    def _ask(self, request: SearchRequest, wrong: Mapping[str, int]) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self._reader.search(index=READ, **body(request, wrong)).body
        return answer

    def _write(self, actions: Iterable[dict[str, Any]], **how: Any) -> None:
        """Send rows in parts of bounded size.

        Raises:
            RowRefused: the cluster will never take one of them.
            StoreUnavailable: there is no index, or it kept refusing for lack of space or time.
        """
        outcomes = streaming_bulk(
            self._writer,
            actions,
            chunk_size=_ROWS_AT_ONCE,
            max_chunk_bytes=_BYTES_AT_ONCE,
            raise_on_error=False,
            max_retries=_ATTEMPTS,
            initial_backoff=0.2,
            max_backoff=2,
            yield_ok=False,
            **how,
        )
        for _, item in outcomes:
            self._judge(item["index"])

    def _judge(self, outcome: Mapping[str, Any]) -> None:
        cause = outcome.get("error")
        reason = str(cause.get("reason", cause) if isinstance(cause, Mapping) else cause)[:300]
        match outcome["status"]:
            case 409:
                return
            case 400:
                raise RowRefused(f"The search index does not take {str(outcome['_id'])[:100]}: {reason}")
            case 404:
                self._exists = False
                raise no_index()
            case status:
                raise StoreUnavailable(f"Elasticsearch refused a document with status {status}: {reason}")

    def _discard(self, name: str) -> None:
        """Delete an index that was not finished. Where the cluster is unavailable, or took the new one over silently,
        that is left to the next rebuild."""
        with contextlib.suppress(StoreUnavailable), told_as_away(self._url):
            if name not in self._indices.published():
                self._indices.delete(name)


def _version_of(indices: Mapping[str, Any]) -> IndexVersion:
    shards = [shard for index in indices.values() for copies in index["shards"].values() for shard in copies]
    return (
        max(number_of(name) for name in indices),
        sum(shard["seq_no"]["max_seq_no"] for shard in shards),
        sum(shard["refresh"]["external_total"] for shard in shards),
    )
