"""`/metrics` of a server with several worker processes: whichever answers, the counts are those of all."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deploy.local.system import ports
from tests.api.conftest import Parliament, everything
from tests.api.history.test_freshness import seconds_until
from warehouse.runtime.settings import Settings

pytestmark = pytest.mark.postgres
ROOT = Path(__file__).resolve().parents[3]
BILL = "/api/v1/bills/45-1/C-3"


@pytest.fixture
def server(settings: Settings, parliament: Parliament, tmp_path: Path) -> Iterator[str]:
    """The URL of a server with two workers."""
    parliament.claim("recorded")
    parliament.store(*everything())
    port = ports.free_port()
    environment = os.environ | {
        "OPENPOLICY_CATALOG_URL": settings.catalog_url,
        "OPENPOLICY_SHARD_URLS": ",".join(settings.shard_urls),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "deploy.cli", "serve", "--port", str(port), "--workers", "2"]
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=tmp_path)
    url = f"http://127.0.0.1:{port}"

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


def bills(server: str) -> float:
    """The requests for one bill that have been counted, over every worker, asked on a connection of its own."""
    lines = httpx.get(f"{server}/metrics", timeout=60).text.splitlines()
    begins = "openpolicy_http_request_duration_seconds_count{"
    return sum(
        float(line.rpartition(" ")[2])
        for line in lines
        if line.startswith(begins) and 'route="/api/v1/bills/{session}/{number}"' in line and 'service="bills"' in line
    )


def test_a_scrape_counts_the_requests_of_every_worker(server: str) -> None:
    for _ in range(60):
        assert httpx.get(server + BILL, timeout=60).status_code == 200
    seconds_until(lambda: {bills(server) for _ in range(20)} == {60})  # each writes what it counted once a second
