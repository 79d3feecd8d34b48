"""The number of connections that one process may hold at one PostgreSQL server, over all of its databases.

A server has a fixed number of connections. Loaders, relay, consumers and Dagster need some of them; the API processes
share the rest evenly, so that any number of API processes leaves connections for others. Within a process each database
has its own part, because closing a connection in favour of another database costs more than the query it makes room
for.
"""

import asyncio
import sys
import time
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, LiteralString, Protocol
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from warehouse.postgres.connections.reader import Reader

FOR_OTHERS: Final = 40
"""Connections reserved for everything but the API; on a small server, half of them."""
WRITERS: Final = 1
"""Connections of an API process that are not readers: it writes callers' data through one."""
IDLE_S: Final = 30.0
"""A connection that was idle for this long is closed."""
_UNTIL_KNOWN: Final = 1
"""Connections before the server's number is known."""
_SWEEP_EVERY_S: Final = 5.0
SIZE: Final[LiteralString] = """
select current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer
    - current_setting('reserved_connections')::integer"""


def share_of(available: int, processes: int, total: int = 0) -> int:
    """The number of a server's connections that one of several API processes may hold.

    `available` is the number for ordinary accounts; `total`, if it is not 0, limits all API processes together.
    """
    together = total or max(available // 2, available - FOR_OTHERS)
    return max(1, min(together, available) // processes)


class Turns:
    """A number of turns, given in the order of requests. Polls go first, because without them nothing is current."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.used = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def take(self, patience_s: float, *, first: bool = False) -> None:
        """Wait for a turn.

        Raises:
            TimeoutError: none came in time.
        """
        if self.used < self.most and not self._waiting:
            self.used += 1
            return
        turn = asyncio.get_running_loop().create_future()
        if first:
            self._waiting.appendleft(turn)
        else:
            self._waiting.append(turn)
        try:
            async with asyncio.timeout(patience_s):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self.give_back()
            elif turn in self._waiting:
                self._waiting.remove(turn)
            if isinstance(error, TimeoutError):
                raise TimeoutError(f"every connection was in use for {patience_s:.0f} s") from error
            raise

    def give_back(self) -> None:
        """Let the next one in."""
        self.used -= 1
        self.let_in()

    def let_in(self) -> None:
        """Give free turns to waiting callers."""
        while self._waiting and self.used < self.most:
            turn = self._waiting.popleft()
            if not turn.done():
                self.used += 1
                turn.set_result(None)


class Taker(Protocol):
    """A database whose queries take turns at its server."""

    turns: Turns


class Budget:
    """The connections of one process to one server: the number for each database, and the idle ones."""

    def __init__(self, *, processes: int = 1, total: int = 0) -> None:
        """One of `processes` that share `total` connections; 0: as many as the server's size allows."""
        self._processes, self._total = processes, total
        self._takers: list[Taker] = []
        self._shared: Turns | None = Turns(_UNTIL_KNOWN)
        self._idle: deque[tuple[Taker, Reader, float]] = deque()
        self._swept_at = time.monotonic()
        self.listens = True
        """Whether there are enough connections to keep one for each database for notifications; polling works
        without."""
        self.is_known = False
        """Whether the server has been asked how many connections it has."""

    def add(self, taker: Taker) -> Turns:
        """Add a database of this server. Until the number of connections is known, all databases share one turn."""
        self._takers.append(taker)
        assert self._shared is not None
        return self._shared

    def learn(self, available: int) -> None:
        """Divide the connections for ordinary accounts. Each database has its own turns. Only if there are fewer
        connections than databases do all share them, and an idle connection is closed for the next database."""
        self.is_known = True
        count = len(self._takers)
        share = max(1, share_of(available, self._processes, self._total) - WRITERS)
        self.listens = share >= 3 * count
        share -= count if self.listens else 0
        first, self._shared = self._shared, Turns(share) if share < count else None
        for place, taker in enumerate(self._takers):
            taker.turns = self._shared or Turns(share // count + (place < share % count))
        if first is not None:
            first.most = sys.maxsize  # callers waiting there take one of the new turns instead
            first.let_in()

    def idle_of(self, taker: Taker) -> "Reader | None":
        """The most recently used idle connection of a database, if it has one."""
        for place in range(len(self._idle) - 1, -1, -1):
            if self._idle[place][0] is taker:
                reader = self._idle[place][1]
                del self._idle[place]
                return reader
        return None

    async def make_room(self) -> None:
        """Make room for a new connection: if all databases share the turns, close another one's idle connection."""
        while self._shared is not None and self._idle and self._shared.used + len(self._idle) > self._shared.most:
            await self._idle.popleft()[1].close()

    async def keep(self, taker: Taker, reader: "Reader") -> None:
        """Keep a connection for the next query of its database, and close those idle for too long."""
        now = time.monotonic()
        self._idle.append((taker, reader, now))
        if now - self._swept_at > _SWEEP_EVERY_S:
            self._swept_at = now
            while self._idle and now - self._idle[0][2] > IDLE_S:
                await self._idle.popleft()[1].close()

    async def close_idle(self, taker: Taker) -> None:
        """Close the idle connections of a database."""
        while (reader := self.idle_of(taker)) is not None:
            await reader.close()


def server_of(url: str) -> tuple[str, int]:
    """Host and port of a database; databases with the same ones share a server's connections."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or 5432


def budgets(urls: Iterable[str], *, processes: int, total: int) -> dict[tuple[str, int], Budget]:
    """One budget for each server of these databases."""
    return {server_of(url): Budget(processes=processes, total=total) for url in urls}
