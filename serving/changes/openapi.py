"""The parameters of the feed and of the corrections, for the OpenAPI document."""

from typing import Final

from serving.changes.filters import CORRECTED_TYPES, MOST_KEYS, TYPES
from serving.core.lists.listing import DEFAULT_LIMIT, MAX_LIMIT
from serving.core.parameters.schemas import (
    ENTITY_PATTERN,
    SESSION,
    Parameter,
    many_parameter,
    query_parameter,
    whole_parameter,
)
from serving.core.parameters.values import CHAMBER_CODES
from warehouse.model.changes.corrections import OPERATIONS

LONGEST_WAIT_S: Final = 25


_FILTERS: Final[list[Parameter]] = [
    many_parameter("types", "Kinds of entities. / Genres d’entités.", {"type": "string", "enum": list(TYPES)}),
    many_parameter(
        "keys",
        "Keys of entities, a hundred at most. / Clés d’entités, cent au plus.",
        {"type": "string", "examples": ["45-1/C-3"], "pattern": ENTITY_PATTERN},
        MOST_KEYS,
    ),
    many_parameter(
        "session",
        "Sessions of bills, votes and sessions. / Sessions de projets de loi, de votes et de sessions.",
        SESSION | {"examples": ["45-1"]},
    ),
    many_parameter(
        "chamber",
        "Chambers of bills and votes. / Chambres de projets de loi et de votes.",
        {"type": "string", "enum": list(CHAMBER_CODES)},
    ),
    many_parameter("op", "What happened. / Ce qui s’est passé.", {"type": "string", "enum": list(OPERATIONS)}),
]
_LIMIT: Final = whole_parameter("limit", "Changes a page. / Changements par page.", 1, MAX_LIMIT, DEFAULT_LIMIT)
_CURSOR: Final = query_parameter(
    "cursor", "From `page.next`, or `now`. / De `page.next`, ou `now`.", {"type": "string"}
)
_WAIT: Final = whole_parameter(
    "wait",
    "Seconds to wait where there is nothing yet. / Secondes à attendre s’il n’y a encore rien.",
    0,
    LONGEST_WAIT_S,
    0,
)
_OF_CORRECTIONS: Final[list[Parameter]] = [
    many_parameter(
        "types",
        "Votes, bills or both. / Votes, projets de loi ou les deux.",
        {"type": "string", "enum": list(CORRECTED_TYPES)},
    ),
    *_FILTERS[1:3],
]
PARAMETERS: Final[dict[str, list[Parameter]]] = {
    "getChanges": [*_FILTERS, _LIMIT, _CURSOR, _WAIT],
    "streamChanges": [*_FILTERS, _CURSOR],
    "getCorrections": [*_OF_CORRECTIONS, _LIMIT, _CURSOR],
    "getCorrectionsFeed": _OF_CORRECTIONS,
}
