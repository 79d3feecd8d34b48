"""Copies one bucket from shard to shard, a slice of its log at a time, and verifies that both have the same content.

A slice has the next rows of the source's log and the current state of every entity in them. So states may be ahead of
the log until the last slice, and repeating a slice changes nothing. Slices are small because a running transaction
holds back all readers of the logs.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from psycopg import sql

from warehouse.model.keys import entity_id
from warehouse.model.kinds import KINDS
from warehouse.postgres.connections.pools import Connection, Database
from warehouse.postgres.shards.moves import Move
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.failpoints import failpoint
from warehouse.runtime.sqlfiles import queries

SLICE: Final = 200
"""Rows of the log in one transaction."""
_FILE: Final = "postgres/common/queries/buckets.sql"
_LOG: Final = "change_log"
_STATE: Final = ("state", "archive", "archive_row", "state_hash")
"""Columns of the log that change when an old state goes to the object store."""
_ALL: Final = 2**63 - 1


class BucketTable(msgspec.Struct, frozen=True):
    """A table with rows of a bucket, and its columns in both databases."""

    name: str
    columns: list[str]

    @property
    def is_root(self) -> bool:
        """Whether others may refer to its rows."""
        return "key" in self.columns

    def names(self, without: Sequence[str] = ()) -> dict[str, sql.Composable]:
        """The names for its statements."""
        kept = [sql.Identifier(name) for name in self.columns if name not in without]
        return {"table": sql.Identifier(self.name), "columns": sql.SQL(", ").join(kept)}

    def one_of(self, entities: Sequence[tuple[Any, str]]) -> sql.Composable:
        """The condition for the rows of some entities, each a type and a key."""
        for entity in (name for name, kind in KINDS.items() if kind.is_sharded):
            if f"{entity}_id" in self.columns:
                ids = [entity_id(entity, key) for type_, key in entities if type_ == entity]
                return sql.SQL("{} = any({}::uuid[])").format(sql.Identifier(f"{entity}_id"), sql.Literal(ids))
        if {"entity", "key"} <= set(self.columns):
            named = [f"{type_} {key}" for type_, key in entities]
            return sql.SQL("entity || ' ' || key = any({}::text[])").format(sql.Literal(named))
        raise StoreUnavailable(f"There is no rule for which rows of {self.name} belong to an entity.")


def statement(name: str, **parts: sql.Composable) -> sql.Composed:
    """A statement of `buckets.sql` with its names filled in."""
    return sql.SQL(queries(_FILE)[name]).format(**parts)


def tables(source: Database, target: Database) -> list[BucketTable]:
    """The tables with rows of a bucket: tables that others refer to first, the change log last.

    Raises:
        StoreUnavailable: the two databases have different versions.
    """
    found = []
    for database in (source, target):
        with database.connection() as connection:
            rows = connection.execute(queries(_FILE)["tables"]).fetchall()
        found.append({name: sorted(columns) for name, columns in rows})
    if found[0] != found[1]:
        raise StoreUnavailable("The two shards have different tables.", fix="Run `openpolicy migrate`, then try again.")
    every = [BucketTable(name, columns) for name, columns in found[0].items()]
    return sorted(every, key=lambda table: (table.name == _LOG, not table.is_root, table.name))


class Copy:
    """One bucket on its way from `source` to `target`."""

    def __init__(self, move: Move, source: Database, target: Database) -> None:
        self.move, self.source, self.target = move, source, target
        self._tables = tables(source, target)

    @property
    def _states(self) -> list[BucketTable]:
        return self._tables[:-1]

    @property
    def _log(self) -> BucketTable:
        return self._tables[-1]

    def catch_up(self) -> int:
        """Copy slices until none is left; returns how many rows of the log were copied."""
        total = 0
        while count := self._slice():
            total += count
            failpoint("reshard.after_slice")
        return total

    def _slice(self) -> int:
        """Copy the next slice; returns how many rows of the log it had."""
        bucket = self.move.bucket
        with self.source.connection() as source, self.target.connection() as target:
            source.execute("set transaction isolation level repeatable read read only")
            row = target.execute(queries(_FILE)["arrival"], {"move": self.move.move}).fetchone()
            after = int(row[0]) if row else 0
            parameters = {"bucket": bucket, "after": after, "limit": SLICE}
            rows = source.execute(queries(_FILE)["next_rows"], parameters).fetchall()
            if not rows:
                return 0
            self._copy_states(source, target, sorted({(entity, key) for _, entity, key in rows}))
            self._copy_log(source, target, after, rows[-1][0])
            target.execute(queries(_FILE)["raise_version"], {"bucket": bucket})
            target.execute(queries(_FILE)["copied"], {"move": self.move.move, "seq": rows[-1][0]})
        return len(rows)

    def _copy_states(self, source: Connection, target: Connection, entities: Sequence[tuple[str, str]]) -> None:
        for table in reversed(self._states):
            parts = table.names() | {"one": table.one_of(entities)}
            target.execute(statement("delete_some", **parts), {"bucket": self.move.bucket})
        for table in self._states:
            parts = table.names() | {"one": table.one_of(entities), "bucket": sql.Literal(self.move.bucket)}
            _pipe(source, statement("copy_out", **parts), target, statement("copy_in", **table.names()))

    def _copy_log(self, source: Connection, target: Connection, after: int, until: int) -> None:
        names = self._log.names()
        target.execute(statement("stage_log", **names))
        limits = {"bucket": self.move.bucket, "after": after, "until": until}
        rows = statement("copy_log_out", **names, **{name: sql.Literal(value) for name, value in limits.items()})
        _pipe(source, rows, target, statement("copy_in", **(names | {"table": sql.Identifier("arriving")})))
        target.execute(statement("append_log", **names))

    def differences(self) -> list[str]:
        """The differences between source and target, neither being written: tables by checksum, the log revision by
        revision."""
        found = []
        for table in self._states:
            sums = [_checksum(database, table, self.move.bucket) for database in (self.source, self.target)]
            if sums[0] != sums[1]:
                found.append(f"{table.name}: {sums[0][0]} rows here, {sums[1][0]} there, or their contents differ")
        return found + self.log_differences(_ALL)

    def log_differences(self, until: int) -> list[str]:
        """Up to 20 revisions that are missing in the target's log up to a sequence number, or differ there."""
        here, there = (
            _digests(database, self._log, self.move.bucket, end)
            for database, end in ((self.source, _ALL), (self.target, until))
        )
        unequal = [name for name in here.keys() | there.keys() if not _same(here.get(name), there.get(name))]
        return [f"log: {name} differs" for name in sorted(unequal)[:20]]

    def delete(self) -> None:
        """Delete the states at the source. Its log stays."""
        with self.source.connection() as connection:
            left = {"bucket": self.move.bucket, "move": self.move.move}
            if connection.execute(queries(_FILE)["leave"], left).rowcount != 1:
                return  # the bucket came back by a later move, so these rows are its only copy
            for table in reversed(self._states):
                connection.execute(statement("delete", **table.names()), {"bucket": self.move.bucket})
            connection.execute(queries(_FILE)["raise_version"], {"bucket": self.move.bucket})


def _pipe(source: Connection, rows: sql.Composed, target: Connection, into: sql.Composed) -> None:
    with (
        source.cursor() as reading,
        target.cursor() as writing,
        reading.copy(rows) as out,
        writing.copy(into) as copy,
    ):
        for chunk in out:
            copy.write(chunk)


def _checksum(database: Database, table: BucketTable, bucket: int) -> tuple[Any, ...]:
    with database.connection() as connection:
        row = connection.execute(statement("checksum", **table.names()), {"bucket": bucket}).fetchone()
    assert row is not None
    return row


def _digests(database: Database, log: BucketTable, bucket: int, until: int) -> dict[str, tuple[int, int | None]]:
    names = log.names(without=_STATE)
    with database.connection() as connection:
        rows = connection.execute(statement("log_digests", **names), {"bucket": bucket, "until": until})
        return {name: (fixed, state) for name, fixed, state in rows}


def _same(here: tuple[int, int | None] | None, there: tuple[int, int | None] | None) -> bool:
    """Whether a revision is equal on both sides; if its state was archived on one side only, the rest is compared."""
    if here is None or there is None:
        return False
    return here[0] == there[0] and (here[1] == there[1] or None in {here[1], there[1]})
