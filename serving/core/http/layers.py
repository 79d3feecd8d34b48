"""The HTTP shell: the order of its layers, outermost first, written here and nowhere else.

    request id → traces, if wanted → metrics and access log → rate limits, if any → (authentication) → cache
    → deadline → router

The id comes first, so that every answer has one and every line of the log can be found by it. Metrics surround all that
can answer, refusals and hits included. What limits or identifies callers belongs between metrics and cache: a refused
request must be counted, and must not be answered from memory. The deadline bounds what memory does not answer.
"""

from collections.abc import Callable, Sequence
from functools import partial

from serving.core.http.answer_tiers import AnswerTiers, Key
from serving.core.http.cached_answer import Entry
from serving.core.http.caching_layer import CachingLayer
from serving.core.http.deprecations import Deprecations
from serving.core.http.exchange import Scope
from serving.core.http.limits.admission import Lanes
from serving.core.http.limits.callers import Callers
from serving.core.http.limits.deadlines import DeadlineLayer
from serving.core.http.limits.rate_limits import RateLimitLayer
from serving.core.http.messages import App, Receive, Send
from serving.core.http.request_ids import RequestIdLayer
from serving.core.http.telemetry.access_log import AccessLog
from serving.core.http.telemetry.metrics import Metrics, MetricsLayer
from serving.core.http.telemetry.tracing_layer import TracingLayer
from serving.core.http.warming import Warmer
from warehouse.cache.leases import Leases
from warehouse.cache.memory import Memory
from warehouse.runtime import telemetry
from warehouse.runtime.versions import CacheValidity

Layer = Callable[[App], App]


class HttpShell:
    """The application that a server runs: a router inside the layers. Only HTTP passes through them."""

    def __init__(self, router: App, layers: Sequence[Layer], front: App | None = None) -> None:
        """`layers` are named outermost first; `front` is the router and what stands in front of it."""
        self.router = router
        """What is inside all layers."""
        self._http = front or router
        applied = []
        for layer in reversed(layers):
            self._http = layer(self._http)
            applied.append(self._http)
        self.inside = applied[0] if applied else self._http
        """The router with its cache: what answers a part of a request that the other layers have seen already."""

    def surround(self, layer: Layer) -> None:
        """Put one more layer around all, for the requests that come from now on."""
        self._http = layer(self._http)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass on what the server says when it starts and stops."""
        await (self._http if scope["type"] == "http" else self.router)(scope, receive, send)


def layers(
    *,
    memory: Memory[Key, Entry],
    tiers: AnswerTiers | None,
    versions: CacheValidity,
    metrics: Metrics,
    access_log: AccessLog,
    lanes: Lanes,
    callers: Callers,
    leases: Leases | None,
    warmer: Warmer,
    deprecations: Deprecations,
    deadline_s: float,
) -> tuple[Layer, ...]:
    """Every layer, outermost first. Without a limit, `leases` is None and nothing stands in its place; the layer for
    traces stands only in a process that traces."""
    limits = [] if leases is None else [partial(RateLimitLayer, leases=leases, callers=callers, metrics=metrics)]
    return (
        partial(RequestIdLayer, callers=callers),
        *((TracingLayer,) if telemetry.is_on() else ()),
        partial(MetricsLayer, metrics=metrics, access_log=access_log),
        *limits,
        lambda inner: CachingLayer(
            DeadlineLayer(inner, seconds=deadline_s),
            memory=memory,
            tiers=tiers,
            versions=versions,
            metrics=metrics,
            lanes=lanes,
            callers=callers,
            warmer=warmer,
            deprecations=deprecations,
        ),
    )
