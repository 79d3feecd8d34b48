"""The number of requests that a caller may make: windows of tokens that refill evenly (GCRA), in Redis or in this
process.

A window of 60 a minute lets 60 requests pass at once, then one a second. Several windows hold together. Tokens are
leased: a lease is taken out of the window before it is spent, so that its holder need not ask for each request and all
holders together never spend more than the limit.
"""

import importlib.resources
import math
import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, NamedTuple, cast

import msgspec
import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.settings import WINDOW_SECONDS

HELD_S: Final = 15.0
"""How long Redis keeps a lease for a process that does not return; after that it counts as spent."""
_TIMEOUT_S: Final = 0.25
_MOST_CALLERS: Final = 100_000
"""Callers that one process remembers; beyond that the one seen least recently is forgotten."""


class LimitWindow(msgspec.Struct, frozen=True):
    """A limit of `limit` requests in `seconds`."""

    name: str
    limit: int
    seconds: int

    @property
    def interval_s(self) -> float:
        """Seconds in which one token is refilled."""
        return self.seconds / self.limit


class Grant(NamedTuple):
    """The tokens leased from a caller's buckets, and the state of these; each tuple has one value for each window."""

    tokens: int
    free: tuple[int, ...]
    """Tokens that are neither spent nor leased."""
    wait_s: float
    """Seconds until a token is free in every window; 0 when there is one."""
    full_s: tuple[float, ...]
    """Seconds until the whole limit is free, if nothing more is spent."""


def windows_of(texts: Sequence[str]) -> tuple[LimitWindow, ...]:
    """The windows of a setting whose parts look like `60/minute`; the settings have checked them."""
    parts = (text.split("/") for text in texts)
    return tuple(LimitWindow(name, int(limit), WINDOW_SECONDS[name]) for limit, name in parts)


class LocalBuckets:
    """Buckets of this process alone, of which each window has one part in `share` of its limit, and at least one token.

    With Redis away `share` is the number of processes, so that together they hold the limit.
    """

    def __init__(self, windows: Sequence[LimitWindow], share: int = 1) -> None:
        self._limits = [max(1, window.limit // share) for window in windows]
        self._intervals = [window.seconds / limit for window, limit in zip(windows, self._limits, strict=True)]
        self._tats: OrderedDict[str, list[float]] = OrderedDict()

    def settle(self, caller: str, spent: int, wanted: int, *, known: Sequence[int] | None = None) -> Grant:
        """Note what was spent of the last lease and give a new one of at most `wanted` tokens.

        `known` is what Redis last said was free, a number for each window: a caller unknown here begins with no more.
        """
        now = time.monotonic()
        tats = self._tats.get(caller)
        if tats is None:
            tats = self._tats[caller] = self._first(now, known)
            if len(self._tats) > _MOST_CALLERS:
                self._tats.popitem(last=False)
        else:
            self._tats.move_to_end(caller)
        free: list[float] = []
        for at, (limit, interval) in enumerate(zip(self._limits, self._intervals, strict=True)):
            tats[at] = max(max(tats[at], now) + spent * interval, now)
            free.append(limit - (tats[at] - now) / interval)
        granted = max(0, min(wanted, *(_whole(each) for each in free)))
        left = [each - granted for each in free]
        return Grant(
            granted,
            tuple(max(0, _whole(each)) for each in left),
            max(0.0, *((1 - each) * interval for each, interval in zip(left, self._intervals, strict=True))),
            tuple(tat - now + granted * interval for tat, interval in zip(tats, self._intervals, strict=True)),
        )

    def forget(self, caller: str) -> None:
        """Redis answers for this caller again."""
        self._tats.pop(caller, None)

    def _first(self, now: float, known: Sequence[int] | None) -> list[float]:
        free = known if known is not None else self._limits
        return [
            now + max(0, limit - each) * interval
            for limit, each, interval in zip(self._limits, free, self._intervals, strict=True)
        ]


def _whole(tokens: float) -> int:
    """Whole tokens. Five of them may be computed as 4.9999999999, and are five."""
    return math.floor(tokens + 1e-9)


class SharedBuckets:
    """Buckets in Redis, which all processes draw on. Redis' clock counts."""

    def __init__(self, url: str, windows: Sequence[LimitWindow], *, holder: str) -> None:
        """`holder` names this process: one lease of a caller is kept for each."""
        self._client = redis.Redis.from_url(
            url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S, retry=Retry(NoBackoff(), 0)
        )
        source = importlib.resources.files(__package__).joinpath("gcra.lua").read_text(encoding="utf-8")
        self._script = self._client.register_script(source)
        self._holder = holder
        self._windows = [
            argument
            for window in windows
            for argument in (window.name, window.limit, max(1, round(window.interval_s * 1_000_000)))
        ]

    async def settle(self, caller: str, spent: int, wanted: int) -> Grant:
        """Note what was spent of the last lease and take a new one of at most `wanted` tokens; it replaces the last.

        Raises:
            StoreUnavailable: Redis does not answer.
        """
        arguments = [self._holder, spent, wanted, round(HELD_S * 1_000_000), *self._windows]
        try:
            reply = cast("list[int]", await self._script(keys=[f"openpolicy:limit:{caller}"], args=arguments))
        except (RedisError, OSError, TimeoutError) as error:
            raise StoreUnavailable(str(error) or "Redis does not answer.") from error
        tokens, *windows = reply
        return Grant(
            tokens,
            tuple(windows[0::3]),
            max(windows[1::3]) / 1_000_000,
            tuple(each / 1_000_000 for each in windows[2::3]),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()
