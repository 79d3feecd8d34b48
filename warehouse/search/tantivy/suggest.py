"""Completions from the embedded index: whole words as they are, the last one as the beginning of a word."""

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Final

import tantivy

from warehouse.model.read_models.search import SearchDocument, Suggestion, SuggestionKind, SuggestRequest
from warehouse.search import suggesting
from warehouse.search.tantivy.schema import analyzers, schema, stored

_MUST: Final = tantivy.Occur.Must


def suggestions(searcher: tantivy.Searcher, request: SuggestRequest) -> list[Suggestion]:
    """The best of each kind in turn, at most `limit` in all."""
    words = analyzers()["plain"].analyze(request.text)
    if not words:
        return []
    return suggesting.in_turn((_KINDS[kind](searcher, request, words) for kind in request.kinds), request.limit)


def _members(searcher: tantivy.Searcher, request: SuggestRequest, words: list[str]) -> Iterable[Suggestion]:
    return suggesting.members(_found(searcher, _beginning("names", words), request.limit))


def _ridings(searcher: tantivy.Searcher, request: SuggestRequest, words: list[str]) -> Iterable[Suggestion]:
    return suggesting.ridings(
        _found(searcher, _beginning("riding", words), request.limit * suggesting.MEMBERS_A_RIDING)
    )


def _bills(searcher: tantivy.Searcher, request: SuggestRequest, words: list[str]) -> Iterable[Suggestion]:
    """By number first, the exact one before longer ones; then by the words of a title."""
    queries = [_beginning("words", words)]
    if number := suggesting.number_begun(request.text):
        letter, digits = number
        queries = [_exactly(f"{letter}-{digits}".upper())] if digits else []
        queries.append(_beginning("numbered", [word for word in (letter, digits) if word]))
    return suggesting.bills(chain.from_iterable(_found(searcher, query, request.limit, "bill") for query in queries))


Suggest = Callable[[tantivy.Searcher, SuggestRequest, list[str]], Iterable[Suggestion]]
_KINDS: Final[dict[SuggestionKind, Suggest]] = {"member": _members, "riding": _ridings, "bill": _bills}


def _beginning(field: str, words: list[str]) -> tantivy.Query:
    """All words, the last one begun."""
    begun = tantivy.Query.fuzzy_term_query(schema(), field, words[-1], distance=0, prefix=True)
    whole = [tantivy.Query.term_query(schema(), field, word) for word in words[:-1]]
    return tantivy.Query.boolean_query([(_MUST, query) for query in (*whole, begun)])


def _exactly(number: str) -> tantivy.Query:
    return tantivy.Query.term_query(schema(), "bill", number)


def _found(
    searcher: tantivy.Searcher, query: tantivy.Query, limit: int, entity: str | None = None
) -> Iterable[SearchDocument]:
    """Newest first."""
    if entity is not None:
        of_kind = tantivy.Query.term_query(schema(), "entity", entity)
        query = tantivy.Query.boolean_query([(_MUST, query), (_MUST, of_kind)])
    for _, place in searcher.search(query, limit, count=False, order_by_field="newest").hits:
        yield stored(searcher.doc(place))
