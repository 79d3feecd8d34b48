"""Traces, if OpenTelemetry's standard variables ask for them; otherwise every function here returns at once.

OpenTelemetry is imported only if `start` finds that traces are wanted (`warehouse.runtime.traces`). One trace follows a
document: its id is the first 32 digits of the document's SHA-256, which every event has as `trace_id`, and the span of
fetching it has the next 16 digits. So each process can join the trace without further information.
"""

import os
import re
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, Literal

from warehouse.runtime.errors import SettingInvalid

if TYPE_CHECKING:
    from warehouse.runtime.traces import Tracing

Kind = Literal["internal", "server", "client", "producer", "consumer"]
Attributes = Mapping[str, str | int | float | bool]

HEADER: Final = "traceparent"
"""The header of W3C Trace Context, in HTTP and in Kafka."""
request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being answered, for the log; empty outside one."""

stores: ContextVar["StoreClock | None"] = ContextVar("stores", default=None)
"""What counts the waits of the request that is being answered; None outside one."""

_PROTOCOLS: Final = ("grpc", "http/protobuf")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_OFF: Final[AbstractContextManager[None]] = nullcontext()
_tracing: "Tracing | None" = None


def is_wanted(environment: Mapping[str, str]) -> bool:
    """Whether the variables ask for traces: they name an exporter or an address.

    Raises:
        SettingInvalid: they ask for an exporter or a protocol that is not installed.
    """
    given = {name: value.strip() for name, value in environment.items() if name.startswith("OTEL_")}
    if given.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    exporter = given.get("OTEL_TRACES_EXPORTER", "")
    if exporter not in {"", "none", "otlp"}:
        raise SettingInvalid(f"OTEL_TRACES_EXPORTER is {exporter!r}.", fix="It must be otlp or none.")
    name, protocol = _protocol(given)
    if protocol not in _PROTOCOLS:
        raise SettingInvalid(f"{name} is {protocol!r}.", fix=f"It must be {' or '.join(_PROTOCOLS)}.")
    endpoints = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
    return exporter == "otlp" or (exporter == "" and any(given.get(each) for each in endpoints))


def _protocol(environment: Mapping[str, str]) -> tuple[str, str]:
    """The variable that chooses the protocol, and its value."""
    for name in ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"):
        if value := environment.get(name, "").strip():
            return name, value
    return "OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"


def start(process: str) -> bool:
    """Begin tracing if it is wanted; returns whether this process traces. Further calls change nothing.

    `process` names it, as `api` or `relay`: spans are of the service `openpolicy-<process>` unless `OTEL_SERVICE_NAME`
    says another. To be called in the process that works, after every fork.

    Raises:
        SettingInvalid: as `is_wanted`.
    """
    global _tracing  # noqa: PLW0603 (one tracer a process, as OpenTelemetry has it)
    if _tracing is None and is_wanted(os.environ):
        from warehouse.runtime.traces import Tracing  # noqa: PLC0415 (half a second, for those who trace)

        _tracing = Tracing(process, protocol=_protocol(os.environ)[1])
    return _tracing is not None


def stop() -> None:
    """Send recorded spans and end tracing."""
    global _tracing  # noqa: PLW0603
    if _tracing is not None:
        _tracing.close()
    _tracing = None


def is_on() -> bool:
    """Whether this process traces."""
    return _tracing is not None


def span(
    name: str, kind: Kind = "internal", attributes: Attributes | None = None, *, parent: str = "", state: str = ""
) -> AbstractContextManager[Any]:
    """A span around a block; an exception of the block is recorded in it. It is a child of the current span, or of
    `parent`, a `traceparent` with its `tracestate`; an invalid one begins a new trace, as W3C requires. A block of the
    kind `client` asks a store: its time is added to the clock in `stores`, with traces or without."""
    found = _OFF if _tracing is None else _tracing.span(name, kind, attributes, parent, state)
    return _StoreCall(found) if kind == "client" else found


class StoreClock:
    """Seconds that one request has waited for stores, each wait counted for itself."""

    __slots__ = ("seconds",)

    def __init__(self) -> None:
        self.seconds = 0.0


class _StoreCall:
    """A span, and its time on the clock of the request."""

    __slots__ = ("_began", "_span")

    def __init__(self, inner: AbstractContextManager[Any]) -> None:
        self._span = inner
        self._began = 0.0

    def __enter__(self) -> Any:
        self._began = time.perf_counter()
        return self._span.__enter__()

    def __exit__(self, *raised: Any) -> bool | None:
        clock = stores.get()
        if clock is not None:
            clock.seconds += time.perf_counter() - self._began
        return self._span.__exit__(*raised)


def current() -> tuple[str, str] | None:
    """Trace and span id of the current span; None outside one."""
    return None if _tracing is None else _tracing.current()


def annotate(name: str, attributes: Attributes, *, is_failed: bool = False) -> str | None:
    """Rename the current span once more is known, and mark it as failed or not. Returns its trace id if it is
    sampled."""
    return None if _tracing is None else _tracing.annotate(name, attributes, is_failed=is_failed)


def parent_of(sha256: str) -> str:
    """The `traceparent` of a document, which is the span of fetching it; empty without traces, or if it is not a
    document."""
    return "" if _tracing is None or _SHA256.fullmatch(sha256) is None else _tracing.document(sha256)


def began() -> int:
    """The time now, for `record`."""
    return 0 if _tracing is None else time.time_ns()


def record_fetched(sha256: str, began_ns: int, attributes: Attributes) -> None:
    """Record the span of fetching a document, with which its trace begins. Its id follows from the bytes, so it is
    recorded when they are known."""
    if _tracing is not None:
        _tracing.record_fetched(sha256, began_ns, attributes)


def record(name: str, documents: Collection[str], began_ns: int, attributes: Attributes | None = None) -> None:
    """Record one span that has just ended in the trace of each of these documents, named by SHA-256."""
    if _tracing is not None:
        for parent in {parent_of(sha256) for sha256 in documents} - {""}:
            _tracing.record(name, parent, began_ns, attributes)


@contextmanager
def batch(name: str, kind: Kind, parents: Iterable[str], attributes: Attributes | None = None) -> Iterator["SpanBatch"]:
    """The same span in each trace that a batch belongs to, around a block."""
    spans = SpanBatch()
    if _tracing is not None:
        for parent in set(parents) - {""}:
            spans.by_parent[parent] = _tracing.open(name, kind, parent, attributes)
    try:
        yield spans
    except BaseException as error:
        for each in spans.by_parent.values():
            each.record_exception(error)
            each.set_status(_tracing.failed if _tracing else None)
        raise
    finally:
        for each in spans.by_parent.values():
            each.end()


class SpanBatch:
    """The spans of one batch, by the `traceparent` of which each is a child."""

    def __init__(self) -> None:
        self.by_parent: dict[str, Any] = {}

    def traceparent(self, parent: str) -> str:
        """The `traceparent` of the span that is a child of `parent`; empty without one."""
        found = self.by_parent.get(parent)
        return "" if found is None or _tracing is None else _tracing.traceparent(found)

    def record(self, name: str, began_ns: int, attributes: Attributes | None = None) -> None:
        """Record a span that has just ended as a child of each."""
        if _tracing is not None:
            for each in self.by_parent.values():
                _tracing.record(name, _tracing.traceparent(each), began_ns, attributes)
