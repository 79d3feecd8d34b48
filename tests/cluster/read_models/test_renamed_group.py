"""A read model under its new name reads the topics from their beginning: what its old group had left is not skipped."""

from pathlib import Path

import pytest

from tests.support.data.samples import bill
from tests.support.processes.streaming import environment, running, wait_until
from warehouse.kafka.consumer import KafkaSource
from warehouse.kafka.dead_letters import park, settle, unsettled
from warehouse.kafka.producer import Producer
from warehouse.model.changes.dead_letters import DeadLetterMessage
from warehouse.model.changes.events import Position
from warehouse.model.changes.topics import ENTITY_TOPICS
from warehouse.postgres.aggregates.store import BILLS, store_sharded
from warehouse.postgres.catalog import bill_statistics
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log import read
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.settings import Settings
from warehouse.workers.stream.apply import logs
from warehouse.workers.stream.lag import read_stream
from warehouse.workers.stream.relay import outgoing

pytestmark = [pytest.mark.kafka, pytest.mark.postgres, pytest.mark.timeout(600)]
OLD = "tallies"


def send(kafka_url: str, catalog: Database, shards: Shards) -> None:
    """Publish every change there is, so that some come twice."""
    with Producer(kafka_url) as producer:
        for name, database in logs(catalog, shards).items():
            producer.send([outgoing(entry, name) for entry in read.read_whole_after(database, Position(), 2000)])


def test_the_new_group_skips_nothing_and_has_the_dead_letters_of_the_old(
    kafka_url: str, database_urls: list[str], catalog: Database, shards: Shards, tmp_path: Path
) -> None:
    store_sharded(shards, BILLS, [bill(number) for number in range(1, 21)])
    send(kafka_url, catalog, shards)
    with KafkaSource(kafka_url, ENTITY_TOPICS, f"openpolicy.{OLD}") as source, Producer(kafka_url) as producer:
        batch = next(source.batches(lambda: False))
        source.commit(batch)  # the old group read these, and was stopped before the next
        park(producer, [DeadLetterMessage(group=OLD, message=batch[0], reason="It was refused.")])
    store_sharded(shards, BILLS, [bill(number) for number in range(21, 41)])
    send(kafka_url, catalog, shards)
    with running((["consume", "bill_statistics"], environment(database_urls, kafka_url), tmp_path / "c.log")):
        wait_until(lambda: len(bill_statistics.stored_revisions(catalog)["bill"]) == 40, "every bill is counted")
    settings = Settings(kafka_url=kafka_url)
    counts = {each.name: each.dead_letters for each in read_stream(settings, catalog, shards).consumers}
    assert counts["bill_statistics"] == 1
    with Producer(kafka_url) as producer:
        settle(producer, unsettled(kafka_url).values())
    assert unsettled(kafka_url) == {}
