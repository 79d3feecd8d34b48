"""The name-plate of what every process has, whatever its services."""

from typing import Final

from serving.core.service import Service
from serving.core.site.documents import DocumentController
from serving.core.site.health import HealthController
from serving.core.site.plain_texts import PlainTextController

SITE: Final = Service(
    name="",
    controllers=(HealthController, DocumentController, PlainTextController),
    tags={"operation": "Operation / Exploitation"},
)
