"""What `/metrics` says. Requests are counted in plain integers and turned into samples when they are scraped."""

import bisect
from collections.abc import Iterable, Iterator
from typing import Literal, Protocol

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

CONTENT_TYPE = "text/plain; version=0.0.4"
_BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0)

Outcome = Literal["memory", "joined", "computed", "none", "refused"]


class RouteCounters:
    """The counts of one route. `hits` and `not_modified` are raised on the hot path."""

    __slots__ = ("buckets", "hits", "not_modified", "others", "route", "seconds")

    def __init__(self, route: str) -> None:
        self.route = route
        self.hits = 0
        """Whole answers out of memory."""
        self.not_modified = 0
        """304 out of memory."""
        self.others: dict[tuple[int, Outcome], int] = {}
        """Everything else by status and where the answer came from."""
        self.buckets = [0] * (len(_BOUNDS_S) + 1)
        self.seconds = 0.0

    def count(self, status: int, outcome: Outcome, seconds: float) -> None:
        """Count a request that was not simply answered out of memory."""
        key = (status, outcome)
        self.others[key] = self.others.get(key, 0) + 1
        self.buckets[bisect.bisect_left(_BOUNDS_S, seconds)] += 1
        self.seconds += seconds

    def requests(self) -> Iterator[tuple[int, str, int]]:
        """Status, outcome and count."""
        yield 200, "memory", self.hits
        yield 304, "memory", self.not_modified
        for (status, outcome), count in self.others.items():
            yield status, outcome, count


Gauge = tuple[str, str, dict[str, str], float]
"""Name, help, labels and value."""


class Metrics:
    """The counters of one process. Route templates are labels, never paths: their number is bounded."""

    def __init__(self) -> None:
        self._routes: dict[str, RouteCounters] = {}
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)
        self._sources: list[GaugeSource] = []

    def route(self, template: str) -> RouteCounters:
        """The counters of a route template."""
        found = self._routes.get(template)
        if found is None:
            found = self._routes[template] = RouteCounters(template)
        return found

    def add(self, source: "GaugeSource") -> None:
        """Ask this object for gauges at every scrape."""
        self._sources.append(source)

    def hits(self) -> int:
        """How many requests were answered out of memory."""
        return sum(route.hits + route.not_modified for route in self._routes.values())

    def scrape(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """Prometheus asks this at every scrape."""
        requests = CounterMetricFamily(
            "openpolicy_http_requests",
            "Requests by route, status and where the answer came from.",
            labels=["route", "status", "cache"],
        )
        seconds = HistogramMetricFamily(
            "openpolicy_http_computed_seconds", "Time to answer what was not in memory.", labels=["route"]
        )
        for counters in self._routes.values():
            for status, outcome, count in counters.requests():
                if count:
                    requests.add_metric([counters.route, str(status), outcome], count)
            seconds.add_metric([counters.route], _cumulative(counters.buckets), counters.seconds)
        yield requests
        yield seconds
        yield from self._gauge_families()

    def _gauge_families(self) -> Iterator[Metric]:
        families: dict[str, GaugeMetricFamily] = {}
        for source in self._sources:
            for name, text, labels, value in source.gauges():
                family = families.setdefault(name, GaugeMetricFamily(name, text, labels=list(labels)))
                family.add_metric(list(labels.values()), value)
        yield from families.values()


class GaugeSource(Protocol):
    """Something that can say numbers about itself."""

    def gauges(self) -> Iterable[Gauge]:
        """Name, help, labels and value of each."""
        ...


def _cumulative(buckets: list[int]) -> list[tuple[str, float]]:
    total, pairs = 0, []
    for bound, count in zip((*map(str, _BOUNDS_S), "+Inf"), buckets, strict=True):
        total += count
        pairs.append((bound, float(total)))
    return pairs
