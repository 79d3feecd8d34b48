"""The facts in ClickHouse as a read model."""

import time
from collections.abc import Iterable, Sequence

from warehouse.clickhouse.client import ClickHouse
from warehouse.clickhouse.migrate import migrate
from warehouse.clickhouse.write_facts import FactWriter, batch_of_age
from warehouse.model.changes.events import LogEntry
from warehouse.model.read_models.facts import Fact, SessionTotals
from warehouse.postgres.connections.pools import Database
from warehouse.projections.facts import project
from warehouse.runtime.settings import Settings

_CLEAN_EVERY_S = 600.0
_UNSEEN_S = 3600.0
"""Parts that nothing refers to are deleted after this time, when no writer can still be about to refer to them."""
_TIMEOUT_S = 60.0


class FactReadModel:
    """Adds changes to the facts in ClickHouse. It creates the tables at first use, because ClickHouse may have been
    unavailable during the migration."""

    name = "facts"
    whole = True

    def __init__(self, url: str) -> None:
        self._url = url
        self._clickhouse = ClickHouse(url, timeout_s=_TIMEOUT_S)
        self._tables: FactWriter | None = None
        self._cleaned_at = time.monotonic()

    @property
    def tables(self) -> FactWriter:
        """The tables, migrated.

        Raises:
            StoreUnavailable: ClickHouse is unavailable.
        """
        if self._tables is None:
            migrate(self._url)
            self._tables = FactWriter(self._clickhouse)
        return self._tables

    def projected(self, entry: LogEntry) -> Fact | None:
        """The facts of a change."""
        return project(entry)

    def insert(self, rows: Sequence[Fact]) -> None:
        """Add one batch; now and then also delete rows left by interrupted inserts.

        Raises:
            RowRefused: a value does not fit; some other rows may have been added.
            StoreUnavailable: ClickHouse is unavailable; the batch comes again.
        """
        self.tables.insert(rows)
        if time.monotonic() - self._cleaned_at > _CLEAN_EVERY_S:
            self.tables.clean(before=batch_of_age(_UNSEEN_S))
            self._cleaned_at = time.monotonic()

    def rebuild(self, batches: Iterable[Sequence[LogEntry]]) -> int:
        """Rebuild everything next to the old facts, and swap. Returns the number of entities."""
        return self.tables.rebuild([fact for fact in map(project, batch) if fact is not None] for batch in batches)

    def stored_revisions(self) -> dict[str, dict[str, int]]:
        """The revision that readers see of every entity."""
        return self.tables.stored_revisions()

    def problems(self) -> list[str]:
        """Votes whose ballots do not match their totals."""
        return self.tables.problems()

    def totals(self) -> dict[str, SessionTotals]:
        """Sums over the votes that readers see, by session."""
        return self.tables.totals()

    def close(self) -> None:
        """Close the connections."""
        self._clickhouse.close()


def open_facts(settings: Settings, _catalog: Database) -> FactReadModel:
    """The facts in the ClickHouse of the settings."""
    return FactReadModel(settings.clickhouse_url)
