"""Waits until a read model has applied the log, for runs whose next step reads it."""

import time
from collections.abc import Callable

from warehouse.kafka.lag import PartitionLag, partition_lags
from warehouse.model.changes.events import Position
from warehouse.model.changes.topics import ENTITY_TOPICS
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log import read
from warehouse.postgres.log.relay_positions import relayed
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.settings import Settings
from warehouse.workers.read_models.registry import group_of, open_read_model
from warehouse.workers.stream.apply import catch_up, logs

_LOOK_EVERY_S = 0.5


def wait_until_applied(
    name: str,
    settings: Settings,
    catalog: Database,
    shards: Shards,
    *,
    applied: Callable[[int], None] = lambda _count: None,
    wait_s: float = 600,
) -> int:
    """Wait until a read model has applied everything logged so far; returns how many changes this process applied.

    Without Kafka, this process applies them unless another one leads. With Kafka, relay and consumer group do.

    Raises:
        StoreUnavailable: a store is unavailable, or the consumer did not get so far within `wait_s` seconds.
    """
    if not settings.kafka_url:
        return catch_up(
            name, lambda: open_read_model(name, settings, catalog), catalog, shards, applied=applied, wait_s=wait_s
        )
    end = time.monotonic() + wait_s
    heads = {log: read.head(database) for log, database in logs(catalog, shards).items()}
    _wait(lambda: _is_relayed(heads, catalog, shards), end, f"The relay did not publish what {name} waits for.")
    ends = {(each.topic, each.partition): each.end for each in _partitions(name, settings)}
    _wait(lambda: _is_read(name, settings, ends), end, f"The consumer of {name} did not process the published events.")
    return 0


def _wait(reached: Callable[[], bool], end: float, what: str) -> None:
    while not reached():
        if time.monotonic() > end:
            raise StoreUnavailable(what, fix="Check `openpolicy status` for their position and whether they run.")
        time.sleep(_LOOK_EVERY_S)


def _is_relayed(heads: dict[str, Position], catalog: Database, shards: Shards) -> bool:
    known = {log: relayed(database, log) for log, database in logs(catalog, shards).items()}
    return all(head <= (found[0] if (found := known[log]) else Position()) for log, head in heads.items())


def _is_read(name: str, settings: Settings, ends: dict[tuple[str, int], int]) -> bool:
    lags = _partitions(name, settings)
    return all(each.end - each.lag >= ends.get((each.topic, each.partition), 0) for each in lags)


def _partitions(name: str, settings: Settings) -> list[PartitionLag]:
    return partition_lags(settings.kafka_url, group_of(name), ENTITY_TOPICS)
