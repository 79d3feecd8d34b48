"""The name-plate of the service."""

from typing import Final

from serving.core.service import CATALOG, Service
from serving.status.controllers import SnapshotController, StatusController

SERVICE: Final = Service(
    name="status",
    controllers=(StatusController, SnapshotController),
    stores=CATALOG,
    extras=frozenset({"shards"}),
    aliases=("etl",),
)
