"""The name-plate of the service."""

from typing import Final

from serving.core.service import CATALOG, ExampleLink, Service
from serving.quality.codes import CODES
from serving.quality.controllers import CoverageController, QualityController, QualityPageController
from serving.quality.openapi import PARAMETERS

SERVICE: Final = Service(
    name="quality",
    codes=CODES,
    controllers=(QualityController, CoverageController, QualityPageController),
    parameters=PARAMETERS,
    stores=CATALOG,
    pages=(
        ExampleLink("/quality", "Quality of the data", "Qualité des données"),
        ExampleLink("/coverage", "Coverage", "Couverture"),
    ),
)
