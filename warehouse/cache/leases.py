"""Requests counted against a limit without a round trip for each: a process spends tokens that it leased ahead.

A process holds at most a fifth of a limit, divided by the number of processes, for one caller: at any time a caller can
be denied at most a fifth of the limit (or one request a process, if that is more) because others hold it. Tokens that
are not spent go back after `LEASE_S`. While Redis is away each process holds its own part of the limit.
"""

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from warehouse.cache.buckets import Grant, LimitWindow, LocalBuckets, SharedBuckets
from warehouse.runtime.breaker import Breaker
from warehouse.runtime.errors import StoreUnavailable

LEASE_S: Final = 10.0
"""How long leased tokens may be spent; shorter than Redis keeps them for this process."""
_SWEEP_EVERY_S: Final = 1.0
_REFUSAL_S: Final = 1.0
"""A caller without tokens is refused for this long before the buckets are asked again."""
_MOST_CALLERS: Final = 100_000
"""Callers that one process remembers; the tokens of one that is forgotten count as spent."""


class TokenAccount:
    """One caller as this process knows it."""

    __slots__ = (
        "base",
        "caller",
        "ends_at",
        "flight",
        "free_at",
        "full_s",
        "is_local",
        "refused_until",
        "rendered",
        "spent",
        "tokens",
        "unsettled",
        "waiting",
    )

    def __init__(self, caller: str) -> None:
        self.caller = caller
        self.tokens = 0
        """Tokens that may be spent without asking, until `ends_at`."""
        self.ends_at = 0.0
        self.spent = 0
        """Tokens spent since the buckets were last asked."""
        self.unsettled = 0
        """Tokens spent of a lease of Redis that it could not be told of; it is told later, perhaps twice."""
        self.is_local = False
        """Whether the lease is one of this process's own buckets."""
        self.base: tuple[int, ...] = ()
        """For each window, what remained when they were; without what was spent since, it is what remains now."""
        self.full_s: tuple[float, ...] = ()
        """For each window, seconds until its whole limit is free again."""
        self.refused_until = 0.0
        self.free_at = 0.0
        """When a token may be free again, for one that is refused."""
        self.rendered: object = None
        """What was made of these figures; it holds until the next lease."""
        self.waiting = 0
        self.flight: asyncio.Task[None] | None = None

    def refund(self) -> None:
        """Take back one token that was spent: the answer is free."""
        self.spent -= 1


class Leases:
    """The accounts of all callers in one process. Times are seconds of the monotonic clock."""

    def __init__(
        self, windows: Sequence[LimitWindow], *, redis_url: str, processes: int, breaker: Breaker | None = None
    ) -> None:
        self.windows = tuple(windows)
        self._processes = processes
        self._local = LocalBuckets(windows, processes)
        holder = secrets.token_hex(6)
        self._shared = SharedBuckets(redis_url, windows, holder=holder) if redis_url else None
        self._ahead = max(1, min(window.limit for window in windows) // (5 * processes))
        self._accounts: OrderedDict[str, TokenAccount] = OrderedDict()
        self._sweeping: asyncio.Task[None] | None = None
        self._breaker = breaker or Breaker("redis")
        self.refused = self.settlements = self.failures = 0
        """Requests refused, and how often leases were settled and Redis failed, since the start."""

    def account(self, caller: str) -> TokenAccount:
        """The account of a caller."""
        account = self._accounts.get(caller)
        if account is None:
            account = self._accounts[caller] = TokenAccount(caller)
            if len(self._accounts) > _MOST_CALLERS:
                self._accounts.popitem(last=False)
        return account

    def held(self) -> int:
        """Tokens leased and not spent."""
        return sum(account.tokens for account in self._accounts.values())

    @property
    def callers(self) -> int:
        """Callers that are remembered."""
        return len(self._accounts)

    async def spend(self, account: TokenAccount) -> bool:
        """Spend one token for a request; False if the caller has none and is to be refused.

        It waits for Redis only if no leased token is left.
        """
        while True:
            now = time.monotonic()
            if account.tokens > 0 and now < account.ends_at:
                account.tokens -= 1
                account.spent += 1
                if account.tokens * 2 < self._ahead and account.flight is None and self._ahead > 1:
                    account.flight = asyncio.create_task(self._renew(account))
                return True
            if now < account.refused_until:
                self.refused += 1
                return False
            if account.flight is None:
                account.flight = asyncio.create_task(self._renew(account))
            account.waiting += 1
            try:
                await asyncio.shield(account.flight)
            finally:
                account.waiting -= 1

    async def _renew(self, account: TokenAccount) -> None:
        """Settle what was spent and take tokens for those who wait, and some ahead."""
        try:
            await asyncio.sleep(0)  # so that all requests that are here already are counted among those who wait
            await self._settle(account, account.waiting + self._ahead)
        finally:
            account.flight = None

    async def _settle(self, account: TokenAccount, wanted: int) -> None:
        """Replace the lease. While Redis is asked, tokens of the old one may still be spent."""
        self.settlements += 1
        asked_at, untold = time.monotonic(), account.unsettled
        grant = await self._shared_grant(account, max(wanted, account.tokens) if wanted else 0)
        if grant is None:
            # What Redis could not be told of just now is spent here too: a process lets no more than its share pass.
            spent, account.spent = account.spent + account.unsettled - untold, 0
            known = [max(0, base - untold) // self._processes for base in account.base]
            grant = self._local.settle(account.caller, spent, wanted, known=known or None)
            account.is_local = True
        account.tokens = max(0, grant.tokens - max(0, account.spent))
        account.ends_at = asked_at + LEASE_S
        account.base = tuple(free + grant.tokens for free in grant.free)
        account.full_s = grant.full_s
        account.rendered = None
        if wanted and not account.tokens:
            account.free_at = asked_at + grant.wait_s
            account.refused_until = time.monotonic() + _REFUSAL_S

    async def _shared_grant(self, account: TokenAccount, wanted: int) -> Grant | None:
        """What Redis gives; None if there is no Redis, or it is away."""
        if self._shared is None or not self._breaker.admits():
            return None
        if not wanted:
            account.tokens = 0
        spent = account.spent
        try:
            grant = await self._shared.settle(account.caller, spent + account.unsettled, wanted)
        except StoreUnavailable as error:
            self._failed(error)
            if not account.is_local:
                account.unsettled += account.spent
                account.spent = account.tokens = 0
            return None
        self._breaker.succeeded()
        account.spent -= spent
        account.unsettled, account.is_local = 0, False
        self._local.forget(account.caller)
        return grant

    def _failed(self, error: StoreUnavailable) -> None:
        self.failures += 1
        self._breaker.failed(error)

    async def open(self) -> None:
        """Begin to give back what callers leave unspent."""
        self._sweeping = asyncio.create_task(self._sweep())

    async def close(self) -> None:
        """Give back every lease and close the connections."""
        if self._sweeping is not None:
            self._sweeping.cancel()
        if self._shared is None:
            return
        for account in list(self._accounts.values()):
            if not account.is_local and (account.tokens or account.spent):
                await self._settle(account, 0)
        await self._shared.close()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_EVERY_S)
            now = time.monotonic()
            ended = [account for account in self._accounts.values() if account.ends_at <= now and not account.flight]
            for account in ended:
                if account.tokens or account.spent:
                    account.flight = asyncio.create_task(self._give_back(account))
                    await account.flight
                elif account.refused_until <= now and not account.waiting:
                    self._accounts.pop(account.caller, None)

    async def _give_back(self, account: TokenAccount) -> None:
        try:
            await self._settle(account, 0)
        finally:
            account.flight = None
