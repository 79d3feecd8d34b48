"""The name-plate of the service."""

from typing import Final

from serving.core.parameters.schemas import PathParameter
from serving.core.service import ExampleLink, Service
from serving.releases.codes import CODES
from serving.releases.controllers import DataController, ReleaseController
from serving.releases.files import RangeNotSatisfiable

SERVICE: Final = Service(
    name="releases",
    controllers=(ReleaseController, DataController),
    path_parameters={
        "release": PathParameter(
            r"^(latest|[0-9]{4}-[0-9]{2}-[0-9]{2}(\.[0-9]{1,4})?)$",
            "`latest`, or the day the release was made. / `latest`, ou le jour où la publication a été faite.",
            "latest",
        )
    },
    codes=CODES,
    problems=(RangeNotSatisfiable,),
    pages=(ExampleLink("/data", "Data releases", "Jeux de données"),),
)
"""The tables of every session as files to take away."""
