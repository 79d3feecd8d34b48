"""Shared fixtures: recorded documents of Parliament, a real PostgreSQL for tests that say so, no foreign host."""

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

pytest_plugins = [
    "tests.support.patience",
    "tests.support.scheduling",
    "tests.support.servers.postgres",
    "tests.support.servers.clickhouse",
    "tests.support.servers.elasticsearch",
]


def pytest_configure() -> None:
    """Servers that tests start may take as long as a busy machine takes; tests of deadlines say their own."""
    os.environ.setdefault("OPENPOLICY_DEADLINE_MS", "30000")


ROOT = Path(__file__).resolve().parents[1]
RECORDED = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def recorded_data() -> Path:
    """The folder of recorded documents; its tests skip where it is missing, except in CI, where they must run."""
    if not (RECORDED / "MANIFEST.csv").exists():
        if os.environ.get("CI"):
            pytest.fail("The recorded documents are missing at ../shared/data; in CI these tests must run.")
        pytest.skip("The recorded documents are not at ../shared/data; this test needs them.")
    return RECORDED


@pytest.fixture(autouse=True)
def _no_foreign_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test leaves this machine: real HTTP goes to servers of our own on the loopback."""
    monkeypatch.setattr(socket.socket, "connect", _loopback_only(socket.socket.connect))
    monkeypatch.setattr(socket.socket, "connect_ex", _loopback_only(socket.socket.connect_ex))


def _loopback_only(connect: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise AssertionError(f"A test wanted to connect to {address[0]}.")
        return connect(self, address)

    return guarded


@pytest.fixture(autouse=True)
def _no_unmarked_database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that needs PostgreSQL says so with the marker `postgres`."""
    if request.node.get_closest_marker("postgres") is None:

        def refuse(*_args: object, **_kwargs: object) -> None:
            raise AssertionError("This test opens a database and is not marked `postgres`.")

        monkeypatch.setattr(psycopg.Connection, "connect", refuse)
        monkeypatch.setattr(psycopg, "connect", refuse)
        monkeypatch.setattr(psycopg.AsyncConnection, "connect", refuse)
