"""A process with all cache tiers around an application that reads entities of a small store kept in memory.

Run as a module it is one of several processes that share Redis: it makes as many requests at once as it is told to, and
says how often it computed.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from serving.core.http.answer_tiers import AnswerTiers, Key
from serving.core.http.cached_answer import Entry
from serving.core.http.caching_layer import CachingLayer
from serving.core.http.deprecations import Deprecations
from serving.core.http.errors import NotFound
from serving.core.http.exchange import Answered, Exchange, Scope, exchange_of
from serving.core.http.limits.admission import Lanes
from serving.core.http.limits.callers import Callers
from serving.core.http.messages import Message, Receive, Send
from serving.core.http.request_ids import RequestIdLayer
from serving.core.http.telemetry.metrics import Metrics
from serving.core.http.warming import Warmer
from warehouse.cache import shared as shared_module
from warehouse.cache.memory import Memory
from warehouse.cache.shared import Shared
from warehouse.cache.tiers import ObjectTier, Tiers
from warehouse.runtime import logging
from warehouse.runtime.versions import CacheValidity, Cell, Stamp

Compute = Callable[[Exchange], Awaitable[Answered]]


class ToyVersions(CacheValidity):
    """Cells by label, which the test moves as a poll would."""

    def __init__(self, *labels: str) -> None:
        super().__init__()
        self.is_unavailable = False
        self.cells = {label: Cell(label, ()) for label in labels}
        self.database = "toy"

    @property
    def identity(self) -> str:
        """See `CacheValidity`."""
        return self.database

    def named(self, label: str) -> Cell | None:
        """See `CacheValidity`."""
        return self.cells.get(label) or super().named(label)


class ToyProcess:
    """One process: memory, the tiers behind it, and an application that computes."""

    def __init__(
        self,
        compute: Compute,
        versions: CacheValidity,
        shared: Shared | None,
        objects: ObjectTier | None = None,
        *,
        memory_bytes: int = 1 << 20,
        **tiers: Any,
    ) -> None:
        self.computed = 0
        self.versions = versions
        self.memory: Memory[Key, Entry] = Memory(memory_bytes)
        self.tiers = Tiers(shared, objects, **tiers)
        self.metrics = Metrics()
        self.warmer = Warmer(self.memory, versions, lambda: False)
        self._compute = compute
        self.layer = CachingLayer(
            self._inner,
            memory=self.memory,
            tiers=AnswerTiers(self.tiers, versions, self.metrics, program="toy"),
            versions=versions,
            metrics=self.metrics,
            lanes=Lanes(),
            callers=Callers(),
            warmer=self.warmer,
            deprecations=Deprecations({}),
        )
        self._app = RequestIdLayer(self.layer)

    async def _inner(self, scope: Scope, _receive: Receive, send: Send) -> None:
        self.computed += 1
        exchange = exchange_of(scope)
        try:
            exchange.answer = await self._compute(exchange)
        except NotFound as error:
            exchange.refusal = error
            await send({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body", "body": b"{}"})

    async def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of the answer to one request."""
        status, body = 0, b""

        async def send(message: Message) -> None:
            nonlocal status, body
            status = message.get("status", status)
            body += message.get("body", b"")

        async def receive() -> Message:
            """The caller sends nothing and does not leave."""
            never: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
            return await never

        scope: Scope = {
            "type": "http",
            "method": "GET",
            "raw_path": path.encode(),
            "path": path,
            "query_string": b"",
            "headers": [],
            "client": ("192.0.2.1", 4711),
        }
        await self._app(scope, receive, send)
        return status, body


def answered(body: bytes, stamp: Stamp) -> Answered:
    """An answer of the toy."""
    return Answered(body, stamp=stamp, media_type="application/json", etag_prefix="t", last_modified=None, headers=[])


async def _slowly(seconds: float, versions: ToyVersions, _exchange: Exchange) -> Answered:
    stamp = Stamp(versions.cells["lists"], 1)
    print("computing", flush=True)
    await asyncio.sleep(seconds)
    return answered(b"computed", stamp)


async def _run(redis_url: str) -> None:
    shared_module._TIMEOUT_S = 60.0  # the machine may be busy
    loop = asyncio.get_running_loop()
    print("ready", flush=True)
    while line := (await loop.run_in_executor(None, sys.stdin.readline)).split():
        path, requests = line[0], int(line[1])
        seconds, lease_s, wait_s = map(float, line[2:])
        versions = ToyVersions("lists")
        versions.cells["lists"].version = 1
        compute = partial(_slowly, seconds, versions)
        process = ToyProcess(compute, versions, Shared(redis_url), lease_s=lease_s, wait_s=wait_s)
        answers = await asyncio.gather(*(process.get(path) for _ in range(requests)))
        await process.tiers.close()
        told = {"computed": process.computed, "answers": sorted({repr(each) for each in answers})}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    logging.configure(level="ERROR")
    asyncio.run(_run(sys.argv[1]))
