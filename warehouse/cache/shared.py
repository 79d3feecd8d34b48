"""The second tier: answers in Redis, for all processes, and leases, by which one process computes what others wait for.

A process that cannot reach Redis works without it, at the cost of one wait of a quarter of a second. Nothing is ever
deleted because it is outdated: what is kept says of which version it is, and every key expires.
"""

import hashlib
import importlib.resources
import random
from enum import Enum
from typing import Final, cast

import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from warehouse.runtime import telemetry
from warehouse.runtime.breaker import Breaker

TTL_S: Final = 3600
_TIMEOUT_S = 0.25
_TRACED: Final = {"db.system.name": "redis"}
MAX_BYTES: Final = 2 * 1024 * 1024
MARK_BYTES: Final = 16
"""The first bytes of a kept answer, which no other one begins with."""


class Lease(Enum):
    """What Redis says where it has no answer: the caller shall compute it, or another process does."""

    TAKEN = 1
    BUSY = 0


class Shared:
    """Redis by three rules: every key expires and nothing large is kept; a version is compared; a failure is a miss."""

    def __init__(self, url: str, breaker: Breaker | None = None) -> None:
        self._client = redis.Redis.from_url(
            url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S, retry=Retry(NoBackoff(), 0)
        )
        self._recall = self._client.register_script(_script("recall"))
        self._keep = self._client.register_script(_script("keep"))
        self._breaker = breaker or Breaker("redis")
        self.failures = 0

    async def recall(self, key: bytes, holder: bytes, lease_s: float, outdated: bytes = b"") -> bytes | Lease | None:
        """What is kept under a key, unless it begins with the mark `outdated`; else whether `holder` has the lease.

        None where Redis is unavailable.
        """
        if not self._breaker.admits():
            return None
        arguments: list[bytes | int] = [holder, round(lease_s * 1000), outdated]
        try:
            with telemetry.span("redis recall", "client", _TRACED):
                found = await self._recall(keys=[key, _lease_of(key)], args=arguments)
        except (RedisError, OSError, TimeoutError) as error:
            self._failed(error)
            return None
        self._breaker.succeeded()
        return found if isinstance(found, bytes) else Lease(cast("int", found))

    async def lease(self, key: bytes, holder: bytes, lease_s: float) -> bool:
        """Take the lease of a key whatever is kept under it; False if another one has it."""
        if not self._breaker.admits():
            return False
        try:
            with telemetry.span("redis SET", "client", _TRACED):
                is_taken = bool(await self._client.set(_lease_of(key), holder, nx=True, px=round(lease_s * 1000)))
        except (RedisError, OSError, TimeoutError) as error:
            self._failed(error)
            return False
        self._breaker.succeeded()
        return is_taken

    async def keep(self, key: bytes, holder: bytes, value: bytes | None, ttl_s: float) -> None:
        """Keep a value, if there is one and it is not too large, and give the lease back."""
        if not self._breaker.admits():
            return
        kept: list[bytes | int] = [] if value is None or len(value) > MAX_BYTES else [value, round(ttl_s * 1000)]
        try:
            with telemetry.span("redis keep", "client", _TRACED):
                await self._keep(keys=[key, _lease_of(key)], args=[holder, *kept])
        except (RedisError, OSError, TimeoutError) as error:
            self._failed(error)
        else:
            self._breaker.succeeded()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _failed(self, error: Exception) -> None:
        self.failures += 1
        self._breaker.failed(error)


def ttl_s() -> float:
    """About an hour; not the same for all answers, so that not all are missing at once."""
    return TTL_S * random.uniform(1.0, 1.25)  # noqa: S311 (no secret)


def key_of(*parts: bytes) -> bytes:
    """The Redis key of an answer: short whatever the parts are. In braces, so that a cluster has its lease nearby."""
    return b"openpolicy:answer:{" + hashlib.sha256(b"\x00".join(parts)).hexdigest()[:40].encode() + b"}"


def _lease_of(key: bytes) -> bytes:
    return key + b":lease"


def _script(name: str) -> str:
    return importlib.resources.files(__package__).joinpath(f"{name}.lua").read_text(encoding="utf-8")
