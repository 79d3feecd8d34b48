"""What `/metrics` says. Each request is counted once, in plain integers, and turned into samples when they are scraped.

With several worker processes any of them answers for all: `worker_metrics` adds up their counts.
"""

import platform
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import version
from typing import Any, Final, Literal, Protocol

import msgspec
from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    Exemplar,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder

from serving.core.http.exchange import Scope, call_of
from serving.core.http.messages import App, Receive, Send
from serving.core.http.telemetry.access_log import AccessLog

BOUNDS_S: Final = (
    0.0001,
    0.00025,
    0.0005,
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    5.0,
    10.0,
)
"""Upper bounds of the latency histogram in seconds; the lowest ones are for answers from memory."""
_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
OTHER_METHOD: Final = "_OTHER"
"""What OpenTelemetry calls a method that HTTP does not define: callers invent them, and labels must be bounded."""
PLATFORM: Final = "platform"
"""The service of addresses that belong to no service: health, metrics, pages, unmatched paths."""

Outcome = Literal["memory", "redis", "objects", "joined", "negative", "computed", "none", "refused"]
_NOT_LOGGED: Final = frozenset({"memory", "refused"})
"""Thousands a second may be: the log sums them up."""


class Series:
    """The answers of one route with one method, status and cache outcome. `observe` is on the hot path."""

    __slots__ = ("buckets", "exemplars", "seconds")

    def __init__(self) -> None:
        self.buckets = [0] * (len(BOUNDS_S) + 1)
        """How many answers by the first bound that they did not exceed."""
        self.seconds = 0.0
        self.exemplars: dict[int, tuple[str, float, float]] = {}
        """By bucket the last traced answer: trace id, seconds, Unix time."""

    def observe(self, seconds: float) -> None:
        """Count one answer."""
        self.buckets[bisect_left(BOUNDS_S, seconds)] += 1
        self.seconds += seconds

    def exemplify(self, seconds: float, trace_id: str) -> None:
        """Name the trace of an answer that was counted."""
        self.exemplars[bisect_left(BOUNDS_S, seconds)] = (trace_id, seconds, time.time())

    @property
    def count(self) -> int:
        """How many answers."""
        return sum(self.buckets)


class RouteCounters:
    """The counts of one route. Those of answers from memory are made in advance."""

    __slots__ = ("hits", "not_modified", "route", "series", "service")

    def __init__(self, service: str, route: str) -> None:
        self.service = service
        self.route = route
        self.series: dict[tuple[str, int, Outcome], Series] = {}
        self.hits = self.of("GET", 200, "memory")
        """Whole answers to GET out of memory."""
        self.not_modified = self.of("GET", 304, "memory")
        """304 to GET out of memory."""

    def of(self, method: str, status: int, outcome: Outcome) -> Series:
        """The counts of the answers with this method, status and outcome."""
        key = (method if method in _METHODS else OTHER_METHOD, status, outcome)
        found = self.series.get(key)
        if found is None:
            found = self.series[key] = Series()
        return found

    @property
    def from_memory(self) -> int:
        """How many requests were answered out of memory."""
        return sum(series.count for (_, _, outcome), series in self.series.items() if outcome == "memory")


class AnswerCounts(msgspec.Struct, array_like=True):
    """One series as processes tell each other of it."""

    service: str
    route: str
    method: str
    status: int
    outcome: str
    seconds: float
    buckets: list[int]
    exemplars: dict[int, tuple[str, float, float]] = {}


Sample = tuple[str, str, dict[str, str], float]
"""Name, help, labels and value. A counter's name ends with `_total`; all others are gauges."""


class Snapshot(msgspec.Struct):
    """What one process has counted since it started, and what it holds now."""

    counted: list[AnswerCounts] = []
    samples: list[Sample] = []


class SampleSource(Protocol):
    """Something that can say numbers about itself."""

    def own_samples(self) -> Iterable[Sample]:
        """What this process has or did: added up over all worker processes."""
        ...

    def common_samples(self) -> Iterable[Sample]:
        """What every worker process would say alike, as how far a read model is."""
        ...


class Metrics:
    """The counters of one process. Route templates are labels, never paths: their number is bounded."""

    def __init__(self, services: Sequence[str] = ()) -> None:
        """`services` are those of this process, by name."""
        self._services = ",".join(services)
        self.in_flight = 0
        """Requests that are being answered now; raised and lowered on the hot path."""
        self.others: Callable[[], list[Snapshot]] = list
        """What the other worker processes have counted; nothing where there are none."""
        self._routes: dict[str, RouteCounters] = {}
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)
        self._sources: list[SampleSource] = []

    def route(self, template: str, service: str = PLATFORM) -> RouteCounters:
        """The counters of a route template; its service is that of the first request."""
        found = self._routes.get(template)
        if found is None:
            found = self._routes[template] = RouteCounters(service, template)
        return found

    def routed(self, scope: Any) -> RouteCounters:
        """The counters of a request that was routed, or of those that no route matches."""
        template = scope.get("path_template")
        if not template:
            return self.route("unmatched")
        found = self._routes.get(template)
        return found or self.route(str(template), str(scope["route_handler"].opt.get("service", PLATFORM)))

    def add(self, source: SampleSource) -> None:
        """Ask this object for samples at every scrape."""
        self._sources.append(source)

    def hits(self) -> int:
        """How many requests this process answered out of memory."""
        return sum(route.from_memory for route in self._routes.values())

    def snapshot(self) -> Snapshot:
        """What this process tells the others."""
        counted = [
            AnswerCounts(route.service, route.route, *key, series.seconds, series.buckets, series.exemplars)
            for route in self._routes.values()
            for key, series in route.series.items()
            if any(series.buckets)
        ]
        in_flight: Sample = (
            "openpolicy_http_requests_in_flight",
            "Requests being answered now.",
            {},
            float(self.in_flight),
        )
        return Snapshot(counted, [in_flight, *(sample for each in self._sources for sample in each.own_samples())])

    def scrape(self, accept: str = "") -> tuple[bytes, str]:
        """Everything, with its media type: OpenMetrics with exemplars where it is accepted, else Prometheus' text."""
        encode, media_type = choose_encoder(accept)
        return encode(self._registry), media_type

    def collect(self) -> Iterator[Metric]:
        """Prometheus asks this at every scrape."""
        snapshots = [self.snapshot(), *self.others()]
        yield from _request_families(each for snapshot in snapshots for each in snapshot.counted)
        samples = [sample for snapshot in snapshots for sample in snapshot.samples]
        samples += (sample for source in self._sources for sample in source.common_samples())
        yield from _sample_families(samples)
        build = {"version": version("openpolicy"), "python": platform.python_version(), "services": self._services}
        yield InfoMetricFamily("openpolicy_build", "What runs here.", value=build)


class MetricsLayer:
    """Counts every answer with its duration, and logs those that cost a computation or failed."""

    def __init__(self, inner: App, *, metrics: Metrics, access_log: AccessLog) -> None:
        self._inner = inner
        self._metrics = metrics
        self._access_log = access_log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note what became of it."""
        call, metrics = call_of(scope), self._metrics
        metrics.in_flight += 1
        try:
            await self._inner(scope, receive, send)
        finally:
            metrics.in_flight -= 1
        seconds = call.count()
        counters, outcome = call.counters, call.outcome
        if counters is None or outcome in _NOT_LOGGED:
            return
        self._access_log.add(
            request_id=call.request_id.decode(),
            method=call.method,
            service=counters.service,
            route=counters.route,
            path=scope["path"],
            status=call.status,
            cache=outcome,
            size=call.size,
            seconds=seconds,
        )


def _request_families(counted: Iterable[AnswerCounts]) -> Iterator[Metric]:
    """Requests by exact status, and their duration by class of status."""
    requests: dict[tuple[str, str, str, str], int] = {}
    durations: dict[tuple[str, str, str, str, str], AnswerCounts] = {}
    for each in counted:
        status = str(each.status)
        asked = (each.service, each.route, status, each.outcome)
        requests[asked] = requests.get(asked, 0) + sum(each.buckets)
        labels = (each.service, each.route, each.method, f"{status[0]}xx", each.outcome)
        known = durations.get(labels)
        durations[labels] = each if known is None else _sum(known, each)
    total = CounterMetricFamily(
        "openpolicy_http_requests",
        "Requests by service, route, status and where the answer came from.",
        labels=["service", "route", "status", "cache"],
    )
    for asked, count in requests.items():
        total.add_metric(asked, count)
    seconds = HistogramMetricFamily(
        "openpolicy_http_request_duration_seconds",
        "Time from a request's headers to the last byte handed to the server, over all answers.",
        labels=["service", "route", "method", "status", "cache"],
    )
    for labels, each in durations.items():
        seconds.add_metric(labels, _cumulative(each), each.seconds)
    yield total
    yield seconds


def _sum(one: AnswerCounts, other: AnswerCounts) -> AnswerCounts:
    return msgspec.structs.replace(
        one,
        seconds=one.seconds + other.seconds,
        buckets=[mine + more for mine, more in zip(one.buckets, other.buckets, strict=True)],
        exemplars=one.exemplars | other.exemplars,
    )


def _cumulative(counted: AnswerCounts) -> list[Any]:
    """Bound and count up to it, with the exemplar of the bucket where one has a trace."""
    total, found = 0, []
    for position, count in enumerate(counted.buckets):
        total += count
        bound = str(BOUNDS_S[position]) if position < len(BOUNDS_S) else "+Inf"
        trace = counted.exemplars.get(position)
        exemplar = None if trace is None else Exemplar({"trace_id": trace[0]}, trace[1], trace[2])
        found.append((bound, float(total), exemplar))
    return found


def _sample_families(samples: Iterable[Sample]) -> Iterator[Metric]:
    sums: dict[str, tuple[str, dict[tuple[tuple[str, str], ...], float]]] = {}
    for name, text, labels, value in samples:
        _, values = sums.setdefault(name, (text, {}))
        key = tuple(labels.items())
        values[key] = values.get(key, 0.0) + value
    for name, (text, values) in sums.items():
        names = [label for label, _ in next(iter(values))]
        kind = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
        family = kind(name, text, labels=names)
        for key, value in values.items():
            family.add_metric([label for _, label in key], value)
        yield family
