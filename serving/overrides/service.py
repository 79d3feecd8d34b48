"""The name-plate of the service."""

from typing import Final

from serving.core.parameters.schemas import PathParameter
from serving.core.service import CATALOG, Service
from serving.overrides.codes import CODES
from serving.overrides.controllers import PARAMETERS, OverrideController

SERVICE: Final = Service(
    name="overrides",
    codes=CODES,
    controllers=(OverrideController,),
    tags={"overrides": "Editors' corrections / Rectifications de la rédaction"},
    parameters=PARAMETERS,
    stores=CATALOG,
    path_parameters={
        "override_id": PathParameter(
            "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
            "From the list. / De la liste.",
            "5f0c6c1e-6f0a-5b0e-9d7e-2b8f3f1f8a11",
        )
    },
)
