"""Prometheus metrics of relay and consumers: batches, time, dead letters, and lag."""

import threading
import time
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from warehouse.runtime.errors import OpenPolicyError
from warehouse.runtime.logging import get_logger
from warehouse.workers.stream.lag import StreamStatus

log = get_logger(__name__)
_EVENTS = (1, 10, 100, 500, 1_000, 2_000, 5_000)
_READ_EVERY_S = 10.0


class Measures:
    """The counters of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._relay_events = Histogram(
            "openpolicy_relay_batch_events",
            "Events of a published batch.",
            ["log"],
            buckets=_EVENTS,
            registry=self.registry,
        )
        self._relay_seconds = Histogram(
            "openpolicy_relay_batch_seconds",
            "Time to read, publish and note a batch.",
            ["log"],
            registry=self.registry,
        )
        self._read_model_events = Histogram(
            "openpolicy_read_model_batch_events",
            "Events of an applied batch.",
            ["read_model"],
            buckets=_EVENTS,
            registry=self.registry,
        )
        self._read_model_seconds = Histogram(
            "openpolicy_read_model_batch_seconds", "Time to apply a batch.", ["read_model"], registry=self.registry
        )

        self._failures = Counter(
            "openpolicy_thread_failures",
            "Turns of a relay or consumer thread that ended with an unexpected error.",
            ["thread"],
            registry=self.registry,
        )

    def failed(self, thread: str) -> None:
        """Count a turn that ended with an unexpected error."""
        self._failures.labels(thread).inc()

    def relayed(self, log_name: str, publish: Callable[[], int]) -> int:
        """Publish a batch of a log and measure it; returns how many events it had."""
        return _measured(publish, self._relay_events.labels(log_name), self._relay_seconds.labels(log_name))

    def applied(self, read_model: str, apply: Callable[[], int]) -> int:
        """Apply a batch to a read model and measure it; returns how many events it had."""
        return _measured(apply, self._read_model_events.labels(read_model), self._read_model_seconds.labels(read_model))


def _measured(work: Callable[[], int], events: Histogram, seconds: Histogram) -> int:
    began = time.monotonic()
    count = work()
    if count:
        events.observe(count)
        seconds.observe(time.monotonic() - began)
    return count


class StreamCollector(Collector):
    """The lag of all consumers, read at most every ten seconds however often it is scraped."""

    def __init__(self, read: Callable[[], StreamStatus]) -> None:
        self._read, self._lock = read, threading.Lock()
        self._known: StreamStatus | None = None
        self._read_at = float("-inf")

    def collect(self) -> Iterator[Metric]:
        """Called by Prometheus at every scrape."""
        status = self._status()
        if status is None:
            return
        events = GaugeMetricFamily("openpolicy_lag_events", "Events not processed yet.", labels=["consumer", "place"])
        seconds = GaugeMetricFamily(
            "openpolicy_lag_seconds", "Age of the oldest of them.", labels=["consumer", "place"]
        )
        dead_letters = GaugeMetricFamily(
            "openpolicy_dead_letters", "Events moved to dead letters.", labels=["consumer"]
        )
        for consumer in status.consumers:
            for lag in consumer.logs:
                events.add_metric([consumer.name, lag.log], lag.waiting)
                seconds.add_metric([consumer.name, lag.log], lag.lag_s)
            for partition in consumer.partitions:
                events.add_metric([consumer.name, f"{partition.topic}/{partition.partition}"], partition.lag)
            if consumer.partitions:
                seconds.add_metric([consumer.name, "kafka"], consumer.lag_s)
            dead_letters.add_metric([consumer.name], consumer.dead_letters)
        yield from (events, seconds, dead_letters)
        yield GaugeMetricFamily(
            "openpolicy_oldest_unprocessed_seconds",
            "Age of the oldest event not processed by somebody.",
            value=status.oldest_unprocessed_s,
        )

    def _status(self) -> StreamStatus | None:
        with self._lock:
            if time.monotonic() - self._read_at > _READ_EVERY_S:
                self._read_at = time.monotonic()
                try:
                    self._known = self._read()
                except OpenPolicyError as error:
                    self._known = None
                    log.warning("no lag to show", cause=error.message)
            return self._known
