"""The parameters of the findings, for the OpenAPI document."""

from typing import Final

from serving.core.lists.listing import DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET
from serving.core.parameters.schemas import SESSION, Parameter, query_parameter
from serving.quality.schemas import PATHS
from warehouse.model.vocabulary.rules import RULES

PARAMETERS: Final[dict[str, list[Parameter]]] = {
    "getFindings": [
        query_parameter("rule", "Only of this rule. / D’une seule règle.", {"type": "string", "enum": sorted(RULES)}),
        query_parameter("entity", "Only about these. / Sur un seul genre.", {"type": "string", "enum": list(PATHS)}),
        query_parameter("session", "Only of this session. / D’une session.", SESSION | {"examples": ["45-1"]}),
        query_parameter(
            "limit",
            "Findings a page. / Constats par page.",
            {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
        ),
        query_parameter(
            "offset",
            "Findings to pass over. / Constats à sauter.",
            {"type": "integer", "minimum": 0, "maximum": MAX_OFFSET, "default": 0},
        ),
    ],
}
