"""The lag of relay and read models in events and seconds, with Kafka partition by partition."""

from collections import Counter

import msgspec

from warehouse.kafka.dead_letters import unsettled
from warehouse.kafka.lag import PartitionLag, oldest_waiting, partition_lags
from warehouse.model.changes.events import Position
from warehouse.model.changes.topics import ENTITY_TOPICS
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log import read, read_model_positions
from warehouse.postgres.log.relay_positions import relayed
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.clock import now
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.settings import Settings
from warehouse.workers.read_models.registry import RENAMED, configured, group_of
from warehouse.workers.stream.apply import logs


class LogLag(msgspec.Struct, frozen=True, kw_only=True):
    """The position of one consumer in one change log."""

    log: str
    xid: int
    seq: int
    waiting: int
    """Changes it has not read."""
    lag_s: float
    """Age of the oldest of them in seconds."""


class ConsumerStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A read model, or the relay."""

    name: str
    waiting: int
    lag_s: float
    dead_letters: int
    logs: list[LogLag] = []
    """For a consumer that reads the change logs itself."""
    partitions: list[PartitionLag] = []
    """For a consumer group of Kafka."""


class StreamStatus(msgspec.Struct, frozen=True, kw_only=True):
    """All consumers of the change logs."""

    source: str
    """`kafka`, or `change logs`."""
    consumers: list[ConsumerStatus]
    why: str = ""
    """Why Kafka did not report the position of its consumers."""

    @property
    def oldest_unprocessed_s(self) -> float:
        """The age in seconds of the oldest event that some consumer has not processed; 0 if there is none."""
        return max((consumer.lag_s for consumer in self.consumers), default=0.0)


def read_stream(settings: Settings, catalog: Database, shards: Shards) -> StreamStatus:
    """Read the databases, and Kafka if it is set. An unavailable Kafka is reported, not raised.

    Raises:
        StoreUnavailable: a database is unavailable.
    """
    if not settings.kafka_url:
        dead_letters = Counter(each.read_model for each in read_model_positions.dead_letters(catalog))
        known = {name: read_model_positions.positions(catalog, name) for name in configured(settings)}
        consumers = [_of_logs(name, places, catalog, shards, dead_letters[name]) for name, places in known.items()]
        return StreamStatus(source="change logs", consumers=consumers)
    relay = _relay(catalog, shards)
    try:
        groups_of_letters = (dead_letter.group for dead_letter in unsettled(settings.kafka_url).values())
        dead_letters = Counter(RENAMED.get(group, group) for group in groups_of_letters)
        groups = [_of_kafka(name, settings.kafka_url, dead_letters[name]) for name in configured(settings)]
    except StoreUnavailable as error:
        return StreamStatus(source="kafka", consumers=[relay], why=error.message)
    return StreamStatus(source="kafka", consumers=[relay, *groups])


def _relay(catalog: Database, shards: Shards) -> ConsumerStatus:
    known = {log: relayed(database, log) for log, database in logs(catalog, shards).items()}
    return _of_logs("relay", {log: found[0] for log, found in known.items() if found}, catalog, shards, 0)


def _of_logs(
    name: str, known: dict[str, Position], catalog: Database, shards: Shards, dead_letters: int
) -> ConsumerStatus:
    lags = []
    for log, database in logs(catalog, shards).items():
        position = known.get(log, Position())
        waiting, lag_s = read.lag(database, position)
        lags.append(LogLag(log=log, xid=position.xid, seq=position.seq, waiting=waiting, lag_s=lag_s))
    return ConsumerStatus(
        name=name,
        waiting=sum(lag.waiting for lag in lags),
        lag_s=max(lag.lag_s for lag in lags),
        dead_letters=dead_letters,
        logs=lags,
    )


def _of_kafka(name: str, kafka_url: str, dead_letters: int) -> ConsumerStatus:
    lags = partition_lags(kafka_url, group_of(name), ENTITY_TOPICS)
    oldest = oldest_waiting(kafka_url, lags)
    return ConsumerStatus(
        name=name,
        waiting=sum(lag.lag for lag in lags),
        dead_letters=dead_letters,
        partitions=lags,
        lag_s=max(0.0, (now() - oldest).total_seconds()) if oldest else 0.0,
    )
