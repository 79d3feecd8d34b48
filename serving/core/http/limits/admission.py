"""Who may compute an answer now: few at once, a short queue behind them, and a refusal at once beyond it.

Answers out of memory do not come here. The queue is fair: callers take turns, so one who asks with hundreds of
connections waits behind nobody but themselves, and fills only a part of the queue. A request whose caller hangs up
leaves the queue: nobody waits behind it, and nothing is computed for it.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Sequence
from typing import Final, Literal

from serving.core.http.errors import Overloaded
from serving.core.http.messages import Receive, departure

AT_ONCE: Final = 16
"""Answers that one process computes at a time: more would only take longer each."""
QUEUE: Final = 192
"""Requests that may wait."""
QUEUE_OF_ONE: Final = 96
"""Requests of one caller that may wait."""
PATIENCE_S: Final = 5.0
"""How long one waits at most; less where requests may take less in all."""
_PART_TO_WAIT: Final = 0.75
"""The part of a request's deadline that it may wait; what is left is for its answer."""
RETRY_AFTER_S: Final = 1
LaneName = Literal["databases", "facts", "search"]
_ALWAYS: Final = frozenset({b"/health", b"/ready", b"/metrics"})


class CallerLeft(Exception):
    """The caller hung up while the request waited."""


class Admission:
    """The turns of one process."""

    def __init__(
        self,
        at_once: int = AT_ONCE,
        queue: int = QUEUE,
        queue_of_one: int = QUEUE_OF_ONE,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._free = at_once
        self._queue, self._queue_of_one, self._patience_s = queue, queue_of_one, patience_s
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self.waiting = 0
        """Requests in the queue."""
        self.refused = 0
        """Requests that found no place, since the start."""

    async def enter(self, caller: str, receive: Receive | None = None) -> None:
        """Take a turn, at once or after those who wait. `receive` of a request without a body says when its caller has
        hung up.

        Raises:
            Overloaded: the queue, or the caller's part of it, is full, or the turn did not come in time.
            CallerLeft: nobody is there any more to answer to.
        """
        if self._free and not self.waiting:
            self._free -= 1
            return
        mine = self._waiting.get(caller)
        if self.waiting >= self._queue or (mine is not None and len(mine) >= self._queue_of_one):
            raise self._refusal()
        if mine is None:
            mine = self._waiting[caller] = deque()
        turn = asyncio.get_running_loop().create_future()
        mine.append(turn)
        self.waiting += 1
        left = None if receive is None else self._watch(receive, caller, turn)
        try:
            async with asyncio.timeout(self._patience_s):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.leave()
            else:
                self._forget(caller, turn)
            if isinstance(error, TimeoutError):
                raise self._refusal() from None
            raise
        finally:
            if left is not None:
                left.cancel()

    def _watch(self, receive: Receive, caller: str, turn: asyncio.Future[None]) -> asyncio.Task[None]:
        """Free the place in the queue at the moment the caller hangs up."""

        def hang_up(left: asyncio.Task[None]) -> None:
            if not left.cancelled() and left.exception() is None and not turn.done():
                self._forget(caller, turn)
                turn.set_exception(CallerLeft())

        left = asyncio.create_task(departure(receive))
        left.add_done_callback(hang_up)
        return left

    def leave(self) -> None:
        """Give the turn to the first request of the caller whose last turn is longest ago."""
        self._free += 1
        while self._waiting and self._free:
            caller, mine = self._waiting.popitem(last=False)
            turn = mine.popleft()
            self.waiting -= 1
            if mine:
                self._waiting[caller] = mine  # behind all others
            if not turn.done():
                self._free -= 1
                turn.set_result(None)

    def _forget(self, caller: str, turn: asyncio.Future[None]) -> None:
        mine = self._waiting.get(caller)
        if mine is not None and turn in mine:
            mine.remove(turn)
            self.waiting -= 1
            if not mine:
                del self._waiting[caller]

    def _refusal(self) -> Overloaded:
        self.refused += 1
        return Overloaded(
            "Too many requests are being answered here. Try again in a second.",
            "Trop de requêtes sont en cours ici. Réessayez dans une seconde.",
            headers={"retry-after": str(RETRY_AFTER_S)},
        )


class Turn:
    """The turn of one request, given back once whatever happens."""

    __slots__ = ("_admission", "_is_held")

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self._is_held = False

    async def take(self, caller: str, receive: Receive | None = None) -> None:
        """Wait for the turn.

        Raises:
            Overloaded: there is no place, or no turn in time.
            CallerLeft: the caller hung up meanwhile.
        """
        await self._admission.enter(caller, receive)
        self._is_held = True

    def give_back(self) -> None:
        """Let the next one in, unless that was done before."""
        if self._is_held:
            self._is_held = False
            self._admission.leave()


class Lanes:
    """One queue for each store that answers are computed from: one that hangs holds up its own callers only."""

    def __init__(self, prefixes: Sequence[tuple[str, LaneName]] = (), *, deadline_s: float = PATIENCE_S) -> None:
        """`prefixes` are beginnings of paths with the queue of those paths; the first that fits counts. `deadline_s` is
        how long a request may take in all."""
        patience_s = min(PATIENCE_S, deadline_s * _PART_TO_WAIT)
        self.databases, self.facts, self.search = (Admission(patience_s=patience_s) for _ in range(3))
        lanes: dict[str, Admission] = dict(self.each())
        self._by_prefix = tuple((prefix.encode(), lanes[name]) for prefix, name in prefixes)

    def of(self, path: bytes) -> Admission | None:
        """The queue for a path; None for what must be answered whatever the load."""
        if path in _ALWAYS:
            return None
        for prefix, lane in self._by_prefix:
            if path.startswith(prefix):
                return lane
        return self.databases

    def each(self) -> tuple[tuple[str, Admission], ...]:
        """Every queue with its name."""
        return ("databases", self.databases), ("facts", self.facts), ("search", self.search)

    def refused(self) -> int:
        """Requests that found no place, since the start."""
        return self.databases.refused + self.facts.refused + self.search.refused
