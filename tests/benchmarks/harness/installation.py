"""A fresh installation in a temporary folder: embedded PostgreSQL, catalog and four shards, an archive."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, LiteralString

import psycopg

from deploy.local.postgres.server import PostgresServer
from deploy.local.system import children
from tests.benchmarks.harness.processes import cpu_of_family
from warehouse.postgres.migrate import create_database, migrate

SHARDS = 4
START_S = 60.0
_REAPED_S = 0.2


class Installation:
    """Databases that nothing else uses, in a server with the settings of `openpolicy run`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = PostgresServer(folder / "postgres")
        self._postmaster = self.server.start().pid
        self.catalog_url = self.server.url("catalog")
        self.shard_urls = tuple(self.server.url(f"shard_{number}") for number in range(SHARDS))
        for url in (self.catalog_url, *self.shard_urls):
            create_database(url)
        migrate(self.catalog_url, self.shard_urls)

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a process that uses these stores."""
        return {
            "OPENPOLICY_CATALOG_URL": self.catalog_url,
            "OPENPOLICY_SHARD_URLS": ",".join(self.shard_urls),
            "OPENPOLICY_OBJECTS_URL": (self.folder / "archive").as_uri(),
            "OPENPOLICY_CURSOR_SECRET": "of this run only",
            "OPENPOLICY_LOG_LEVEL": "WARNING",
        }

    def cpu(self) -> float:
        """CPU seconds of the database server until now; the server is given time to count back ends that have ended."""
        time.sleep(_REAPED_S)
        return cpu_of_family(self._postmaster)

    @contextmanager
    def pinned(self, core: int) -> Iterator[None]:
        """The database server on one core for as long as the block runs, with every connection opened meanwhile."""
        cores = os.sched_getaffinity(self._postmaster)
        if core in cores:
            os.sched_setaffinity(self._postmaster, {core})
        try:
            yield
        finally:
            os.sched_setaffinity(self._postmaster, cores)

    def ask(self, query: LiteralString, urls: Sequence[str] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query from every shard, or from the databases named."""
        found: list[tuple[Any, ...]] = []
        for url in urls or self.shard_urls:
            with psycopg.connect(url, autocommit=True) as connection:
                found += connection.execute(query).fetchall()
        return found

    def settle(self) -> None:
        """Do now the work that the server would otherwise do during the next measurement."""
        for url in (self.catalog_url, *self.shard_urls):
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("vacuum analyze")
        with psycopg.connect(self.catalog_url, autocommit=True) as connection:
            connection.execute("checkpoint")


@contextmanager
def installation() -> Iterator[Installation]:
    """An empty installation for as long as the block runs; nothing of it stays."""
    folder = Path(tempfile.mkdtemp(prefix="openpolicy-bench-"))
    folder.chmod(0o711)  # PostgreSQL runs as another user where we are root
    try:
        yield Installation(folder)
    finally:
        PostgresServer(folder / "postgres").remove()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def child(name: str, command: Sequence[str], folder: Path, variables: Mapping[str, str], port: int) -> Iterator[int]:
    """A server process of its own session for as long as the block runs; its pid, which is its process group."""
    environment = children.child_environment(variables)
    server = children.start(name, command, logs=folder / "logs", environment=environment, cwd=folder)
    try:
        server.wait_until(children.accepts(port), START_S)
        yield server.mark.pid
    finally:
        _end(server)


def _end(server: children.Child) -> None:
    for sign, seconds in ((signal.SIGTERM, 10), (signal.SIGKILL, 5)):
        if server.ended() is not None:
            return
        os.killpg(server.mark.pid, sign)
        end = time.monotonic() + seconds
        while server.ended() is None and time.monotonic() < end:
            time.sleep(0.05)
