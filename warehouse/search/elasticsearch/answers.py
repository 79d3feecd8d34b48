"""Builds the search request for Elasticsearch, and converts its answer to results of the port."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from warehouse.model.read_models.search import FACETS, FacetCount, FacetName, Hit, SearchRequest, SearchResult, Sort
from warehouse.search import matching
from warehouse.search.elasticsearch.documents import stored
from warehouse.search.elasticsearch.query import Clause, ElasticsearchTranslation, words_of
from warehouse.search.facets import ordered
from warehouse.search.highlighting import marked

_ORDER: Final[dict[Sort, list[dict[str, str]]]] = {
    "relevance": [{"_score": "desc"}, {"newest": "desc"}, {"id": "asc"}],
    "newest": [{"newest": "desc"}, {"id": "asc"}],
    "oldest": [{"newest": "asc"}, {"id": "asc"}],
}
_FACET_FIELDS: Final[dict[FacetName, str]] = {name: name for name in FACETS} | {"type": "entity"}
_MOST_VALUES: Final = 10_000
"""More than any facet has, so that counts are exact."""
_HIGHLIGHTED: Final = ("title", "short_title", "status", "riding", "sponsor", "summary")
_OPEN, _CLOSE = "\ue000", "\ue001"
_FOUND: Final = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")


def body(request: SearchRequest, misspelt: Mapping[str, int]) -> dict[str, Any]:
    """The search request. Words that may be misspelt are counted along with it, unless misspelt ones are known
    already."""
    translation = ElasticsearchTranslation(request, misspelt)
    query = translation.query()
    if request.sort == "relevance":
        recent = {"field": "recency"}
        query = {"function_score": {"query": query, "field_value_factor": recent, "boost_mode": "multiply"}}
    counts: dict[str, Any] = {
        f"facet_{name}": {"terms": {"field": _FACET_FIELDS[name], "size": _MOST_VALUES}} for name in request.facets
    }
    doubtful = {} if misspelt else translation.doubtful()
    if doubtful:
        counts["known"] = {"global": {}, "aggs": {"words": {"filters": {"filters": doubtful}}}}
    asked: dict[str, Any] = {
        "query": query, "sort": _ORDER[request.sort], "from_": request.offset, "size": request.limit,
        "track_total_hits": True, "aggs": counts, "allow_partial_search_results": False,
    }  # fmt: skip
    if request.highlight:
        asked["highlight"] = _highlight(request, misspelt)
    return asked


def misspelt(answer: Mapping[str, Any]) -> dict[str, int]:
    """The words that no document has, with the number of letters that may be wrong."""
    counts = answer.get("aggregations", {}).get("known", {}).get("words", {}).get("buckets", {})
    return {word: matching.typos_allowed(word) for word, bucket in counts.items() if not bucket["doc_count"]}


def result(request: SearchRequest, answer: Mapping[str, Any]) -> SearchResult:
    """What was found."""
    counted = answer.get("aggregations", {})
    return SearchResult(
        total=answer["hits"]["total"]["value"],
        hits=tuple(_hit(request, hit) for hit in answer["hits"]["hits"]),
        facets={name: _facet(name, counted[f"facet_{name}"]["buckets"]) for name in request.facets},
    )


def _facet(name: FacetName, buckets: Iterable[Mapping[str, Any]]) -> tuple[FacetCount, ...]:
    return ordered(name, ((str(bucket["key"]), bucket["doc_count"]) for bucket in buckets))


def _hit(request: SearchRequest, hit: Mapping[str, Any]) -> Hit:
    return Hit(
        document=stored(hit["_source"]),
        score=float(hit["_score"]) if request.sort == "relevance" else None,
        highlights=_highlights(request, hit),
    )


def _highlight(request: SearchRequest, misspelt: Mapping[str, int]) -> dict[str, Any]:
    """Request whole texts, with matches marked by two characters that no text has."""
    return {
        "pre_tags": [_OPEN],
        "post_tags": [_CLOSE],
        "number_of_fragments": 0,
        "fields": {
            field: {"highlight_query": {"bool": {"should": list(_sought(field, request, misspelt))}}}
            for field in (f"{text}_{lang}" for text in _HIGHLIGHTED for lang in ("en", "fr"))
        },
    }


def _sought(field: str, request: SearchRequest, misspelt: Mapping[str, int]) -> Iterable[Clause]:
    for text in words_of(request):
        yield {"match": {field: {"query": text}}}
    for word, typos in misspelt.items():
        yield {"match": {field: {"query": word, "fuzziness": typos}}}


def _highlights(request: SearchRequest, hit: Mapping[str, Any]) -> dict[str, str]:
    """Highlights by field, in the requested language, or in the other one if nothing matched in the first."""
    found = hit.get("highlight", {})
    for lang in ("en", "fr") if request.lang == "en" else ("fr", "en"):
        texts = {field: _marked(hit["_source"][field], found[field][0]) for field in found if field.endswith(lang)}
        if texts:
            return {field: html for field, html in texts.items() if html is not None}
    return {}


def _marked(text: str, told_apart: str) -> str | None:
    words = {word for found in _FOUND.findall(told_apart) for word in re.findall(r"[^\W_]+", found)}
    return marked(text, words.__contains__)
