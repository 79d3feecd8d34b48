"""Translates a parsed query to one of tantivy, so that no text typed by a user is parsed a second time."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

import msgspec
import tantivy

from warehouse.model.read_models.search import BillReference, Filter, Node, Phrase, SearchRequest, Word
from warehouse.search import matching
from warehouse.search.query.fields import entity_called
from warehouse.search.tantivy.schema import analyzers, live, schema
from warehouse.search.texts import STEMMED_EN, STEMMED_FR, day_number

Clause = tuple[tantivy.Occur, tantivy.Query]

_MUST, _SHOULD, _NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot
_TITLE, _SHORT, _STATUS = matching.TITLE_WEIGHT, matching.SHORT_TITLE_WEIGHT, matching.STATUS_WEIGHT
_SUMMARY = matching.SUMMARY_WEIGHT
_STEMMED: Final = {
    "english": tuple(zip(STEMMED_EN, (_TITLE, _SHORT, _STATUS, _SUMMARY), strict=True)),
    "french": tuple(zip(STEMMED_FR, (_TITLE, _SHORT, _STATUS, _SUMMARY), strict=True)),
}
_PLAIN: Final = (
    ("words", 1.0),
    ("names", _SHORT),
    ("sponsor", matching.SPONSOR_WEIGHT),
    ("riding", _TITLE),
    ("summary", _SUMMARY),
)
_MISSPELT_WEIGHT: Final = 3.0
"""The score of a similar word, about that of a rare word; its own frequency tells nothing."""
_MOST_MISSPELT: Final = 4
"""The most words of a query for which other spellings are searched. Real questions have one or two misspelt words."""
_NAMED_KIND_WEIGHT: Final = 0.5
_TIE_BREAKER: Final = 0.1


class TantivyTranslation:
    """One request to one searcher."""

    def __init__(self, searcher: tantivy.Searcher, request: SearchRequest) -> None:
        self._searcher = searcher
        self._nodes: Sequence[Node] = (*request.query.nodes, *request.filters)
        self.misspelt: dict[str, int] = {}
        """The words that no document has, with the number of letters that may be wrong."""

    def query(self) -> tantivy.Query:
        """Required, optional and excluded conditions."""
        clauses = [*self._words(), *self._exact(), *_filters(self._nodes)]
        if not any(occur == _MUST for occur, _ in clauses):
            clauses.append((_MUST, tantivy.Query.const_score_query(live(), 1.0)))
        return tantivy.Query.boolean_query(clauses)

    def _words(self) -> Iterable[Clause]:
        words = [node for node in self._nodes if isinstance(node, Word)]
        yield from ((_NOT, self._word(word.text, exact=True)) for word in words if word.negated)
        wanted = [word for word in words if not word.negated]
        telling = [word for word in wanted if not matching.is_stop_word(word.text)]
        # A query of only stop words means these.
        chosen = telling or (wanted if len(wanted) == len(self._nodes) else [])
        if chosen:
            texts = dict.fromkeys(word.text for word in chosen)  # repeated words count once
            alternatives = [(_SHOULD, self._word(text)) for text in texts]
            yield _MUST, tantivy.Query.boolean_query(alternatives, matching.required(len(alternatives)))

    def _exact(self) -> Iterable[Clause]:
        seen = set()
        for node in self._nodes:
            if not isinstance(node, Phrase | BillReference):
                continue
            same = msgspec.structs.replace(node, position=0)
            if same not in seen:
                seen.add(same)
                wanted = phrase(node.text) if isinstance(node, Phrase) else _bill(node)
                yield _NOT if node.negated else _MUST, wanted

    def _word(self, text: str, *, exact: bool = False) -> tantivy.Query:
        """Documents with the word, in either language. It may consist of several words, as in `l'accès` or
        `anti-scab`."""
        parts = [part for part in analyzers()["plain"].analyze(text) if not matching.is_stop_word(part)]
        parts = parts or analyzers()["plain"].analyze(text)
        if len(parts) == 1:
            return self._part(_accented(text, parts[0]), parts[0], exact=exact)
        return tantivy.Query.boolean_query([(_MUST, self._part(part, part, exact=exact)) for part in parts])

    def _part(self, text: str, plain: str, *, exact: bool) -> tantivy.Query:
        found = [
            _weighted(_term(field, stem), weight)
            for language, fields in _STEMMED.items()
            for stem in analyzers()[language].analyze(text)[-1:]
            for field, weight in fields
            if self._searcher.doc_freq(field, stem)
        ]
        found += [
            _weighted(_term(field, plain), weight) for field, weight in _PLAIN if self._searcher.doc_freq(field, plain)
        ]
        if not exact:
            found = (found or self._misspelt(plain)) + _meanings(plain)
        return tantivy.Query.disjunction_max_query(found, _TIE_BREAKER) if found else tantivy.Query.empty_query()

    def _misspelt(self, plain: str) -> list[tantivy.Query]:
        """Similar words, if no document has the word itself."""
        typos = matching.typos_allowed(plain)
        if not typos or len(self.misspelt) >= _MOST_MISSPELT:
            return []
        self.misspelt[plain] = typos
        return [
            _weighted(tantivy.Query.fuzzy_term_query(schema(), field, plain, distance=typos), weight * _MISSPELT_WEIGHT)
            for field, weight in _PLAIN
        ]


def phrase(text: str) -> tantivy.Query:
    """Documents in which these words follow one another, as they are written."""
    fields = [(field, weight, "plain") for field, weight in _PLAIN]
    fields += [("status_en", _STATUS, "english"), ("status_fr", _STATUS, "french")]
    found = []
    for field, weight, analyzer in fields:
        words: list[str | tuple[int, str]] = [*analyzers()[analyzer].analyze(text)]
        if len(words) > 1:
            found.append(_weighted(tantivy.Query.phrase_query(schema(), field, words), weight))
        elif words:
            found.append(_weighted(_term(field, str(words[0])), weight))
    return tantivy.Query.disjunction_max_query(found) if found else tantivy.Query.empty_query()


def _bill(node: BillReference) -> tantivy.Query:
    """The bill itself, then votes on it, then documents that mention it."""
    of_session = [] if node.session is None else [(_MUST, _constant("session", node.session))]
    found = [
        tantivy.Query.const_score_query(
            tantivy.Query.boolean_query(
                [(_MUST, _constant("bill", number)), *of_session, (_MUST, _constant("entity", entity))]
            ),
            weight,
        )
        for number, entity, weight in matching.numbers_of(node)
    ]
    if node.session is None:
        found += [phrase(mention) for mention in matching.mentions_of(node)]
    return tantivy.Query.disjunction_max_query(found)


def _filters(nodes: Sequence[Node]) -> Iterable[Clause]:
    filters = sorted((node for node in nodes if isinstance(node, Filter)), key=lambda node: node.field)
    yield from ((_NOT, _filter(node)) for node in filters if node.negated)
    for _, alternatives in groupby((node for node in filters if not node.negated), key=lambda node: node.field):
        either = tantivy.Query.boolean_query([(_SHOULD, _filter(node)) for node in alternatives])
        yield _MUST, tantivy.Query.const_score_query(either, 0.01)


def _filter(node: Filter) -> tantivy.Query:
    match node.field:
        case "date":
            return tantivy.Query.range_query(
                schema(),
                "day",
                tantivy.FieldType.Integer,
                lower_bound=None if node.from_on is None else day_number(node.from_on),
                upper_bound=None if node.to_on is None else day_number(node.to_on),
            )
        case "year":
            return _term("year", int(node.value))
        case "sponsor":
            words = analyzers()["plain"].analyze(node.value)
            return tantivy.Query.boolean_query([(_MUST, _term("sponsor", word)) for word in words])
        case field:
            return _term(field, node.value)


def _meanings(word: str) -> list[tantivy.Query]:
    """Other meanings of a word: `votes` means all votes, `2024` all documents of that year."""
    found = []
    if (entity := entity_called(word)) is not None:
        found.append(tantivy.Query.const_score_query(_term("entity", entity), _NAMED_KIND_WEIGHT))
    if len(word) == 4 and word.isascii() and word.isdigit():
        found.append(tantivy.Query.const_score_query(_term("year", int(word)), 1.0))
    return found


def _accented(text: str, plain: str) -> str:
    """The word with its accents, which French stems need; as it was cut out where more than a word was typed."""
    words = [word for word in text.replace("’", "'").split("'") if analyzers()["plain"].analyze(word) == [plain]]
    return words[0] if words else plain


def _term(field: str, value: str | int) -> tantivy.Query:
    return tantivy.Query.term_query(schema(), field, value)


def _constant(field: str, value: str) -> tantivy.Query:
    return tantivy.Query.const_score_query(_term(field, value), 1.0)


def _weighted(query: tantivy.Query, weight: float) -> tantivy.Query:
    return tantivy.Query.boost_query(query, weight)
