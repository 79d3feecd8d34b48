"""The name-plate of the service."""

from typing import Final

from serving.caucuses.controllers import CaucusController, PartyAliasController
from serving.core.parameters.days import AS_OF
from serving.core.parameters.schemas import PathParameter
from serving.core.service import ExampleLink, Service

SERVICE: Final = Service(
    name="caucuses",
    controllers=(CaucusController, PartyAliasController),
    tags={"caucuses": "Caucuses / Caucus"},
    parameters={"listCaucuses": [AS_OF], "getCaucus": [AS_OF]},
    path_parameters={
        "caucus": PathParameter("^[a-z0-9]+(-[a-z0-9]+)*$", "The caucus’s code. / Le code du caucus.", "liberal")
    },
    examples=(ExampleLink("/caucuses", "Every caucus", "Tous les caucus"),),
)
