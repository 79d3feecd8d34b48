"""Stores for commands: the running ones, or ones started for the duration of the command."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.folder import DataFolder, find_folder, named_folder
from deploy.local.postgres import roles
from deploy.local.postgres.server import PostgresServer
from deploy.local.sources import ChosenSource
from deploy.local.supervisor import Supervisor
from deploy.local.system import interrupts
from warehouse.objects.past_states import ParquetStates
from warehouse.postgres.catalog.loads import open_shards
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.errors import DataFolderUnusable, StoreUnavailable
from warehouse.runtime.settings import Settings, read_settings

Say = Callable[[str], None]


def has_own_stores(settings: Settings) -> bool:
    """Whether the environment names every store that a load needs, so that no data folder is used."""
    return bool(settings.catalog_url and settings.shard_urls and settings.objects_url)


def running_settings(folder: DataFolder) -> Settings | None:
    """The settings of the servers that run in a folder; None if none run."""
    instance = folder.read()
    if instance is None or not instance.is_running() or f"{_CATALOG}" not in {**instance.environment, **os.environ}:
        return None
    return read_settings({**instance.environment, **os.environ})


_CATALOG = "OPENPOLICY_CATALOG_URL"


@contextmanager
def stores(
    folder: DataFolder,
    source: ChosenSource,
    *,
    say: Say,
    role: str | None = None,
    with_upstream: bool = False,
    with_clickhouse: bool = False,
) -> Iterator[Settings]:
    """Settings for stores that answer while the block runs, optionally with upstream and ClickHouse.

    `role` connects to the embedded PostgreSQL; None: its superuser, which `migrate` and a new shard need.

    Raises:
        DataFolderUnusable: the folder holds data of another source, or another process is starting servers in it.
        StoreUnavailable: PostgreSQL of the folder has ended.
    """
    if settings := running_settings(folder):
        instance = folder.read()
        if instance is not None and instance.kind != source.kind:
            raise DataFolderUnusable(
                f"{folder.path} holds data of the source {instance.source}, not of {source.name}.",
                fix="Choose another folder with --data-dir.",
            )
        if instance is not None and "postgres" in {server.name for server in instance.ended()}:
            raise StoreUnavailable(f"PostgreSQL ended in {folder.path}.", fix=folder.next_step(instance))
        yield _as_role(folder, role, settings)
        return
    supervisor = Supervisor(folder, source, say=say)
    supervisor.open()
    try:
        supervisor.start_stores(with_redis=False, with_dagster=False, with_clickhouse=with_clickhouse)
        if with_upstream:
            supervisor.start_upstream()
        supervisor.migrate()
        yield _as_role(folder, role, supervisor.settings)
    finally:
        supervisor.close()


def _as_role(folder: DataFolder, role: str | None, settings: Settings) -> Settings:
    if role is None:
        return settings
    return roles.settings_for(PostgresServer(folder.path / "postgres"), role, settings)


@contextmanager
def databases(settings: Settings, *, size: int = 4) -> Iterator[tuple[Database, Shards]]:
    """The catalog and the shards with its map, with at most `size` connections to each."""
    past = ParquetStates(settings.objects_url)
    catalog = Database(settings.catalog_url, size=size, shards=len(settings.shard_urls), past=past)
    try:
        shards = open_shards(catalog, settings.shard_urls, size=size)
        try:
            yield catalog, shards
        finally:
            shards.close()
    finally:
        catalog.close()


@contextmanager
def found_stores(data_dir: Path | None, settings: Settings, say: Say, role: str | None = None) -> Iterator[Settings]:
    """The stores that the environment names, or else those of the data folder, connected as a role or as the
    superuser."""
    interrupts.install()
    if named_folder(data_dir) is None and settings.catalog_url and settings.shard_urls:
        yield settings
        return
    folder = find_folder(data_dir)
    with stores(folder, source_of(folder), say=say, role=role, with_clickhouse=True) as found:
        yield found


def source_of(folder: DataFolder) -> ChosenSource:
    """The source of an existing data folder."""
    instance = folder.read()
    assert instance is not None
    return ChosenSource.of(instance)
