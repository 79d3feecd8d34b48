"""Translates a parsed query to one of Elasticsearch, so that no text typed by a user is parsed a second time."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from warehouse.model.folding import folded
from warehouse.model.read_models.search import BillReference, Filter, Node, Phrase, SearchRequest, Word
from warehouse.search import matching
from warehouse.search.query.fields import entity_called

Clause = dict[str, Any]

_TITLE, _SHORT, _STATUS = matching.TITLE_WEIGHT, matching.SHORT_TITLE_WEIGHT, matching.STATUS_WEIGHT
_SUMMARY = matching.SUMMARY_WEIGHT
_PLAIN: Final = {
    "words": 1.0,
    "names": _SHORT,
    "sponsor": matching.SPONSOR_WEIGHT,
    "riding": _TITLE,
    "summary": _SUMMARY,
}
_STATUSES: Final = {"status_en": _STATUS, "status_fr": _STATUS}
_ALL: Final = (
    _PLAIN
    | _STATUSES
    | {
        "title_en": _TITLE,
        "title_fr": _TITLE,
        "short_title_en": _SHORT,
        "short_title_fr": _SHORT,
        "summary_en": _SUMMARY,
        "summary_fr": _SUMMARY,
    }
)
_MISSPELT_WEIGHT: Final = 0.5
_NAMED_KIND_WEIGHT: Final = 0.5
_TIE_BREAKER: Final = 0.1
_WORD: Final = re.compile(r"[^\W_]+")


class ElasticsearchTranslation:
    """One request; `misspelt` are the words that no document has, with the number of letters that may be wrong."""

    def __init__(self, request: SearchRequest, misspelt: Mapping[str, int] | None = None) -> None:
        self._nodes: Sequence[Node] = (*request.query.nodes, *request.filters)
        self._misspelt = misspelt or {}

    def query(self) -> Clause:
        """Required, optional and excluded conditions."""
        needed = [*self._words(), *(_exactly(node) for node in self._exact(negated=False))]
        without = [_word_as_it_is(word.text) for word in self._typed(negated=True)]
        without += [_exactly(node) for node in self._exact(negated=True)]
        filters = sorted((node for node in self._nodes if isinstance(node, Filter)), key=lambda node: node.field)
        without += [_filter(node) for node in filters if node.negated]
        held = [
            {"bool": {"should": [_filter(node) for node in alternatives]}}
            for _, alternatives in groupby((node for node in filters if not node.negated), key=lambda node: node.field)
        ]
        return {"bool": {"must": needed or [{"match_all": {}}], "filter": held, "must_not": without}}

    def doubtful(self) -> dict[str, Clause]:
        """The words that may be misspelt, each with the query for its exact form."""
        parts = {part for word in self._wanted() for part in _parts(word.text)}
        return {folded(part): _part_as_it_is(part) for part in parts if matching.typos_allowed(folded(part))}

    def _typed(self, *, negated: bool) -> list[Word]:
        return [node for node in self._nodes if isinstance(node, Word) and node.negated == negated]

    def _exact(self, *, negated: bool) -> Iterable[Phrase | BillReference]:
        for node in self._nodes:
            if isinstance(node, Phrase | BillReference) and node.negated == negated:
                yield node

    def _wanted(self) -> list[Word]:
        """The words without stop words; if there are only stop words, those."""
        wanted = self._typed(negated=False)
        telling = [word for word in wanted if not matching.is_stop_word(word.text)]
        return telling or (wanted if len(wanted) == len(self._nodes) else [])

    def _words(self) -> Iterable[Clause]:
        words = [self._word(word.text) for word in self._wanted()]
        if words:
            yield {"bool": {"should": words, "minimum_should_match": matching.required(len(words))}}

    def _word(self, text: str) -> Clause:
        """Documents with the word, in either language. It may consist of several words, as in `l'accès` or
        `anti-scab`."""
        parts = [self._part(part) for part in _parts(text)]
        return parts[0] if len(parts) == 1 else {"bool": {"must": parts}}

    def _part(self, part: str) -> Clause:
        plain = folded(part)
        typos = self._misspelt.get(plain, 0)
        found = _like(plain, typos) if typos else _part_as_it_is(part)
        return {"dis_max": {"queries": [found, *_meanings(plain)], "tie_breaker": _TIE_BREAKER}}


def words_of(request: SearchRequest) -> Iterable[str]:
    """The searched texts, for highlighting."""
    for node in request.query.nodes:
        if node.negated:
            continue
        if isinstance(node, Phrase) or (isinstance(node, Word) and not matching.is_stop_word(node.text)):
            yield node.text
        elif isinstance(node, BillReference):
            yield from matching.mentions_of(node)
        elif isinstance(node, Filter) and node.field == "sponsor":
            yield node.value


def _parts(text: str) -> list[str]:
    """The parts of a word without stop words: `accès` of `l'accès`."""
    parts = _WORD.findall(text)
    return [part for part in parts if not matching.is_stop_word(part)] or parts


def _word_as_it_is(text: str) -> Clause:
    return {"bool": {"must": [_part_as_it_is(part) for part in _parts(text)]}}


def _part_as_it_is(part: str) -> Clause:
    """Documents with one word, in any of its forms."""
    return _in_fields(part, _ALL, type="best_fields", operator="and", tie_breaker=_TIE_BREAKER)


def _like(plain: str, typos: int) -> Clause:
    """Documents with a word that differs in at most this many letters."""
    fields = {field: weight * _MISSPELT_WEIGHT for field, weight in _PLAIN.items()}
    return _in_fields(plain, fields, type="best_fields", operator="and", fuzziness=typos)


def _in_fields(text: str, fields: Mapping[str, float], **how: object) -> Clause:
    weighted = [f"{field}^{weight}" for field, weight in fields.items()]
    return {"multi_match": {"query": text, "fields": weighted, **how}}


def _exactly(node: Phrase | BillReference) -> Clause:
    return _phrase(node.text) if isinstance(node, Phrase) else _bill(node)


def _phrase(text: str) -> Clause:
    """Documents in which these words follow one another, as they are written."""
    return _in_fields(text, _PLAIN | _STATUSES, type="phrase")


def _bill(node: BillReference) -> Clause:
    """The bill itself, then votes on it, then documents that mention it."""
    of_session = [] if node.session is None else [{"term": {"session": node.session}}]
    found: list[Clause] = [
        {
            "constant_score": {
                "filter": {"bool": {"filter": [{"term": {"bill": number}}, *of_session, {"term": {"entity": entity}}]}},
                "boost": weight,
            }
        }
        for number, entity, weight in matching.numbers_of(node)
    ]
    if node.session is None:
        found += [_phrase(mention) for mention in matching.mentions_of(node)]
    return {"dis_max": {"queries": found}}


def _filter(node: Filter) -> Clause:
    match node.field:
        case "date":
            return {"range": {"date": {"gte": node.from_on, "lte": node.to_on}}}
        case "year":
            return {"term": {"year": int(node.value)}}
        case "sponsor":
            return {"match": {"sponsor": {"query": node.value, "operator": "and"}}}
        case field:
            return {"term": {field: node.value}}


def _meanings(word: str) -> list[Clause]:
    """Other meanings of a word: `votes` means all votes, `2024` all documents of that year."""
    found: list[Clause] = []
    if (entity := entity_called(word)) is not None:
        found.append({"constant_score": {"filter": {"term": {"entity": entity}}, "boost": _NAMED_KIND_WEIGHT}})
    if len(word) == 4 and word.isascii() and word.isdigit():
        found.append({"constant_score": {"filter": {"term": {"year": int(word)}}, "boost": 1.0}})
    return found
