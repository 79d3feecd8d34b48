"""The name-plate of the service."""

from typing import Final

from serving.core.parameters.schemas import CHAMBER_IN_PATH, PathParameter
from serving.core.service import ExampleLink, Service
from serving.sittings.controllers import SittingController
from serving.sittings.filters import SITTINGS

SERVICE: Final = Service(
    name="sittings",
    controllers=(SittingController,),
    tags={"sittings": "Sitting days / Jours de séance"},
    lists={"listSittings": SITTINGS},
    path_parameters={
        "chamber": CHAMBER_IN_PATH,
        "day": PathParameter(r"^\d{4}-\d\d-\d\d$", "The day of the sitting. / Le jour de la séance.", "2025-06-05"),
    },
    examples=(ExampleLink("/sittings?votes__gte=1&limit=5", "The last days with votes", "Les derniers jours de vote"),),
)
