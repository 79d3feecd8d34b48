"""A broker that wants to know who asks: our clients say it, and say when it is wrong."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.servers.kafka.cluster import KafkaCluster
from warehouse.kafka.consumer import KafkaSource
from warehouse.kafka.lag import partition_lags
from warehouse.kafka.producer import Outgoing, Producer
from warehouse.kafka.topics import reconcile
from warehouse.model.changes.topics import TOPICS
from warehouse.runtime.errors import StoreUnavailable

pytestmark = pytest.mark.kafka

PASSWORD = "of-the-broker-of-this-test"


@pytest.fixture(scope="module")
def broker() -> Iterator[KafkaCluster]:
    with tempfile.TemporaryDirectory(prefix="openpolicy-kafka-password-") as folder:
        cluster = KafkaCluster(Path(folder), PASSWORD)
        try:
            cluster.start(1)
            yield cluster
        finally:
            cluster.stop()


def test_with_the_password_everything_works(broker: KafkaCluster) -> None:
    assert len(reconcile(broker.url).created) == len(TOPICS)
    topic = TOPICS[0].name
    with Producer(broker.url, "relay-of-a-test") as producer:
        producer.send([Outgoing(topic, b"45-1/C-3", b"{}")])
    source = KafkaSource(broker.url, [topic], "of-a-test")
    try:
        [message] = next(batch for batch in source.batches(lambda: False) if batch)
        assert (message.key, message.value) == (b"45-1/C-3", b"{}")
        source.commit([message])
    finally:
        source.close()
    assert sum(found.committed or 0 for found in partition_lags(broker.url, "of-a-test", [topic])) == 1


@pytest.mark.parametrize(
    "change",
    [(PASSWORD, "another"), ("openpolicy:", "somebody:"), (f"openpolicy:{PASSWORD}@", ""), ("?mechanism=PLAIN", "")],
)
def test_whoever_cannot_say_who_they_are_is_refused(broker: KafkaCluster, change: tuple[str, str]) -> None:
    with pytest.raises(StoreUnavailable, match="OPENPOLICY_KAFKA_URL") as refused:
        reconcile(broker.url.replace(*change))
    assert PASSWORD not in str(refused.value)
    assert "another" not in str(refused.value)


def test_the_password_is_on_no_command_line(broker: KafkaCluster) -> None:
    process = broker.brokers[0].process
    assert process is not None
    assert PASSWORD not in Path(f"/proc/{process.pid}/cmdline").read_text()
