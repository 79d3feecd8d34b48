"""Rebuilds a read model from the newest change of every entity, while the old one is read."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import msgspec

from warehouse.model.changes.events import LogEntry
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log import read as change_log
from warehouse.postgres.log import read_model_positions
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.errors import BadEvent
from warehouse.runtime.settings import Settings
from warehouse.workers.read_models.registry import ReadModel, open_read_model
from warehouse.workers.stream.apply import Placed, logs
from warehouse.workers.stream.batches import row_of


class Rebuilt(msgspec.Struct, frozen=True):
    """The result of a rebuild."""

    rows: int
    dead_letters: int
    """Changes that give no row."""


def entities(catalog: Database, shards: Shards) -> int:
    """The number of entities that a rebuild reads."""
    return sum(change_log.entities(database) for database in logs(catalog, shards).values())


def rebuild(
    name: str,
    settings: Settings,
    catalog: Database,
    shards: Shards,
    *,
    read: Callable[[int], None] = lambda _count: None,
) -> Rebuilt:
    """Rebuild a read model. Its leader yields the lead between two batches, and takes it again afterwards.

    `read` is called with the number of further entities read. Afterwards the positions in the logs are those from
    before the first read.

    Raises:
        RowRefused: the store will never accept a row; readers see the old rows.
        StoreUnavailable: a store is unavailable; the same.
    """
    every = logs(catalog, shards)
    with (
        read_model_positions.lead(catalog, name, wait=True),
        closing(open_read_model(name, settings, catalog)) as read_model,
    ):
        heads = {log: change_log.head(database) for log, database in every.items()}
        rejected: list[tuple[Placed, str]] = []
        rows = read_model.rebuild(_fit(read_model, every, rejected, read))
        with catalog.connection() as connection:
            read_model_positions.settle_all(connection, name)
            for (log, entry), reason in rejected:
                read_model_positions.park(connection, name, log, entry, reason)
            for log, head in heads.items():
                read_model_positions.save_position(connection, name, log, head, 0)
    return Rebuilt(rows, len(rejected))


def _fit(
    read_model: ReadModel[Any],
    every: dict[str, Database],
    rejected: list[tuple[Placed, str]],
    read: Callable[[int], None],
) -> Iterator[list[LogEntry]]:
    """The newest changes, in batches, without those that give no row; these are recorded."""
    for log, database in every.items():
        for batch in change_log.latest_in_batches(database, whole=read_model.whole):
            fit = []
            for entry in batch:
                try:
                    row_of(entry, read_model.projected)
                except BadEvent as error:
                    rejected.append(((log, entry), error.message))
                else:
                    fit.append(entry)
            yield fit
            read(len(batch))
