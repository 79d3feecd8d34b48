"""The application: services as routes, the layers of the HTTP shell around them, one platform behind them."""

import asyncio
from collections.abc import Sequence
from typing import Final, cast

import msgspec
from litestar import Litestar, Router, get
from litestar.di import Provide

from serving.bills import service as bills
from serving.changes import service as changes
from serving.core.answers.answer import Answer, AnyRequest
from serving.core.http import problems
from serving.core.http.exchange import exchange_of
from serving.core.http.layers import HttpShell
from serving.core.http.messages import App
from serving.core.parameters.query_string import Parameters
from serving.core.process.platform import Platform
from serving.core.service import Service, choose
from serving.core.site import openapi
from serving.core.site.health import HealthController
from serving.core.site.pages import PageController, fixed
from serving.members import service as members
from serving.overrides import service as overrides
from serving.quality import service as quality
from serving.search import service as search
from serving.sessions import service as sessions
from serving.statistics import service as statistics
from serving.status import service as status
from serving.votes import service as votes
from warehouse.runtime.settings import Settings

SERVICES: Final[tuple[Service, ...]] = (
    sessions.SERVICE,
    bills.SERVICE,
    votes.SERVICE,
    members.SERVICE,
    changes.SERVICE,
    search.SERVICE,
    statistics.SERVICE,
    overrides.SERVICE,
    status.SERVICE,
    quality.SERVICE,
)
"""Every service. What each brings is on its name-plate."""


def create_app(settings: Settings, services: Sequence[Service] = SERVICES) -> HttpShell:
    """One ASGI application with the services that `settings.api_services` names; with all of them where it is empty.

    Nothing is opened before the server's start-up event.

    Raises:
        SettingInvalid: a database has no URL, or there is no service with a name that is set.
    """
    chosen = choose(services, settings.api_services)
    platform = Platform(settings, chosen)
    dependencies = {"platform": Provide(lambda: platform, sync_to_thread=False, use_cache=True)}

    @get(openapi.PATH, include_in_schema=False)
    async def openapi_document(request: AnyRequest) -> Answer[bytes]:
        """The OpenAPI document of the services in this process, with its texts in the language of `lang`."""
        lang = Parameters(exchange_of(request.scope).query).lang()
        found = await asyncio.to_thread(openapi.document, chosen, dependencies)
        return fixed(msgspec.json.encode(openapi.in_language(found, lang)), "application/json")

    router = Litestar(
        route_handlers=[
            PageController,
            HealthController,
            openapi_document,
            *(Router("/", route_handlers=each.controllers, opt={"service": each.name}) for each in chosen),
        ],
        dependencies=dependencies,
        exception_handlers={Exception: problems.handle},
        on_startup=[platform.open],
        on_shutdown=[platform.close],
        openapi_config=None,
        logging_config=None,  # Litestar's own would have every library write what it does, not as JSON, to our log
    )
    return platform.shell(cast("App", router))
