"""Spans of requests: recorded and turned into OTLP messages at a fraction of what the SDK's own cost.

A request has several spans, and with full sampling their cost decides whether tracing can stay on. The SDK needs 20 µs
to turn one into a message, most of it for attributes, which are the same ones again and again: here they are made once.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar, Token
from functools import lru_cache
from types import TracebackType
from typing import Final, cast

from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, SpanFlags
from opentelemetry.proto.trace.v1.trace_pb2 import Span as SpanMessage
from opentelemetry.proto.trace.v1.trace_pb2 import Status as StatusMessage
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext

from warehouse.runtime.telemetry import Attributes, Kind

_SCOPE: Final = InstrumentationScope("openpolicy")
_KINDS: Final[dict[Kind, SpanMessage.SpanKind.ValueType]] = {
    "internal": SpanMessage.SPAN_KIND_INTERNAL,
    "server": SpanMessage.SPAN_KIND_SERVER,
    "client": SpanMessage.SPAN_KIND_CLIENT,
    "producer": SpanMessage.SPAN_KIND_PRODUCER,
    "consumer": SpanMessage.SPAN_KIND_CONSUMER,
}
_FAILED: Final = StatusMessage(code=StatusMessage.STATUS_CODE_ERROR)
_LOCAL: Final = SpanFlags.SPAN_FLAGS_CONTEXT_HAS_IS_REMOTE_MASK
_REMOTE: Final = _LOCAL | SpanFlags.SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK


class RequestSpan:
    """A span around a block. It is the current one while that runs; what the block raises makes it a failed one."""

    __slots__ = (
        "_end",
        "_token",
        "attributes",
        "began_ns",
        "context",
        "ended_ns",
        "is_failed",
        "kind",
        "name",
        "parent",
    )

    def __init__(
        self,
        end: "Callable[[RequestSpan], None]",
        name: str,
        kind: Kind,
        attributes: Attributes | None,
        ids: tuple[SpanContext, SpanContext | None],
    ) -> None:
        """`ids` are its own and its parent's; `end` takes it when it has ended and is kept."""
        self._end = end
        self.name = name
        self.kind: Kind = kind
        self.attributes: Attributes = attributes or {}
        self.context, self.parent = ids
        self.is_failed = False
        self.began_ns = self.ended_ns = 0
        self._token: Token[RequestSpan | None] | None = None

    def __enter__(self) -> "RequestSpan":
        self._token = current_span.set(self)
        self.began_ns = time.time_ns()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.ended_ns = time.time_ns()
        assert self._token is not None
        current_span.reset(self._token)
        if self.context.trace_flags.sampled:
            if kind is not None:
                self.is_failed = True
                self.attributes = {**self.attributes, "error.type": kind.__name__}
            self._end(self)


current_span: Final[ContextVar[RequestSpan | None]] = ContextVar("span", default=None)


def frame_of(resource: Resource) -> ResourceSpans:
    """What is around the spans of a process, as the SDK writes it."""
    sample = ReadableSpan(
        name="", context=SpanContext(1, 1, is_remote=False), resource=resource, instrumentation_scope=_SCOPE
    )
    frame: ResourceSpans = encode_spans([sample]).resource_spans[0]
    del frame.scope_spans[0].spans[:]
    return frame


def message_of(frame: ResourceSpans, spans: Iterable[RequestSpan | ReadableSpan]) -> ExportTraceServiceRequest:
    """The message with these spans: of requests, and the SDK's own, which pipelines and consumers have."""
    own: list[SpanMessage] = []
    others: list[ReadableSpan] = []
    for span in spans:
        if isinstance(span, RequestSpan):
            own.append(_message(span))
        else:
            others.append(span)
    message = encode_spans(others) if others else ExportTraceServiceRequest()
    if own:
        message.resource_spans.append(frame)
        message.resource_spans[-1].scope_spans[0].spans.extend(own)
    return message


def _message(span: RequestSpan) -> SpanMessage:
    context, parent = span.context, span.parent
    message = SpanMessage(
        trace_id=context.trace_id.to_bytes(16, "big"),
        span_id=context.span_id.to_bytes(8, "big"),
        name=span.name,
        kind=_KINDS[span.kind],
        start_time_unix_nano=span.began_ns,
        end_time_unix_nano=span.ended_ns,
        attributes=[_attribute(name, value) for name, value in span.attributes.items()],
        flags=_LOCAL,
    )
    if parent is not None and parent.is_valid:
        message.parent_span_id = parent.span_id.to_bytes(8, "big")
        if parent.is_remote:
            message.flags = _REMOTE
    if context.trace_state:
        message.trace_state = context.trace_state.to_header()
    if span.is_failed:
        message.status.CopyFrom(_FAILED)
    return message


@lru_cache(maxsize=8192, typed=True)
def _attribute(name: str, value: str | int | float | bool) -> KeyValue:
    """An attribute; to be copied into messages, never changed."""
    match value:
        case bool():
            return KeyValue(key=name, value=AnyValue(bool_value=value))
        case int():
            return KeyValue(key=name, value=AnyValue(int_value=value))
        case float():
            return KeyValue(key=name, value=AnyValue(double_value=value))
        case _:
            return KeyValue(key=name, value=AnyValue(string_value=value))


def http_exporter(resource: Resource) -> SpanExporter:
    """Sends over HTTP; address, headers, certificates and compression are those of the `OTEL_…` variables."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

    frame = frame_of(resource)

    class Exporter(OTLPSpanExporter):
        """The SDK's, with our messages."""

        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            """Send some spans."""
            sent = self._client.export(message_of(frame, spans).SerializeToString())
            return SpanExportResult.SUCCESS if sent.success else SpanExportResult.FAILURE

    return Exporter()


def grpc_exporter(resource: Resource) -> SpanExporter:
    """Sends over gRPC, by the same variables."""
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

    frame = frame_of(resource)

    class Exporter(OTLPSpanExporter):
        """The SDK's, with our messages."""

        def _translate_data(self, data: Sequence[ReadableSpan]) -> ExportTraceServiceRequest:
            return message_of(frame, data)

    return cast("SpanExporter", Exporter())
