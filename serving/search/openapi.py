"""The parameters of search and suggestions, for the OpenAPI document."""

from typing import Any, Final

from serving.core.parameters.schemas import (
    NO_CONTROL,
    SESSION,
    Parameter,
    Schema,
    many_parameter,
    query_parameter,
    whole_parameter,
    word_parameter,
)
from serving.search.parameters import (
    DEFAULT_LIMIT,
    FILTERS,
    KINDS,
    LONGEST_BEGINNING,
    MAX_LIMIT,
    MAX_SUGGESTIONS,
    MOST_VALUES,
    SORTS,
)
from warehouse.model.read_models.search import FACETS, MAX_WINDOW, FilterField
from warehouse.search.query.fields import LATIN, codes_of
from warehouse.search.query.parse import MAX_LENGTH

_SAID: Final[dict[str, tuple[str, str]]] = {
    "type": (
        "`bill`, `vote`, `member`, or a kind of bill. / `bill`, `vote`, `member`, ou un genre de projet de loi.",
        "bill",
    ),
    "session": ("Sessions. / Sessions.", "45-1"),
    "party": (
        "A member's latest caucus, by code or name. / Le plus récent caucus d’une personne, par code ou nom.",
        "ndp",
    ),
    "chamber": ("Chambers. / Chambres.", "senate"),
    "status": (
        "A bill's status, by code or wording. / L’état d’un projet de loi, par code ou formulation.",
        "royal-assent-received",
    ),
    "result": ("A vote's result. / Résultat d’un vote.", "agreed"),
    "province": ("A member's province, by code or name. / La province d’une personne, par code ou nom.", "QC"),
    "sponsor": ("Words of the sponsor's name. / Mots du nom de la marraine ou du parrain.", "Gazan"),
    "year": ("Years of the date shown. / Années de la date montrée.", "2024"),
    "date": ("A day, month, year or range. / Jour, mois, année ou période.", "2024-01..2024-06"),
}


_YEAR: Final = "(186[7-9]|18[7-9][0-9]|19[0-9]{2}|[2-9][0-9]{3})"
_MONTH: Final = f"{_YEAR}(-(0?[1-9]|1[0-2])(-(0?[1-9]|1[0-9]|2[0-8]))?)?"
_CODED: Final[tuple[FilterField, ...]] = ("type", "party", "chamber", "status", "result", "province")
_SCHEMAS: Final[dict[str, Schema]] = {
    **{name: {"type": "string", "enum": codes_of(name)} for name in _CODED},
    "session": SESSION,
    "sponsor": {"type": "string", "pattern": rf"^[^{NO_CONTROL}]*[{LATIN}][^{NO_CONTROL}]*$", "maxLength": 100},
    "year": {"type": "string", "pattern": f"^{_YEAR}$"},
    # Of days beyond the 28th no pattern can say whether the month has them; those that it has are taken.
    "date": {"type": "string", "pattern": f"^({_MONTH}|{_MONTH}\\.\\.|\\.\\.{_MONTH})$"},
}
"""The values of each filter."""


def _many(name: str, text: str, example: str, most: int | None = None, **schema: Any) -> Parameter:
    return many_parameter(name, text, schema, most) | {"explode": name == "sponsor", "example": [example]}


PARAMETERS: Final[dict[str, list[Parameter]]] = {
    "search": [
        query_parameter(
            "q",
            "What is searched for; an empty text finds everything. / Ce qu’on cherche; un texte vide trouve tout.",
            {"type": "string", "maxLength": MAX_LENGTH, "format": "search-query"},
        )
        | {"example": "budget"},
        *(_many(name, *_SAID[name], MOST_VALUES, **_SCHEMAS[name]) for name in FILTERS),
        word_parameter("sort", "Best first, or by date. / Meilleurs d’abord, ou par date.", list(SORTS), "relevance"),
        whole_parameter("limit", "Hits a page. / Résultats par page.", 1, MAX_LIMIT, DEFAULT_LIMIT),
        whole_parameter(
            "offset",
            f"Hits to skip; with `limit` {MAX_WINDOW} at most. "
            f"/ Résultats à sauter; avec `limit`, {MAX_WINDOW} au plus.",
            0,
            MAX_WINDOW,
            0,
        ),
        _many(
            "facets",
            "What all hits are counted by. / Selon quoi tous les résultats sont comptés.",
            "session",
            type="string",
            enum=[*FACETS, "all"],
        ),
        query_parameter(
            "highlight",
            "Whether what was found is marked in `highlights`. / Si ce qui a été trouvé est marqué dans `highlights`.",
            {"type": "boolean", "default": True},
        ),
    ],
    "suggest": [
        query_parameter(
            "q",
            "The beginning of a name; nothing finds nothing. / Le début d’un nom; rien ne trouve rien.",
            {"type": "string", "maxLength": LONGEST_BEGINNING, "pattern": r"^[^\x00-\x1f\x7f]*$"},
        )
        | {"example": "tru"},
        _many(
            "types",
            "Kinds of suggestions; all by default. / Genres de propositions; tous par défaut.",
            "member",
            type="string",
            enum=list(KINDS),
        ),
        whole_parameter("limit", "Suggestions at most. / Suggestions au plus.", 1, MAX_SUGGESTIONS, 10),
    ],
}
RULES: Final = {"search": [f"offset + limit <= {MAX_WINDOW}"]}
