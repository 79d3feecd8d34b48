"""ClickHouse stopped, frozen, killed in the middle: PostgreSQL goes on, and the facts catch up without hands."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.clickhouse import Endpoint
from tests.support.samples import vote
from tests.support.streaming import wait_until
from warehouse.clickhouse.client import ClickHouse
from warehouse.postgres.aggregates import VOTES, store_sharded
from warehouse.postgres.pools import Database
from warehouse.postgres.shards import Shards
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.settings import Settings
from warehouse.workers import facts_sink
from warehouse.workers.consumers import Consumers
from warehouse.workers.verify_sinks import compare_sink

pytestmark = [pytest.mark.clickhouse, pytest.mark.postgres]


@contextmanager
def consuming(settings: Settings, catalog: Database, shards: Shards) -> Iterator[None]:
    running = Consumers(["facts"], settings, catalog, shards)
    running.start()
    try:
        yield
    finally:
        running.stop()


def seen(url: str) -> tuple[int, int]:
    """How many votes and ballots readers see; none while ClickHouse is away."""
    client = ClickHouse(url, timeout_s=2)
    try:
        return tuple(  # type: ignore[return-value]
            client.rows("select (select count() from current_votes), (select count() from current_ballots)")[0]
        )
    except StoreUnavailable:
        return -1, -1
    finally:
        client.close()


@pytest.mark.parametrize("fault", ["stopped", "frozen"])
def test_writes_go_on_and_the_facts_catch_up_by_themselves(
    fault: str, own_endpoint: Endpoint, catalog: Database, shards: Shards, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts_sink, "_TIMEOUT_S", 2.0)
    settings = Settings(clickhouse_url=own_endpoint.url)
    store_sharded(shards, VOTES, [vote(number) for number in range(1, 6)])
    with consuming(settings, catalog, shards):
        wait_until(lambda: seen(own_endpoint.url) == (5, 60), "the first votes are seen", 60)
        if fault == "stopped":
            own_endpoint.kill()
        else:
            own_endpoint.signal(signal.SIGSTOP)
        store_sharded(shards, VOTES, [vote(number) for number in range(6, 31)])
        store_sharded(shards, VOTES, [vote(1, nays=frozenset({2}))])
        assert seen(own_endpoint.url) == (-1, -1)
        if fault == "stopped":
            own_endpoint.start_again()
        else:
            own_endpoint.signal(signal.SIGCONT)
        wait_until(lambda: seen(own_endpoint.url) == (30, 360), "the facts catch up", 90)
    assert compare_sink("facts", settings, catalog, shards).problems == []


def test_killed_in_the_middle_of_inserts_nothing_is_counted_twice(
    own_endpoint: Endpoint, catalog: Database, shards: Shards
) -> None:
    settings = Settings(clickhouse_url=own_endpoint.url)
    ended = threading.Event()
    with consuming(settings, catalog, shards):

        def write() -> None:
            for number in range(1, 121, 4):
                store_sharded(shards, VOTES, [vote(each, members=50) for each in range(number, number + 4)])
            ended.set()

        writer = threading.Thread(target=write)
        writer.start()
        for _ in range(3):
            ended.wait(0.7)
            own_endpoint.kill()
            own_endpoint.start_again()
        writer.join()
        wait_until(lambda: seen(own_endpoint.url) == (120, 6000), "every ballot is seen once", 90)
    assert compare_sink("facts", settings, catalog, shards).problems == []
