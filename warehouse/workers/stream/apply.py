"""Change logs of the shards and the catalog into a sink, without Kafka. One process at a time, elected by a lock."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from warehouse.model.changes.events import LogEntry, Position
from warehouse.postgres.connections.pools import Connection, Database
from warehouse.postgres.log import read as change_log
from warehouse.postgres.log import sink_positions
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.failpoints import failpoint
from warehouse.workers.read_models.lists import ListSink
from warehouse.workers.read_models.registry import CatalogSink, Sink
from warehouse.workers.stream.batches import insert_or_park, row_of

BATCH = 1000
_LOOK_EVERY_S = 0.2
Placed = tuple[str, LogEntry]
"""A change and the name of its log."""


def logs(catalog: Database, shards: Shards) -> dict[str, Database]:
    """Every change log by its name: `catalog`, `shard_0`, …"""
    return {"catalog": catalog} | {f"shard_{number}": shard for number, shard in enumerate(shards.databases)}


def apply_once(sink: Sink[Any], catalog: Database, shards: Shards, *, limit: int = BATCH) -> int:
    """Apply the next batch of every log; returns how many changes were applied, 0 when caught up. Only for the leader.

    Positions are saved after the rows are durable, of a sink in the catalog together with them: a crash at any line
    repeats the batch, and repeating changes nothing. What can never be taken is parked, and the sink goes on.
    """
    known = sink_positions.positions(catalog, sink.name)
    read = change_log.read_whole_after if sink.whole else change_log.read_after
    batches = {
        name: read(database, known.get(name, Position()), limit) for name, database in logs(catalog, shards).items()
    }
    failpoint("project.after_read")
    entries = [(name, entry) for name, batch in batches.items() for entry in batch]
    if not entries:
        return 0
    if isinstance(sink, CatalogSink):
        with catalog.connection() as connection:
            unfit = _take(sink, entries, partial(sink.insert_within, connection))
            _save(connection, sink.name, batches, unfit)
    else:
        unfit = _take(sink, entries, sink.insert)
        with catalog.connection() as connection:
            _save(connection, sink.name, batches, unfit)
    failpoint("project.after_commit")
    return len(entries)


def _take(
    sink: Sink[Any], entries: Sequence[Placed], insert: Callable[[Sequence[Any]], None]
) -> list[tuple[Placed, str]]:
    return insert_or_park(entries, lambda placed: row_of(placed[1], sink.projected), insert)


def _save(
    connection: Connection,
    sink: str,
    batches: Mapping[str, Sequence[LogEntry]],
    unfit: Sequence[tuple[Placed, str]],
) -> None:
    for (log, entry), reason in unfit:
        sink_positions.park(connection, sink, log, entry, reason)
    for log, batch in batches.items():
        if batch:
            sink_positions.save_position(connection, sink, log, batch[-1].position, len(batch))
    failpoint("project.before_commit")


def catch_up(
    name: str,
    open_sink: Callable[[], Sink[Any]],
    catalog: Database,
    shards: Shards,
    *,
    applied: Callable[[int], None] = lambda _count: None,
    wait_s: float = 600,
) -> int:
    """Bring a sink up to everything logged so far: as its leader, or, while another process leads, by waiting for that.

    Returns how many changes were applied here.

    Raises:
        StoreUnavailable: a store is away, or whoever leads did not get so far within `wait_s` seconds.
    """
    heads = {log: change_log.head(database) for log, database in logs(catalog, shards).items()}
    end = time.monotonic() + wait_s
    total = 0
    while True:
        with sink_positions.lead(catalog, name) as leading:
            if leading is not None:
                sink = open_sink()
                try:
                    while count := apply_once(sink, catalog, shards):
                        total += count
                        applied(count)
                finally:
                    sink.close()
                return total
        known = sink_positions.positions(catalog, name)
        if all(known.get(log, Position()) >= head for log, head in heads.items()):
            return total
        if time.monotonic() > end:
            raise StoreUnavailable(
                f"{name} did not catch up within {wait_s:.0f} s by the process that leads it.",
                fix="Check `openpolicy status` and the log of that process.",
            )
        time.sleep(_LOOK_EVERY_S)


def catch_up_lists(catalog: Database, shards: Shards, applied: Callable[[int], None] = lambda _count: None) -> int:
    """Bring the list tables up to everything logged so far; returns how many changes were applied here."""
    return catch_up(ListSink.name, lambda: ListSink(catalog), catalog, shards, applied=applied)
