"""The tiers behind memory: Redis, then the object store. Each answer says of what and of which version it is.

Whether it is still true is asked where it is used, so an outdated answer costs one look and is never served. One
process computes what others wait for: it has the lease of the key. A process that is killed with a lease holds up the
others until the lease ends, and nobody waits for one longer than `WAIT_S`.
"""

import asyncio
import contextlib
import math
import random
import secrets
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Final, Literal, Protocol

import msgspec

from warehouse.cache.shared import MARK_BYTES, MAX_BYTES, Lease, Shared, ttl_s
from warehouse.runtime.logging import get_logger

log = get_logger(__name__)

LEASE_S: Final = 2.0
"""How long a process may compute before another one does the same."""
WAIT_S: Final = 1.0
"""How long a process waits for what another one computes before it computes it itself."""
_FIRST_PAUSE_S: Final = 0.005
_LONGEST_PAUSE_S: Final = 0.05
_EAGERNESS: Final = 1.0
"""Of early refresh (XFetch, Vattani et al. 2015): above 1 it happens earlier."""
_MOST_WRITES: Final = 32
"""Answers that may be on their way to the object store; more are not kept there."""


class KeptAnswer(msgspec.Struct, frozen=True, array_like=True):
    """An answer as Redis and the object store hold it."""

    label: str
    """Of what it depends on (`Cell.label`)."""
    version: str
    """The version of that before the answer was read, as text."""
    is_lasting: bool
    """Whether the object store may keep it: nothing but a correction will change it, or nothing at all."""
    route: str
    service: str
    expires_at: float
    """Unix time at which Redis forgets it."""
    cost_s: float
    """How long it took to compute."""
    body: bytes
    media_type: str
    etag_prefix: str
    last_modified: str | None
    headers: list[tuple[str, str]]
    cache_control: str


class TierKind(msgspec.Struct, frozen=True):
    """One kind of answer, and which tiers behind memory are asked for it, as measured."""

    name: str
    in_redis: bool
    in_objects: bool


class ObjectTier(Protocol):
    """The third tier. Both methods never raise: a failure is a miss."""

    failures: int

    async def get(self, key: bytes) -> bytes | None:
        """What is kept under a key."""
        ...

    async def put(self, key: bytes, value: bytes) -> None:
        """Keep a value."""
        ...


class Recalled(msgspec.Struct, frozen=True):
    """What the tiers say of a key: an answer with the tier it came from, or nothing; with the lease if it was taken."""

    kept: KeptAnswer | None
    tier: Literal["redis", "objects", "none"]
    holder: bytes | None = None

    @property
    def is_due(self) -> bool:
        """Whether the answer is to be computed anew already, by whom has its lease."""
        return self.kept is not None and self.holder is not None


IsCurrent = Callable[[KeptAnswer], Awaitable[bool]]


def _nothing() -> None:
    """Nobody wants to know."""


class Tiers:
    """The second and the third tier of one process. Without either, nothing is found and nothing kept."""

    def __init__(
        self,
        shared: Shared | None,
        objects: ObjectTier | None,
        *,
        lease_s: float = LEASE_S,
        wait_s: float = WAIT_S,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._shared = shared
        self._lease_s, self._wait_s = lease_s, wait_s
        self._objects = objects
        self._clock = clock
        self._writes: set[asyncio.Task[None]] = set()
        self.counts: Counter[tuple[str, str, str]] = Counter()
        """Look-ups by tier, kind and outcome (`hit`, `miss`, `outdated`), and leases that were `waited` for."""

    async def recall(
        self, kind: TierKind, key: bytes, is_current: IsCurrent, *, waits: Callable[[], None] = _nothing
    ) -> Recalled:
        """The answer under a key that `is_current`; without one, the lease to compute it where it can be had.

        `waits` is called before the first wait for another process. A caller that gets a lease calls `keep`.
        """
        holder: bytes | None = None
        if kind.in_redis and self._shared is not None:
            kept, holder = await self._from_redis(self._shared, kind, key, is_current, waits)
            if kept is not None:
                return Recalled(kept, "redis", holder)
        if kind.in_objects and self._objects is not None:
            kept = await self._from_objects(self._objects, kind, key, is_current)
            if kept is not None:
                if holder is not None:
                    await self._to_redis(key, holder, msgspec.structs.replace(kept, expires_at=self.expiry()))
                return Recalled(kept, "objects")
        return Recalled(None, "none", holder)

    async def _from_redis(
        self, shared: Shared, kind: TierKind, key: bytes, is_current: IsCurrent, waits: Callable[[], None]
    ) -> tuple[KeptAnswer | None, bytes | None]:
        holder, outdated = secrets.token_bytes(8), b""
        until, pause = 0.0, _FIRST_PAUSE_S
        while True:
            found = await shared.recall(key, holder, self._lease_s, outdated)
            if isinstance(found, bytes):
                kept = _decode(found)
                if kept is not None and await is_current(kept):
                    self._count("redis", kind, "hit")
                    return kept, await self._early(shared, key, holder, kept)
                self._count("redis", kind, "outdated")
                outdated = found[:MARK_BYTES]
            elif found is Lease.BUSY:
                if not until:
                    until = time.monotonic() + self._wait_s
                    self._count("redis", kind, "waited")
                    waits()
                if time.monotonic() >= until:
                    return None, None
                await asyncio.sleep(pause)
                pause = min(pause * 1.5, _LONGEST_PAUSE_S)
            else:
                if found is not None:
                    self._count("redis", kind, "miss")
                return None, None if found is None else holder

    async def _early(self, shared: Shared, key: bytes, holder: bytes, kept: KeptAnswer) -> bytes | None:
        """The lease to compute an answer anew early: the likelier, the nearer its end is and the dearer it is."""
        ahead_s = -kept.cost_s * _EAGERNESS * math.log(1.0 - random.random())  # noqa: S311 (no secret)
        if self._clock() + ahead_s < kept.expires_at or not await shared.lease(key, holder, self._lease_s):
            return None
        return holder

    async def _from_objects(
        self, objects: ObjectTier, kind: TierKind, key: bytes, is_current: IsCurrent
    ) -> KeptAnswer | None:
        found = await objects.get(key)
        kept = None if found is None else _decode(found)
        outcome = "miss" if kept is None else "hit" if await is_current(kept) else "outdated"
        self._count("objects", kind, outcome)
        return kept if outcome == "hit" else None

    async def keep(self, kind: TierKind, key: bytes, holder: bytes | None, kept: KeptAnswer | None) -> None:
        """Give an answer to the tiers, if there is one, and the lease back, if one was taken."""
        if holder is not None:
            await self._to_redis(key, holder, kept)
        if kept is not None and kept.is_lasting and kind.in_objects:
            self._put(key, _encode(kept))

    async def _to_redis(self, key: bytes, holder: bytes, kept: KeptAnswer | None) -> None:
        if self._shared is not None:
            value, ends_in = None, 0.0
            if kept is not None:
                value, ends_in = _encode(kept), max(1.0, kept.expires_at - self._clock())
            await self._shared.keep(key, holder, value, ends_in)

    def _put(self, key: bytes, value: bytes) -> None:
        """Beside the request: nobody waits for the object store to have written."""
        if self._objects is None or len(self._writes) >= _MOST_WRITES or len(value) > MAX_BYTES:
            return
        task = asyncio.create_task(self._objects.put(key, value))
        self._writes.add(task)
        task.add_done_callback(self._writes.discard)

    def expiry(self) -> float:
        """When an answer that is made now expires in Redis."""
        return self._clock() + ttl_s()

    async def settle(self) -> None:
        """Wait until what was given to the object store is there."""
        while self._writes:
            await asyncio.wait(self._writes)

    async def close(self) -> None:
        """Let writes end that have begun, for a moment, and close the connections."""
        if self._writes:
            await asyncio.wait(self._writes, timeout=WAIT_S)
        if self._shared is not None:
            with contextlib.suppress(TimeoutError):
                await self._shared.close()

    def _count(self, tier: str, kind: TierKind, outcome: str) -> None:
        self.counts[tier, kind.name, outcome] += 1


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(KeptAnswer)


def _encode(kept: KeptAnswer) -> bytes:
    return secrets.token_bytes(MARK_BYTES) + _encoder.encode(kept)


def _decode(value: bytes) -> KeptAnswer | None:
    """What was kept; None where another release wrote it in another form."""
    try:
        return _decoder.decode(memoryview(value)[MARK_BYTES:])
    except msgspec.DecodeError:
        return None
