"""Applies numbered SQL files, each once and in one transaction, forward only.

Used instead of dbmate because five databases share one set of files, and because an applied file that was edited must
be refused.
"""

import itertools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from warehouse.model.keys import BUCKETS
from warehouse.postgres import roles
from warehouse.postgres.connections.pools import unavailable
from warehouse.postgres.log.partitions import make_ahead
from warehouse.postgres.shards.shard_map import initial_map
from warehouse.runtime.migrations import digest, migration_files, refuse_foreign

_AT_ONCE: Final = 4
"""Shards that are migrated side by side."""
_TABLE = """create table if not exists schema_migrations (
    name text primary key, sha256 text not null, applied_at timestamptz not null default now())"""


def create_database(url: str) -> bool:
    """Create the database of a URL if it does not exist; returns whether it was created."""
    parts = urlsplit(url)
    name = parts.path.lstrip("/")
    with _connect(urlunsplit(parts._replace(path="/postgres"))) as connection:
        if connection.execute("select 1 from pg_database where datname = %s", (name,)).fetchone():
            return False
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        return True


def migrate(catalog_url: str, shard_urls: Sequence[str]) -> list[str]:
    """Migrate the catalog and every shard to this version, and fill the shard map of a new installation. Coming months
    of the change logs and the privileges of roles are set up even if there is nothing to apply.

    Returns the applied migrations as `database: file`.

    Raises:
        StoreUnavailable: a database cannot be reached.
        DataFolderUnusable: a database was made by a newer or an edited version.
    """
    applied = _apply(
        catalog_url, ("common", "catalog")
    )  # first, because it creates the roles, which all databases share
    if shard_urls:
        with ThreadPoolExecutor(min(len(shard_urls), _AT_ONCE), "migrate") as threads:
            applied += itertools.chain.from_iterable(threads.map(migrate_shard, shard_urls))
    with _connect(catalog_url) as connection, connection.transaction():
        _fill_shard_map(connection, len(shard_urls))
    return applied


def migrate_shard(url: str) -> list[str]:
    """Migrate one shard to this version; returns the applied migrations.

    Raises:
        StoreUnavailable: the database cannot be reached.
        DataFolderUnusable: it was made by a newer or an edited version.
    """
    return _apply(url, ("common", "shard"))


def shards_on(url: str) -> int:
    """The number of databases `shard_0`, `shard_1`, … on the server of this URL."""
    with _connect(url) as connection:
        rows = connection.execute("select datname from pg_database where datname ~ '^shard_[0-9]+$'").fetchall()
    names = {row[0] for row in rows}
    return next(number for number in itertools.count() if f"shard_{number}" not in names)


def _connect(url: str) -> psycopg.Connection:
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=5, options="-c timezone=UTC")
    except psycopg.OperationalError as error:
        raise unavailable(url, error) from error


def _apply(url: str, folders: Sequence[str]) -> list[str]:
    database = urlsplit(url).path.lstrip("/")
    files = migration_files("postgres", folders)
    applied: list[str] = []
    with _connect(url) as connection, connection.transaction():
        connection.execute("select pg_advisory_xact_lock(hashtext('openpolicy.migrate'))")
        connection.execute(_TABLE)
        known: dict[str, str] = dict(connection.execute("select name, sha256 from schema_migrations").fetchall())
        refuse_foreign(database, known, files)
        for name, file in files.items():
            if name not in known:
                text = file.read_text(encoding="utf-8")
                connection.execute(text.encode())
                connection.execute("insert into schema_migrations (name, sha256) values (%s, %s)", (name, digest(text)))
                applied.append(f"{database}: {name}")
        make_ahead(connection)
        roles.grant(connection, folders[-1])
    return applied


def _fill_shard_map(connection: psycopg.Connection, shards: int) -> None:
    """Fill the map of a new installation only: later the map itself decides where buckets are."""
    row = connection.execute("select count(*) from shard_map").fetchone()
    if row is not None and row[0] == 0:
        with connection.cursor() as cursor, cursor.copy("copy shard_map (bucket, shard) from stdin") as copy:
            for pair in zip(range(BUCKETS), initial_map(shards), strict=True):
                copy.write_row(pair)
