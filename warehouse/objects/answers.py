"""The third tier: answers that never change, or only by a correction, in a folder or a bucket, for a month.

An object begins with the SHA-256 of the rest: what was damaged is a miss. A store that fails or hangs is left alone for
a while.
"""

import asyncio
import datetime as dt
import hashlib
import random
from functools import cached_property
from typing import Final

from obstore.store import ObjectStore

from warehouse.objects.places import open_place
from warehouse.runtime import telemetry
from warehouse.runtime.breaker import Breaker
from warehouse.runtime.errors import SettingInvalid
from warehouse.runtime.logging import get_logger

log = get_logger(__name__)

FOLDER: Final = "answers"
KEPT_FOR: Final = dt.timedelta(days=30)
_PATIENCE_S: Final = 0.5
_SWEEP_EVERY_S: Final = 86_400.0
_DIGEST: Final = hashlib.sha256().digest_size
_TRACED: Final = {"openpolicy.store": "objects"}


class AnswerObjects:
    """Answers below `answers/` in the object store."""

    def __init__(self, url: str, breaker: Breaker | None = None) -> None:
        """Nothing is opened yet."""
        self._url = url
        self._breaker = breaker or Breaker("objects")
        self._is_unusable = False
        self.failures = 0

    @cached_property
    def _store(self) -> ObjectStore:
        return open_place(self._url)

    async def get(self, key: bytes) -> bytes | None:
        """What is kept under a key; None also when it was damaged, or the store does not work."""
        if self._is_unusable or not self._breaker.admits():
            return None
        try:
            with telemetry.span("objects get answer", "client", _TRACED):
                async with asyncio.timeout(_PATIENCE_S):
                    found = bytes(await (await self._store.get_async(path_of(key))).bytes_async())
        except FileNotFoundError:
            self._breaker.succeeded()
            return None
        except Exception as error:  # obstore raises one class for each way a store can fail
            self._failed(error)
            return None
        self._breaker.succeeded()
        digest, value = found[:_DIGEST], found[_DIGEST:]
        return value if hashlib.sha256(value).digest() == digest else None

    async def put(self, key: bytes, value: bytes) -> None:
        """Keep a value; the store sees it whole or not at all."""
        if self._is_unusable or not self._breaker.admits():
            return
        try:
            with telemetry.span("objects put answer", "client", _TRACED):
                async with asyncio.timeout(_PATIENCE_S):
                    body = hashlib.sha256(value).digest() + value
                    await self._store.put_async(path_of(key), body, use_multipart=False)
        except Exception as error:
            self._failed(error)
        else:
            self._breaker.succeeded()

    async def keep_swept(self) -> None:
        """Sweep once a day, at a time of this process's own, until cancelled."""
        while True:
            await asyncio.sleep(random.uniform(0.5, 1.5) * _SWEEP_EVERY_S)  # noqa: S311 (no secret)
            try:
                await self.sweep(dt.datetime.now(dt.UTC))
            except Exception as error:
                self._failed(error)

    async def sweep(self, now: dt.datetime) -> int:
        """Delete what was written more than a month ago; returns how many answers that was."""
        deleted = 0
        async for batch in self._store.list(prefix=FOLDER):
            old = [each["path"] for each in batch if each["last_modified"] < now - KEPT_FOR]
            if old:
                await self._store.delete_async(old)
            deleted += len(old)
        return deleted

    def _failed(self, error: Exception) -> None:
        self._is_unusable = self._is_unusable or isinstance(error, SettingInvalid)
        self.failures += 1
        self._breaker.failed(error)
        log.warning("answers in the object store unavailable", cause=str(error).partition("\n")[0])


def path_of(key: bytes) -> str:
    """Two characters of the key's hash make 256 folders, so that none grows too long."""
    name = hashlib.sha256(key).hexdigest()
    return f"{FOLDER}/{name[:2]}/{name}"
