"""A server that is told to stop: it says so, answers what it has begun, fails nobody, and ends in time."""

import http.client
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from deploy.local.system import ports
from tests.api.conftest import Parliament, everything
from tests.support.processes.streaming import Running, environment, wait_until
from warehouse.postgres.shards.shard_map import ShardMap, initial_map

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
_KEY = "45-1/C-6"
_KEPT, _READ = "/api/v1/bills/45-1/C-7", f"/api/v1/bills/{_KEY}"


@pytest.fixture
def server(database_urls: list[str], parliament: Parliament, tmp_path: Path) -> Iterator[tuple[Running, str]]:
    """`openpolicy serve` with any time to drain, which a second signal ends, and its URL."""
    parliament.claim("recorded")
    parliament.store(*everything())
    port = ports.free_port()
    variables = environment(database_urls, "") | {
        "OPENPOLICY_DRAIN_S": "600",
        "OPENPOLICY_STOP_S": "60",
        "OPENPOLICY_DEADLINE_MS": "60000",
    }
    process = Running(["serve", "--service", "bills", "--port", str(port)], variables, tmp_path / "serve.log")
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: _status(f"{url}/ready") == 200, "the server is ready")
        yield process, url
    finally:
        process.stop()


def _status(url: str) -> int | None:
    try:
        return httpx.get(url, timeout=60).status_code
    except httpx.TransportError:
        return None


class Caller:
    """Asks again and again over one connection, and opens another when it is told that one ends."""

    def __init__(self, url: str) -> None:
        self._place = urlsplit(url).netloc
        self.statuses: list[int] = []
        self.failed: list[BaseException] = []
        self.connections = 0
        self._is_sent_elsewhere = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Send the next request elsewhere, as a load balancer does that heard of the end."""
        self._is_sent_elsewhere.set()
        self._thread.join(60)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        while not self._is_sent_elsewhere.is_set():
            connection = http.client.HTTPConnection(self._place, timeout=60)
            self.connections += 1
            try:
                self._ask(connection)
            except Exception as error:  # what a caller would call a failed request
                self.failed.append(error)
                return
            finally:
                connection.close()

    def _ask(self, connection: http.client.HTTPConnection) -> None:
        is_last = False
        while not is_last and not self._is_sent_elsewhere.is_set():
            connection.request("GET", _KEPT)
            answer = connection.getresponse()
            answer.read()
            self.statuses.append(answer.status)
            is_last = answer.getheader("connection") == "close"
            time.sleep(0.005)


def test_nobody_fails_while_it_stops(server: tuple[Running, str], parliament: Parliament, tmp_path: Path) -> None:
    process, url = server
    shard = parliament.shards.databases[ShardMap(initial_map(4), 4).shard_of(_KEY)]
    callers = [Caller(url) for _ in range(3)]
    slow: list[int | None] = []
    with shard.connection() as connection:
        connection.execute("lock table bills in access exclusive mode")
        asking = threading.Thread(target=lambda: slow.append(_status(f"{url}{_READ}")), daemon=True)
        asking.start()
        wait_until(lambda: _in_flight(url) >= 2, "the slow read is being answered")
        process.signal(signal.SIGTERM)
        wait_until(lambda: _status(f"{url}/ready") == 503, "it says that it stops")
        assert httpx.get(f"{url}/ready", timeout=60).json()["why"] == "This process is stopping."
        assert _status(f"{url}{_KEPT}") == 200
        wait_until(lambda: min(caller.connections for caller in callers) > 2, "each answer ends its connection")
        for caller in callers:
            caller.join()
        process.signal(signal.SIGTERM)  # again: no more requests come, but one is still being answered
        wait_until(lambda: _status(f"{url}/health") is None, "it takes no more connections")
        assert process.ended() is None
    asking.join(60)
    assert slow == [200]
    assert process.wait(60) == 0
    for caller in callers:
        assert caller.failed == []
        assert set(caller.statuses) == {200}
    log = (tmp_path / "serve.log").read_text()
    assert '"event": "stopping"' in log
    assert '"service": "bills"' in log


def _in_flight(url: str) -> float:
    lines = httpx.get(f"{url}/metrics", timeout=60).text.splitlines()
    return next(float(line.split()[-1]) for line in lines if line.startswith("openpolicy_http_requests_in_flight "))
