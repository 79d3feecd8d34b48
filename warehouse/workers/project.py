"""The projector: change logs of the shards and the catalog into the list tables. One at a time, elected by a lock."""

import threading
import time
from collections.abc import Callable

from warehouse.model.events import LogEntry, Position
from warehouse.postgres import change_log, lists
from warehouse.postgres.pools import Connection, Database
from warehouse.postgres.shards import Shards
from warehouse.projections.lists import COLUMNS, ListRow, project
from warehouse.runtime.errors import OpenPolicyError
from warehouse.runtime.failpoints import failpoint
from warehouse.runtime.logging import get_logger

log = get_logger(__name__)
BATCH = 1000
_FORGET_EVERY_S = 600


def logs(catalog: Database, shards: Shards) -> dict[str, Database]:
    """Every change log by its name: `catalog`, `shard_0`, …"""
    return {"catalog": catalog} | {f"shard_{number}": shard for number, shard in enumerate(shards.databases)}


def project_once(catalog: Database, shards: Shards, *, limit: int = BATCH) -> int:
    """Apply the next batch of every log; returns how many changes were applied, 0 when caught up or not the leader.

    Rows and positions are committed together: a crash at any line repeats the batch, and repeating changes nothing.
    """
    with catalog.connection() as connection:
        if not lists.try_lead(connection):
            return 0
        known = lists.positions(connection)
        batches = {
            name: change_log.read_after(database, known.get(name, Position()), limit)
            for name, database in logs(catalog, shards).items()
        }
        failpoint("project.after_read")
        if not any(batches.values()):
            return 0
        _apply(connection, batches)
        failpoint("project.before_commit")
    failpoint("project.after_commit")
    return sum(len(batch) for batch in batches.values())


def _apply(connection: Connection, batches: dict[str, list[LogEntry]]) -> None:
    rows: dict[str, list[ListRow]] = {}
    for name, batch in batches.items():
        for entry in batch:
            projected = project(entry)
            if projected is not None:
                rows.setdefault(projected[0], []).append(projected[1])
        if batch:
            lists.save_position(connection, name, batch[-1].position, len(batch))
    if rows:
        lists.apply(connection, COLUMNS, rows)


def catch_up(catalog: Database, shards: Shards, applied: Callable[[int], None] = lambda _count: None) -> int:
    """Apply until nothing is left; returns how many changes were applied."""
    total = 0
    while count := project_once(catalog, shards):
        total += count
        applied(count)
    return total


class Projector(threading.Thread):
    """Runs the projection until stopped; a store that is away is waited for, and nothing is lost meanwhile."""

    def __init__(self, catalog: Database, shards: Shards, *, pause_s: float = 0.25) -> None:
        super().__init__(name="projector", daemon=True)
        self._catalog, self._shards, self._pause_s = catalog, shards, pause_s
        self._ended = threading.Event()

    def run(self) -> None:
        """Loop: apply, and pause when there is nothing to do."""
        forgotten_at = 0.0
        while not self._ended.is_set():
            try:
                applied = project_once(self._catalog, self._shards)
                if time.monotonic() - forgotten_at > _FORGET_EVERY_S:
                    with self._catalog.connection() as connection:
                        lists.forget_old_versions(connection)
                    forgotten_at = time.monotonic()
            except OpenPolicyError as error:
                log.warning("projection waits for a store", cause=error.message)
                applied = 0
                self._ended.wait(2)
            if applied == 0:
                self._ended.wait(self._pause_s)

    def stop(self) -> None:
        """End after the batch in hand and wait for it."""
        self._ended.set()
        self.join(timeout=10)
