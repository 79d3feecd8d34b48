"""The name-plate of the service."""

from typing import Final

from serving.core.parameters.days import AS_OF
from serving.core.parameters.schemas import PathParameter
from serving.core.service import ExampleLink, Service
from serving.ridings.controllers import RidingController
from serving.ridings.filters import RIDINGS

SERVICE: Final = Service(
    name="ridings",
    controllers=(RidingController,),
    tags={"ridings": "Ridings / Circonscriptions"},
    lists={"listRidings": RIDINGS},
    parameters={"getRiding": [AS_OF]},
    path_parameters={
        "order": PathParameter(
            r"^(18|19|20)\d\d$",
            "The year of the representation order. / L’année de l’ordonnance de représentation.",
            "2023",
        ),
        "code": PathParameter(
            "^p-[0-9a-f]{10}$", "The riding's code. / Le code de la circonscription.", "p-0123456789"
        ),
    },
    examples=(
        ExampleLink(
            "/ridings?province=NL&as_of=2025-06-01", "Who sat for a province", "Qui siégeait pour une province"
        ),
    ),
)
