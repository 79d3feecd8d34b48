"""nginx before three services that were started apart, one of them twice: one process is killed under load, and nobody
notices."""

import asyncio
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from deploy.local.system import ports
from tests.api.conftest import Parliament, everything
from tests.support.processes.streaming import Running, environment, running, wait_until
from tests.support.servers.nginx import running_nginx
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import Shards

pytestmark = [pytest.mark.faults, pytest.mark.postgres, pytest.mark.timeout(600)]
_SERVICES = ("bills", "bills", "votes", "members")
_PATHS = (
    "/api/v1/bills/45-1/C-6",
    "/api/v1/bills?limit={n}",
    "/api/v1/votes/45-1/commons/3",
    "/api/v1/votes?limit={n}",
    "/api/v1/members/89003",
)
_CALLERS = 8
_BEFORE, _AFTER = 200, 600


class Services:
    """Each process with its port, and nginx before them."""

    def __init__(self, url: str, processes: list[Running]) -> None:
        self.url, self.processes = url, processes


@pytest.fixture
def services(database_urls: list[str], catalog: Database, shards: Shards, tmp_path: Path) -> Iterator[Services]:
    """Three services, one of them twice, over the small Parliament."""
    parliament = Parliament(catalog, shards)
    parliament.claim("recorded")
    parliament.store(*everything())
    variables = environment(database_urls, "") | {"OPENPOLICY_DEADLINE_MS": "60000"}
    places = [(service, ports.free_port()) for service in _SERVICES]
    commands = [
        (["serve", "--service", service, "--port", str(port)], variables, tmp_path / f"{service}-{port}.log")
        for service, port in places
    ]
    with ExitStack() as stack:
        processes = stack.enter_context(running(*commands))
        for _, port in places:
            wait_until(lambda port=port: _is_ready(port), f"{port} is ready", 240)  # type: ignore[misc]
        targets = [f"{service}=127.0.0.1:{port}" for service, port in places]
        yield Services(stack.enter_context(running_nginx(tmp_path, targets)), processes)


def _is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/ready", timeout=60).status_code == 200
    except httpx.TransportError:
        return False


def test_one_process_is_killed_under_load_and_no_request_fails(services: Services) -> None:
    async def work() -> Counter[int]:
        statuses: Counter[int] = Counter()
        killed = asyncio.Event()

        async def call(client: httpx.AsyncClient, caller: int) -> None:
            after = n = 0
            while after < _AFTER // _CALLERS:
                n += 1
                path = _PATHS[n % len(_PATHS)].format(n=1 + (caller * 997 + n) % 500)
                answer = await client.get(path)
                statuses[answer.status_code] += 1
                after += killed.is_set()

        limits = httpx.Limits(max_connections=_CALLERS)
        async with httpx.AsyncClient(base_url=services.url, limits=limits, timeout=120) as client:
            callers = [asyncio.create_task(call(client, caller)) for caller in range(_CALLERS)]
            while statuses.total() < _BEFORE:
                await asyncio.sleep(0.05)
            services.processes[0].signal(signal.SIGKILL)
            killed.set()
            await asyncio.gather(*callers)
            refused = await client.get("/api/v1/sessions")  # a service that nobody started
            assert refused.status_code == 502
        return statuses

    statuses = asyncio.run(work())
    print(f"\nnginx before 3 services: 1 of 2 processes killed, {statuses.total()} requests, failed: 0")
    assert set(statuses) == {200}
    assert services.processes[0].wait(60) == -signal.SIGKILL
