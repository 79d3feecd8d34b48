"""Writes the list tables in the catalog: rows are applied idempotently by revision, and versioned for exact paging."""

from collections.abc import Iterable, Mapping, Sequence
from typing import LiteralString

import psycopg
from psycopg import sql

from warehouse.model.read_models.lists import ListChange
from warehouse.postgres.connections.listener import LISTS
from warehouse.postgres.connections.pools import Connection
from warehouse.runtime.errors import RowRefused
from warehouse.runtime.sqlfiles import queries


def _query(name: str) -> LiteralString:
    return queries("postgres/catalog/queries/lists.sql")[name]


def apply(connection: Connection, columns: Mapping[str, Sequence[str]], changes: Iterable[ListChange]) -> int:
    """Apply rows with these `columns` to list tables, as the only process that does.

    A revision that was applied already changes nothing. Returns the new list version, which readers see after the
    commit.

    Raises:
        RowRefused: one of the rows can never be applied; none was, and the transaction can continue.
    """
    try:
        with connection.transaction():
            connection.execute(_query("lead"))
            version = int(connection.execute(_query("next_version")).fetchone()[0])  # type: ignore[index]
            for table, incoming in _by_table(changes).items():
                _apply_table(connection, table, columns[table], _newest(incoming), version)
            connection.execute(sql.SQL("notify {}").format(sql.Identifier(LISTS)))
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        raise RowRefused(str(error).splitlines()[0]) from error
    return version


def forget_old_versions(connection: Connection, tables: Iterable[str]) -> None:
    """Delete rows that only versions older than 400 days have."""
    row = connection.execute(_query("oldest_kept")).fetchone()
    oldest = {"oldest": 0 if row is None else row[0]}
    for table in tables:
        connection.execute(_statement("forget_rows", table), oldest)
    connection.execute(_query("forget_versions"), oldest)


def _newest(changes: Iterable[ListChange]) -> list[ListChange]:
    """The change of the highest revision of each key."""
    newest: dict[str, ListChange] = {}
    for change in changes:
        key, revision = change.row[:2]
        if key not in newest or newest[key].row[1] < revision:
            newest[key] = change
    return list(newest.values())


def replace(
    connection: Connection, columns: Mapping[str, Sequence[str]], batches: Iterable[Sequence[ListChange]]
) -> int:
    """Replace all current rows by these, as one new list version; returns their number.

    No other process applies rows between the reading of the first batch and the commit: the source of the batches must
    have everything that was ever applied.

    Raises:
        RowRefused: one of the rows can never be applied.
    """
    connection.execute(_query("lead"))
    version = int(connection.execute(_query("next_version")).fetchone()[0])  # type: ignore[index]
    try:
        for table in columns:
            connection.execute(_statement("stage", table))
        for batch in batches:
            for table, changes in _by_table(batch).items():
                _copy(connection, table, columns[table], changes, version)
        rows = 0
        for table in columns:
            for name in ("stage_newest", "keep_lives", "drop_untrue", "close_all"):
                connection.execute(_statement(name, table), {"version": version})
            rows += connection.execute(_statement("insert_new", table)).rowcount
            connection.execute(_statement("unstage", table))
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        raise RowRefused(str(error).splitlines()[0]) from error
    connection.execute(sql.SQL("notify {}").format(sql.Identifier(LISTS)))
    return rows


def current(connection: Connection, table: str) -> dict[str, int]:
    """The current revision of every key of a list table."""
    return dict(connection.execute(_statement("current", table)).fetchall())


def _statement(name: str, table: str) -> sql.Composed:
    names = {"table": sql.Identifier(table), "incoming": sql.Identifier(f"incoming_{table}")}
    return sql.SQL(_query(name)).format(**names)


def _by_table(changes: Iterable[ListChange]) -> dict[str, list[ListChange]]:
    by_table: dict[str, list[ListChange]] = {}
    for change in changes:
        by_table.setdefault(change.table, []).append(change)
    return by_table


def _apply_table(
    connection: Connection, table: str, filled: Sequence[str], changes: Sequence[ListChange], version: int
) -> None:
    connection.execute(_statement("stage", table))
    _copy(connection, table, filled, changes, version)
    connection.execute(_statement("drop_applied", table))
    connection.execute(_statement("close_replaced", table), {"version": version})
    connection.execute(_statement("insert_new", table))
    connection.execute(_statement("unstage", table))


def _copy(
    connection: Connection, table: str, filled: Sequence[str], changes: Sequence[ListChange], version: int
) -> None:
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in (*filled, "live_from", "live_to"))
    statement = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(f"incoming_{table}"), columns)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for change in changes:
            copy.write_row((*change.row, version, version if change.is_withdrawn else None))
