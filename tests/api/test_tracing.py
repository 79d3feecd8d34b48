"""The span of a request, its children, and what log and histogram say of it."""

import io
import json
from collections.abc import Callable, Iterator

import pytest
from litestar.testing import TestClient
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics

from serving.app import create_app
from serving.core.http.layers import HttpShell
from serving.core.http.telemetry.access_log import AccessLog
from tests.api.conftest import Parliament, everything
from tests.support.servers.otlp import Received, ReceivedSpan, http_receiver
from warehouse.runtime import telemetry
from warehouse.runtime.settings import Settings

pytestmark = pytest.mark.postgres
BILL, ROUTE = "/api/v1/bills/45-1/C-3", "/api/v1/bills/{session}/{number}"
TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
CALLER = {"traceparent": f"00-{TRACE}-{PARENT}-01"}


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> Iterator[Received]:
    """What this process sends while the test runs."""
    with http_receiver() as receiver:
        for name, value in receiver.environment.items():
            monkeypatch.setenv(name, value)
        assert telemetry.start("api")
        try:
            yield receiver
        finally:
            telemetry.stop()


@pytest.fixture
def application(received: Received, settings: Settings, parliament: Parliament) -> HttpShell:
    """The application as `serving.asgi` makes it where traces are on."""
    parliament.claim("recorded")
    parliament.store(*everything())
    return create_app(settings)


@pytest.fixture
def client(application: HttpShell) -> Iterator[TestClient[HttpShell]]:
    """A caller of it."""
    with TestClient(application) as opened:
        yield opened


def access_log_of(application: HttpShell) -> AccessLog:
    """The log inside the layer for metrics, which is inside those for ids and traces."""
    return application._http._inner._inner._access_log  # type: ignore[attr-defined, no-any-return]


def requests(received: Received, count: int) -> list[ReceivedSpan]:
    """The spans of the requests for one bill, oldest first."""
    mine: Callable[[list[ReceivedSpan]], list[ReceivedSpan]] = lambda spans: [s for s in spans if ROUTE in s.name]  # noqa: E731
    return mine(received.wait_for(lambda spans: len(mine(spans)) >= count))


def test_a_computed_answer_a_hit_and_a_304_each_have_a_span(client: TestClient[HttpShell], received: Received) -> None:
    etag = client.get(BILL, headers=CALLER).headers["etag"]
    client.get(BILL, headers=CALLER)
    client.get(BILL, headers=CALLER | {"if-none-match": etag, "x-request-id": "a-request-of-mine"})
    computed, hit, unchanged = requests(received, 3)
    for span in (computed, hit, unchanged):
        assert (span.name, span.kind, span.service) == (f"GET {ROUTE}", "server", "openpolicy-api")
        assert (span.trace_id, span.parent) == (TRACE, PARENT)
        assert span.attributes["openpolicy.service"] == "bills"
    outcomes = [
        (s.attributes["http.response.status_code"], s.attributes["openpolicy.cache"]) for s in requests(received, 3)
    ]
    assert outcomes == [(200, "computed"), (200, "memory"), (304, "memory")]
    assert unchanged.attributes["openpolicy.request_id"] == "a-request-of-mine"
    children = [span for span in received.spans if span.parent == computed.span_id]
    assert [(span.kind, span.name) for span in children] == [("client", "postgresql read_bills.by_id")]
    assert not [span for span in received.spans if span.parent in {hit.span_id, unchanged.span_id}]


def test_without_a_caller_a_trace_begins_and_a_fault_of_the_caller_is_no_failure(
    client: TestClient[HttpShell], received: Received
) -> None:
    assert client.get("/api/v1/bills/45-1/C-999", headers={"traceparent": "00-nonsense"}).status_code == 404
    (span,) = requests(received, 1)
    assert span.parent == ""
    assert span.attributes["http.response.status_code"] == 404
    assert not span.failed


def test_the_histogram_names_the_trace_and_the_log_both_ids(
    client: TestClient[HttpShell], application: HttpShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get(BILL, headers=CALLER)
    text = client.get("/metrics", headers={"accept": "application/openmetrics-text; version=1.0.0"}).text
    exemplars = [
        sample.exemplar.labels["trace_id"]
        for family in open_metrics(text)
        for sample in family.samples
        if sample.exemplar is not None and sample.labels.get("route") == ROUTE
    ]
    assert exemplars == [TRACE]
    written = io.StringIO()
    log = access_log_of(application)
    monkeypatch.setattr(log, "_lowest_status", 0)
    monkeypatch.setattr(log, "_stream", written)
    client.get("/api/v1/bills/45-1/C-4", headers=CALLER | {"x-request-id": "a-request-of-mine"})
    log.flush()
    line = next(each for each in map(json.loads, written.getvalue().splitlines()) if each["route"] == ROUTE)
    assert (line["trace_id"], line["request_id"]) == (TRACE, "a-request-of-mine")
