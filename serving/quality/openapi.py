"""The parameters of the findings, for the OpenAPI document."""

from typing import Final

from serving.core.lists.listing import DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET
from serving.core.parameters.schemas import SESSION, Parameter, query_parameter, whole_parameter, word_parameter
from serving.quality.schemas import PATHS
from warehouse.model.vocabulary.rules import RULES

PARAMETERS: Final[dict[str, list[Parameter]]] = {
    "getFindings": [
        word_parameter("rule", "Only of this rule. / De cette règle seulement.", sorted(RULES)),
        word_parameter("entity", "Only about this kind of entity. / Sur ce genre d’objet seulement.", list(PATHS)),
        query_parameter(
            "session", "Only of this session. / De cette session seulement.", SESSION | {"examples": ["45-1"]}
        ),
        whole_parameter("limit", "Findings a page. / Constats par page.", 1, MAX_LIMIT, DEFAULT_LIMIT),
        whole_parameter("offset", "Findings to pass over. / Constats à sauter.", 0, MAX_OFFSET, 0),
    ],
}
