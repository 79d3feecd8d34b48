"""The layer in front of routing: what is in memory and still true is sent at once; the rest is computed once and kept.

An answer is true while the version it was stamped with is the current one (`warehouse.runtime.versions`). That
is the whole of invalidation: nothing is deleted, a changed version makes what was kept under the old one unreachable.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from serving.core.http import problems
from serving.core.http.cached_answer import NO_SNIFFING, Entry, matches
from serving.core.http.cors import CORS, allow, methods_in, methods_of, preflight
from serving.core.http.errors import Overloaded, RequestError
from serving.core.http.event_stream import send_chunks
from serving.core.http.exchange import Answered, Call, Scope, Stream, attach, call_of
from serving.core.http.limits.admission import CallerLeft, Lanes, Turn
from serving.core.http.limits.callers import Callers
from serving.core.http.messages import App, BufferedSend, Header, Receive, Send, read_body, send_whole
from serving.core.http.negotiation import Coding, Variant, Variants
from serving.core.http.normalize import exchange_for
from serving.core.http.telemetry.metrics import Metrics, Outcome, RouteCounters
from warehouse.cache.memory import Memory
from warehouse.runtime import telemetry
from warehouse.runtime.versions import CacheValidity

Key = tuple[bytes, bytes, Variant]

_READS: Final = frozenset({"GET", "HEAD"})
_METHOD_NOT_ALLOWED: Final = 405
_CALLER_LEFT: Final = 499
"""What nginx, too, logs where the caller hung up before there was an answer."""
_LARGE: Final = 128 * 1024
"""Bodies above this are compressed in a thread, so that other requests go on meanwhile."""


class CachingLayer:
    """An ASGI application around another one, whose handlers say what their answers depend on."""

    def __init__(
        self,
        inner: App,
        *,
        memory: Memory[Key, Entry],
        versions: CacheValidity,
        metrics: Metrics,
        lanes: Lanes,
        callers: Callers,
    ) -> None:
        self._inner = inner
        self._memory = memory
        self._versions = versions
        self._metrics = metrics
        self._lanes = lanes
        self._callers = callers
        self._variants = Variants()
        self._flights: dict[tuple[Key, int], asyncio.Future[Entry | None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. What a hit costs is all here: two dictionaries, one cache, one comparison."""
        call = call_of(scope)
        headers = call.headers
        accepted = (headers.get(b"accept"), headers.get(b"accept-encoding"), headers.get(b"accept-charset"))
        if_none_match = headers.get(b"if-none-match")
        method = scope["method"]
        variant = self._variants.get(accepted) or self._variants.learn(accepted)
        key = (scope["raw_path"], scope["query_string"], variant)
        entry = self._memory.get(key)
        if entry is None or entry.version != entry.cell.version or method not in _READS:
            await self._miss(CacheMiss(key, scope, call, if_none_match), receive, send)
            return
        more: tuple[Header, ...] = (call.id_header,)
        if self._versions.is_unavailable:
            more += _staleness(entry)
        if if_none_match is not None and matches(if_none_match, entry.etag):
            call.note(entry.counters, 304, "memory")
            await send({"type": "http.response.start", "status": 304, "headers": [*entry.headers_304, *more]})
            await send({"type": "http.response.body", "body": b""})
            return
        call.note(entry.counters, 200, "memory")
        await send({"type": "http.response.start", "status": 200, "headers": [*entry.headers, *more]})
        await send({"type": "http.response.body", "body": entry.body if method == "GET" else b""})

    async def _miss(self, miss: "CacheMiss", receive: Receive, send: Send) -> None:
        call = miss.call
        telemetry.request_id.set(call.request_id.decode())
        result, outcome = await self._answer(miss, receive)
        if isinstance(result, Relayed) and result.stream is not None:
            await self._stream(miss, result, result.stream, (receive, send))
            return
        status, headers, body = result.status, result.headers, result.body
        if isinstance(result, Entry) and miss.if_none_match is not None and matches(miss.if_none_match, result.etag):
            status, headers, body = 304, result.headers_304, b""
        if miss.scope["method"] == "HEAD":
            body = b""
        call.note(result.counters, status, outcome)
        call.size = len(body)
        await send_whole(send, status, [*headers, call.id_header], body)

    async def _stream(self, miss: "CacheMiss", result: "Relayed", stream: Stream, ends: tuple[Receive, Send]) -> None:
        """Send an answer in pieces; it is counted when it begins and logged when it is over."""
        call = miss.call
        call.note(result.counters, stream.status, "none")
        call.count()
        receive, send = ends
        headers = [*stream.headers, NO_SNIFFING, *CORS, call.id_header]
        if miss.scope["method"] == "HEAD":
            await send_whole(send, stream.status, headers, b"")
            return
        await send({"type": "http.response.start", "status": stream.status, "headers": headers})
        call.size = await send_chunks(stream.chunks(), receive, send)

    async def _answer(self, miss: "CacheMiss", receive: Receive) -> tuple["Entry | Relayed", Outcome]:
        """Compute while others who ask the same wait; it is their answer too if nothing had changed when they came."""
        if miss.scope["method"] not in _READS:
            try:
                receive = await read_body(receive)
            except RequestError as error:
                return self._refused(miss, error), "none"
            return await self._in_turn(miss, receive, self._relay)
        flight_key = (miss.key, self._versions.epoch)
        flight = self._flights.get(flight_key)
        joined_entry = await asyncio.shield(flight) if flight is not None else None
        if joined_entry is not None:
            return joined_entry, "joined"
        flight = self._flights[flight_key] = asyncio.get_running_loop().create_future()
        result: Entry | Relayed | None = None
        try:
            result, outcome = await self._in_turn(miss, receive, self._compute)
        finally:
            if self._flights.get(flight_key) is flight:
                del self._flights[flight_key]
            flight.set_result(result if isinstance(result, Entry) else None)
        return result, outcome

    async def _in_turn(self, miss: "CacheMiss", receive: Receive, work: "Work") -> tuple["Entry | Relayed", Outcome]:
        """Do the work when it is this request's turn; a place in the queue is refused at once or not at all."""
        lane = self._lanes.of(miss.key[0])
        turn = None if lane is None else Turn(lane)
        if turn is not None:
            try:
                await turn.take(self._callers.of(miss.scope), receive if miss.scope["method"] in _READS else None)
            except Overloaded as error:
                return self._refused(miss, error), "refused"
            except CallerLeft:
                gathered = BufferedSend()
                gathered.set(_CALLER_LEFT, b"", {})
                return Relayed(gathered, None, None, self._metrics.route("left")), "none"
        try:
            result = await work(miss, receive, turn)
        finally:
            if turn is not None:
                turn.give_back()
        return result, "computed" if isinstance(result, Entry) else "none"

    def _refused(self, miss: "CacheMiss", error: RequestError) -> "Relayed":
        """The problem of a request that was not looked at."""
        gathered = BufferedSend()
        status, body, headers = problems.render(error, miss.call.request_id.decode(), miss.query)
        gathered.set(status, body, headers)
        return Relayed(gathered, None, None, self._metrics.route("refused"))

    async def _compute(self, miss: "CacheMiss", receive: Receive, turn: Turn | None) -> "Entry | Relayed":
        replacements = self._versions.replacements
        result = await self._relay(miss, receive, turn)
        if result.answered is None:
            return result
        entry = await _entry(result.answered, miss.key[2].coding, result.counters)
        if entry.version is not None and replacements == self._versions.replacements:
            self._memory.put(miss.key, entry)
        return entry

    async def _relay(self, miss: "CacheMiss", receive: Receive, turn: Turn | None) -> "Relayed":
        """Ask the application behind; what goes wrong becomes a problem."""
        inner, gathered, answered, stream = dict(miss.scope), BufferedSend(), None, None
        try:
            exchange = exchange_for(inner, miss.key[2].formats, miss.call.request_id)
            if turn is not None:
                exchange.wait = turn.give_back
            exchange.wants_bom = miss.key[2].wants_bom
            attach(inner, exchange)
            await self._inner(inner, receive, gathered)
            answered, stream = exchange.answer, exchange.stream
            if inner["method"] == "OPTIONS" and gathered.status < 300:
                gathered.set(204, b"", preflight(methods_in(gathered.headers)))
            elif gathered.status == _METHOD_NOT_ALLOWED:
                gathered.headers.append(allow(await methods_of(self._inner, inner)))
        except Exception as error:  # whatever it is, the caller gets a problem and the log its cause
            status, body, headers = problems.render(error, miss.call.request_id.decode(), miss.query)
            gathered.set(status, body, headers)
        return Relayed(gathered, answered, stream, self._metrics.routed(inner))


class CacheMiss(NamedTuple):
    """One request that memory did not answer."""

    key: Key
    scope: Scope
    call: Call
    if_none_match: bytes | None

    @property
    def query(self) -> str:
        """The query of the request, percent-encoded."""
        return bytes(self.scope["query_string"]).decode("latin-1")


class Relayed:
    """What the application behind sent, or the answer or the stream it left in the exchange."""

    __slots__ = ("answered", "body", "counters", "headers", "status", "stream")

    def __init__(
        self, gathered: BufferedSend, answered: Answered | None, stream: Stream | None, counters: RouteCounters
    ) -> None:
        self.status = gathered.status
        self.headers = [*gathered.headers, NO_SNIFFING, *CORS]
        self.body = gathered.body
        self.answered = answered
        self.stream = stream
        self.counters = counters


Work = Callable[[CacheMiss, Receive, Turn | None], Awaitable[Entry | Relayed]]


async def _entry(answered: Answered, coding: Coding, counters: RouteCounters) -> Entry:
    if coding and len(answered.body) > _LARGE:
        return await asyncio.to_thread(Entry, answered, coding, counters)
    return Entry(answered, coding, counters)


def _staleness(entry: Entry) -> tuple[Header, ...]:
    """How many seconds ago what the answer depends on was last seen, when that is too long ago to vouch for it."""
    silent = [source.silent_s or 0.0 for source in entry.cell.sources if source.is_unavailable]
    return ((b"x-openpolicy-stale", b"%d" % max(silent)),) if silent else ()
