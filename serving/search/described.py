"""The parameters of search and suggestions, for the OpenAPI document."""

from typing import Any, Final

from serving.core.openapi import Parameter, query_parameter
from serving.search.asked import (
    DEFAULT_LIMIT,
    FILTERS,
    KINDS,
    LONGEST_BEGINNING,
    MAX_LIMIT,
    MAX_SUGGESTIONS,
    SORTS,
)
from warehouse.model.search import FACETS, MAX_WINDOW
from warehouse.search.query import MAX_LENGTH

_SAID: Final[dict[str, tuple[str, str]]] = {
    "type": ("`bill`, `vote`, `member`, or a bill's type. / Genre, ou type de projet de loi.", "bill"),
    "session": ("Sessions. / Sessions.", "45-1"),
    "party": ("A member's latest caucus, by code or name. / Le plus récent caucus.", "ndp"),
    "chamber": ("Chambers. / Chambres.", "senate"),
    "status": ("A bill's status, by code or wording. / État d’un projet de loi.", "royal-assent-received"),
    "result": ("A vote's result. / Résultat d’un vote.", "agreed"),
    "province": ("A member's province, by code or name. / Province.", "QC"),
    "sponsor": ("Words of the sponsor's name. / Mots du nom de la marraine ou du parrain.", "Gazan"),
    "year": ("Years of the date shown. / Années de la date montrée.", "2024"),
    "date": ("A day, month, year or range. / Jour, mois, année ou période.", "2024-01..2024-06"),
}


def _many(name: str, text: str, example: str, **schema: Any) -> Parameter:
    found = query_parameter(name, text, {"type": "array", "items": {"type": "string", **schema}})
    return found | {"style": "form", "explode": name == "sponsor", "example": [example]}


def _whole(name: str, text: str, lowest: int, highest: int, default: int) -> Parameter:
    schema = {"type": "integer", "minimum": lowest, "maximum": highest, "default": default}
    return query_parameter(name, text, schema)


PARAMETERS: Final[dict[str, list[Parameter]]] = {
    "search": [
        query_parameter(
            "q", "What is searched for; nothing finds everything. / Ce qu’on cherche; rien trouve tout.",
            {"type": "string", "maxLength": MAX_LENGTH},
        ) | {"example": "budget"},
        *(_many(name, *_SAID[name]) for name in FILTERS),
        query_parameter(
            "sort", "Best first, or by date. / Meilleurs d’abord, ou par date.",
            {"type": "string", "enum": list(SORTS), "default": "relevance"},
        ),
        _whole("limit", "Hits a page. / Résultats par page.", 1, MAX_LIMIT, DEFAULT_LIMIT),
        _whole("offset", f"Hits to skip; with `limit` {MAX_WINDOW} at most. / À sauter.", 0, MAX_WINDOW, 0),
        _many("facets", "What to count all hits by. / Selon quoi compter.", "session", enum=[*FACETS, "all"]),
        query_parameter("highlight", "Mark what was found. / Surligner.", {"type": "boolean", "default": True}),
    ],
    "suggest": [
        query_parameter(
            "q", "The beginning of a name. / Le début d’un nom.", {"type": "string", "maxLength": LONGEST_BEGINNING}
        ) | {"example": "tru"},
        _many("types", "Kinds of suggestions. / Genres.", "member", enum=list(KINDS)),
        _whole("limit", "Suggestions at most. / Suggestions au plus.", 1, MAX_SUGGESTIONS, 10),
    ],
}  # fmt: skip
