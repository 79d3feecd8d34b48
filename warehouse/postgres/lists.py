"""The list tables in the catalog: applied by projected rows, idempotent by revision, versioned for exact paging."""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from warehouse.model.events import Position
from warehouse.postgres.pools import Connection, Database
from warehouse.runtime.errors import RowRefused
from warehouse.runtime.sqlfiles import queries

PROJECTION = "lists"
CHANNEL: LiteralString = "openpolicy_lists"

ListRow = tuple[Any, ...]
"""A row for a list table; key and revision come first."""


def _query(name: str) -> LiteralString:
    return queries("postgres/catalog/queries/lists.sql")[name]


def try_lead(connection: Connection) -> bool:
    """Become the one projector for this transaction; False while another process is."""
    row = connection.execute(_query("try_lead")).fetchone()
    return bool(row and row[0])


def take_turn(connection: Connection) -> None:
    """Become the one projector for this transaction; waits while another process is."""
    connection.execute(_query("lead"))


def positions(connection: Connection) -> dict[str, Position]:
    """How far each log has been applied, by the log's name; a log never read is absent."""
    rows = connection.execute(_query("positions"), {"projection": PROJECTION}).fetchall()
    return {log: Position(xid, seq) for log, xid, seq in rows}


def save_position(connection: Connection, log: str, position: Position, applied: int) -> None:
    """Note how far a log has been applied, in the transaction that applied it."""
    parameters = {
        "projection": PROJECTION, "log": log, "xid": str(position.xid), "seq": position.seq, "applied": applied,
    }  # fmt: skip
    connection.execute(_query("save_position"), parameters)


def apply(connection: Connection, columns: Mapping[str, Sequence[str]], rows: Mapping[str, Sequence[ListRow]]) -> int:
    """Apply projected rows by list table, whose `columns` they fill; a revision already applied changes nothing.

    Returns the new list version, which readers see from the commit on.
    """
    version = int(connection.execute(_query("next_version")).fetchone()[0])  # type: ignore[index]
    for table, incoming in rows.items():
        _apply_table(connection, table, columns[table], _newest(incoming), version)
    connection.execute(sql.SQL("notify {}").format(sql.Identifier(CHANNEL)))
    return version


def apply_in_turn(
    catalog: Database, columns: Mapping[str, Sequence[str]], rows: Mapping[str, Sequence[ListRow]]
) -> None:
    """Apply rows that came by Kafka, in one transaction, while no other process applies any.

    Raises:
        RowRefused: one of the rows can never be applied; none was.
        StoreUnavailable: the catalog is away.
    """
    try:
        with catalog.connection() as connection:
            take_turn(connection)
            apply(connection, columns, rows)
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        raise RowRefused(str(error).splitlines()[0]) from error


def forget_old_versions(connection: Connection) -> None:
    """Delete rows that only versions older than a day hold."""
    connection.execute(_query("forget"))


def _newest(rows: Sequence[ListRow]) -> list[ListRow]:
    """The row of the highest revision of each key."""
    newest: dict[str, ListRow] = {}
    for row in rows:
        if row[0] not in newest or newest[row[0]][1] < row[1]:
            newest[row[0]] = row
    return list(newest.values())


def _apply_table(
    connection: Connection, table: str, filled: Sequence[str], rows: Sequence[ListRow], version: int
) -> None:
    names = {"table": sql.Identifier(table), "incoming": sql.Identifier(f"incoming_{table}")}
    connection.execute(sql.SQL(_query("stage")).format(**names))
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in (*filled, "live_from"))
    with (
        connection.cursor() as cursor,
        cursor.copy(sql.SQL("copy {incoming} ({columns}) from stdin").format(columns=columns, **names)) as copy,
    ):
        for row in rows:
            copy.write_row((*row, version))
    connection.execute(sql.SQL(_query("drop_applied")).format(**names))
    connection.execute(sql.SQL(_query("close_replaced")).format(**names), {"version": version})
    connection.execute(sql.SQL(_query("insert_new")).format(**names))
