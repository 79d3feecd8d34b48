"""The application: services as routes, the caching layer in front of them, one platform behind them."""

from collections.abc import Sequence
from typing import cast

from litestar import Controller, Litestar
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig

from serving.bills.controllers import BillController
from serving.core import problems
from serving.core.caching import CachingLayer
from serving.core.health import HealthController
from serving.core.platform import Platform
from serving.core.relay import App
from serving.members.controllers import MemberController
from serving.sessions.controllers import SessionController
from serving.votes.controllers import VoteController
from serving.votes.of_bills import BillVotesController
from warehouse.runtime.settings import Settings

SERVICES: dict[str, tuple[type[Controller], ...]] = {
    "sessions": (SessionController,),
    "bills": (BillController,),
    "votes": (VoteController, BillVotesController),
    "members": (MemberController,),
}


def create_app(settings: Settings, services: Sequence[str] = tuple(SERVICES)) -> CachingLayer:
    """One ASGI application with the named services, all of them by default.

    Nothing is opened before the server's start-up event.

    Raises:
        SettingInvalid: a database has no URL.
    """
    platform = Platform(settings)
    inner = Litestar(
        route_handlers=[HealthController, *(each for name in services for each in SERVICES[name])],
        dependencies={"platform": Provide(lambda: platform, sync_to_thread=False, use_cache=True)},
        exception_handlers={Exception: problems.handle},
        on_startup=[platform.open],
        on_shutdown=[platform.close],
        openapi_config=OpenAPIConfig(title="OpenPolicy", version="1"),
    )
    return platform.caching(cast("App", inner))
