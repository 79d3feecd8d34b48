"""When traces are on, what they cost where they are off, and how a document's trace is named."""

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from tests.support.servers.otlp import Received, grpc_receiver, http_receiver
from warehouse.runtime import logging, telemetry
from warehouse.runtime.errors import SettingInvalid

SHA256 = "0af7651916cd43dd8448eb211c80319cb7ad6b7169203331c0ffee00c0ffee00"


@pytest.fixture(autouse=True)
def _off() -> Iterator[None]:
    yield
    telemetry.stop()


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, False),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://x:4318"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://x:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://x:4318"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x:4318", "OTEL_SDK_DISABLED": "TRUE"}, False),
    ],
)
def test_the_standard_variables_decide(environment: dict[str, str], wanted: bool) -> None:
    assert telemetry.is_wanted(environment) is wanted


@pytest.mark.parametrize(
    ("variable", "value", "may_be"),
    [
        ("OTEL_TRACES_EXPORTER", "jaeger", "otlp or none"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "grpc or http/protobuf"),
        ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "udp", "grpc or http/protobuf"),
    ],
)
def test_what_is_not_here_is_refused_with_what_it_may_be(variable: str, value: str, may_be: str) -> None:
    with pytest.raises(SettingInvalid, match=f"{variable} is '{value}'") as refused:
        telemetry.is_wanted({variable: value})
    assert may_be in str(refused.value.fix)


def test_off_nothing_that_traces_is_imported() -> None:
    """What redis-py imports of the SDK's metrics whenever it is installed is not ours to change."""
    code = (
        "import serving.app, deploy.commands.stream, assets.ingest, sys; from warehouse.runtime import telemetry;"
        "assert telemetry.start('api') is False; assert telemetry.record('x', ['0' * 64], 0) is None;"
        "tracing = ('opentelemetry.sdk.trace', 'opentelemetry.exporter', 'warehouse.runtime.traces');"
        "print([name for name in sys.modules if name.startswith(tracing)])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PATH": ""})
    assert done.stdout.strip() == "[]"


def test_off_every_function_does_nothing() -> None:
    assert telemetry.start("test") is False
    with telemetry.span("x") as span:
        assert span is None
    assert telemetry.parent_of(SHA256) == ""
    with telemetry.batch("x", "producer", ["", ""]) as spans:
        assert spans.traceparent("") == ""
    assert telemetry.current() is None


@pytest.mark.parametrize("receiver", [http_receiver, grpc_receiver])
def test_spans_arrive_with_parents_attributes_and_failures(
    receiver: Callable[[], AbstractContextManager[Received]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiver() as received:
        for name, value in received.environment.items():
            monkeypatch.setenv(name, value)
        assert telemetry.start("test")
        caller = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        with (
            telemetry.span("outer", "server", {"a": 1}, parent=caller),
            pytest.raises(ValueError, match="odd"),
            telemetry.span("inner", "client", {"b": "two"}),
        ):
            raise ValueError("odd")
        with telemetry.span("unreadable", parent="00-zz-1"):
            pass
        telemetry.stop()
        spans = {span.name: span for span in received.wait_for(lambda spans: len(spans) == 3)}
    outer, inner = spans["outer"], spans["inner"]
    assert (outer.trace_id, outer.parent) == ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7")
    assert (outer.kind, outer.service, outer.attributes, outer.failed) == ("server", "openpolicy-test", {"a": 1}, False)
    assert (inner.trace_id, inner.parent, inner.kind) == (outer.trace_id, outer.span_id, "client")
    assert (inner.failed, inner.attributes) == (True, {"b": "two", "error.type": "ValueError"})
    assert spans["unreadable"].parent == ""
    assert spans["unreadable"].trace_id != outer.trace_id


def test_the_stages_of_a_document_are_one_trace_whatever_process_they_run_in(monkeypatch: pytest.MonkeyPatch) -> None:
    with http_receiver() as received:
        for name, value in received.environment.items():
            monkeypatch.setenv(name, value)
        telemetry.start("test")
        began = telemetry.began()
        telemetry.record("archive document", [SHA256, SHA256, "", "of an editor"], began)
        telemetry.record_fetched(SHA256, began, {"url.full": "https://example.org"})
        with telemetry.batch("publish", "producer", [telemetry.parent_of(SHA256)] * 3) as published:
            header = published.traceparent(telemetry.parent_of(SHA256))
        with telemetry.batch("consume", "consumer", [header]) as consumed:
            consumed.record("insert", telemetry.began())
        with telemetry.span("unrelated"):
            pass
        telemetry.stop()
        spans = {span.name: span for span in received.wait_for(lambda spans: len(spans) == 6)}
    root = spans["fetch document"]
    assert (root.trace_id, root.span_id, root.parent) == (SHA256[:32], SHA256[32:48], "")
    assert spans.pop("unrelated").trace_id != root.trace_id
    assert {span.trace_id for span in spans.values()} == {SHA256[:32]}
    parents = {name: span.parent for name, span in spans.items()}
    assert parents["archive document"] == parents["publish"] == root.span_id
    assert parents["consume"] == spans["publish"].span_id
    assert parents["insert"] == spans["consume"].span_id


def test_a_sampler_decides_alike_in_every_process(monkeypatch: pytest.MonkeyPatch) -> None:
    with http_receiver() as received:
        sampler = {"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0"}
        for name, value in (received.environment | sampler).items():
            monkeypatch.setenv(name, value)
        telemetry.start("test")
        assert telemetry.parent_of(SHA256).endswith("-00")
        telemetry.record_fetched(SHA256, telemetry.began(), {})
        telemetry.record("archive document", [SHA256], telemetry.began())
        telemetry.stop()
        assert received.spans == []


def test_log_lines_carry_the_ids_of_request_and_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    logging.configure()
    log = logging.get_logger("tests")
    log.info("outside")
    token = telemetry.request_id.set("abcdefgh")
    with http_receiver() as received:
        for name, value in received.environment.items():
            monkeypatch.setenv(name, value)
        telemetry.start("test")
        with telemetry.span("request"):
            log.info("inside")
        telemetry.stop()
        (span,) = received.wait_for(bool)
    telemetry.request_id.reset(token)
    outside, inside = map(json.loads, written.getvalue().splitlines())
    assert {"request_id", "trace_id", "span_id"}.isdisjoint(outside)
    assert inside["request_id"] == "abcdefgh"
    assert (inside["trace_id"], inside["span_id"]) == (span.trace_id, span.span_id)
