"""ClickHouse stopped, frozen, killed in the middle: PostgreSQL goes on, and the facts catch up without hands."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pytest

from tests.support.data.samples import ORIGIN, vote
from tests.support.processes.streaming import wait_until
from tests.support.servers.clickhouse import Endpoint
from tests.support.servers.faulty import faulty
from warehouse.clickhouse.client import ClickHouse
from warehouse.postgres.aggregates.store import VOTES, Incoming, store_sharded
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log import read
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.settings import Settings
from warehouse.workers.read_models import facts
from warehouse.workers.read_models.facts import FactReadModel
from warehouse.workers.stream.consumers import Consumers
from warehouse.workers.stream.metrics import Measures
from warehouse.workers.upkeep.verify_read_models import compare_read_model

pytestmark = [pytest.mark.clickhouse, pytest.mark.postgres]


@contextmanager
def consuming(settings: Settings, catalog: Database, shards: Shards) -> Iterator[None]:
    running = Consumers(["facts"], settings, catalog, shards, Measures())
    running.start()
    try:
        yield
    finally:
        running.stop()


def seen(url: str) -> tuple[int, int]:
    """How many votes and ballots readers see; none while ClickHouse is unavailable."""
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
    monkeypatch.setattr(facts, "_TIMEOUT_S", 2.0)
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
    assert compare_read_model("facts", settings, catalog, shards).problems == []


def test_slow_by_two_seconds_it_is_late_and_nothing_else(
    own_endpoint: Endpoint, catalog: Database, shards: Shards
) -> None:
    with faulty(own_endpoint.url) as relay:
        settings = Settings(clickhouse_url=relay.url)
        store_sharded(shards, VOTES, [vote(1)])
        with consuming(settings, catalog, shards):
            wait_until(lambda: seen(own_endpoint.url) == (1, 12), "the first vote is seen", 60)
            relay.delay_s = 2.0
            store_sharded(shards, VOTES, [vote(number) for number in range(1, 21)])
            store_sharded(shards, VOTES, [vote(2, nays=frozenset({3}))])
            wait_until(lambda: seen(own_endpoint.url) == (20, 240), "slow as it is, the facts follow", 90)
            assert relay.delayed > 0
            relay.delay_s = 0.0
            store_sharded(shards, VOTES, [vote(21)])
            wait_until(lambda: seen(own_endpoint.url) == (21, 252), "and go on after it", 60)
    assert compare_read_model("facts", Settings(clickhouse_url=own_endpoint.url), catalog, shards).problems == []


def test_verify_compares_the_sums_of_every_session_with_the_shards(
    clickhouse_url: str, catalog: Database, shards: Shards
) -> None:
    settings = Settings(clickhouse_url=clickhouse_url)
    store_sharded(shards, VOTES, [vote(number, nays=frozenset({number})) for number in range(1, 9)])
    store_sharded(shards, VOTES, [vote(1, session="1-2", members=5)])
    accents = vote(2, session="1-2").root
    named = msgspec.structs.replace(accents.ballots[0], name="Élodie | D’Arcy", riding=None)
    accents = msgspec.structs.replace(accents, ballots=(named, *accents.ballots[1:]))
    store_sharded(shards, VOTES, [Incoming(accents, ORIGIN)])
    read_model = FactReadModel(clickhouse_url)
    for database in (catalog, *shards.databases):
        for batch in read.latest_in_batches(database, whole=True):
            read_model.insert([read_model.projected(entry) for entry in batch])
    held = read_model.totals()
    assert {session: (of.votes, of.ballots, of.yeas, of.nays) for session, of in held.items()} == {
        "1-1": (8, 96, 88, 8),
        "1-2": (2, 17, 17, 0),
    }
    assert compare_read_model("facts", settings, catalog, shards).problems == []
    clickhouse = ClickHouse(clickhouse_url)
    clickhouse.command(
        "alter table ballots update name = 'Another' where vote_key = '1-2/commons/1' and person_id = 3 "
        "settings mutations_sync = 1"
    )
    clickhouse.close()
    altered = read_model.totals()["1-2"]
    read_model.close()
    assert altered._replace(checksum=0) == held["1-2"]._replace(checksum=0)
    assert compare_read_model("facts", settings, catalog, shards).problems == [
        f"facts: session 1-2 has {altered}, the shards {held['1-2']}"
    ]


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
    assert compare_read_model("facts", settings, catalog, shards).problems == []
