"""Ballots read back from the shards, and the runs of equal name, caucus and riding that members are derived from."""

import io
from collections.abc import Iterable
from typing import Any

import msgspec
import polars as pl
from psycopg import sql

from warehouse.model.entities import Session
from warehouse.postgres.connections.pools import Connection, Database
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.sqlfiles import queries

_SHARD = "postgres/shard/queries/ballots.sql"
_CATALOG = "postgres/catalog/queries/ballot_runs.sql"

BALLOTS_SCHEMA = pl.Schema(
    [
        ("person_id", pl.Int32()),
        ("held_at", pl.Datetime("us", "UTC")),
        ("held_on", pl.Date()),
        ("number", pl.Int32()),
        ("name", pl.String()),
        ("caucus", pl.String()),
        ("riding", pl.String()),
    ]
)
RUNS_SCHEMA = pl.Schema(
    [
        ("session", pl.String()),
        ("person_id", pl.Int32()),
        ("first_on", pl.Date()),
        ("last_on", pl.Date()),
        ("first_number", pl.Int32()),
        ("last_number", pl.Int32()),
        ("name", pl.String()),
        ("caucus", pl.String()),
        ("riding", pl.String()),
    ]
)


def session_ballots(shards: Shards, session: str) -> pl.DataFrame:
    """Every ballot of a session from all shards, unordered, with the columns of `BALLOTS_SCHEMA`."""
    query = sql.SQL(queries(_SHARD)["copy_session_ballots"])

    def ask(connection: Connection, owned: list[int]) -> io.BytesIO:
        statement = query.format(session=sql.Literal(session), owned=sql.Literal(owned))
        buffer = io.BytesIO()
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for chunk in copy:
                buffer.write(chunk)
        return buffer

    frames = [_frame(buffer) for buffer in shards.read(ask) if buffer.tell()]
    return pl.concat(frames) if frames else BALLOTS_SCHEMA.to_frame()


def _frame(buffer: io.BytesIO) -> pl.DataFrame:
    buffer.seek(0)
    text = pl.Schema((name, pl.String() if name == "held_at" else kind) for name, kind in BALLOTS_SCHEMA.items())
    frame = pl.read_csv(buffer, has_header=False, schema=text)
    return frame.with_columns(pl.col("held_at").str.to_datetime("%Y-%m-%d %H:%M:%S%.f%#z", time_unit="us"))


def bill_keys(shards: Shards, session: str, *, only_provisional: bool = False) -> set[str]:
    """The keys of the bills of a session: all of them, or those that only votes name."""

    def ask(connection: Connection, owned: list[int]) -> set[str]:
        parameters = {"session": session, "only_provisional": only_provisional, "owned": owned}
        return {row[0] for row in connection.execute(queries(_SHARD)["bill_keys"], parameters)}

    return set().union(*shards.read(ask))


def vote_keys(shards: Shards, session: str) -> set[str]:
    """The keys of the votes of a session."""
    return _keys(shards, "vote_keys", session)


def named_bills(shards: Shards, session: str) -> set[str]:
    """The keys of the bills of a session that votes name."""
    return _keys(shards, "named_bills", session)


def bill_sponsors(shards: Shards, session: str) -> dict[str, tuple[int | None, str | None, str | None]]:
    """The stored sponsors of the bills of a session: PersonId and names by key."""

    def ask(connection: Connection, owned: list[int]) -> dict[str, tuple[int | None, str | None, str | None]]:
        rows = connection.execute(queries(_SHARD)["bill_sponsors"], {"session": session, "owned": owned})
        return {key: (person_id, name_en, name_fr) for key, person_id, name_en, name_fr in rows}

    return {key: sponsor for part in shards.read(ask) for key, sponsor in part.items()}


def _keys(shards: Shards, query: str, session: str) -> set[str]:
    def ask(connection: Connection, owned: list[int]) -> set[str]:
        return {row[0] for row in connection.execute(queries(_SHARD)[query], {"session": session, "owned": owned})}

    return set().union(*shards.read(ask))


def replace_runs(catalog: Database, session: str, runs: pl.DataFrame) -> None:
    """Replace the runs of a session. The frame has the columns of `RUNS_SCHEMA` except the session."""
    with catalog.connection() as connection:
        connection.execute(queries(_CATALOG)["delete_session"], {"session": session})
        with connection.cursor() as cursor, cursor.copy(queries(_CATALOG)["copy_in"]) as copy:
            for row in runs.select(list(RUNS_SCHEMA)[1:]).iter_rows():
                copy.write_row((session, *row))


def all_runs(catalog: Database) -> pl.DataFrame:
    """The runs of every session, ordered by session text, person and first vote."""
    with catalog.connection() as connection:
        rows: Iterable[tuple[Any, ...]] = connection.execute(queries(_CATALOG)["all"]).fetchall()
    return pl.DataFrame(list(rows), schema=RUNS_SCHEMA, orient="row")


def runs_digest(catalog: Database) -> str:
    """A digest of all runs. If it is unchanged, members need not be derived again."""
    with catalog.connection() as connection:
        row = connection.execute(queries(_CATALOG)["digest"]).fetchone()
    return str(row[0]) if row else ""


def sessions(catalog: Database) -> list[Session]:
    """Every known session, oldest first."""
    with catalog.connection() as connection:
        names = [field.name for field in msgspec.structs.fields(Session)]
        return [
            msgspec.convert(dict(zip(names, row, strict=True)), Session)
            for row in connection.execute(queries(_CATALOG)["sessions"])
        ]
