"""With Kafka: what follows says how far it is, loaders can wait for it, and serving processes are told of changes."""

import pytest

from tests.support.data.samples import bill, vote
from tests.support.processes.streaming import wait_until
from warehouse.kafka.nudges import Nudges
from warehouse.kafka.producer import Outgoing, Producer
from warehouse.model.changes.topics import topic_of
from warehouse.postgres.aggregates.store import BILLS, VOTES, store_sharded
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.settings import Settings
from warehouse.workers.read_models.lists import ListReadModel
from warehouse.workers.stream.consumers import Consumers
from warehouse.workers.stream.lag import ConsumerStatus, read_stream
from warehouse.workers.stream.metrics import Measures
from warehouse.workers.stream.relay import Relay
from warehouse.workers.stream.wait import wait_until_applied
from warehouse.workers.upkeep.verify_read_models import compare_kafka, compare_read_model

pytestmark = [pytest.mark.kafka, pytest.mark.postgres, pytest.mark.timeout(600)]


def test_lag_is_exact_waited_for_and_told(
    kafka_url: str, database_urls: list[str], catalog: Database, shards: Shards
) -> None:
    settings = Settings(catalog_url=database_urls[0], shard_urls=tuple(database_urls[1:]), kafka_url=kafka_url)
    store_sharded(shards, BILLS, [bill(number) for number in range(1, 31)])
    store_sharded(shards, VOTES, [vote(number) for number in range(1, 31)])

    def status() -> dict[str, ConsumerStatus]:
        return {each.name: each for each in read_stream(settings, catalog, shards).consumers}

    assert status()["relay"].waiting == 60
    heard: set[str] = set()
    nudges = Nudges(kafka_url, heard.add)
    relay = Relay(catalog, shards, kafka_url, Measures())
    nudges.start()
    relay.start()
    try:
        wait_until(lambda: status()["relay"].waiting == 0, "all is published")
        before = status()["lists"]
        assert before.waiting >= 60, "marks of transactions count too, until the group has passed them"
        assert before.lag_s > 0
        assert len(before.partitions) == 27
        consumers = Consumers(["lists"], settings, catalog, shards, Measures())
        consumers.start()
        try:
            assert wait_until_applied("lists", settings, catalog, shards, wait_s=120) == 0
            assert {entity: len(keys) for entity, keys in ListReadModel(catalog).stored_revisions().items()} == {
                "bill": 30,
                "vote": 30,
                "member": 0,
            }
            wait_until(lambda: status()["lists"].waiting == 0, "the group is at the end")
            for compared in (
                compare_read_model("lists", settings, catalog, shards),
                compare_kafka(kafka_url, catalog, shards),
            ):
                assert (compared.entities, compared.problems) == (60, [])
            with Producer(kafka_url) as producer:
                producer.send([Outgoing(topic_of("bill"), b"1-1/C-1", b"{}")])
            wait_until(lambda: status()["lists"].dead_letters == 1, "the dead letter is counted")
            heard.clear()
            store_sharded(shards, BILLS, [bill(number, title="Again") for number in range(1, 31)])
            everywhere = {f"shard_{number}" for number in range(len(shards.databases))}
            wait_until(lambda: heard >= everywhere, "every shard's change is told of")
        finally:
            consumers.stop()
    finally:
        relay.stop()
        nudges.end()
        nudges.join(60)
