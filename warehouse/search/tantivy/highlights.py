"""Highlights of hits: words of a text with the stem of a searched word, or similar to a misspelt one."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from warehouse.model.read_models.search import BillReference, Filter, Phrase, Query, SearchDocument, Word
from warehouse.search import matching
from warehouse.search.highlighting import like_any, marked
from warehouse.search.tantivy.schema import analyzers

_ENGLISH: Final = ("title_en", "short_title_en", "status_en", "riding_en", "sponsor_en", "summary_en")
_FRENCH: Final = ("title_fr", "short_title_fr", "status_fr", "riding_fr", "sponsor_fr", "summary_fr")


class Highlighter:
    """Marks the matches of one query."""

    def __init__(self, query: Query, misspelt: dict[str, int]) -> None:
        texts = list(_texts(query))
        self._stems = {
            language: {stem for text in texts for stem in analyzers()[language].analyze(text)}
            for language in ("english", "french")
        }
        self._misspelt = tuple(misspelt.items())

    def of(self, document: SearchDocument, lang: str) -> dict[str, str]:
        """Highlights by field, in the requested language, or in the other one if nothing matched in the first."""
        order = [(_ENGLISH, "english"), (_FRENCH, "french")]
        for fields, language in order if lang == "en" else reversed(order):
            if found := self._marked(document, fields, language):
                return found
        return {}

    def _marked(self, document: SearchDocument, fields: Iterable[str], language: str) -> dict[str, str]:
        stems = self._stems[language]

        def matches(word: str) -> bool:
            return not stems.isdisjoint(_stems_of(language, word)) or like_any(self._misspelt, word)

        texts = ((field, getattr(document, field)) for field in fields)
        found = ((field, marked(text, matches)) for field, text in texts if text)
        return {field: html for field, html in found if html is not None}


def _texts(query: Query) -> Iterable[str]:
    for node in query.nodes:
        if node.negated:
            continue
        if isinstance(node, Phrase) or (isinstance(node, Word) and not matching.is_stop_word(node.text)):
            yield node.text
        elif isinstance(node, BillReference):
            yield from matching.mentions_of(node)
        elif isinstance(node, Filter) and node.field == "sponsor":
            yield node.value


@lru_cache(maxsize=65_536)
def _stems_of(language: str, word: str) -> frozenset[str]:
    return frozenset(analyzers()[language].analyze(word))
