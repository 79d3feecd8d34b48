"""Completions from Elasticsearch: whole words as they are, the last one as the beginning of a word."""

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any, Final

from elasticsearch import Elasticsearch

from warehouse.model.read_models.search import SearchDocument, Suggestion, SuggestionKind, SuggestRequest
from warehouse.search import suggesting
from warehouse.search.elasticsearch.documents import stored
from warehouse.search.elasticsearch.query import Clause

_READ: Final[dict[SuggestionKind, Callable[[Iterable[SearchDocument]], Iterable[Suggestion]]]] = {
    "member": suggesting.members,
    "riding": suggesting.ridings,
    "bill": suggesting.bills,
}


def suggestions(client: Elasticsearch, index: str, request: SuggestRequest) -> list[Suggestion]:
    """The best of each kind in turn, at most `limit` in all; one request to the cluster."""
    if not any(character.isalnum() for character in request.text):
        return []
    asked = [(kind, query) for kind in request.kinds for query in _queries(kind, request.text)]
    searches: list[dict[str, Any]] = []
    for kind, query in asked:
        size = request.limit * (suggesting.MEMBERS_A_RIDING if kind == "riding" else 1)
        searches += [{"index": index}, {"query": query, "sort": [{"newest": "desc"}, {"id": "asc"}], "size": size}]
    answers = client.msearch(searches=searches)["responses"]
    found: dict[SuggestionKind, list[list[SearchDocument]]] = {kind: [] for kind in request.kinds}
    for (kind, _), answer in zip(asked, answers, strict=True):
        found[kind].append([stored(hit["_source"]) for hit in answer["hits"]["hits"]])
    columns = (_READ[kind](chain.from_iterable(lists)) for kind, lists in found.items())
    return suggesting.in_turn(columns, request.limit)


def _queries(kind: SuggestionKind, text: str) -> list[Clause]:
    """Bills by number first, the exact one before longer ones; else by the words of a title."""
    if kind != "bill":
        return [_beginning("names" if kind == "member" else "riding", text)]
    if (number := suggesting.number_begun(text)) is None:
        return [_of_bills(_beginning("words", text))]
    letter, digits = number
    begun = _beginning("numbered", f"{letter} {digits}")
    exact = [{"term": {"bill": f"{letter}-{digits}".upper()}}] if digits else []
    return [_of_bills(query) for query in (*exact, begun)]


def _beginning(field: str, text: str) -> Clause:
    """All words, the last one begun."""
    return {"match_bool_prefix": {field: {"query": text, "operator": "and"}}}


def _of_bills(query: Clause) -> Clause:
    return {"bool": {"filter": [query, {"term": {"entity": "bill"}}]}}
