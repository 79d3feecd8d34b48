"""One JSON line for every request that cost a computation or failed; answers out of memory are summed up each minute.

A line has no body, no query values and no address of the caller. Lines are gathered and written by the event loop's own
timer, so that no request waits for the log.
"""

import asyncio
import sys
from collections.abc import Callable
from typing import TextIO

import msgspec

from warehouse.runtime import telemetry
from warehouse.runtime.clock import now

_FLUSH_EVERY_S = 0.25
_SUM_EVERY_S = 60
_LEVELS = {"DEBUG": 0, "INFO": 0, "WARNING": 400, "ERROR": 500}
_encoder = msgspec.json.Encoder()


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One request."""

    event: str = "request"
    module: str = "serving.access"
    level: str
    timestamp: str
    request_id: str
    method: str
    service: str
    route: str
    path: str
    status: int
    cache: str
    bytes: int
    duration_ms: float
    trace_id: str | msgspec.UnsetType = msgspec.UNSET
    """Where traces are on."""


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """How many requests of the last minute were answered from memory, or refused because too many came."""

    event: str
    module: str = "serving.access"
    level: str
    timestamp: str
    requests: int


class AccessLog:
    """Gathers lines and writes them a few times a second."""

    def __init__(
        self, level: str, hits: Callable[[], int], refused: Callable[[], int], stream: TextIO = sys.stderr
    ) -> None:
        """`hits` counts the requests answered out of memory since the start, `refused` those refused because too
        many were
        running."""
        self._lowest_status = _LEVELS[level]
        self._hits, self._refused = hits, refused
        self._stream = stream
        self._lines: list[bytes] = []
        self._summed = self._summed_refused = 0

    def add(
        self,
        *,
        request_id: str,
        method: str,
        service: str,
        route: str,
        path: str,
        status: int,
        cache: str,
        size: int,
        seconds: float,
    ) -> None:
        """Note one request, if its status is worth a line at this log level."""
        if status < self._lowest_status:
            return
        ids = telemetry.current()
        line = Line(
            trace_id=msgspec.UNSET if ids is None else ids[0],
            level="error" if status >= 500 else "info",
            timestamp=now().isoformat(),
            request_id=request_id,
            method=method,
            service=service,
            route=route,
            path=path[:200],
            status=status,
            cache=cache,
            bytes=size,
            duration_ms=round(seconds * 1000, 3),
        )
        self._lines.append(_encoder.encode(line))

    async def run(self) -> None:
        """Write until cancelled."""
        turns = 0
        while True:
            await asyncio.sleep(_FLUSH_EVERY_S)
            turns += 1
            if turns * _FLUSH_EVERY_S >= _SUM_EVERY_S:
                turns = 0
                self._sum_up()
            self.flush()

    def _sum_up(self) -> None:
        hits, refused = self._hits(), self._refused()
        if hits > self._summed and self._lowest_status == 0:
            self._add_summary("requests answered from memory", "info", hits - self._summed)
        if refused > self._summed_refused:
            self._add_summary("requests refused: too many at once", "warning", refused - self._summed_refused)
        self._summed, self._summed_refused = hits, refused

    def _add_summary(self, event: str, level: str, requests: int) -> None:
        line = Summary(event=event, level=level, timestamp=now().isoformat(), requests=requests)
        self._lines.append(_encoder.encode(line))

    def flush(self) -> None:
        """Write what has been gathered."""
        if self._lines:
            lines, self._lines = self._lines, []
            self._stream.write(b"\n".join([*lines, b""]).decode())
            self._stream.flush()
