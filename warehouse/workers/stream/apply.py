"""Applies change logs to a read model, without Kafka. One process at a time, elected by a lock."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from warehouse.model.changes.events import LogEntry, Position
from warehouse.postgres.connections.pools import Connection, Database
from warehouse.postgres.log import read as change_log
from warehouse.postgres.log import read_model_positions
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime import telemetry
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.failpoints import failpoint
from warehouse.workers.read_models.lists import ListReadModel
from warehouse.workers.read_models.registry import CatalogReadModel, ReadModel
from warehouse.workers.stream.batches import insert_or_park, row_of

BATCH = 1000
_LOOK_EVERY_S = 0.2
Placed = tuple[str, LogEntry]
"""A change and the name of its log."""


def logs(catalog: Database, shards: Shards) -> dict[str, Database]:
    """Every change log by its name: `catalog`, `shard_0`, …"""
    return {"catalog": catalog} | {f"shard_{number}": shard for number, shard in enumerate(shards.databases)}


def apply_once(read_model: ReadModel[Any], catalog: Database, shards: Shards, *, limit: int = BATCH) -> int:
    """Apply the next batch of every log; returns the number of changes, 0 if caught up. Only for the leader.

    Positions are saved after the rows are durable; for a read model in the catalog, in the same transaction. After a
    crash the batch is repeated, which changes nothing. Changes that can never be applied become dead letters.
    """
    known = read_model_positions.positions(catalog, read_model.name)
    read = change_log.read_whole_after if read_model.whole else change_log.read_after
    batches = {
        name: read(database, known.get(name, Position()), limit) for name, database in logs(catalog, shards).items()
    }
    failpoint("project.after_read")
    entries = [(name, entry) for name, batch in batches.items() for entry in batch]
    if not entries:
        return 0
    began = telemetry.began()
    if isinstance(read_model, CatalogReadModel):
        with catalog.connection() as connection:
            rejected = _take(read_model, entries, partial(read_model.insert_within, connection))
            _save(connection, read_model.name, batches, rejected)
    else:
        rejected = _take(read_model, entries, read_model.insert)
        with catalog.connection() as connection:
            _save(connection, read_model.name, batches, rejected)
    telemetry.record(f"insert into {read_model.name}", [entry.document_sha256 for _, entry in entries], began)
    failpoint("project.after_commit")
    return len(entries)


def _take(
    read_model: ReadModel[Any], entries: Sequence[Placed], insert: Callable[[Sequence[Any]], None]
) -> list[tuple[Placed, str]]:
    return insert_or_park(entries, lambda placed: row_of(placed[1], read_model.projected), insert)


def _save(
    connection: Connection,
    read_model: str,
    batches: Mapping[str, Sequence[LogEntry]],
    rejected: Sequence[tuple[Placed, str]],
) -> None:
    for (log, entry), reason in rejected:
        read_model_positions.park(connection, read_model, log, entry, reason)
    for log, batch in batches.items():
        if batch:
            read_model_positions.save_position(connection, read_model, log, batch[-1].position, len(batch))
    failpoint("project.before_commit")


def catch_up(
    name: str,
    open_read_model: Callable[[], ReadModel[Any]],
    catalog: Database,
    shards: Shards,
    *,
    applied: Callable[[int], None] = lambda _count: None,
    wait_s: float = 600,
) -> int:
    """Apply everything logged so far to a read model, as its leader or by waiting for the process that leads.

    Returns how many changes this process applied.

    Raises:
        StoreUnavailable: a store is unavailable, or the active process did not get so far within `wait_s` seconds.
    """
    heads = {log: change_log.head(database) for log, database in logs(catalog, shards).items()}
    end = time.monotonic() + wait_s
    total = 0
    while True:
        with read_model_positions.lead(catalog, name) as leading:
            if leading is not None:
                read_model = open_read_model()
                try:
                    while count := apply_once(read_model, catalog, shards):
                        total += count
                        applied(count)
                finally:
                    read_model.close()
                return total
        known = read_model_positions.positions(catalog, name)
        if all(known.get(log, Position()) >= head for log, head in heads.items()):
            return total
        if time.monotonic() > end:
            raise StoreUnavailable(
                f"{name} did not catch up within {wait_s:.0f} s by the process that leads it.",
                fix="Check `openpolicy status` and the log of that process.",
            )
        time.sleep(_LOOK_EVERY_S)


def catch_up_lists(catalog: Database, shards: Shards, applied: Callable[[int], None] = lambda _count: None) -> int:
    """Apply everything logged so far to the list tables; returns how many changes this process applied."""
    return catch_up(ListReadModel.name, lambda: ListReadModel(catalog), catalog, shards, applied=applied)
