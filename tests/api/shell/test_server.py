"""The application under the real server, on the loopback: many callers at once, one computation."""

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deploy.local.system import ports
from serving.app import create_app
from tests.api.conftest import Parliament, everything
from tests.api.history.test_freshness import seconds_until
from tests.support.data.hostile_requests import REQUESTS, SLOW
from warehouse.runtime.settings import Settings

pytestmark = pytest.mark.postgres
ROOT = Path(__file__).resolve().parents[3]


class Server(str):
    """The URL of a server, and its process."""

    process: "subprocess.Popen[bytes]"

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.removeprefix("http://").split(":")
        return host, int(port)

    def resident_kb(self) -> int:
        """The memory of the server and of its worker."""
        found = 0
        for pid in (self.process.pid, *_children(self.process.pid)):
            status = Path(f"/proc/{pid}/status").read_text()
            found += int(status.partition("VmRSS:")[2].split()[0])
        return found


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture
def server(settings: Settings, parliament: Parliament, tmp_path: Path) -> Iterator[Server]:
    """A server process of its own."""
    parliament.claim("recorded")
    parliament.store(*everything())
    port = ports.free_port()
    environment = os.environ | {
        "OPENPOLICY_CATALOG_URL": settings.catalog_url,
        "OPENPOLICY_SHARD_URLS": ",".join(settings.shard_urls),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(port)]
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "tests.support.processes.patient_asgi:app"], env=environment, stdout=log, stderr=log
        )
    url = Server(f"http://127.0.0.1:{port}")
    url.process = process

    def answers() -> bool:
        try:
            return httpx.get(f"{url}/ready").status_code == 200
        except httpx.TransportError:
            return False

    try:
        seconds_until(answers)
        yield url
    finally:
        process.terminate()
        process.wait(60)


def test_many_callers_at_once_cost_one_computation(server: str) -> None:
    address = f"{server}/api/v1/votes?limit=500&sort=result,-number"

    async def ask_together() -> set[bytes]:
        async with httpx.AsyncClient(limits=httpx.Limits(max_connections=40), timeout=60) as client:
            answers = await asyncio.gather(*(client.get(address) for _ in range(40)))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.headers["x-request-id"] for answer in answers}) == 40
        return {answer.content for answer in answers}

    assert len(asyncio.run(ask_together())) == 1
    counts = {
        line.split('cache="')[1].split('"')[0]: float(line.rpartition(" ")[2])
        for line in httpx.get(f"{server}/metrics", timeout=60).text.splitlines()
        if 'route="/api/v1/votes",service="votes",status="200"' in line and "requests_total" in line
    }
    assert counts["computed"] == 1
    assert sum(counts.values()) == 40


def test_raw_bytes_in_addresses_are_refused_or_understood(server: str) -> None:
    host, port = server.removeprefix("http://").split(":")

    async def raw(target: bytes) -> int:
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET " + target + b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        status = int((await reader.read(12))[9:12])
        writer.close()
        return status

    async def statuses() -> list[int]:
        targets = [
            b"/api/v1/members?name=Ren%C3%A9e%20%C3%89lan",
            "/api/v1/members?name=Renée%20Élan".encode(),
            b"/api/v1/members?name=%ff",
            b"/api/v1/bills/45-1/C-3%00",
            b"/api/v1/bills//45-1//C-3",
            b"/api/v1/bills?" + b"a" * 10_000,
            b"/" + b"a" * 3000,
        ]
        return [await raw(target) for target in targets]

    found = asyncio.run(statuses())
    assert found[0] == 200
    assert found[2:4] == [400, 400]
    assert all(status < 500 for status in found), found


def test_the_log_of_the_application_is_its_own(settings: Settings) -> None:
    """Libraries write to the root logger what they do at every request; nobody of ours listens to it."""
    root = logging.getLogger()
    before = root.level, list(root.handlers)
    create_app(settings)
    assert (root.level, root.handlers) == before


_POST = b"POST /api/v1/scorecards HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"transfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n", 400),  # no chunk
        (b"content-length: 70000\r\n\r\n" + b"a" * 70_000, 413),
        (b"content-length: 2\r\n\r\n[]", 400),
        (b'content-length: 60\r\n\r\n{"votes":[{"vote":"45-1/commons/1\\n","direction":"support"}]}', 400),
        (b"content-length: 50\r\n\r\n{", None),  # the caller leaves
    ],
)
def test_what_callers_send_wrong_is_their_fault_and_leaves_no_trace(
    server: str, tmp_path: Path, sent: bytes, status: int | None
) -> None:
    host, port = server.removeprefix("http://").split(":")

    async def send() -> int | None:
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(_POST + sent)
        found = int((await reader.read(12))[9:12]) if status else None
        writer.close()
        return found

    assert asyncio.run(send()) == status
    seconds_until(lambda: 'route="refused"' in httpx.get(f"{server}/metrics", timeout=60).text or status == 400)
    log = (tmp_path / "server.log").read_text()
    assert "Traceback" not in log
    assert '"status":500' not in log


MOST_GROWTH_KB = 24_000
"""What the allocator may keep of a second round of all hostile requests; one request held would be far more."""


async def _status(address: tuple[str, int], sent: bytes, *, drips: bool = False) -> int:
    """The status of the answer to some bytes; 0 where the connection ends without one. What drips is followed by a byte
    now and then, until there is an answer."""
    reader, writer = await asyncio.open_connection(*address)
    try:
        writer.write(sent)
        answer = asyncio.ensure_future(reader.readexactly(12))
        while drips and not (await asyncio.wait([answer], timeout=0.5))[0]:
            writer.write(b"a")
        return int((await asyncio.wait_for(answer, 60))[9:])
    except (ConnectionError, asyncio.IncompleteReadError):
        return 0
    finally:
        writer.close()


def test_hostile_requests_are_refused_with_the_right_status_and_cost_no_memory(server: Server) -> None:
    """Three hundred of them, twice, while slow callers hold connections of their own."""

    async def round_of_all() -> dict[str, tuple[int, int]]:
        """The requests that were not answered as they should be, with both statuses."""
        found = {each.name: (each.status, await _status(server.address, each.sent)) for each in REQUESTS}
        return {name: statuses for name, statuses in found.items() if statuses[0] != statuses[1]}

    async def all_of_it() -> list[int]:
        slow = [asyncio.ensure_future(_status(server.address, sent, drips=True)) for sent, _ in SLOW * 4]
        assert await round_of_all() == {}
        before = server.resident_kb()
        assert await round_of_all() == {}
        assert server.resident_kb() - before < MOST_GROWTH_KB
        finite = [task for task, (_, status) in zip(slow, SLOW * 4, strict=True) if status]
        statuses = await asyncio.gather(*finite)
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        return statuses

    assert len(REQUESTS) >= 300
    assert len({each.sent for each in REQUESTS}) == len(REQUESTS)
    assert asyncio.run(all_of_it()) == [status for _, status in SLOW * 4 if status]
    assert httpx.get(f"{server}/health").json() == {"status": "alive"}
