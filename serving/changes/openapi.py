"""The parameters of the feed and of the corrections, for the OpenAPI document."""

from typing import Any, Final

from serving.changes.filters import CORRECTED_TYPES, TYPES
from serving.core.lists.listing import DEFAULT_LIMIT, MAX_LIMIT
from serving.core.parameters.schemas import ENTITY_PATTERN, SESSION, Parameter, query_parameter
from serving.core.parameters.values import CHAMBER_CODES
from warehouse.model.changes.corrections import OPERATIONS

LONGEST_WAIT_S: Final = 25


def _many(name: str, text: str, **schema: Any) -> Parameter:
    counts = {"minItems": 1, **{key: schema.pop(key) for key in ("maxItems",) if key in schema}}
    found = query_parameter(name, text, {"type": "array", "items": {"type": "string", **schema}, **counts})
    return found | {"style": "form", "explode": False}


_FILTERS: Final[list[Parameter]] = [
    _many("types", "Kinds of entities. / Genres d’entités.", enum=list(TYPES)),
    _many(
        "keys",
        "Keys of entities, a hundred at most. / Clés d’entités, cent au plus.",
        examples=["45-1/C-3"],
        pattern=ENTITY_PATTERN,
        maxItems=100,
    ),
    _many(
        "session", "Sessions of bills, votes and sessions. / Sessions.", examples=["45-1"], pattern=SESSION["pattern"]
    ),
    _many("chamber", "Chambers of bills and votes. / Chambres.", enum=list(CHAMBER_CODES)),
    _many("op", "What happened. / Ce qui s’est passé.", enum=list(OPERATIONS)),
]
_LIMIT: Final = query_parameter(
    "limit",
    "Changes a page. / Changements par page.",
    {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
)
_CURSOR: Final = query_parameter(
    "cursor", "From `page.next`, or `now`. / De `page.next`, ou `now`.", {"type": "string"}
)
_WAIT: Final = query_parameter(
    "wait",
    "Seconds to wait where there is nothing yet. / Secondes d’attente.",
    {"type": "integer", "minimum": 0, "maximum": LONGEST_WAIT_S, "default": 0},
)
_OF_CORRECTIONS: Final[list[Parameter]] = [
    _many("types", "Votes, bills or both. / Votes, projets de loi ou les deux.", enum=list(CORRECTED_TYPES)),
    *_FILTERS[1:3],
]
PARAMETERS: Final[dict[str, list[Parameter]]] = {
    "getChanges": [*_FILTERS, _LIMIT, _CURSOR, _WAIT],
    "streamChanges": [*_FILTERS, _CURSOR],
    "getCorrections": [*_OF_CORRECTIONS, _LIMIT, _CURSOR],
    "getCorrectionsFeed": _OF_CORRECTIONS,
}
