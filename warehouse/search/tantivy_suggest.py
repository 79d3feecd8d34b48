"""Completions from the embedded index: whole words as they are, the last one as the beginning of a word."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice, zip_longest
from typing import Final

import tantivy

from warehouse.model.search import SearchDocument, Suggestion, SuggestionKind, SuggestRequest
from warehouse.search.folding import folded
from warehouse.search.tantivy_schema import analyzers, schema, stored

_MUST: Final = tantivy.Occur.Must
_NUMBER: Final = re.compile(r"(?:bill |projet de loi )?([cs])\s?-?\s?(\d{0,4})", re.ASCII)
_LOOKED_AT: Final = 5
"""So many times the wanted suggestions are read, since the members for one riding are several."""


def suggestions(searcher: tantivy.Searcher, request: SuggestRequest) -> list[Suggestion]:
    """The best of each kind in turn, at most `limit` in all."""
    words = analyzers()["plain"].analyze(request.text)
    if not words:
        return []
    columns = [islice(_KINDS[kind](searcher, request, words), request.limit) for kind in request.kinds]
    in_turn = chain.from_iterable(zip_longest(*columns))
    return list(islice((each for each in in_turn if each is not None), request.limit))


def _members(searcher: tantivy.Searcher, request: SuggestRequest, words: list[str]) -> Iterator[Suggestion]:
    for document in _found(searcher, _beginning("names", words), request.limit):
        name = document.title_en or ""
        yield Suggestion(kind="member", key=document.key, text_en=name, text_fr=name)


def _ridings(searcher: tantivy.Searcher, request: SuggestRequest, words: list[str]) -> Iterator[Suggestion]:
    seen = set()
    for document in _found(searcher, _beginning("riding", words), request.limit * _LOOKED_AT):
        riding = document.riding_en or ""
        if folded(riding) not in seen:
            seen.add(folded(riding))
            french = document.riding_fr or riding
            yield Suggestion(kind="riding", key=document.key, text_en=riding, text_fr=french)


def _bills(searcher: tantivy.Searcher, request: SuggestRequest, words: list[str]) -> Iterator[Suggestion]:
    """By number first, the exact one before longer ones; then by the words of a title."""
    queries = [_beginning("words", words)]
    if number := _NUMBER.fullmatch(folded(request.text)):
        prefix, digits = number.groups()
        queries = [_exactly(f"{prefix}-{digits}".upper())] if digits else []
        queries.append(_beginning("numbered", [word for word in (prefix, digits) if word]))
    seen = set()
    for document in chain.from_iterable(_found(searcher, query, request.limit, "bill") for query in queries):
        if document.key not in seen:
            seen.add(document.key)
            title_en = document.short_title_en or document.title_en or ""
            title_fr = document.short_title_fr or document.title_fr or title_en
            label = f"{document.bill} ({document.session})"
            yield Suggestion(
                kind="bill", key=document.key, text_en=f"{label} {title_en}".strip(),
                text_fr=f"{label} {title_fr}".strip(),
            )  # fmt: skip


Suggest = Callable[[tantivy.Searcher, SuggestRequest, list[str]], Iterator[Suggestion]]
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
