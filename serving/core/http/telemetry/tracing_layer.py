"""The span of a request. Where traces are off this layer is not there."""

import time
from typing import Final

from serving.core.http.exchange import Call, Scope, call_of
from serving.core.http.messages import App, Receive, Send
from warehouse.runtime import telemetry

_PARENT: Final = b"traceparent"
_STATE: Final = b"tracestate"


class TracingLayer:
    """Answers within a span, answers from memory too; a caller's `traceparent` is its parent."""

    def __init__(self, inner: App) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and say in the span what came of it."""
        call = call_of(scope)
        parent = call.headers.get(_PARENT, b"").decode("latin-1")
        state = call.headers.get(_STATE, b"").decode("latin-1")
        with telemetry.span(call.method, "server", parent=parent, state=state):
            await self._inner(scope, receive, send)
            _annotate(call, scope["path"])


def _annotate(call: Call, path: str) -> None:
    """Name the span by the route, and its trace in the histogram."""
    counters = call.counters
    if counters is None:
        return
    attributes: telemetry.Attributes = {
        "http.request.method": call.method,
        "http.route": counters.route,
        "http.response.status_code": call.status,
        "url.path": path,
        "openpolicy.service": counters.service,
        "openpolicy.cache": call.outcome,
        "openpolicy.request_id": call.request_id.decode(),
    }
    trace_id = telemetry.annotate(f"{call.method} {counters.route}", attributes, is_failed=call.status >= 500)
    if trace_id is not None:
        seconds = time.perf_counter() - call.began
        counters.of(call.method, call.status, call.outcome).exemplify(seconds, trace_id)
