"""The layer in front of routing: what is in memory and still true is sent at once, what other tiers have is fetched,
and the rest is computed once and kept.

An answer is true while the version it was stamped with is the current one (`warehouse.runtime.versions`). That
is the whole of invalidation: nothing is deleted, a changed version makes what was kept under the old one unreachable.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, NamedTuple

import cachebox

from serving.core.http import problems
from serving.core.http.answer_tiers import AnswerTiers, Key, Place
from serving.core.http.cached_answer import SAFETY, Entry, matches
from serving.core.http.canonical_query import canonical
from serving.core.http.cors import CORS, allow, methods_in, methods_of, preflight
from serving.core.http.deprecations import Deprecations
from serving.core.http.errors import Overloaded, RequestError
from serving.core.http.event_stream import send_chunks
from serving.core.http.exchange import Answered, Call, Coding, Exchange, Scope, Stream, attach, begin, call_of
from serving.core.http.limits.admission import CallerLeft, Lanes, Turn
from serving.core.http.limits.callers import Callers
from serving.core.http.messages import App, BufferedSend, Header, Message, Receive, Send, read_body, send_whole
from serving.core.http.negotiation import Variants
from serving.core.http.normalize import exchange_for
from serving.core.http.telemetry.metrics import Metrics, Outcome, RouteCounters
from serving.core.http.warming import Warmer
from warehouse.cache.memory import Memory
from warehouse.runtime import telemetry
from warehouse.runtime.versions import CacheValidity

_READS: Final = frozenset({"GET", "HEAD"})
_METHOD_NOT_ALLOWED: Final = 405
_CALLER_LEFT: Final = 499
"""What nginx, too, logs where the caller hung up before there was an answer."""
_LARGE: Final = 128 * 1024
"""Bodies above this are compressed in a thread, so that other requests go on meanwhile."""
_KEPT_BEHIND: Final = frozenset({"redis", "objects"})
_MOST_REFUSALS: Final = 4096
_REFUSAL_S: Final = 60.0
"""How long a 404 is kept at most."""


class CachingLayer:
    """An ASGI application around another one, whose handlers say what their answers depend on."""

    def __init__(
        self,
        inner: App,
        *,
        memory: Memory[Key, Entry],
        tiers: AnswerTiers | None,
        versions: CacheValidity,
        metrics: Metrics,
        lanes: Lanes,
        callers: Callers,
        warmer: Warmer,
        deprecations: Deprecations,
    ) -> None:
        """`tiers` are those behind memory; None where there is neither Redis nor an object store."""
        self._inner = inner
        self._memory = memory
        self._tiers = tiers
        self._refusals: cachebox.TTLCache[Key, KeptRefusal] = cachebox.TTLCache(_MOST_REFUSALS, _REFUSAL_S)
        self._versions = versions
        self._metrics = metrics
        self._lanes = lanes
        self._callers = callers
        self._deprecations = deprecations
        self._variants = Variants()
        self._flights: dict[tuple[Key, int], asyncio.Future[Entry | None]] = {}
        self._running: set[asyncio.Task[Any]] = set()
        warmer.remake = self.remake

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. What a hit costs is all here: two dictionaries, one cache, one comparison."""
        call = call_of(scope)
        headers = call.headers
        accepted = (headers.get(b"accept"), headers.get(b"accept-encoding"), headers.get(b"accept-charset"))
        if_none_match = headers.get(b"if-none-match")
        method = scope["method"]
        variant = self._variants.get(accepted) or self._variants.learn(accepted)
        query = scope["query_string"] = canonical(scope["query_string"])
        key = (scope["raw_path"], query, variant)
        entry = self._memory.get(key)
        if entry is None or entry.version != entry.cell.version or method not in _READS:
            await self._miss(CacheMiss(key, scope, call, if_none_match), receive, send)
            return
        entry.hits += 1
        more = call.own_headers("memory")
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

    async def remake(self, key: Key) -> None:
        """Compute an answer and keep it, in turn with requests; those that come for it meanwhile wait for it."""
        scope = _scope_of(key)
        call = Call("GET", {}, b"warming")
        begin(scope, call)
        await self._answer(CacheMiss(key, scope, call, None), _nobody)

    async def _miss(self, miss: "CacheMiss", receive: Receive, send: Send) -> None:
        call = miss.call
        telemetry.request_id.set(call.request_id.decode())
        call.stores = telemetry.StoreClock()
        telemetry.stores.set(call.stores)
        result, outcome = await self._answer(miss, receive)
        if isinstance(result, Relayed) and result.stream is not None:
            await self._stream(miss, result, result.stream, (receive, send))
            return
        status, headers, body = result.status, result.headers, result.body
        if isinstance(result, Entry) and miss.if_none_match is not None and matches(miss.if_none_match, result.etag):
            status, headers, body = 304, result.headers_304, b""
        if isinstance(result, Entry) and outcome in _KEPT_BEHIND and self._versions.is_unavailable:
            headers = [*headers, *_staleness(result)]
        if miss.scope["method"] == "HEAD":
            body = b""
        call.note(result.counters, status, outcome)
        call.size = len(body)
        await send_whole(send, status, [*headers, *call.own_headers(outcome)], body)

    async def _stream(self, miss: "CacheMiss", result: "Relayed", stream: Stream, ends: tuple[Receive, Send]) -> None:
        """Send an answer in pieces; it is counted when it begins and logged when it is over."""
        call = miss.call
        call.note(result.counters, stream.status, "none")
        call.count()
        receive, send = ends
        headers = [*stream.headers, *SAFETY, *CORS, *call.own_headers("none")]
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
            return await self._in_turn(miss, receive, self._pass_on)
        if (refusal := self._refusal(miss)) is not None:
            return refusal, "negative"
        flight_key = (miss.key, self._versions.epoch)
        flight = self._flights.get(flight_key)
        joined_entry = await asyncio.shield(flight) if flight is not None else None
        if joined_entry is not None:
            return joined_entry, "joined"
        if flight is not None and (refusal := self._refusal(miss)) is not None:
            return refusal, "negative"
        flight = self._flights[flight_key] = asyncio.get_running_loop().create_future()
        result: Entry | Relayed | None = None
        try:
            result, outcome = await self._in_turn(miss, receive, self._find)
        finally:
            if self._flights.get(flight_key) is flight:
                del self._flights[flight_key]
            flight.set_result(result if isinstance(result, Entry) else None)
        return result, outcome

    async def _in_turn(self, miss: "CacheMiss", receive: Receive, work: "Work") -> "Result":
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
                return Relayed(gathered, self._metrics.route("left")), "none"
        try:
            return await work(miss, receive, turn)
        finally:
            if turn is not None:
                turn.give_back()

    def _refused(self, miss: "CacheMiss", error: RequestError, counters: RouteCounters | None = None) -> "Relayed":
        """The problem of a request that was not looked at."""
        gathered = BufferedSend()
        status, body, headers = problems.render(error, miss.call.request_id.decode(), miss.query)
        gathered.set(status, body, headers)
        return Relayed(gathered, counters or self._metrics.route("refused"))

    def _refusal(self, miss: "CacheMiss") -> "Relayed | None":
        """The same refusal as a moment ago, if nothing at all has changed since."""
        kept = self._refusals.get(miss.key)
        if kept is None or kept.epoch != self._versions.epoch or self._versions.is_unavailable:
            return None
        return self._refused(miss, kept.error, kept.counters)

    async def _find(self, miss: "CacheMiss", receive: Receive, turn: Turn | None) -> "Result":
        """The answer from the tiers behind memory, or computed."""
        replacements, entry = self._versions.replacements, self._memory.get(miss.key)
        if entry is not None and entry.version is not None and await entry.cell.settled() == entry.version:
            return entry, "memory"
        place = None if self._tiers is None else self._tiers.place(miss.key)
        if self._tiers is None or place is None:
            return await self._compute(miss, receive, turn)
        recalled = await self._tiers.recall(place, _nothing if turn is None else turn.give_back)
        claim = Claim(place, recalled.holder)
        found = None if recalled.kept is None else self._tiers.answered(recalled.kept)
        if found is None:
            return await self._compute(miss, receive, turn, claim)
        if recalled.is_due:
            self._beside(self._compute(miss, receive, None, claim))
        return await self._keep(miss, *found, replacements), recalled.tier

    async def _compute(
        self, miss: "CacheMiss", receive: Receive, turn: Turn | None, claim: "Claim | None" = None
    ) -> "Result":
        """Have the application behind compute the answer. Other processes that wait are told, whatever happens."""
        replacements, epoch = self._versions.replacements, self._versions.epoch
        computed: tuple[Answered, RouteCounters, float] | None = None
        began = time.perf_counter()
        try:
            result = await self._relay(miss, receive, turn)
            if result.answered is not None and replacements == self._versions.replacements:
                computed = result.answered, result.counters, time.perf_counter() - began
        finally:
            if claim is not None and self._tiers is not None:
                await self._tiers.keep(claim.place, claim.holder, computed)
        if result.answered is not None:
            return await self._keep(miss, result.answered, result.counters, replacements), "computed"
        if result.refusal is not None and epoch == self._versions.epoch:
            self._refusals.insert(miss.key, KeptRefusal(result.refusal, result.counters, epoch))
        return result, "none"

    def _beside(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do something that no request waits for."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _pass_on(self, miss: "CacheMiss", receive: Receive, turn: Turn | None) -> "Result":
        return await self._relay(miss, receive, turn), "none"

    async def _keep(self, miss: "CacheMiss", answered: Answered, counters: RouteCounters, replacements: int) -> Entry:
        """Encode an answer and keep it in memory, unless other data took the place of what it was read from."""
        began = time.perf_counter()
        entry = await _entry(answered, miss.key[2].coding, counters)
        miss.call.encode_s = time.perf_counter() - began
        if entry.version is not None and replacements == self._versions.replacements:
            self._memory.put(miss.key, entry)
        return entry

    async def _relay(self, miss: "CacheMiss", receive: Receive, turn: Turn | None) -> "Relayed":
        """Ask the application behind; what goes wrong becomes a problem."""
        inner, gathered, exchange = dict(miss.scope), BufferedSend(), None
        try:
            exchange = exchange_for(inner, miss.key[2].formats, miss.call.request_id)
            if turn is not None:
                exchange.wait = turn.give_back
            exchange.wants_bom, exchange.coding = miss.key[2].wants_bom, miss.key[2].coding
            attach(inner, exchange)
            await self._inner(inner, receive, gathered)
            if inner["method"] == "OPTIONS" and gathered.status < 300:
                gathered.set(204, b"", preflight(methods_in(gathered.headers)))
            elif gathered.status == _METHOD_NOT_ALLOWED:
                gathered.headers.append(allow(await methods_of(self._inner, inner)))
        except Exception as error:  # whatever it is, the caller gets a problem and the log its cause
            exchange = None
            status, body, headers = problems.render(error, miss.call.request_id.decode(), miss.query)
            gathered.set(status, body, headers)
        for name, value in self._deprecations.headers_of(inner):
            gathered.headers.append((name.encode(), value.encode()))
            if exchange is not None and exchange.answer is not None:
                exchange.answer.headers.append((name, value))
        return Relayed(gathered, self._metrics.routed(inner), exchange)


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
    """What the application behind sent, or the answer, the stream or the refusal it left in the exchange."""

    __slots__ = ("answered", "body", "counters", "headers", "refusal", "status", "stream")

    def __init__(self, gathered: BufferedSend, counters: RouteCounters, exchange: Exchange | None = None) -> None:
        self.status = gathered.status
        self.headers = [*gathered.headers, *SAFETY, *CORS]
        self.body = gathered.body
        self.counters = counters
        self.answered = None if exchange is None else exchange.answer
        self.stream = None if exchange is None else exchange.stream
        self.refusal = None if exchange is None else exchange.refusal


class Claim(NamedTuple):
    """Where an answer that is computed will be kept, and whom the lease is for, if there is one."""

    place: Place
    holder: bytes | None


class KeptRefusal(NamedTuple):
    """Why nothing was found at an address; true while no version at all has changed."""

    error: RequestError
    counters: RouteCounters
    epoch: int


Result = tuple[Entry | Relayed, Outcome]
Work = Callable[[CacheMiss, Receive, Turn | None], Awaitable[Result]]


async def _entry(answered: Answered, coding: Coding, counters: RouteCounters) -> Entry:
    if coding and len(answered.body) > _LARGE:
        return await asyncio.to_thread(Entry, answered, coding, counters)
    return Entry(answered, coding, counters)


def _scope_of(key: Key) -> Scope:
    """A request for what is kept under a key, made by nobody."""
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "",
        "raw_path": key[0],
        "query_string": key[1],
        "root_path": "",
        "headers": [],
        "client": None,
        "server": None,
        "extensions": {},
        "state": {},
    }


async def _nobody() -> Message:
    """What somebody sends who is not there and never leaves."""
    never: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
    return await never


def _nothing() -> None:
    """Nobody has a turn."""


def _staleness(entry: Entry) -> tuple[Header, ...]:
    """How many seconds ago what the answer depends on was last seen, when that is too long ago to vouch for it."""
    silent = [source.silent_s or 0.0 for source in entry.cell.sources if source.is_unavailable]
    return ((b"x-openpolicy-stale", b"%d" % max(silent)),) if silent else ()
