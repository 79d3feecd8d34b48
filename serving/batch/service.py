"""The name-plate of the service."""

from typing import Final

from serving.batch.controllers import BatchController, BatchTooLarge
from serving.batch.schemas import MOST_PATHS, BatchRequest
from serving.core.service import RequestBody, Service

SERVICE: Final = Service(
    name="batch",
    controllers=(BatchController,),
    tags={"batch": "Several reads at once / Plusieurs lectures à la fois"},
    problems=(BatchTooLarge,),
    bodies={
        "readBatch": RequestBody(
            BatchRequest,
            f"Addresses to read, {MOST_PATHS} at most. / Les adresses à lire, {MOST_PATHS} au plus.",
            {"paths": ["/api/v1/bills/45-1/C-3", "/api/v1/votes?session=45-1&limit=5"]},
        )
    },
)
