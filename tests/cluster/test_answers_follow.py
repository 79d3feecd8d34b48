"""With Kafka between them, what the API has kept of an answer is true only until the consumers have something newer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from serving.app import create_app
from tests.support.data.samples import bill, vote
from tests.support.processes.streaming import environment, running, wait_until
from warehouse.postgres.aggregates.store import BILLS, VOTES, store_sharded
from warehouse.postgres.catalog import loads
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.settings import Settings

pytestmark = [pytest.mark.kafka, pytest.mark.postgres, pytest.mark.clickhouse, pytest.mark.timeout(600)]
LOOKS = {
    "/api/v1/bills?session=1-1": lambda body: body["data"][0]["title"]["en"],
    "/api/v1/bills/1-1/C-1": lambda body: body["data"]["title"]["en"],
    "/api/v1/search?q=C-1&type=bill": lambda body: body["data"][0]["title"]["en"],
    "/api/v1/statistics/votes/1-1/commons/1": lambda body: f"Turn {body['data']['nays']}",
    "/api/v1/statistics/splits?session=1-1": lambda body: f"Turn {body['data'][0]['nays']}",
}


@pytest.fixture
def variables(database_urls: list[str], kafka_url: str, clickhouse_url: str, tmp_path: Path) -> dict[str, str]:
    return environment(database_urls, kafka_url) | {
        "OPENPOLICY_CLICKHOUSE_URL": clickhouse_url,
        "OPENPOLICY_SEARCH_URL": f"tantivy:{tmp_path / 'search'}",
    }


@pytest.fixture
def client(variables: dict[str, str], database_urls: list[str], catalog: Database) -> Iterator[TestClient[Any]]:
    loads.claim_dataset(catalog, "recorded")
    settings = Settings(
        catalog_url=database_urls[0],
        shard_urls=tuple(database_urls[1:]),
        log_level="ERROR",
        cache_mb=8,
        cursor_secret="a test's own",
        clickhouse_url=variables["OPENPOLICY_CLICKHOUSE_URL"],
        search_url=variables["OPENPOLICY_SEARCH_URL"],
    )
    with TestClient(create_app(settings)) as opened:
        yield opened


def test_every_answer_follows(
    client: TestClient[Any], variables: dict[str, str], shards: Shards, tmp_path: Path
) -> None:
    def shown(path: str) -> str:
        answer = client.get(path)
        return LOOKS[path](answer.json()) if answer.status_code == 200 and answer.json()["data"] else ""

    with running(
        (["relay"], variables, tmp_path / "relay.log"), (["consume", "all"], variables, tmp_path / "consume.log")
    ):
        for turn in range(1, 4):
            store_sharded(shards, BILLS, [bill(1, title=f"Turn {turn}")])
            store_sharded(shards, VOTES, [vote(1, nays=frozenset(range(1, turn + 1)))])
            for path in LOOKS:
                wanted = f"{path}: Turn {turn}"
                wait_until(lambda path=path, wanted=wanted: f"{path}: {shown(path)}" == wanted, wanted)  # type: ignore[misc]
