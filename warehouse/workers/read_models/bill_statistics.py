"""Statistics of bills as a read model: kept in the catalog, in one transaction with its positions."""

from collections.abc import Iterable, Sequence

from warehouse.model.changes.events import LogEntry
from warehouse.model.read_models.bill_statistics import CountedEntity
from warehouse.postgres.catalog import bill_statistics
from warehouse.postgres.connections.pools import Connection, Database
from warehouse.projections.bill_statistics import project
from warehouse.runtime.failpoints import failpoint
from warehouse.runtime.settings import Settings


class BillStatisticsReadModel:
    """Counts votes by bill."""

    name = "bill_statistics"
    whole = True

    def __init__(self, catalog: Database) -> None:
        self._catalog = catalog

    def projected(self, entry: LogEntry) -> CountedEntity | None:
        """The row of a bill or a vote; None for other entities."""
        return project(entry)

    def insert(self, rows: Sequence[CountedEntity]) -> None:
        """Apply one batch in its own transaction.

        Raises:
            RowRefused: a row can never be applied; none was.
            StoreUnavailable: the catalog is unavailable.
        """
        with self._catalog.connection() as connection:
            self.insert_within(connection, rows)
            failpoint("bill_statistics.before_commit")

    def insert_within(self, connection: Connection, rows: Sequence[CountedEntity]) -> None:
        """Apply one batch and recount its bills."""
        bill_statistics.apply(connection, rows)

    def rebuild(self, batches: Iterable[Sequence[LogEntry]]) -> int:
        """Recount everything in one transaction; readers see the former rows until it commits.

        Raises:
            RowRefused: a row can never be applied; nothing was changed.
        """
        rows = ([row for row in map(project, batch) if row is not None] for batch in batches)
        with self._catalog.connection() as connection:
            return bill_statistics.replace(connection, rows)

    def stored_revisions(self) -> dict[str, dict[str, int]]:
        """The counted revision of every bill and vote."""
        return bill_statistics.stored_revisions(self._catalog)

    def close(self) -> None:
        """Nothing to close: the catalog belongs to the caller."""


def open_bill_statistics(_settings: Settings, catalog: Database) -> BillStatisticsReadModel:
    """The statistics of bills in a catalog."""
    return BillStatisticsReadModel(catalog)
