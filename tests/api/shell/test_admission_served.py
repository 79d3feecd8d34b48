"""One client with hundreds of connections: what is computed is bounded, beyond it 503 at once, cached answers go on."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator

import httpx
import pytest

from serving.core.http.limits.admission import AT_ONCE, QUEUE_OF_ONE
from tests.api.conftest import Parliament
from tests.api.shell.test_server import server

__all__ = ["server"]
pytestmark = pytest.mark.postgres
_CONNECTIONS = 300
_MEMBER = "89003"
_CACHED = "/api/v1/bills/45-1/C-3"


@pytest.fixture
def stopped_ballots(server: str, parliament: Parliament) -> Iterator[str]:
    """The server, with every read of ballots waiting for as long as the block runs."""
    httpx.get(f"{server}{_CACHED}", timeout=60).raise_for_status()
    with parliament.shards.databases[0].connection() as connection:
        connection.execute("lock table ballots in access exclusive mode")
        yield server


def test_one_greedy_client_is_bounded_and_leaves_cached_answers_alone(stopped_ballots: str) -> None:
    async def work() -> Counter[int]:
        limits = httpx.Limits(max_connections=_CONNECTIONS + 10)
        async with httpx.AsyncClient(base_url=stopped_ballots, limits=limits, timeout=120) as client:
            asked = [
                asyncio.create_task(client.get(f"/api/v1/members/{_MEMBER}/ballots?limit={limit}"))
                for limit in range(1, _CONNECTIONS + 1)
            ]
            refused = _CONNECTIONS - AT_ONCE - QUEUE_OF_ONE
            until = time.monotonic() + 60
            while sum(task.done() for task in asked) < refused and time.monotonic() < until:
                await asyncio.sleep(0.05)
            early = [task.result() for task in asked if task.done()]
            assert {answer.status_code for answer in early} == {503}
            # On a slow machine some that were let in have already waited for the database in vain.
            codes = Counter((answer.json()["code"], answer.headers["retry-after"]) for answer in early)
            assert codes["overloaded", "1"] > 0
            assert set(codes) <= {("overloaded", "1"), ("store_unavailable", "5"), ("deadline_exceeded", "2")}
            cached = [await client.get(_CACHED) for _ in range(20)]
            assert {answer.status_code for answer in cached} == {200}
            for task in asked:
                task.cancel()
            return Counter(answer.status_code for answer in early)

    refused = asyncio.run(work())
    # On a slow machine also those that have waited in vain.
    assert refused[503] >= _CONNECTIONS - AT_ONCE - QUEUE_OF_ONE
