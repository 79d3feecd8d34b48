"""All recorded documents of Parliament in one installation, and a server process over it: for the tests beside."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import msgspec
import pytest
import urllib3

from assets.upstream.replay import ReplayUpstream
from deploy.local.system.ports import free_port
from tests.support.servers.clickhouse import Endpoint
from tests.support.upstream.ingestion import Installation
from warehouse.clickhouse.migrate import migrate
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import ShardMap, Shards, initial_map
from warehouse.runtime.settings import Settings
from warehouse.workers.stream.wait import wait_until_applied

ROOT = Path(__file__).resolve().parents[2]
_RETRY = urllib3.Retry(
    total=240, backoff_factor=0.1, backoff_max=0.5, status_forcelist=[503], respect_retry_after_header=False
)
"""A server that starts, or that a busy machine kept waiting, is asked again, as its answer says."""


class Api:
    """The API of a server process, asked as a stranger would ask it."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._pool = urllib3.PoolManager(maxsize=4)

    def get(self, path: str) -> Any:
        """The JSON of one address."""
        reply = self._pool.request("GET", self._base + path, retries=_RETRY)
        assert reply.status == 200, f"{path}: {reply.status} {reply.data[:300]!r}"
        return reply.json()

    def text(self, path: str, headers: dict[str, str]) -> str:
        """The text of one address in the form that the headers ask for."""
        reply = self._pool.request("GET", self._base + path, headers=headers, retries=_RETRY)
        assert reply.status == 200, f"{path}: {reply.status} {reply.data[:300]!r}"
        return reply.data.decode()

    def all(self, path: str) -> list[dict[str, Any]]:
        """Every entry of a list, walked to its end."""
        found: list[dict[str, Any]] = []
        address = f"/api/v1/{path}{'&' if '?' in path else '?'}limit=500"
        page = self.get(address)
        while True:
            found += page["data"]
            if page["page"]["next"] is None:
                return found
            page = self.get(f"{address}&cursor={page['page']['next']}")


@pytest.fixture(scope="package")
def loaded(
    worker_urls: list[str], recorded_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """Everything in the folder, loaded once for these tests."""
    from tests.support.servers.postgres import empty  # noqa: PLC0415  fixtures' module

    empty(worker_urls)
    catalog = Database(worker_urls[0])
    shards = Shards([Database(url) for url in worker_urls[1:]], ShardMap(initial_map(4), 4))
    installation = Installation(worker_urls, catalog, shards, tmp_path_factory.mktemp("archive"))
    installation.ingest(ReplayUpstream(recorded_data))
    yield installation
    catalog.close()
    shards.close()


@pytest.fixture(scope="package")
def served(loaded: Installation, shared_endpoint: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """What a server process over it is told, once every read model has followed."""
    facts = urlunsplit(urlsplit(shared_endpoint.url)._replace(path="/recorded"))
    migrate(facts)
    settings = msgspec.structs.replace(
        loaded.settings("http://127.0.0.1:9"),
        clickhouse_url=facts,
        search_url=f"tantivy:{tmp_path_factory.mktemp('search')}",
    )
    for name in ("search", "facts"):
        wait_until_applied(name, settings, loaded.catalog, loaded.shards)
    return settings


@pytest.fixture(scope="package")
def api(served: Settings) -> Iterator[Api]:
    """A server process over it."""
    port = free_port()
    settings = served
    environment = os.environ | {
        "OPENPOLICY_CATALOG_URL": settings.catalog_url,
        "OPENPOLICY_SHARD_URLS": ",".join(settings.shard_urls),
        "OPENPOLICY_OBJECTS_URL": settings.objects_url,
        "OPENPOLICY_CLICKHOUSE_URL": settings.clickhouse_url,
        "OPENPOLICY_SEARCH_URL": settings.search_url,
        "OPENPOLICY_LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "deploy.cli", "serve", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    base = f"http://127.0.0.1:{port}"
    try:
        pool = urllib3.PoolManager()
        assert pool.request("GET", f"{base}/ready", retries=_RETRY).status == 200
        yield Api(base)
    finally:
        server.terminate()
        server.wait(60)
