"""Counts of answers, as Prometheus reads them; and those of several worker processes added up."""

import os
import time
from pathlib import Path

from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as plain

from serving.core.http.telemetry.metrics import BOUNDS_S, Metrics, Sample
from serving.core.http.telemetry.worker_metrics import WorkerMetrics

ROUTE = "/api/v1/bills/{session}/{number}"
DURATION = "openpolicy_http_request_duration_seconds"


class Held:
    """A source with one gauge and one counter of the process, and one that all say alike."""

    def __init__(self, entries: float, reads: float) -> None:
        self.entries, self.reads = entries, reads

    def own_samples(self) -> list[Sample]:
        return [("held_entries", "h", {}, self.entries), ("held_reads_total", "h", {"place": "x"}, self.reads)]

    def common_samples(self) -> list[Sample]:
        return [("list_version", "h", {}, 7.0)]


def samples(metrics: Metrics) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    body, media_type = metrics.scrape()
    assert media_type.startswith("text/plain")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in plain(body.decode())
        for sample in family.samples
    }


def value(metrics: Metrics, name: str, **labels: str) -> float:
    return samples(metrics)[name, frozenset(labels.items())]


def test_every_answer_is_in_one_histogram_by_class_of_status_and_outcome() -> None:
    metrics = Metrics()
    counters = metrics.route(ROUTE, "bills")
    for seconds in (0.00004, 0.00005, 0.0003):
        counters.hits.observe(seconds)
    counters.not_modified.observe(0.00002)
    counters.of("GET", 404, "none").observe(0.004)
    counters.of("GET", 410, "none").observe(0.004)
    counters.of("BREW", 405, "none").observe(20.0)
    memory = {"service": "bills", "route": ROUTE, "method": "GET", "cache": "memory"}
    assert value(metrics, f"{DURATION}_count", **memory, status="2xx") == 3
    assert value(metrics, f"{DURATION}_bucket", **memory, status="2xx", le="0.0001") == 2
    assert value(metrics, f"{DURATION}_bucket", **memory, status="2xx", le="0.0005") == 3
    assert abs(value(metrics, f"{DURATION}_sum", **memory, status="2xx") - 0.00039) < 1e-12
    assert value(metrics, f"{DURATION}_count", **memory, status="3xx") == 1
    refused = memory | {"cache": "none", "status": "4xx"}
    assert value(metrics, f"{DURATION}_count", **refused) == 2
    assert value(metrics, f"{DURATION}_bucket", **refused | {"method": "_OTHER"}, le="10.0") == 0
    assert value(metrics, f"{DURATION}_bucket", **refused | {"method": "_OTHER"}, le="+Inf") == 1
    gone = {"service": "bills", "route": ROUTE, "status": "410", "cache": "none"}
    assert value(metrics, "openpolicy_http_requests_total", **gone) == 1
    assert metrics.hits() == 4


def test_a_bound_belongs_to_its_own_bucket() -> None:
    metrics = Metrics()
    series = metrics.route(ROUTE).hits
    for bound in BOUNDS_S:
        series.observe(bound)
    assert series.buckets == [1] * len(BOUNDS_S) + [0]


def test_a_route_that_was_never_asked_has_no_series() -> None:
    metrics = Metrics()
    metrics.route(ROUTE)
    assert not [name for name, _ in samples(metrics) if name.startswith(DURATION)]


def test_openmetrics_has_the_trace_of_the_last_answer_of_a_bucket_and_plain_text_has_none() -> None:
    metrics = Metrics()
    series = metrics.route(ROUTE, "bills").of("GET", 200, "computed")
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    series.observe(0.003)
    series.exemplify(0.003, trace_id)
    body, media_type = metrics.scrape("application/openmetrics-text; version=1.0.0, text/plain;q=0.5")
    assert media_type.startswith("application/openmetrics-text; version=1.0.0")
    found = {
        sample.labels["le"]: sample.exemplar
        for family in open_metrics(body.decode())
        if family.name == DURATION
        for sample in family.samples
        if sample.exemplar is not None
    }
    assert list(found) == ["0.005"]
    assert (found["0.005"].labels, found["0.005"].value) == ({"trace_id": trace_id}, 0.003)
    assert trace_id not in metrics.scrape()[0].decode()


def test_build_and_requests_in_flight_are_told() -> None:
    metrics = Metrics()
    metrics.in_flight = 3
    found = samples(metrics)
    assert found["openpolicy_http_requests_in_flight", frozenset()] == 3
    (labels,) = (dict(labels) for name, labels in found if name == "openpolicy_build_info")
    assert set(labels) == {"version", "python", "services"}


def test_any_worker_answers_for_all_and_no_counter_falls_when_one_ends(tmp_path: Path) -> None:
    first, second, third = Metrics(), Metrics(), Metrics()
    workers = [WorkerMetrics(tmp_path, metrics) for metrics in (first, second, third)]
    for metrics, count in ((first, 2), (second, 3), (third, 5)):
        metrics.add(Held(entries=count, reads=10 * count))
        for _ in range(count):
            metrics.route(ROUTE, "bills").hits.observe(0.00004)
    for worker in workers:
        worker.write()
    counted = {"service": "bills", "route": ROUTE, "status": "200", "cache": "memory"}
    for metrics in (first, second, third):
        assert value(metrics, "openpolicy_http_requests_total", **counted) == 10
        assert value(metrics, "held_entries") == 10
        assert value(metrics, "held_reads_total", place="x") == 100
        assert value(metrics, "list_version") == 7
    workers[1].close()
    (killed,) = [path for path in tmp_path.glob("*.counts") if path == workers[2]._path]
    os.utime(killed, (time.time() - 60,) * 2)
    assert value(first, "openpolicy_http_requests_total", **counted) == 10
    assert value(first, "held_reads_total", place="x") == 100
    assert value(first, "held_entries") == 2
