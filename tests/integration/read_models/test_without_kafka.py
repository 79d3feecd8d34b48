"""Without Kafka: the same consumer reads the change logs, and what needs Kafka says so."""

import signal
from pathlib import Path

import pytest

from tests.support.data.samples import bill, vote
from tests.support.processes.command_line import openpolicy
from tests.support.processes.streaming import Running, environment, expected, listed, wait_until
from warehouse.postgres.aggregates.store import BILLS, VOTES, store_sharded
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import Shards
from warehouse.workers.upkeep.verify import verify

pytestmark = pytest.mark.postgres


def test_the_lists_follow_the_logs(database_urls: list[str], catalog: Database, shards: Shards, tmp_path: Path) -> None:
    process = Running(["consume", "lists"], environment(database_urls, ""), tmp_path / "consume.log")
    try:
        for turn in range(3):
            store_sharded(shards, BILLS, [bill(number, title=f"Title {turn}") for number in range(1, 21)])
            store_sharded(shards, VOTES, [vote(number, nays=frozenset({turn + 1})) for number in range(1, 21)])
        wait_until(lambda: listed(catalog) == expected(catalog, shards), "the lists follow")
        process.signal(signal.SIGTERM)
        assert process.wait() == 0
    finally:
        process.stop()
    assert verify(catalog, shards).clean


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["relay"], "OPENPOLICY_KAFKA_URL is not set"),
        (["dlq", "show", "lists:shard_0/1"], "There is no dead letter lists:shard_0/1"),
        (["rebuild", "nothing"], "There is no consumer 'nothing'"),
        (["consume", "nothing"], "There is no consumer 'nothing'"),
        (["rebuild", "tallies"], "Use its new name, bill_statistics."),
        (["consume", "tallies"], "Use its new name, bill_statistics."),
        (["dlq", "show", "tallies:shard_0/1"], "Try bill_statistics:shard_0/1."),
    ],
)
def test_what_cannot_be_done_is_said(database_urls: list[str], words: list[str], told: str) -> None:
    done = openpolicy(*words, env=environment(database_urls, ""))
    assert done.returncode == 2
    assert told in done.stderr
