"""Applies ClickHouse's migrations. ClickHouse has no transactions over several statements, so each file can be run
again after an interruption."""

from urllib.parse import urlsplit, urlunsplit

import msgspec

from warehouse.clickhouse.client import ClickHouse
from warehouse.runtime.migrations import digest, migration_files, refuse_foreign

_DATABASE = "create database if not exists {database:Identifier}"
_TABLE = """create table if not exists schema_migrations (
    name String, sha256 String, applied_at DateTime64(3, 'UTC') default now64(3)) engine = MergeTree order by name"""
_KNOWN = "select name, any(sha256) from schema_migrations group by name order by name"
_APPLIED = "insert into schema_migrations (name, sha256) select {name:String}, {sha256:String}"


def migrate(url: str) -> list[str]:
    """Create the database of a URL if it does not exist, and migrate it to this version.

    Returns the applied migrations as `database: file`.

    Raises:
        StoreUnavailable: ClickHouse cannot be reached.
        DataFolderUnusable: the database was made by a newer or an edited version.
    """
    database = urlsplit(url).path.lstrip("/") or "default"
    server = ClickHouse(urlunsplit(urlsplit(url)._replace(path="/default")))
    server.command(_DATABASE, {"database": database})
    server.close()
    clickhouse = ClickHouse(url, timeout_s=60)
    try:
        return [f"{database}: {name}" for name in _apply(clickhouse, database)]
    finally:
        clickhouse.close()


def _apply(clickhouse: ClickHouse, database: str) -> list[str]:
    files = migration_files("clickhouse")
    clickhouse.command(_TABLE)
    known: dict[str, str] = msgspec.convert(dict(clickhouse.rows(_KNOWN)), dict[str, str])
    refuse_foreign(database, known, files)
    fresh = [name for name in files if name not in known]
    for name in fresh:
        text = files[name].read_text(encoding="utf-8")
        for statement in statements(text):
            clickhouse.command(statement)
        clickhouse.command(_APPLIED, {"name": name, "sha256": digest(text)})
    return fresh


def statements(text: str) -> list[str]:
    """The statements of a file: each ends with a semicolon at the end of a line."""
    return [statement for part in f"{text}\n".split(";\n") if (statement := part.strip())]
