"""OpenTelemetry's SDK as this project uses it; imported by `warehouse.runtime.telemetry` where traces are wanted."""

import threading
import time
from collections.abc import Callable
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Span, SpanContext, SpanKind, Status, StatusCode, TraceFlags
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from warehouse.runtime.telemetry import HEADER, Attributes, Kind

_KINDS: Final[dict[Kind, SpanKind]] = {
    "internal": SpanKind.INTERNAL,
    "server": SpanKind.SERVER,
    "client": SpanKind.CLIENT,
    "producer": SpanKind.PRODUCER,
    "consumer": SpanKind.CONSUMER,
}
_STATE: Final = "tracestate"
_ROOT: Final = Context()
"""No parent: the start of a trace."""


class _Ids(RandomIdGenerator):
    """Random ids, but those of a document's first span follow from its hash."""

    def __init__(self) -> None:
        self._fixed = threading.local()

    def fix(self, ids: tuple[int, int] | None) -> None:
        """What the next root span of this thread gets; None: random ids again."""
        self._fixed.ids = ids

    def generate_trace_id(self) -> int:
        """The fixed one, or a random one."""
        fixed: tuple[int, int] | None = getattr(self._fixed, "ids", None)
        return super().generate_trace_id() if fixed is None else fixed[0]

    def generate_span_id(self) -> int:
        """The fixed one, or a random one."""
        fixed: tuple[int, int] | None = getattr(self._fixed, "ids", None)
        return super().generate_span_id() if fixed is None else fixed[1]


class Tracing:
    """The tracer of one process. `OTEL_…` variables give sampler, limits, endpoint, headers and certificates."""

    failed: Final = Status(StatusCode.ERROR)

    def __init__(self, process: str, *, protocol: str) -> None:
        self._ids = _Ids()
        named = Resource.create().attributes.get("service.name", "")
        resource = {} if not str(named).startswith("unknown_service") else {"service.name": f"openpolicy-{process}"}
        self._provider = TracerProvider(resource=Resource.create(resource), id_generator=self._ids)
        self._processor = BatchSpanProcessor(_exporter(protocol))
        self._provider.add_span_processor(self._processor)
        self._tracer = self._provider.get_tracer("openpolicy")
        self._propagator = TraceContextTextMapPropagator()

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()

    def span(self, name: str, kind: Kind, attributes: Attributes | None, parent: str, state: str) -> "RequestSpan":
        """As `telemetry.span`."""
        outer = _current.get()
        if outer is None or parent:
            remote = trace.get_current_span(self._context(parent, state)).get_span_context() if parent else None
            context = self._begun(name, remote if remote is not None and remote.is_valid else None)
            return RequestSpan(self._end, name, kind, attributes, (context, remote))
        inside = outer.context
        ids = SpanContext(inside.trace_id, self._ids.generate_span_id(), False, inside.trace_flags, inside.trace_state)
        return RequestSpan(self._end, name, kind, attributes, (ids, inside))

    def _begun(self, name: str, parent: SpanContext | None) -> SpanContext:
        """The ids of a first span in this process, and whether its trace is kept, as the sampler decides."""
        context = _ROOT if parent is None else trace.set_span_in_context(trace.NonRecordingSpan(parent), _ROOT)
        trace_id = self._ids.generate_trace_id() if parent is None else parent.trace_id
        decision = self._provider.sampler.should_sample(context, trace_id, name)
        flags = TraceFlags(TraceFlags.DEFAULT if decision.decision is Decision.DROP else TraceFlags.SAMPLED)
        return SpanContext(trace_id, self._ids.generate_span_id(), False, flags, decision.trace_state)

    def _end(self, span: "RequestSpan", ended_ns: int) -> None:
        """Hand a kept span to the exporter."""
        self._processor.on_end(
            ReadableSpan(
                name=span.name,
                context=span.context,
                parent=span.parent if span.parent is not None and span.parent.is_valid else None,
                resource=self._provider.resource,
                attributes=span.attributes,
                kind=_KINDS[span.kind],
                instrumentation_scope=_SCOPE,
                status=self.failed if span.is_failed else Status(),
                start_time=span.began_ns,
                end_time=ended_ns,
            )
        )

    def open(self, name: str, kind: Kind, parent: str, attributes: Attributes | None) -> Span:
        """A span that the caller ends and that is nobody's current one."""
        return self._tracer.start_span(name, self._context(parent), _KINDS[kind], attributes)

    def record(self, name: str, parent: str, began_ns: int, attributes: Attributes | None) -> None:
        """A span that began then and ends now."""
        self._tracer.start_span(name, self._context(parent), attributes=attributes, start_time=began_ns).end()

    def record_fetched(self, sha256: str, began_ns: int, attributes: Attributes) -> None:
        """The first span of a document's trace."""
        self._ids.fix(_ids_of(sha256))
        try:
            span = self._tracer.start_span("fetch document", _ROOT, SpanKind.CLIENT, attributes, start_time=began_ns)
        finally:
            self._ids.fix(None)
        span.end()

    def document(self, sha256: str) -> str:
        """The `traceparent` of a document; every process decides alike whether it is sampled, by the trace id."""
        trace_id, _ = _ids_of(sha256)
        decision = self._provider.sampler.should_sample(_ROOT, trace_id, "fetch document").decision
        return f"00-{sha256[:32]}-{sha256[32:48]}-{'00' if decision is Decision.DROP else '01'}"

    def current(self) -> tuple[str, str] | None:
        """As `telemetry.current`."""
        span = _current.get()
        return None if span is None else (f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}")

    def annotate(self, name: str, attributes: Attributes, *, is_failed: bool) -> str | None:
        """As `telemetry.annotate`."""
        span = _current.get()
        if span is None or not span.context.trace_flags.sampled:
            return None
        span.name, span.attributes, span.is_failed = name, {**span.attributes, **attributes}, is_failed
        return f"{span.context.trace_id:032x}"

    def traceparent(self, span: Span) -> str:
        """How others name this span."""
        carrier: dict[str, str] = {}
        self._propagator.inject(carrier, trace.set_span_in_context(span, _ROOT))
        return carrier.get(HEADER, "")

    def _context(self, parent: str, state: str = "") -> Context:
        carrier = {HEADER: parent, _STATE: state} if state else {HEADER: parent}
        return self._propagator.extract(carrier, _ROOT)


class RequestSpan:
    """A span around a block, as a request has several: the SDK's own would cost ten times as much. It is the current
    one while the block runs; what the block raises makes it a failed one."""

    __slots__ = ("_end", "_token", "attributes", "began_ns", "context", "is_failed", "kind", "name", "parent")

    def __init__(
        self,
        end: "Callable[[RequestSpan, int], None]",
        name: str,
        kind: Kind,
        attributes: Attributes | None,
        ids: tuple[SpanContext, SpanContext | None],
    ) -> None:
        """`ids` are its own and its parent's."""
        self._end = end
        self.name = name
        self.kind: Kind = kind
        self.attributes: Attributes = attributes or {}
        self.context, self.parent = ids
        self.is_failed = False
        self.began_ns = 0
        self._token: Token[RequestSpan | None] | None = None

    def __enter__(self) -> "RequestSpan":
        self._token = _current.set(self)
        self.began_ns = time.time_ns()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        ended_ns = time.time_ns()
        assert self._token is not None
        _current.reset(self._token)
        if self.context.trace_flags.sampled:
            if kind is not None:
                self.is_failed = True
                self.attributes = {**self.attributes, "error.type": kind.__name__}
            self._end(self, ended_ns)


_current: ContextVar[RequestSpan | None] = ContextVar("span", default=None)
_SCOPE: Final = InstrumentationScope("openpolicy")


def _ids_of(sha256: str) -> tuple[int, int]:
    """Trace and span id of a document; no id may be 0."""
    return int(sha256[:32], 16) or 1, int(sha256[32:48], 16) or 1


def _exporter(protocol: str) -> SpanExporter:
    if protocol == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

        return OTLPSpanExporter()
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter as HttpExporter,
    )

    return HttpExporter()
