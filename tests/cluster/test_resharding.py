"""From four to five shards while relay, consumers, readers and a writer run: Kafka and the read models follow."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from litestar.testing import TestClient

from serving.app import create_app
from tests.support.processes.everything import Everything
from tests.support.processes.resharding import Growing, Writer, buckets_of, move_beside
from tests.support.processes.streaming import applied_twice, prove, wait_until
from warehouse.postgres.shards import moves
from warehouse.runtime.settings import Settings
from warehouse.workers.read_models.registry import READ_MODELS, configured
from warehouse.workers.upkeep.verify_read_models import compare_kafka

pytestmark = [pytest.mark.kafka, pytest.mark.postgres, pytest.mark.clickhouse, pytest.mark.timeout(600)]
COUNT, PAUSE_S = 60, 0.1
"""Seconds between two turns of the reader and of the writer: relay, consumers and brokers need the machine too."""


@pytest.fixture
def settings(growing: Growing, kafka_url: str, clickhouse_url: str, tmp_path: Path) -> Settings:
    """Of a process that knows five shards, and every store."""
    return msgspec.structs.replace(
        growing.settings,
        kafka_url=kafka_url,
        clickhouse_url=clickhouse_url,
        search_url=f"tantivy:{tmp_path / 'search'}",
        objects_url=(tmp_path / "archive").as_uri(),
    )


@pytest.fixture
def whole(growing: Growing, settings: Settings) -> Iterator[Everything]:
    """Relay and consumers of an installation of four shards."""
    four = msgspec.structs.replace(settings, shard_urls=settings.shard_urls[:4])
    found = Everything(four, growing.catalog, growing.shards)
    assert configured(four) == list(READ_MODELS)
    try:
        for name in ("relay", *READ_MODELS):
            found.start(name)
        yield found
    finally:
        found.stop()


def keep_planned(growing: Growing, buckets: set[int]) -> list[int]:
    """Leave out of the plan what has no rows, which is soon moved and proves nothing; what is left of it."""
    with growing.catalog.connection() as connection:
        connection.execute("delete from bucket_moves where not bucket = any(%s)", (list(buckets),))
    return sorted(move.bucket for move in moves.open_moves(growing.catalog))


def test_a_fifth_shard_while_kafka_and_every_read_model_follow(
    growing: Growing, whole: Everything, settings: Settings
) -> None:
    writer = Writer(growing, COUNT, pause_s=PAUSE_S)
    writer.start()
    growing.add()
    planned = keep_planned(growing, buckets_of(writer.stored))
    whole.stop()  # one by one or all together: whoever does not know the new shard has to start again
    whole.settings = settings
    for name in list(whole.running):
        whole.start(name)
    with TestClient(create_app(settings)) as client:
        wait_until(lambda: client.get("/ready").status_code == 200, "the API has reached every database")
        facts, stored, reader, feed = move_beside(growing, client, writer, pause_s=PAUSE_S)
    assert facts["switched"] == facts["deleted"] == len(planned) > COUNT / 10
    assert growing.shards.map.buckets_of(4) == planned
    assert moves.open_moves(growing.catalog) == []
    assert reader.failed == []
    assert (feed.disordered, feed.revisions) == ([], stored)

    whole.wait_until_clean("everything that was written while buckets moved")
    read = prove(settings.kafka_url, growing.catalog, growing.shards)
    assert (read.lost, read.repeated, read.disordered, applied_twice(growing.catalog)) == (0, 0, 0, 0)
    assert read.events == sum(stored.values())
    assert compare_kafka(settings.kafka_url, growing.catalog, growing.shards).problems == []
    print(
        f"\n4 → 5 shards with Kafka: {len(planned)} buckets in {facts['seconds']:.1f} s, 5 s of them grace; "
        f"longest switch {facts['longest_switch_s'] * 1000:.0f} ms; meanwhile {reader.reads} reads, 0 failed; "
        f"{read.events} events in Kafka, {read.lost} lost, {read.repeated} sent twice, {read.disordered} out of order"
    )
