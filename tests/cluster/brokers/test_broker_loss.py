"""A broker is killed while changes stream, and all of them are away for a while: nothing lost, nothing out of order."""

import itertools
import threading
from pathlib import Path

import pytest

from deploy.servers.kafka.cluster import KafkaCluster
from tests.support.data.samples import bill, vote
from tests.support.processes.streaming import (
    applied_twice,
    environment,
    expected,
    listed,
    log_rows,
    prove,
    published,
    running,
    wait_until,
)
from warehouse.postgres.aggregates.store import BILLS, VOTES, store_sharded
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import Shards
from warehouse.postgres.status import read_status
from warehouse.workers.upkeep.verify import verify

pytestmark = [pytest.mark.kafka, pytest.mark.postgres, pytest.mark.timeout(600)]


class Writer(threading.Thread):
    """Changes 40 bills and 10 votes with 300 ballots each, again and again, until told to end."""

    def __init__(self, shards: Shards, pause_s: float = 0.1) -> None:
        super().__init__(daemon=True)
        self._shards, self._pause_s, self._ended, self.rounds = shards, pause_s, threading.Event(), 0

    def run(self) -> None:
        for turn in itertools.count(1):
            store_sharded(self._shards, BILLS, [bill(number, title=f"Title {turn}") for number in range(1, 41)])
            nays = frozenset({turn % 300 + 1})
            store_sharded(self._shards, VOTES, [vote(number, nays=nays, members=300) for number in range(1, 11)])
            self.rounds = turn
            if self._ended.wait(self._pause_s):
                return

    def stop(self) -> None:
        self._ended.set()
        self.join()


def test_a_broker_is_killed_mid_stream(
    brokers: KafkaCluster, kafka_url: str, database_urls: list[str], catalog: Database, shards: Shards, tmp_path: Path
) -> None:
    variables = environment(database_urls, kafka_url)
    writer = Writer(shards)
    with running((["relay"], variables, tmp_path / "relay.log"), (["consume", "lists"], variables, tmp_path / "c.log")):
        writer.start()
        wait_until(lambda: published(catalog, shards) > 500, "the relay publishes")
        brokers.kill(2)
        at = writer.rounds
        wait_until(lambda: writer.rounds > at + 25, "writing goes on")
        writer.stop()
        total = sum(len(rows) for rows in log_rows(catalog, shards).values())
        drained_s = wait_until(lambda: published(catalog, shards) == total, "the relay drains")
        applied_s = wait_until(lambda: listed(catalog) == expected(catalog, shards), "the lists follow")
        brokers.restart(2)
    read = prove(kafka_url, catalog, shards)
    print(
        f"\none of three brokers killed mid-stream: {total} events, {read.lost} lost, {read.repeated} sent twice, "
        f"{read.disordered} out of order, {applied_twice(catalog)} applied twice; drained {drained_s:.1f} s, "
        f"applied {applied_s:.1f} s after the last change"
    )
    assert (read.lost, read.disordered, applied_twice(catalog)) == (0, 0, 0)
    assert verify(catalog, shards).clean


def test_kafka_is_away(
    brokers: KafkaCluster, kafka_url: str, database_urls: list[str], catalog: Database, shards: Shards, tmp_path: Path
) -> None:
    variables = environment(database_urls, kafka_url)
    store_sharded(shards, BILLS, [bill(number) for number in range(1, 21)])
    with running((["relay"], variables, tmp_path / "relay.log"), (["consume", "lists"], variables, tmp_path / "c.log")):
        wait_until(lambda: len(listed(catalog)) == 20, "the lists follow")
        brokers.stop()
        store_sharded(shards, BILLS, [bill(number, title="Changed while Kafka was away") for number in range(1, 31)])
        relays = [item for item in read_status(catalog, shards).positions if item.reader == "relay"]
        assert sum(item.waiting for item in relays) == 30
        assert max(item.lag_s for item in relays) > 0
        brokers.start(len(brokers.brokers))
        back_s = wait_until(lambda: listed(catalog) == expected(catalog, shards), "it drains by itself")
    read = prove(kafka_url, catalog, shards)
    print(f"\nKafka away: 30 changes waited, applied {back_s:.1f} s after it was back; {read.lost} lost")
    assert (read.events - read.repeated, read.lost, read.disordered) == (50, 0, 0)
    assert verify(catalog, shards).clean
