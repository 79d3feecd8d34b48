"""The lag of consumer groups, partition by partition."""

import datetime as dt
import time
from collections.abc import Sequence

import msgspec
from kafka import TopicPartition
from kafka.errors import KafkaError

from warehouse.kafka.addresses import unavailable
from warehouse.kafka.consumer import connect, message_of

_PATIENCE_S = 5.0


class PartitionLag(msgspec.Struct, frozen=True, kw_only=True):
    """The position of one group in one partition."""

    group: str
    topic: str
    partition: int
    committed: int | None
    """The next offset that the group will read; None if it never committed one."""
    end: int
    """The offset after the last committed event."""
    lag: int
    """Offsets between the two; for a group that never committed, all that the partition still has."""


def partition_lags(url: str, group: str, topics: Sequence[str]) -> list[PartitionLag]:
    """The lag of a group over every partition of topics, without joining it. A missing topic has no lag.

    Raises:
        StoreUnavailable: the brokers do not answer.
    """
    try:
        consumer = connect(url, group=group)
        try:
            places = [
                TopicPartition(topic, number)
                for topic in topics
                for number in sorted(consumer.partitions_for_topic(topic) or ())
            ]
            begins, ends = consumer.beginning_offsets(places), consumer.end_offsets(places)
            committed = {place: consumer.committed(place) for place in places}
        finally:
            consumer.close(autocommit=False, timeout_ms=5_000)
    except KafkaError as error:
        raise unavailable(url, error) from error
    return [
        PartitionLag(
            group=group,
            topic=place.topic,
            partition=place.partition,
            committed=committed[place],
            end=ends[place],
            lag=max(0, ends[place] - max(begins[place], committed[place] or 0)),
        )
        for place in places
    ]


def oldest_waiting(url: str, lags: Sequence[PartitionLag]) -> dt.datetime | None:
    """When the broker received the oldest event that a group has not read; None if there is none.

    Raises:
        StoreUnavailable: the brokers do not answer.
    """
    behind = {TopicPartition(lag.topic, lag.partition): lag for lag in lags if lag.lag}
    if not behind:
        return None
    oldest: list[dt.datetime] = []
    try:
        consumer = connect(url)
        try:
            consumer.assign(list(behind))
            for place, lag in behind.items():
                consumer.seek(place, max(lag.committed or 0, lag.end - lag.lag))
            left, until = set(behind), time.monotonic() + _PATIENCE_S
            while left and time.monotonic() < until:
                for place, records in consumer.poll(timeout_ms=200, max_records=len(behind)).items():
                    oldest.append(message_of(records[0]).received_at)
                    consumer.pause(place)
                    left.discard(place)
                left = {place for place in left if consumer.position(place) < behind[place].end}
        finally:
            consumer.close(autocommit=False, timeout_ms=5_000)
    except KafkaError as error:
        raise unavailable(url, error) from error
    return min(oldest, default=None)
