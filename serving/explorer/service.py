"""The name-plate of the service."""

from typing import Final

from serving.core.service import ExampleLink, Service
from serving.explorer.controllers import ExplorerController
from serving.explorer.front import PageFront

SERVICE: Final = Service(
    name="explorer",
    controllers=(ExplorerController,),
    front=PageFront,
    pages=(
        ExampleLink("/bills", "Bills", "Projets de loi"),
        ExampleLink("/votes", "Votes", "Votes"),
        ExampleLink("/members", "Members", "Députés"),
        ExampleLink("/search", "Search", "Recherche"),
    ),
)
"""Bills, votes and members as pages."""
