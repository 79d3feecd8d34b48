"""Per-request state in the ASGI scope: `Call`, shared by the layers, and `Exchange`, shared with the handler."""

import time
from collections.abc import AsyncGenerator, Callable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from warehouse.runtime.telemetry import StoreClock
from warehouse.runtime.versions import Stamp

if TYPE_CHECKING:
    from serving.core.http.errors import RequestError
    from serving.core.http.telemetry.metrics import Outcome, RouteCounters

Scope = MutableMapping[str, Any]
Header = tuple[bytes, bytes]
Format = Literal["json", "csv", "ndjson", "html"]
Formats = tuple[Format, ...]
Coding = Literal["", "zstd", "br", "gzip"]
Chunks = Callable[[], AsyncGenerator[bytes]]


class Stream(NamedTuple):
    """An answer that is sent piece by piece and never kept."""

    chunks: Chunks
    headers: tuple[Header, ...]
    status: int = 200


_OUTCOMES: Final = {
    name: f'cache;desc="{name}"'.encode()
    for name in ("memory", "redis", "objects", "joined", "negative", "computed", "none", "refused")
}
"""What `Server-Timing` says of where an answer came from."""
_TIMED: Final = frozenset({"redis", "objects", "computed"})
"""Where it says what the time went to."""
_KEY = "openpolicy.exchange"
_CALL = "openpolicy.call"
CURRENT: Final = "public, max-age=60, stale-while-revalidate=600"
"""What other caches may do with what can change."""
IMMUTABLE: Final = "public, max-age=31536000, immutable"
"""What they may do with what never will."""
SHORT: Final = "public, max-age=60"
"""What they may do with a refusal that may be lifted."""
UNSETTLED: Final = "no-cache"
"""What they may do with a feed: ask each time whether it has changed."""

MEDIA_TYPES: Mapping[Format, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8; header=present",
    "ndjson": "application/x-ndjson",
    "html": "text/html; charset=utf-8",
}


class Call:
    """One request as the layers share it. The inner layers say in it what became of the request."""

    __slots__ = (
        "began",
        "counters",
        "encode_s",
        "headers",
        "id_header",
        "is_counted",
        "method",
        "outcome",
        "request_id",
        "secure",
        "size",
        "status",
        "stores",
    )

    def __init__(
        self, method: str, headers: dict[bytes, bytes], request_id: bytes, secure: tuple[Header, ...] = ()
    ) -> None:
        self.began = time.perf_counter()
        self.method = method
        self.headers = headers
        """The headers of the request by name."""
        self.request_id = request_id
        self.id_header = (b"x-request-id", request_id)
        """The header that every answer has."""
        self.secure = secure
        """What an answer says besides where the caller came by TLS."""
        self.stores: StoreClock | None = None
        """How long it waited for stores; None where it asked none."""
        self.encode_s = 0.0
        """Seconds that compressing and hashing its answer took."""
        self.counters: RouteCounters | None = None
        """Those of its route; None until somebody answered."""
        self.status = 500
        self.outcome: Outcome = "none"
        self.size = 0
        """Bytes of the body that were sent."""
        self.is_counted = False
        """Whether the request has been counted already, as a stream is when it begins."""

    def note(self, counters: "RouteCounters", status: int, outcome: "Outcome") -> None:
        """Say what became of the request."""
        self.counters, self.status, self.outcome = counters, status, outcome

    def own_headers(self, outcome: "Outcome") -> tuple[Header, ...]:
        """The headers of this answer alone: its id, how long it took, and on what (`Server-Timing`, milliseconds).

        `store` is the sum of all waits for databases and engines, which may overlap; `app` is what remains.
        """
        milliseconds = (time.perf_counter() - self.began) * 1000
        timing = _OUTCOMES[outcome]
        if outcome in _TIMED:
            store_ms, encode_ms = (self.stores.seconds if self.stores else 0.0) * 1000, self.encode_s * 1000
            app_ms = max(0.0, milliseconds - store_ms - encode_ms)
            timing += b", store;dur=%.2f, app;dur=%.2f, encode;dur=%.2f" % (store_ms, app_ms, encode_ms)
        took = (b"x-response-time", b"%.2fms" % milliseconds)
        return (self.id_header, took, (b"server-timing", timing), *self.secure)

    def count(self) -> float:
        """Count the answer, once; returns the seconds since the request came."""
        seconds = time.perf_counter() - self.began
        counters = self.counters
        if counters is not None and not self.is_counted:
            self.is_counted = True
            if self.outcome == "memory" and self.method == "GET":
                (counters.hits if self.status == 200 else counters.not_modified).observe(seconds)
            else:
                counters.of(self.method, self.status, self.outcome).observe(seconds)
        return seconds


class Exchange:
    """One request on its way through: what it accepts, its id, and the answer a handler gave."""

    __slots__ = (
        "answer",
        "coding",
        "formats",
        "path",
        "query",
        "refusal",
        "request_id",
        "stream",
        "suffix",
        "wait",
        "wants_bom",
    )

    def __init__(self, request_id: str, formats: Formats, path: str, suffix: str, query: str) -> None:
        self.request_id = request_id
        self.wait: Callable[[], None] = _nothing
        """A handler says with this that it now waits for something to happen, and lets others compute meanwhile."""
        self.formats = formats
        """The formats the caller takes, best first."""
        self.path = path
        """The path as asked for, without its suffix."""
        self.suffix = suffix
        """`.csv`, `.ndjson`, `.json`, or nothing."""
        self.query = query
        """Percent-encoded, without the question mark."""
        self.wants_bom = False
        """Whether `Accept-Charset` asks for CSV with a byte order mark."""
        self.coding: Coding = ""
        """The compression that the caller takes, for what is sent in pieces."""
        self.answer: Answered | None = None
        self.stream: Stream | None = None
        """An answer that is sent past the caches."""
        self.refusal: RequestError | None = None
        """Why there is no answer, where that holds until any data changes."""


def _nothing() -> None:
    """Nobody wants to know."""


class Answered:
    """An answer that may be kept: its bytes before compression, and what it depends on."""

    __slots__ = ("body", "cache_control", "etag_prefix", "headers", "last_modified", "media_type", "stamp")

    def __init__(
        self,
        body: bytes,
        *,
        stamp: Stamp,
        media_type: str,
        etag_prefix: str,
        last_modified: str | None,
        headers: list[tuple[str, str]],
        cache_control: str = CURRENT,
    ) -> None:
        self.body = body
        self.stamp = stamp
        self.media_type = media_type
        self.etag_prefix = etag_prefix
        """The revision or the list version; the hash of the bytes follows it in the ETag."""
        self.last_modified = last_modified
        self.headers = headers
        self.cache_control = cache_control


def attach(scope: Scope, exchange: Exchange) -> None:
    """Put the exchange where handlers find it."""
    scope[_KEY] = exchange


def exchange_of(scope: Any) -> Exchange:
    """The exchange of a request."""
    found: Exchange = scope[_KEY]
    return found


def begin(scope: Scope, call: Call) -> None:
    """Put the call where the inner layers find it."""
    scope[_CALL] = call


def call_of(scope: Scope) -> Call:
    """The call that a request is."""
    found: Call = scope[_CALL]
    return found
