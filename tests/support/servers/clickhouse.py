"""ClickHouse's engine behind its local endpoint: one a worker, and a migrated database of its own for each test."""

import os
import signal
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
import pytest

from deploy.local import clickhouse
from deploy.local.system import children, ports, processes
from tests.support.processes.streaming import wait_until
from warehouse.clickhouse.client import ClickHouse
from warehouse.clickhouse.migrate import migrate

_numbers = count()
_START_S = 120.0


class Endpoint:
    """An endpoint in a folder; it can be killed, frozen and started again where it was."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = ports.free_port()
        self.url = ""
        self._child: children.Child | None = None

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.mark.pid

    def start(self, password: str | None = None) -> None:
        """Start it at its port; with `password`, its URL stays what it was."""
        if password is None:
            self._child, self.url = clickhouse.start(
                port=self.port,
                folder=self.folder / "data",
                logs=self.folder / "logs",
                environment=children.child_environment({}),
            )
        else:
            self._child = children.start(
                "clickhouse",
                [children.own_command()[0], "-m", "deploy.local.clickhouse", str(self.folder / "data"), str(self.port)],
                logs=self.folder / "logs",
                environment=children.child_environment({}),
                cwd=self.folder,
                stdin=password.encode(),
            )
        self._child.wait_until(children.accepts(self.port), _START_S)

    def start_again(self) -> None:
        """Start it after its end, with the password it had."""
        self.start(urlsplit(self.url).password)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal; frozen it is once the system says so, and until then it may still answer."""
        os.kill(self.pid, number)
        if number == signal.SIGSTOP:
            process = psutil.Process(self.pid)
            wait_until(lambda: process.status() == psutil.STATUS_STOPPED, "the engine is frozen", 60)

    def kill(self) -> None:
        """End it at once, whatever it is doing."""
        assert self._child is not None
        self.signal(signal.SIGKILL)
        child = self._child
        child.wait_until(lambda: child.ended() is not None, 60)

    def end(self) -> None:
        """End it, also while it is frozen."""
        if self._child is not None and processes.is_alive(self._child.mark):
            self.signal(signal.SIGCONT)
            processes.stop_session(self._child.mark)


@pytest.fixture(scope="session")
def shared_endpoint() -> Iterator[Endpoint]:
    """The endpoint of this worker."""
    with tempfile.TemporaryDirectory(prefix="openpolicy-clickhouse-") as folder:
        endpoint = Endpoint(Path(folder))
        endpoint.start()
        yield endpoint
        endpoint.end()


@pytest.fixture
def own_endpoint(tmp_path: Path) -> Iterator[Endpoint]:
    """An endpoint of this test alone, to be killed and frozen; its database is migrated."""
    endpoint = Endpoint(tmp_path)
    endpoint.start()
    migrate(endpoint.url)
    yield endpoint
    endpoint.end()


@pytest.fixture
def empty_clickhouse_url(shared_endpoint: Endpoint) -> Iterator[str]:
    """The URL of a database that is not there yet."""
    name = f"test_{next(_numbers)}"
    yield urlunsplit(urlsplit(shared_endpoint.url)._replace(path=f"/{name}"))
    server = ClickHouse(urlunsplit(urlsplit(shared_endpoint.url)._replace(path="/default")))
    server.command(f"drop database if exists {name} sync")
    server.close()


@pytest.fixture
def clickhouse_url(empty_clickhouse_url: str) -> str:
    """The URL of a migrated database with nothing in it."""
    migrate(empty_clickhouse_url)
    return empty_clickhouse_url
