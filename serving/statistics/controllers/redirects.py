"""Redirects from this service's short address to the long one."""

from litestar import Controller, get
from litestar.params import FromPath

from serving.core.answers.answer import Answer, AnyRequest
from serving.core.answers.canonical_paths import move
from serving.core.http.exchange import exchange_of


class MovedController(Controller):
    """`/api/v1/stats/…`."""

    path = "/api/v1/stats"
    include_in_schema = False

    @get("/{rest:path}")
    async def find(self, rest: FromPath[str], request: AnyRequest) -> Answer[None]:
        """The same under `/api/v1/statistics`."""
        move(exchange_of(request.scope), f"/statistics{rest}")
