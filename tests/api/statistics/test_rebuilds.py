"""`rebuild search` and `rebuild facts` while the API is read: no read fails, and none sees a half of anything."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import msgspec
import pytest

from serving.core.process import facts
from tests.api.conftest import Client
from tests.support.data.samples import bill, vote
from warehouse.postgres.aggregates.store import BILLS, VOTES, store_sharded
from warehouse.postgres.catalog import loads
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.settings import Settings
from warehouse.workers.stream.wait import wait_until_applied
from warehouse.workers.upkeep.rebuild import rebuild

pytestmark = [pytest.mark.postgres, pytest.mark.clickhouse, pytest.mark.slow]
_BILLS, _VOTES, _REBUILDS, _READERS = 300, 300, 3, 3


def search_whole(client: Client, number: int) -> None:
    """Another page every time, so that none comes out of the cache; the count is of the whole index."""
    answer = client.get(f"/api/v1/search?type=bill&limit={1 + number % 97}&offset={number % 201}")
    assert answer.status_code == 200, answer.text
    assert answer.json()["page"]["count"] == _BILLS


def facts_whole(client: Client, number: int) -> None:
    """Another page every time, so that none comes out of the cache; every vote counts once."""
    answer = client.get(f"/api/v1/statistics/members/1/agreement?with=2&session=1-1&limit={1 + number % 500}")
    assert answer.status_code == 200, answer.text
    found = answer.json()["data"]
    assert (found["overlap"], found["same"]) == (_VOTES, _VOTES), found


@pytest.mark.parametrize(("read_model", "read_whole"), [("search", search_whole), ("facts", facts_whole)])
def test_readers_see_nothing_of_a_rebuild(
    read_model: str,
    read_whole: Callable[[Client, int], None],
    settings: Settings,
    clickhouse_url: str,
    catalog: Database,
    shards: Shards,
    open_client: Callable[[Settings], Client],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(facts, "_KEPT", 0)
    settings = msgspec.structs.replace(
        settings, cache_mb=1, clickhouse_url=clickhouse_url, search_url=f"tantivy:{tmp_path / 'search'}"
    )
    loads.claim_dataset(catalog, "recorded")
    store_sharded(shards, BILLS, [bill(number) for number in range(1, _BILLS + 1)])
    store_sharded(shards, VOTES, [vote(number, nays=frozenset({3})) for number in range(1, _VOTES + 1)])
    wait_until_applied(read_model, settings, catalog, shards)
    client = open_client(settings)
    ended, numbers = threading.Event(), count()

    def read() -> list[int]:
        """The numbers of the reads, which were all whole."""
        done: list[int] = []
        while not ended.is_set():
            done.append(next(numbers))
            read_whole(client, done[-1])
        return done

    with ThreadPoolExecutor(_READERS) as threads:
        reading = [threads.submit(read) for _ in range(_READERS)]
        try:
            before = next(numbers)
            for _ in range(_REBUILDS):
                assert rebuild(read_model, settings, catalog, shards).rows >= _BILLS
            during = next(numbers) - before
        finally:
            ended.set()
        reads = sum(len(each.result()) for each in reading)
    print(f"\n{read_model} rebuilt {_REBUILDS} times under {reads} reads of the API: none failed, none saw a part")
    assert during > _REBUILDS * _READERS
