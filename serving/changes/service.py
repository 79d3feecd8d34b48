"""The name-plate of the service."""

from typing import Final

from serving.changes.atom import MEDIA_TYPE
from serving.changes.controllers import ChangeController
from serving.changes.corrections import CorrectionController
from serving.changes.openapi import PARAMETERS
from serving.changes.stream import StreamController
from serving.core.service import ExampleLink, Service

SERVICE: Final = Service(
    name="changes",
    controllers=(ChangeController, StreamController, CorrectionController),
    tags={"changes": "Changes / Changements"},
    parameters=PARAMETERS,
    media_types={"streamChanges": "text/event-stream", "getCorrectionsFeed": MEDIA_TYPE.partition(";")[0]},
    examples=(
        ExampleLink("/changes?limit=5", "What changed here, and when", "Ce qui a changé ici, et quand"),
        ExampleLink("/corrections.atom", "What Parliament corrected", "Ce que le Parlement a corrigé"),
    ),
)
