"""A read model a hundred times slower than usual: the group stays whole, memory bounded, each message applied once."""

import threading
import time
from collections.abc import Callable, Sequence

import psutil
import pytest

from tests.support.data.events import entry, message
from tests.support.data.samples import vote
from warehouse.kafka.consumer import KafkaSource
from warehouse.kafka.producer import Outgoing, Producer
from warehouse.model.changes.envelope import Message
from warehouse.workers.stream.consume import run

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]
_MESSAGES, _MEMBERS, _SLOW_S = 3_000, 300, 3.0


def consume(kafka_url: str, group: str, insert: Callable[[Sequence[Message]], None], ended: Callable[[], bool]) -> None:
    with KafkaSource(kafka_url, ["vote.events"], group) as source:
        run(source, lambda each: each, insert, lambda unfit: None, ended)


def test_a_slow_read_model_costs_neither_memory_nor_rebalances(kafka_url: str) -> None:
    with Producer(kafka_url) as producer:
        for start in range(0, _MESSAGES, 500):
            whole = [
                message(entry("vote", state=vote(number, members=_MEMBERS).root))
                for number in range(start + 1, start + 501)
            ]
            producer.send([Outgoing(each.topic, each.key, each.value) for each in whole])
    process, applied, peak = psutil.Process(), [0], [0]
    seen: set[tuple[int, int]] = set()
    before = process.memory_info().rss

    def slowly(batch: Sequence[Message]) -> None:
        places = {(each.partition, each.offset) for each in batch}
        assert not places & seen, "a message came twice: the group rebalanced"
        seen.update(places)
        applied[0] += len(batch)
        end = time.monotonic() + _SLOW_S
        while time.monotonic() < end:
            peak[0] = max(peak[0], process.memory_info().rss - before)
            time.sleep(0.1)

    consume(kafka_url, "slow", slowly, lambda: applied[0] >= _MESSAGES)
    print(
        f"\na read model slowed to {_SLOW_S:.0f} s a batch: {applied[0]} votes of {_MEMBERS} ballots applied once, "
        f"0 lost, memory grew {peak[0] / 2**20:.0f} MiB"
    )
    assert len(seen) == _MESSAGES
    assert peak[0] < 64 * 2**20


def test_two_members_share_and_nothing_is_left_out_when_one_leaves(kafka_url: str) -> None:
    with Producer(kafka_url) as producer:
        producer.send([Outgoing("vote.events", f"key {number}".encode(), b"v") for number in range(2_000)])
    seen: dict[str, set[tuple[int, int]]] = {"first": set(), "second": set()}
    leaving, ended = threading.Event(), threading.Event()

    def member(name: str, stop: threading.Event) -> threading.Thread:
        def insert(batch: Sequence[Message]) -> None:
            time.sleep(0.05)
            seen[name].update((each.partition, each.offset) for each in batch)

        thread = threading.Thread(target=consume, args=(kafka_url, "shared", insert, stop.is_set), daemon=True)
        thread.start()
        return thread

    first, second = member("first", leaving), member("second", ended)
    _wait(lambda: len(seen["first"] | seen["second"]) == 2_000)
    with Producer(kafka_url) as producer:
        producer.send([Outgoing("vote.events", f"key {number}".encode(), b"v") for number in range(2_000)])
        _wait(lambda: bool(seen["first"]) or bool(seen["second"]))
        leaving.set()
        first.join(60)
        producer.send([Outgoing("vote.events", f"key {number}".encode(), b"v") for number in range(2_000)])
    _wait(lambda: len(seen["first"] | seen["second"]) == 6_000)
    ended.set()
    second.join(60)
    assert not first.is_alive()
    assert not second.is_alive()


def _wait(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + 180
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.1)
