"""Ingest from a stand-in for Parliament into a test's own databases, over real HTTP."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assets.ingest import IngestReport, ingest
from assets.progress import Silent
from assets.upstream.server import Upstream, running
from tests.support.servers.database_roles import as_role
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.roles import LOADER
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.settings import Settings


class Installation:
    """A test's databases and archive, and what can be asked of them."""

    def __init__(self, urls: Sequence[str], catalog: Database, shards: Shards, archive: Path) -> None:
        self.urls, self.catalog, self.shards, self.archive = urls, catalog, shards, archive

    def settings(self, upstream_url: str) -> Settings:
        """The settings of a process that loads from `upstream_url` into this installation."""
        catalog_url, *shard_urls = as_role(LOADER, self.urls)
        return Settings(
            catalog_url=catalog_url,
            shard_urls=tuple(shard_urls),
            objects_url=self.archive.as_uri(),
            legisinfo_url=upstream_url,
            ourcommons_url=upstream_url,
        )

    def ingest(self, upstream: Upstream) -> IngestReport:
        """One ingestion of all that a stand-in holds."""
        with running(upstream) as url:
            return ingest(self.settings(url), sessions=None, progress=Silent())

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query to the catalog."""
        with self.catalog.connection() as connection:
            return connection.execute(query.encode()).fetchall()

    def ask_shards(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query to every shard."""
        rows: list[tuple[Any, ...]] = []
        for database in self.shards.databases:
            with database.connection() as connection:
                rows += connection.execute(query.encode()).fetchall()
        return rows

    def revisions(self) -> dict[str, int]:
        """The revision of every bill and vote."""
        return dict(self.ask_shards("select key, revision from bills union all select key, revision from votes"))

    def parked(self) -> dict[str, str]:
        """The reason by address and record of all that is in quarantine now."""
        rows = self.ask("select url, record_key, reason from quarantine where resolved_at is null")
        return {f"{url} {key}".strip(): reason for url, key, reason in rows}

    def findings(self) -> dict[str, list[str]]:
        """The keys of the open findings by rule."""
        found: dict[str, list[str]] = {}
        for rule, key in self.ask("select rule, key from findings where resolved_at is null order by rule, key"):
            found.setdefault(rule, []).append(key)
        return found
