"""OpenTelemetry's SDK as this project uses it; imported by `warehouse.runtime.telemetry` where traces are wanted."""

import os
import threading
from collections.abc import Callable
from random import getrandbits
from typing import Final, cast

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import DEFAULT_ON, Decision
from opentelemetry.trace import Span, SpanContext, SpanKind, Status, StatusCode, TraceFlags
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from warehouse.runtime.spans import RequestSpan, current_span, grpc_exporter, http_exporter
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
_SAMPLED: Final = TraceFlags(TraceFlags.SAMPLED)
_QUEUE: Final = 16_384
_BATCH: Final = 2048


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
        exporter = grpc_exporter if protocol == "grpc" else http_exporter
        processor = _processor(exporter(self._provider.resource))
        self._end = cast("Callable[[RequestSpan], None]", processor.on_end)  # it looks at the context only
        self._provider.add_span_processor(processor)
        self._keeps_all = self._provider.sampler is DEFAULT_ON
        self._tracer = self._provider.get_tracer("openpolicy")
        self._propagator = TraceContextTextMapPropagator()

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()

    def span(self, name: str, kind: Kind, attributes: Attributes | None, parent: str, state: str) -> "RequestSpan":
        """As `telemetry.span`."""
        outer = current_span.get()
        if outer is None or parent:
            remote = trace.get_current_span(self._context(parent, state)).get_span_context() if parent else None
            context = self._begun(name, remote if remote is not None and remote.is_valid else None)
            return RequestSpan(self._end, name, kind, attributes, (context, remote))
        inside = outer.context
        ids = SpanContext(inside.trace_id, getrandbits(64) or 1, False, inside.trace_flags, inside.trace_state)
        return RequestSpan(self._end, name, kind, attributes, (ids, inside))

    def _begun(self, name: str, parent: SpanContext | None) -> SpanContext:
        """The ids of a first span in this process, and whether its trace is kept, as the sampler decides."""
        trace_id = (getrandbits(128) or 1) if parent is None else parent.trace_id
        if self._keeps_all and (parent is None or parent.trace_flags.sampled):
            state = None if parent is None else parent.trace_state
            return SpanContext(trace_id, getrandbits(64) or 1, False, _SAMPLED, state)
        context = _ROOT if parent is None else trace.set_span_in_context(trace.NonRecordingSpan(parent), _ROOT)
        decision = self._provider.sampler.should_sample(context, trace_id, name)
        flags = TraceFlags(TraceFlags.DEFAULT if decision.decision is Decision.DROP else TraceFlags.SAMPLED)
        return SpanContext(trace_id, getrandbits(64) or 1, False, flags, decision.trace_state)

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
        span = current_span.get()
        return None if span is None else (f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}")

    def annotate(self, name: str, attributes: Attributes, *, is_failed: bool) -> str | None:
        """As `telemetry.annotate`."""
        span = current_span.get()
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


def _processor(exporter: SpanExporter) -> BatchSpanProcessor:
    """What sends spans in batches, of the sizes that the variables say. Else a few thousand requests a second must not
    fill the queue between two batches, and sending costs less the more spans are sent at once."""
    if os.environ.keys() & {"OTEL_BSP_MAX_QUEUE_SIZE", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE"}:
        return BatchSpanProcessor(exporter)
    return BatchSpanProcessor(exporter, max_queue_size=_QUEUE, max_export_batch_size=_BATCH)


def _ids_of(sha256: str) -> tuple[int, int]:
    """Trace and span id of a document; no id may be 0."""
    return int(sha256[:32], 16) or 1, int(sha256[32:48], 16) or 1
