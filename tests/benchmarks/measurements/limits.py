"""What limits cost a request: the layers in front of an answer from memory, with and without the limit layer."""

import asyncio
import statistics
import time
from typing import Final

from serving.core.http.exchange import Scope
from serving.core.http.limits.callers import Callers
from serving.core.http.limits.rate_limits import RateLimitLayer
from serving.core.http.messages import App, Header, Message, Receive, Send
from serving.core.http.request_ids import RequestIdLayer
from serving.core.http.telemetry.metrics import Metrics
from tests.benchmarks.harness.installation import Installation
from tests.benchmarks.harness.tables import Table
from warehouse.cache.buckets import windows_of
from warehouse.cache.leases import Leases

_REQUESTS: Final = 20_000
_ROUNDS: Final = 9
_LIMITS: Final = ("60000000/minute", "600000000/hour")
_ANSWER: Final[list[Header]] = [(b"content-type", b"application/json"), (b"etag", b'"7-1"'), (b"vary", b"Accept")]
_REQUEST: Final[list[Header]] = [
    (b"host", b"127.0.0.1:8000"),
    (b"accept", b"application/json"),
    (b"accept-encoding", b"gzip"),
    (b"x-forwarded-for", b"198.51.100.1"),
]


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [*_ANSWER]})
    await send({"type": "http.response.body", "body": b"{}"})


async def _press(app: App, callers: int) -> float:
    """Microseconds of CPU a request."""

    async def send(_message: Message) -> None:
        """Goes nowhere."""

    async def receive() -> Message:
        return {"type": "http.request"}

    clients = [(f"192.0.2.{number}", 4711) for number in range(callers)]
    began = time.process_time()
    for number in range(_REQUESTS):
        scope: Scope = {
            "type": "http",
            "method": "GET",
            "path": "/api/v1/bills",
            "query_string": b"",
            "headers": _REQUEST,
            "client": clients[number % callers],
        }
        await app(scope, receive, send)
    return (time.process_time() - began) / _REQUESTS * 1e6


async def _compare(proxies: tuple[str, ...]) -> tuple[float, float]:
    """Medians without and with limits, measured in turn."""
    leases = Leases(windows_of(_LIMITS), redis_url="", processes=1)
    limited = RateLimitLayer(_answer, leases=leases, callers=Callers(proxies), metrics=Metrics())
    apps = RequestIdLayer(_answer), RequestIdLayer(limited)
    rounds = [[await _press(app, 50) for app in apps] for _ in range(_ROUNDS)]
    without, within = (statistics.median(each) for each in zip(*rounds, strict=True))
    return without, within


def measure(_installed: Installation) -> list[Table]:
    """Both kinds of callers."""
    table = Table("Limits, CPU a request", ["callers", "without (µs)", "with limits (µs)", "cost (µs)"])
    for name, proxies in (("connected directly", ()), ("behind a proxy", ("192.0.2.0/24",))):
        without, within = asyncio.run(_compare(proxies))
        table.add(name, f"{without:.2f}", f"{within:.2f}", f"{within - without:.2f}")
    table.note("50 callers in turn; the goal is a cost of at most 3 µs. Leases are local: Redis is asked once a lease.")
    return [table]
