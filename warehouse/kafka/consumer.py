"""Reads topics as a member of a group: batches of limited size, with offsets committed after the work is done."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from types import TracebackType
from typing import Any, TypeVar

from kafka import KafkaConsumer, TopicPartition
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.errors import CommitFailedError, KafkaError, RebalanceInProgressError
from kafka.structs import OffsetAndMetadata

from warehouse.kafka.addresses import client_settings, unavailable
from warehouse.model.changes.envelope import Message
from warehouse.runtime.logging import get_logger

log = get_logger(__name__)
BATCH = 500
_FETCH_BYTES = 8 * 1024 * 1024
"""The most bytes of one fetch. Together with the current batch it limits a consumer's memory."""
_KEEP_ALIVE_S = 0.5

Result = TypeVar("Result")


def connect(url: str, *topics: str, group: str | None = None, member: str | None = None) -> Any:
    """A consumer whose settings never skip messages or commit offsets by themselves."""
    return KafkaConsumer(
        *topics,
        **client_settings(url),
        client_id="openpolicy",
        group_id=group,
        group_instance_id=member,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        partition_assignment_strategy=(CooperativeStickyAssignor,),
        max_poll_records=BATCH,
        fetch_max_bytes=_FETCH_BYTES,
        max_partition_fetch_bytes=1024 * 1024,
        session_timeout_ms=10_000,
        heartbeat_interval_ms=3_000,
        max_poll_interval_ms=120_000,
        reconnect_backoff_max_ms=2_000,
        metadata_max_age_ms=5_000,
        allow_auto_create_topics=False,
        metrics_enabled=False,
    )


def message_of(record: Any) -> Message:
    """Convert the client's records to messages of the model."""
    return Message(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        received_at=dt.datetime.fromtimestamp(record.timestamp / 1000, dt.UTC),
        headers=tuple((name, value or b"") for name, value in record.headers),
    )


class KafkaSource:
    """The messages of topics for one member of a group.

    With a unique name, a restarted member takes the place of a killed one at once, without waiting for its session to
    time out.
    """

    def __init__(self, url: str, topics: Sequence[str], group: str, *, member: str | None = None) -> None:
        self._url = url
        self._committed: dict[TopicPartition, int] = {}
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"consumer-{group}")
        try:
            self._consumer = connect(url, *topics, group=group, member=member)
        except KafkaError as error:
            raise unavailable(url, error) from error

    def batches(self, ended: Callable[[], bool], *, wait_s: float = 0.5) -> Iterator[list[Message]]:
        """The next messages, at most 500 at a time, until `ended`. At most one answer is fetched ahead of a commit.

        Raises:
            StoreUnavailable: the brokers did not answer in time.
        """
        while not ended():
            try:
                polled = self._consumer.poll(timeout_ms=int(wait_s * 1000))
            except KafkaError as error:
                raise unavailable(self._url, error) from error
            batch = [message_of(record) for records in polled.values() for record in records]
            if batch:
                yield batch
            else:
                self._pass_marks()

    def _pass_marks(self) -> None:
        """Commit past the markers of transactions, which are not messages; otherwise a finished group would seem to
        lag."""
        passed = {}
        for place in self._consumer.assignment():
            position = self._consumer.position(place, timeout_ms=0)
            if position and self._committed.get(place) != position:
                passed[place] = position
        if passed:
            self._commit(passed)

    def while_paused(self, work: Callable[[], Result]) -> Result:
        """Do slow work while keeping the group's heartbeat, so that a slow read model causes neither a rebalance nor
        more memory.

        After half a second the partitions are paused.
        """
        future = self._worker.submit(work)
        paused: set[TopicPartition] = set()
        try:
            while True:
                try:
                    return future.result(timeout=_KEEP_ALIVE_S)
                except FutureTimeout:
                    if future.done():
                        raise  # the work's own time-out
                    paused |= self._keep_alive()
        finally:
            still = paused & self._consumer.assignment()
            if still:
                self._consumer.resume(*still)

    def _keep_alive(self) -> set[TopicPartition]:
        """Poll with every partition paused. Messages that still arrive, from a partition just assigned, are put
        back."""
        paused = set(self._consumer.assignment())
        self._consumer.pause(*paused)
        try:
            for partition, records in self._consumer.poll(timeout_ms=0).items():
                self._consumer.seek(partition, records[0].offset)
                self._consumer.pause(partition)
                paused.add(partition)
        except KafkaError as error:
            log.warning("no heartbeat while the read model writes", cause=str(error))
        return paused

    def commit(self, batch: Sequence[Message]) -> None:
        """Commit everything up to these messages. If the group has given the partitions to another member meanwhile,
        the commit is skipped: that member gets the messages again, and applying them twice changes nothing."""
        self._commit({TopicPartition(message.topic, message.partition): message.offset + 1 for message in batch})

    def _commit(self, offsets: dict[TopicPartition, int]) -> None:
        try:
            self._consumer.commit({place: OffsetAndMetadata(offset, "", -1) for place, offset in offsets.items()})
            self._committed.update(offsets)
        except (CommitFailedError, RebalanceInProgressError):
            log.warning("offsets not committed: the group rebalanced", partitions=len(offsets))
        except KafkaError as error:
            raise unavailable(self._url, error) from error

    def close(self) -> None:
        """Leave the group."""
        self._worker.shutdown(wait=False, cancel_futures=True)
        self._consumer.close(autocommit=False, timeout_ms=5_000)

    def __enter__(self) -> "KafkaSource":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_all(url: str, topics: Sequence[str]) -> Iterator[Message]:
    """Every committed message of topics up to now, partition by partition, outside any group.

    Raises:
        StoreUnavailable: the brokers do not answer.
    """
    try:
        consumer = connect(url)
        try:
            places = [
                TopicPartition(topic, number)
                for topic in topics
                for number in sorted(consumer.partitions_for_topic(topic) or ())
            ]
            ends = consumer.end_offsets(places)
            consumer.assign(places)
            consumer.seek_to_beginning(*places)
            left = {place for place in places if consumer.position(place) < ends[place]}
            while left:
                for records in consumer.poll(timeout_ms=500).values():
                    yield from (message_of(record) for record in records)
                left = {place for place in left if consumer.position(place) < ends[place]}
        finally:
            consumer.close(autocommit=False, timeout_ms=5_000)
    except KafkaError as error:
        raise unavailable(url, error) from error
