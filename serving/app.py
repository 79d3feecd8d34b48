"""The application: services as routes, the layers of the HTTP shell around them, one platform behind them."""

from collections.abc import Sequence
from typing import Final, cast

from litestar import Litestar, Router
from litestar.di import Provide

from serving.batch import service as batch
from serving.bills import service as bills
from serving.caucuses import service as caucuses
from serving.changes import service as changes
from serving.core.html.static_files import StaticController
from serving.core.http import problems
from serving.core.http.layers import HttpShell
from serving.core.http.messages import App
from serving.core.process.platform import Platform
from serving.core.service import Service, choose
from serving.core.site.openapi import Documents
from serving.core.site.pages import PageController
from serving.core.site.service import SITE
from serving.explorer import service as explorer
from serving.members import service as members
from serving.overrides import service as overrides
from serving.quality import service as quality
from serving.releases import service as releases
from serving.ridings import service as ridings
from serving.search import service as search
from serving.sessions import service as sessions
from serving.sittings import service as sittings
from serving.statistics import service as statistics
from serving.status import service as status
from serving.votes import service as votes
from warehouse.runtime.settings import Settings

SERVICES: Final[tuple[Service, ...]] = (
    sessions.SERVICE,
    bills.SERVICE,
    votes.SERVICE,
    members.SERVICE,
    ridings.SERVICE,
    caucuses.SERVICE,
    sittings.SERVICE,
    changes.SERVICE,
    search.SERVICE,
    statistics.SERVICE,
    overrides.SERVICE,
    status.SERVICE,
    quality.SERVICE,
    releases.SERVICE,
    batch.SERVICE,
    explorer.SERVICE,
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
    documents = Documents((*chosen, SITE))
    dependencies = {
        "platform": Provide(lambda: platform, sync_to_thread=False, use_cache=True),
        "documents": Provide(lambda: documents, sync_to_thread=False, use_cache=True),
    }
    router = Litestar(
        route_handlers=[
            PageController,
            *SITE.controllers,
            StaticController,
            *(Router("/", route_handlers=each.controllers, opt={"service": each.name}) for each in chosen),
        ],
        dependencies=dependencies,
        exception_handlers={Exception: problems.handle},
        on_startup=[platform.open],
        on_shutdown=[platform.close],
        openapi_config=None,
        logging_config=None,  # Litestar's own would have every library write what it does, not as JSON, to our log
    )
    front = cast("App", router)
    for each in chosen:
        front = front if each.front is None else each.front(front)
    return platform.shell(cast("App", router), front)
