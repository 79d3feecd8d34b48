"""The second tier: answers in Redis, for all processes. A process that cannot reach it works without it, at the cost
of one read.

The version of what an answer depends on is part of its key: an old answer is never found under a new version, and
nothing needs to be deleted, since every key expires.
"""

import hashlib
import random
import time
from typing import Final

import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from warehouse.runtime import telemetry
from warehouse.runtime.logging import get_logger

log = get_logger(__name__)

_TTL_S = 3600
_TIMEOUT_S = 0.25
_REST_S = 5.0
"""After a failure Redis is left alone for this long, so that one that hangs costs one request and not every one."""
_TRACED: Final = {"db.system.name": "redis"}
MAX_BYTES = 2 * 1024 * 1024


class Shared:
    """Redis by three rules: every key expires and nothing large is kept; keys are versioned; a failure is a miss."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(
            url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S, retry=Retry(NoBackoff(), 0)
        )
        self._resting_until = 0.0
        self.hits = self.misses = self.failures = 0
        self.why = ""
        """What the last failure said; empty while all is well."""

    async def get(self, key: bytes) -> bytes | None:
        """What is kept under a key; None also when Redis is unavailable."""
        if time.monotonic() < self._resting_until:
            return None
        try:
            with telemetry.span("redis GET", "client", _TRACED):
                found = await self._client.get(key)
        except (RedisError, OSError, TimeoutError) as error:
            self._failed(error)
            return None
        self.why = ""
        if not isinstance(found, bytes):
            self.misses += 1
            return None
        self.hits += 1
        return found

    async def put(self, key: bytes, value: bytes) -> None:
        """Keep a value for about an hour; not all for the same time, so that not all are missing at once."""
        if len(value) > MAX_BYTES or time.monotonic() < self._resting_until:
            return
        try:
            with telemetry.span("redis SET", "client", _TRACED):
                await self._client.set(key, value, ex=_TTL_S + random.randrange(_TTL_S // 4))  # noqa: S311 (no secret)
        except (RedisError, OSError, TimeoutError) as error:
            self._failed(error)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _failed(self, error: Exception) -> None:
        self.failures += 1
        self._resting_until = time.monotonic() + _REST_S
        if not self.why:
            log.warning("shared cache unavailable", cause=str(error))
        self.why = str(error) or type(error).__name__


def key_of(*parts: str) -> bytes:
    """The Redis key of an answer: short whatever the parts are."""
    digest = hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
    return b"openpolicy:answer:" + digest[:40].encode()
