"""Killed between any two steps from upstream to the last store, and started again: nothing is lost or applied twice."""

import random
import signal
import time
from collections.abc import Iterator
from itertools import count
from urllib.parse import urlsplit, urlunsplit

import pytest

from assets.upstream.server import running
from assets.upstream.simulator import Fault, SimulatedUpstream
from deploy.servers.kafka.cluster import KafkaCluster
from tests.support.data.samples import bill, vote
from tests.support.processes.everything import Everything, everything
from tests.support.processes.killable import Killable
from tests.support.processes.streaming import applied_twice, prove
from tests.support.servers.clickhouse import Endpoint
from tests.support.servers.kafka import emptied
from tests.support.servers.postgres import empty
from warehouse.clickhouse.migrate import migrate
from warehouse.postgres.aggregates.store import BILLS, VOTES, store_sharded
from warehouse.runtime.failpoints import CONSUME_FAILPOINTS, FAILPOINTS, READ_MODEL_FAILPOINTS, RELAY_FAILPOINTS
from warehouse.workers.read_models.registry import READ_MODELS
from warehouse.workers.upkeep.verify_read_models import compare_kafka

pytestmark = [pytest.mark.kafka, pytest.mark.postgres, pytest.mark.clickhouse, pytest.mark.timeout(600)]
KILLS, RANDOM_KILLS, KILLS_BETWEEN_CHECKS = 5, 200, 25
INGEST_FAILPOINTS = [name for name in FAILPOINTS if not name.startswith("project.")]
"""Those of projecting are passed without Kafka only."""
LED_READ_MODELS = [name for name, registered in READ_MODELS.items() if not registered.takes_turns]
_sessions, _turns = count(1), count(1)


@pytest.fixture(scope="module")
def whole(
    brokers: KafkaCluster, worker_urls: list[str], shared_endpoint: Endpoint, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Everything]:
    """One installation for all of these tests: each finds what the others have left, as a real one does."""
    empty(worker_urls)
    clickhouse_url = urlunsplit(urlsplit(shared_endpoint.url)._replace(path="/kills"))
    migrate(clickhouse_url)
    yield from everything(emptied(brokers), worker_urls, clickhouse_url, tmp_path_factory.mktemp("kills"))


@pytest.fixture
def upstream() -> SimulatedUpstream:
    """A session that no other test loads."""
    return SimulatedUpstream(seed=3, sessions=(f"91-{next(_sessions)}",), members=20, bills=12, votes=30)


def test_there_are_enough_places_to_be_killed_at() -> None:
    assert len({*INGEST_FAILPOINTS, *RELAY_FAILPOINTS, *CONSUME_FAILPOINTS, *READ_MODEL_FAILPOINTS}) >= 24


@pytest.mark.parametrize("failpoint", INGEST_FAILPOINTS)
def test_ingestion(whole: Everything, upstream: SimulatedUpstream, failpoint: str) -> None:
    with running(upstream) as url:
        for kill in range(KILLS):
            assert whole.ingest(url, failpoint).wait() == -signal.SIGKILL
            assert whole.ingest(url).wait() == 0
            whole.wait_until_clean(f"kill {kill + 1} at {failpoint}")
            upstream.advance()
    proved(whole)


@pytest.mark.parametrize("failpoint", RELAY_FAILPOINTS)
def test_relay(whole: Everything, failpoint: str) -> None:
    for kill in range(KILLS):
        whole.running["relay"].stop()
        armed = whole.start("relay", failpoint)
        change(whole)
        assert armed.wait() == -signal.SIGKILL
        whole.start("relay")
        whole.wait_until_clean(f"kill {kill + 1} at {failpoint}")
    proved(whole)


@pytest.mark.parametrize("failpoint", CONSUME_FAILPOINTS)
def test_every_consumer_that_one_process_leads(whole: Everything, failpoint: str) -> None:
    """All at once; that of the lists, whose group waits ten seconds for who was killed, is tried with the relay's."""
    for kill in range(KILLS):
        killed_at(whole, dict.fromkeys(LED_READ_MODELS, failpoint))
        whole.wait_until_clean(f"kill {kill + 1} at {failpoint}")
    proved(whole)


def test_every_read_model_in_the_middle_of_a_batch(whole: Everything) -> None:
    for kill in range(KILLS):
        killed_at(
            whole, {name.partition(".")[0]: name for name in READ_MODEL_FAILPOINTS if not name.endswith("after_commit")}
        )
        killed_at(whole, {"search": "search.after_commit"})
        whole.wait_until_clean(f"kill {kill + 1} in every read model")
    proved(whole)


def test_two_hundred_kills_at_random(whole: Everything, upstream: SimulatedUpstream) -> None:
    """Two relays, one of which waits, a consumer for each read model, and ingestion after ingestion of changes."""
    chance, kills, loads = random.Random(4), dict[str, int](), 0
    whole.start("relay 2")
    with running(upstream) as url:
        ingestion = whole.ingest(url)
        while sum(kills.values()) < RANDOM_KILLS:
            time.sleep(chance.uniform(0.05, 0.4))
            if ingestion.ended() is not None:
                assert ingestion.ended() == 0
                loads += 1
                change_upstream(upstream, chance)
                ingestion = whole.ingest(url)
            name = chance.choice([*whole.running, "ingest", "ingest"])
            kills[name] = kills.get(name, 0) + 1
            if name == "ingest":
                end(ingestion)
                ingestion = whole.ingest(url)
            else:
                end(whole.running[name])
                whole.start(name)
            if sum(kills.values()) % KILLS_BETWEEN_CHECKS == 0:
                assert ingestion.wait() == 0
                whole.wait_until_clean(f"{sum(kills.values())} kills")
    print(f"\n{RANDOM_KILLS} random kills ({kills}), {loads} loads in between: nothing differs")
    proved(whole)


def change_upstream(upstream: SimulatedUpstream, chance: random.Random) -> None:
    """Three more votes as long as there are any, and a tie that comes and goes."""
    upstream.advance()
    upstream.faults.symmetric_difference_update(chance.sample([Fault.TIE, Fault.CORRECTED_BALLOTS], 1))


def change(whole: Everything) -> None:
    """Change some bills and votes of every shard."""
    turn = next(_turns)
    store_sharded(whole.shards, BILLS, [bill(number, title=f"Title {turn}") for number in range(1, 13)])
    nays = frozenset(person for person in range(1, 13) if turn >> (person - 1) & 1)
    store_sharded(whole.shards, VOTES, [vote(number, nays=nays) for number in range(1, 13)])


def killed_at(whole: Everything, failpoints: dict[str, str]) -> None:
    """Start the consumers of some read models anew, each to be killed at a point, and when they are, without."""
    for read_model, failpoint in failpoints.items():
        whole.running[read_model].stop()
        whole.start(read_model, failpoint)
    change(whole)
    for read_model in failpoints:
        assert whole.running[read_model].wait() == -signal.SIGKILL
        whole.start(read_model)


def end(process: Killable) -> None:
    """Kill it; an ingestion may have come to its end just before."""
    if process.ended() is None:
        process.kill()


def proved(whole: Everything) -> None:
    """By the sequence numbers of the logs: what Kafka holds, and what was applied."""
    read = prove(whole.settings.kafka_url, whole.catalog, whole.shards)
    print(f"\n{read.events} events, {read.lost} lost, {read.repeated} sent twice, {read.disordered} out of order")
    assert (read.lost, read.disordered, applied_twice(whole.catalog)) == (0, 0, 0)
    assert compare_kafka(whole.settings.kafka_url, whole.catalog, whole.shards).problems == []
