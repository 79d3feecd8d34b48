"""From parameters to a search: every one of them is understood or refused."""

from typing import Final, TypeVar, get_args

from serving.core.answers.texts import Lang
from serving.core.http.errors import InvalidValue
from serving.core.parameters.query_string import Parameters, not_allowed, require_at_most
from serving.search.errors import InvalidQuery
from warehouse.model.read_models.search import (
    FACETS,
    MAX_WINDOW,
    FacetName,
    Filter,
    FilterField,
    Query,
    SearchRequest,
    Sort,
    SuggestionKind,
    SuggestRequest,
)
from warehouse.search.query.errors import QueryInvalid
from warehouse.search.query.fields import filters_of
from warehouse.search.query.parse import parse

T = TypeVar("T")
DEFAULT_LIMIT: Final = 20
MAX_LIMIT: Final = 100
MAX_SUGGESTIONS: Final = 20
LONGEST_BEGINNING: Final = 100
SORTS: Final[dict[str, Sort]] = {"relevance": "relevance", "-date": "newest", "date": "oldest"}
FILTERS: Final[tuple[FilterField, ...]] = (
    "type", "session", "party", "chamber", "status", "result", "province", "sponsor", "year", "date",
)  # fmt: skip
KINDS: Final[tuple[SuggestionKind, ...]] = get_args(SuggestionKind)
_NAMES: Final = ("q", *FILTERS, "sort", "limit", "offset", "facets", "highlight")
MOST_VALUES: Final = 20


def search_of(parameters: Parameters, lang: Lang) -> SearchRequest:
    """The search that a request asks for.

    Raises:
        InvalidQuery: `q` cannot be understood; says where.
        InvalidValue: a parameter has a value it may not have.
        UnknownParameter: a parameter is none of these.
    """
    limit = parameters.whole("limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    offset = parameters.whole("offset", 0, 0, MAX_WINDOW)
    if offset + limit > MAX_WINDOW:
        raise InvalidValue(
            f"A search shows its first {MAX_WINDOW} hits; add words or filters to find what is further down.",
            f"Une recherche montre ses {MAX_WINDOW} premiers résultats; précisez-la pour voir les suivants.",
            param="offset",
        )
    text = parameters.single("q", may_be_empty=True) or ""
    request = SearchRequest(
        query=_understood("q", text),
        lang="fr" if lang == "fr" else "en",
        filters=tuple(each for name in FILTERS for each in _filters(parameters, name)),
        sort=SORTS[parameters.word("sort", list(SORTS)) or "relevance"],
        limit=limit,
        offset=offset,
        facets=_facets(parameters),
        highlight=parameters.flag("highlight", default=True),
    )
    parameters.finish(_NAMES)
    return request


def beginning_of(parameters: Parameters) -> SuggestRequest:
    """The suggestions that a request asks for.

    Raises:
        RequestError: as for a search.
    """
    text = parameters.single("q", may_be_empty=True) or ""
    if len(text) > LONGEST_BEGINNING:
        raise InvalidQuery(
            f"The beginning of a name has at most {LONGEST_BEGINNING} characters.",
            f"Le début d’un nom compte au plus {LONGEST_BEGINNING} caractères.",
            param="q",
            position=LONGEST_BEGINNING,
        )
    limit = parameters.whole("limit", 10, 1, MAX_SUGGESTIONS)
    kinds = tuple(dict.fromkeys(_chosen(parameters, "types", KINDS)))
    parameters.finish(("q", "types", "limit"))
    return SuggestRequest(text=text, kinds=kinds or KINDS, limit=limit)


def _understood(param: str, text: str) -> Query:
    try:
        return parse(text)
    except QueryInvalid as error:
        raise InvalidQuery(
            error.en,
            error.fr,
            param=param,
            allowed=error.allowed,
            nearest=error.nearest,
            position=error.position,
        ) from None


def _filters(parameters: Parameters, name: FilterField) -> list[Filter]:
    given = parameters.all(name)
    values = given if name == "sponsor" else [part for value in given for part in value.split(",")]
    require_at_most(name, values, MOST_VALUES)
    try:
        return [each for value in values for each in filters_of(name, value, 0)]
    except QueryInvalid as error:
        raise InvalidValue(error.en, error.fr, param=name, allowed=error.allowed, nearest=error.nearest) from None


def _facets(parameters: Parameters) -> tuple[FacetName, ...]:
    names = _chosen(parameters, "facets", (*FACETS, "all"))
    return FACETS if "all" in names else tuple(name for name in FACETS if name in names)


def _chosen(parameters: Parameters, name: str, allowed: tuple[T, ...]) -> list[T]:
    wanted = [part.strip() for value in parameters.all(name) for part in value.split(",")]
    known = [str(word) for word in allowed]
    for word in wanted:
        if word not in known:
            raise not_allowed(name, word, known)
    return [word for word in allowed if word in wanted]
