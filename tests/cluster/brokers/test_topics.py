"""Topics are made as declared; what would lose messages is reported and left alone."""

from pathlib import Path

import msgspec
import pytest

from deploy.servers.kafka.cluster import KafkaCluster
from warehouse.kafka.consumer import read_all
from warehouse.kafka.producer import Outgoing, Producer
from warehouse.kafka.topics import reconcile
from warehouse.model.changes.topics import TOPICS, Topic
from warehouse.runtime.errors import StoreUnavailable

pytestmark = pytest.mark.kafka
_DAY_MS = 86_400_000


def test_topics_are_as_declared(kafka_url: str) -> None:
    """The fixture made them; that they need nothing more proves that they are what was asked for."""
    report = reconcile(kafka_url)
    assert (report.created, report.changed, report.differing) == ([], [], [])
    declared = {topic.name: (topic.partitions, topic.keep_days) for topic in TOPICS}
    assert declared["bill.events"] == (12, 7)
    assert declared["user.events"] == (6, 30)
    assert declared["notification.commands"] == (3, 1)
    assert {"vote.events", "member.events", "bill.events.dead-letters"} <= declared.keys()


def test_differences_are_applied_or_reported_and_nothing_is_destroyed(kafka_url: str) -> None:
    with Producer(kafka_url) as producer:
        producer.send([Outgoing("user.events", b"key", b"kept")])
    longer = msgspec.structs.replace(_declared("user.events"), keep_days=60)
    assert reconcile(kafka_url, [longer]).changed == [f"user.events: retention.ms = {60 * _DAY_MS}"]
    shorter = reconcile(kafka_url)
    assert shorter.changed == []
    assert shorter.differing == [f"user.events: retention.ms is {60 * _DAY_MS}, declared {30 * _DAY_MS}"]
    for partitions in (3, 7):
        report = reconcile(kafka_url, [msgspec.structs.replace(longer, partitions=partitions)])
        assert report.differing == [f"user.events: 6 partitions, declared {partitions}"]
    compacted = reconcile(kafka_url, [msgspec.structs.replace(longer, keep_days=None)])
    assert compacted.differing == ["user.events: cleanup.policy is delete, declared compact"]
    assert [message.value for message in read_all(kafka_url, ["user.events"])] == [b"kept"]


def test_no_topic_is_made_before_every_broker_that_is_named_is_there(tmp_path: Path) -> None:
    """Made while brokers still start, it would have one replica for good, too few for writes that two must hold."""
    cluster = KafkaCluster(tmp_path)
    try:
        cluster.start(1)
        with pytest.raises(StoreUnavailable, match="1 of 2 brokers"):
            reconcile(f"{cluster.url},127.0.0.1:1", [_declared("user.events")])
        assert reconcile(cluster.url, [_declared("user.events")]).created == ["user.events: 6 partitions, 1 replicas"]
    finally:
        cluster.stop()


def _declared(name: str) -> Topic:
    return next(topic for topic in TOPICS if topic.name == name)
