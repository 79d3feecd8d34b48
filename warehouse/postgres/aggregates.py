"""Stores aggregates set by set: changed rows only, each with its change-log row, in one transaction a database.

The statements are in `sql/postgres/common/queries/aggregate.sql`; the column names in them come from the struct, so a
field is named once, in `warehouse/model/entities.py`.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from operator import attrgetter
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
from psycopg import sql

from warehouse.model.entities import Ballot, Bill, Member, Membership, Provenance, Session, Stage, Vote
from warehouse.model.keys import EntityType, bucket_of, entity_id
from warehouse.postgres.pools import Connection, Database
from warehouse.postgres.shards import Shards
from warehouse.runtime.failpoints import failpoint
from warehouse.runtime.sqlfiles import queries

Root = TypeVar("Root", bound=Bill | Vote | Member | Session)

_FILE = "postgres/common/queries/aggregate.sql"
_PROVENANCE = ("source", "source_url", "document_sha256", "fetched_at")


def _join(parts: Iterator[sql.Composable]) -> sql.Composed:
    return sql.SQL(", ").join(parts)


def _column(value: Any) -> Any:
    return msgspec.json.encode(value).decode() if isinstance(value, tuple) else value


class Change(msgspec.Struct, frozen=True):
    """One row of the change log, without its state."""

    entity: str
    key: str
    revision: int
    op: str
    changed: list[str]


class Incoming(msgspec.Struct, Generic[Root], frozen=True):
    """A root to store and the document it was read from."""

    root: Root
    provenance: Provenance


class Parts(NamedTuple):
    """What a root is made of: the field that holds the parts, their table, their struct, what puts them in order."""

    field: str
    table: str
    struct: type[msgspec.Struct]
    ordered_by: str


class Aggregate(Generic[Root]):
    """How one kind of root maps to its tables."""

    def __init__(self, entity: EntityType, struct: type[Root], parts: Parts | None = None) -> None:
        self.entity: EntityType = entity
        self.part_field, self.part_table, part_struct, ordered_by = parts or ("", "", None, "")
        self._part_order = attrgetter(ordered_by)
        self.fields = tuple(f.name for f in msgspec.structs.fields(struct) if f.name != self.part_field)
        self.part_fields = tuple(f.name for f in msgspec.structs.fields(part_struct)) if part_struct else ()
        self.columns = ("bucket", f"{entity}_id", *self.fields, "content_hash", *_PROVENANCE)
        self.part_columns = ("bucket", f"{entity}_id", *self.part_fields)
        self._names = {
            "table": sql.Identifier(f"{entity}s"),
            "id": sql.Identifier(f"{entity}_id"),
            "entity": sql.Literal(entity),
            "columns": _join(sql.Identifier(name) for name in self.columns),
            "incoming_columns": _join(sql.Identifier("i", name) for name in self.columns),
            "assignments": _join(sql.SQL("{0} = i.{0}").format(sql.Identifier(name)) for name in self.columns[2:]),
            "states": sql.Identifier(f"{entity}_states"),
            "parts": sql.Identifier(self.part_table or "none"),
            "own": sql.Literal(["bucket", f"{entity}_id", "content_hash", "revision", *_PROVENANCE, "recorded_at"]),
            "parts_state": _parts_state(self.part_field),
        }

    def statement(self, name: str, file: str = _FILE) -> sql.Composed:
        """A statement of `aggregate.sql`, or of another file, with this aggregate's names."""
        return sql.SQL(queries(file)[name]).format(**self._names)

    def copy(self, table: str, columns: Sequence[str]) -> sql.Composed:
        """COPY into a table of ours."""
        return sql.SQL("copy {} ({}) from stdin").format(
            sql.Identifier(table), _join(sql.Identifier(name) for name in columns)
        )

    def root_row(self, incoming: Incoming[Root]) -> tuple[Any, ...]:
        """The row of a root, in the order of `columns`."""
        root, origin = incoming.root, incoming.provenance
        return (
            bucket_of(root.key),
            entity_id(self.entity, root.key),
            *(_column(getattr(root, name)) for name in self.fields),
            hashlib.sha256(msgspec.json.encode(root)).digest(),
            origin.source,
            origin.url,
            origin.document_sha256,
            origin.fetched_at,
        )

    def part_rows(self, root: Root) -> Iterator[tuple[Any, ...]]:
        """The rows of a root's parts, in the order of `part_columns`."""
        owner = (bucket_of(root.key), entity_id(self.entity, root.key))
        for part in getattr(root, self.part_field):
            yield owner + msgspec.structs.astuple(part)

    def parts_json(self, root: Root) -> str:
        """A root's parts as the change log holds them."""
        return msgspec.json.encode(sorted(getattr(root, self.part_field), key=self._part_order)).decode()


def _parts_state(field: str) -> sql.Composable:
    if not field:
        return sql.SQL("'{}'::jsonb")
    return sql.SQL("jsonb_build_object({}, p.parts::jsonb)").format(sql.Literal(field))


BILLS = Aggregate("bill", Bill, Parts("stages", "bill_stages", Stage, "ordinal"))
VOTES = Aggregate("vote", Vote, Parts("ballots", "ballots", Ballot, "person_id"))
MEMBERS = Aggregate("member", Member, Parts("memberships", "memberships", Membership, "from_on"))
SESSIONS = Aggregate("session", Session)


def _key(incoming: Incoming[Any]) -> str:
    return str(incoming.root.key)


def store_sharded(
    shards: Shards,
    aggregate: Aggregate[Root],
    incoming: Sequence[Incoming[Root]],
    *,
    stored: Callable[[int], None] = lambda _count: None,
) -> list[Change]:
    """Store roots on the shards that own them, the shards side by side: while one merges, rows are sent to the next.

    Unchanged roots write and announce nothing. A crash leaves each shard either wholly with or wholly without its part.
    `stored` is told how many roots each shard has taken.
    """
    parts = shards.partition(incoming, key=_key)

    def one(shard: int) -> list[Change]:
        changes = store(shards.databases[shard], aggregate, parts[shard])
        failpoint("store.between_shards")
        stored(len(parts[shard]))
        return changes

    with ThreadPoolExecutor(max_workers=max(1, min(4, len(parts)))) as pool:
        return [change for changes in pool.map(one, parts) for change in changes]


def store(database: Database, aggregate: Aggregate[Root], incoming: Sequence[Incoming[Root]]) -> list[Change]:
    """Store roots in one database, in one transaction with their change-log rows; returns what changed, by key."""
    if not incoming:
        return []
    with database.connection() as connection:
        connection.execute(queries(_FILE)["lock_writer"])
        changes = _merge(connection, aggregate, incoming)
    failpoint("store.after_commit")
    return changes


def _merge(connection: Connection, aggregate: Aggregate[Root], incoming: Sequence[Incoming[Root]]) -> list[Change]:
    _stage(connection, aggregate, incoming)
    connection.execute(aggregate.statement("revive"))
    failpoint("store.before_merge")
    merged = connection.execute(aggregate.statement("merge_roots")).rowcount
    failpoint("store.after_merge")
    if merged == 0:
        return []
    connection.execute("analyze changed")
    parts: dict[str, str] = {}
    if aggregate.part_field:
        keys = {key for (key,) in connection.execute(aggregate.statement("changed_keys"))}
        changed = [item.root for item in incoming if item.root.key in keys]
        connection.execute(aggregate.statement("delete_parts"))
        _copy_parts(connection, aggregate, changed)
        parts = {root.key: aggregate.parts_json(root) for root in changed}
    rows = connection.execute(
        aggregate.statement("append_change_log"), {"keys": list(parts), "parts": list(parts.values())}
    ).fetchall()
    connection.execute(aggregate.statement("raise_versions"))
    failpoint("store.after_change_log")
    return [Change(*row) for row in rows]


def _stage(connection: Connection, aggregate: Aggregate[Root], incoming: Sequence[Incoming[Root]]) -> None:
    connection.execute(aggregate.statement("stage_roots"))
    columns = (*aggregate.columns, "revision")
    with connection.cursor() as cursor, cursor.copy(aggregate.copy("incoming", columns)) as copy:
        for item in incoming:
            copy.write_row((*aggregate.root_row(item), 1))
    connection.execute(aggregate.statement("analyze_roots"))


def _copy_parts(connection: Connection, aggregate: Aggregate[Root], roots: Sequence[Root]) -> None:
    """Straight into their table: whose parts are sent has none there any more, or never had."""
    statement = aggregate.copy(aggregate.part_table, aggregate.part_columns)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for root in roots:
            for row in aggregate.part_rows(root):
                copy.write_row(row)
