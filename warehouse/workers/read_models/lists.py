"""The list tables as a read model: rows and positions in one transaction of the catalog."""

import time
from collections.abc import Iterable, Sequence

from warehouse.model.changes.events import LogEntry
from warehouse.model.kinds import lists
from warehouse.model.read_models.lists import ListChange
from warehouse.postgres.connections.pools import Connection, Database
from warehouse.postgres.lists import write
from warehouse.projections.lists import COLUMNS, project
from warehouse.runtime.failpoints import failpoint
from warehouse.runtime.settings import Settings

_FORGET_EVERY_S = 600


class ListReadModel:
    """Applies changes to the list tables of a catalog."""

    name = "lists"
    whole = False

    def __init__(self, catalog: Database) -> None:
        self._catalog = catalog
        self._forgotten_at: float | None = None

    def projected(self, entry: LogEntry) -> ListChange | None:
        """The row of a change; None for entities without a list."""
        return project(entry)

    def insert(self, rows: Sequence[ListChange]) -> None:
        """Apply one batch in its own transaction.

        Raises:
            RowRefused: a row can never be applied; none was.
            StoreUnavailable: the catalog is unavailable.
        """
        with self._catalog.connection() as connection:
            self.insert_within(connection, rows)
            failpoint("lists.before_commit")

    def insert_within(self, connection: Connection, rows: Sequence[ListChange]) -> None:
        """Apply one batch; now and then also delete rows that only expired versions have."""
        write.apply(connection, COLUMNS, rows)
        if self._forgotten_at is None or time.monotonic() - self._forgotten_at > _FORGET_EVERY_S:
            write.forget_old_versions(connection, COLUMNS)
            self._forgotten_at = time.monotonic()

    def rebuild(self, batches: Iterable[Sequence[LogEntry]]) -> int:
        """Replace all current rows by those of the entries, as one new version. Paging through older versions continues
        to work.

        Raises:
            RowRefused: a row can never be applied; the lists stay as they are.
        """
        changes = ([change for change in map(project, batch) if change is not None] for batch in batches)
        with self._catalog.connection() as connection:
            return write.replace(connection, COLUMNS, changes)

    def stored_revisions(self) -> dict[str, dict[str, int]]:
        """The revision that each list shows of every entity."""
        with self._catalog.connection() as connection:
            return {kind.name: write.current(connection, kind.list_table) for kind in lists()}

    def close(self) -> None:
        """Nothing to close: the catalog belongs to the caller."""


def open_lists(_settings: Settings, catalog: Database) -> ListReadModel:
    """The list tables of a catalog."""
    return ListReadModel(catalog)
