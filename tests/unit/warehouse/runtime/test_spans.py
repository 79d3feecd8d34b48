"""Spans of requests as OTLP messages: what the SDK would have sent."""

from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags, TraceState

from warehouse.runtime.spans import RequestSpan, frame_of, message_of
from warehouse.runtime.telemetry import Attributes

RESOURCE = Resource({"service.name": "openpolicy-api", "process.pid": 7})
SAMPLED = TraceFlags(TraceFlags.SAMPLED)
ATTRIBUTES: Attributes = {"http.route": "/api/v1/bills", "http.response.status_code": 200, "is": True, "share": 0.5}
REMOTE = SpanContext(5, 6, True, SAMPLED, TraceState([("vendor", "value")]))
LOCAL = SpanContext(5, 7, False, SAMPLED)


def readable(
    name: str, kind: SpanKind, context: SpanContext, parent: SpanContext | None, status: Status
) -> ReadableSpan:
    """The span as the SDK has it."""
    return ReadableSpan(
        name=name, context=context, parent=parent, resource=RESOURCE, attributes=ATTRIBUTES, kind=kind,
        instrumentation_scope=InstrumentationScope("openpolicy"), status=status, start_time=1_000, end_time=2_000,
    )  # fmt: skip


def test_a_span_of_a_request_is_sent_as_the_sdk_sends_it() -> None:
    kept: list[RequestSpan] = []
    context = SpanContext(5, 8, False, SAMPLED, REMOTE.trace_state)
    own = RequestSpan(kept.append, "GET /api/v1/bills", "server", ATTRIBUTES, (context, REMOTE))
    failed = RequestSpan(kept.append, "postgresql read", "client", ATTRIBUTES, (LOCAL, None))
    with own, failed:
        failed.is_failed = True
    for span in kept:
        span.began_ns, span.ended_ns = 1_000, 2_000
    sent = message_of(frame_of(RESOURCE), kept)
    expected = encode_spans(
        [
            readable("postgresql read", SpanKind.CLIENT, LOCAL, None, Status(StatusCode.ERROR)),
            readable("GET /api/v1/bills", SpanKind.SERVER, context, REMOTE, Status()),
        ]
    )
    for part in expected.resource_spans[0].scope_spans[0].spans:
        if not part.status.code:
            part.ClearField("status")  # an empty one says no more than none
    assert sent == expected


def test_what_is_not_sampled_is_not_sent() -> None:
    kept: list[RequestSpan] = []
    with RequestSpan(kept.append, "GET", "server", None, (SpanContext(5, 8, False), None)):
        pass
    assert kept == []


def test_spans_of_the_sdk_are_sent_in_the_same_message() -> None:
    span = readable("fetch document", SpanKind.CLIENT, LOCAL, None, Status())
    kept: list[RequestSpan] = []
    with RequestSpan(kept.append, "GET", "server", None, (LOCAL, None)):
        pass
    sent = message_of(frame_of(RESOURCE), [span, *kept])
    names = [each.name for part in sent.resource_spans for scope in part.scope_spans for each in scope.spans]
    assert names == ["fetch document", "GET"]
    first, second = sent.resource_spans
    assert first.resource == second.resource
