"""The edge: which addresses lead to which service, and what one request and one caller may cost.

Addresses and methods are the services' own. Bounds are those that the services hold as well, so that a gateway refuses
first what they would refuse.
"""

import math
from collections.abc import Collection
from typing import Final, cast

import msgspec
from litestar import HttpMethod, Litestar
from litestar.routes import HTTPRoute

from serving.app import create_app
from serving.core.http.messages import MOST_BODY_BYTES
from warehouse.runtime.settings import Settings

LIMITS: Final = {"minute": 60, "hour": 1000}
"""Requests of one caller without a key."""
SITE: Final = "site"
"""The pages and the OpenAPI document, which describe what runs in their own process: one that runs every service."""
_TO_SEND_S: Final = 3
"""Seconds between the deadline of a request and the end of its answer: the largest are compressed first."""
_WAITING_S: Final = 60
"""Seconds for addresses that wait for something to happen: `wait` is 25 s at most, streams send a sign each 15 s."""
_SETTINGS: Final = Settings(
    catalog_url="postgresql:///catalog",
    shard_urls=("postgresql:///shard_0",),
    cursor_secret="-",  # noqa: S106 (it signs nothing)
)
"""Enough to make an application whose routes are looked at."""
_INSIDE: Final = frozenset({"/health", "/ready", "/metrics"})
"""Addresses for orchestrators and Prometheus, which ask each process itself."""
_WAIT: Final = frozenset({"/api/v1/changes", "/api/v1/changes/stream"})


class EdgeRoute(msgspec.Struct, frozen=True):
    """One address with the methods it has; `path` has its parameters in braces."""

    path: str
    methods: tuple[str, ...]
    waits: bool
    """Whether an answer may take longer than it takes to compute one."""


class EdgeService(msgspec.Struct, frozen=True):
    """One service with its addresses, sorted."""

    name: str
    routes: tuple[EdgeRoute, ...]
    deadline_s: float
    """Seconds after which the service gives a request up by itself."""

    @property
    def read_seconds(self) -> int:
        """How long an answer, or the next piece of one, may take: the service answers first."""
        if any(route.waits for route in self.routes):
            return _WAITING_S
        return math.ceil(self.deadline_s) + _TO_SEND_S


class Edge(msgspec.Struct, frozen=True):
    """Everything that a gateway needs to know."""

    services: tuple[EdgeService, ...]
    limits: dict[str, int]
    """Requests of one caller in each window."""
    most_body_bytes: int


def declare(deadline_ms: int = Settings().deadline_ms) -> Edge:
    """The edge of all services, as the routes of the application are, whose requests may take `deadline_ms`. Nothing is
    opened for it."""
    settings = msgspec.structs.replace(_SETTINGS, deadline_ms=deadline_ms)
    application = create_app(settings)
    services: dict[str, list[EdgeRoute]] = {}
    for route in cast("Litestar", application.router).routes:
        if isinstance(route, HTTPRoute) and route.path not in _INSIDE:
            handlers = [each for each in route.route_handlers if each.http_methods != {HttpMethod.OPTIONS}]
            (service,) = {str(handler.opt.get("service", SITE)) for handler in handlers}
            services.setdefault(service, []).append(_edge_route(route))
    by_name = (
        EdgeService(name, tuple(sorted(routes, key=lambda route: route.path)), settings.deadline_ms / 1000)
        for name, routes in services.items()
    )
    return Edge(tuple(sorted(by_name, key=lambda service: service.name)), dict(LIMITS), MOST_BODY_BYTES)


def _edge_route(route: HTTPRoute) -> EdgeRoute:
    return EdgeRoute(_in_braces(route.path), _methods(route.methods), route.path in _WAIT)


def _methods(routed: Collection[str]) -> tuple[str, ...]:
    """Who may GET may HEAD: the services answer it although the router does not name it."""
    return tuple(sorted({*map(str, routed), *({"HEAD"} if "GET" in routed else set())}))


def _in_braces(path: str) -> str:
    """The path with `{name}` for one part and `{name*}` for all that follows."""
    return path.replace(":str}", "}").replace(":path}", "*}")
