"""Stores aggregates in batches: only changed rows, each with its change-log row, in one transaction for each database.

The statements are in `sql/postgres/common/queries/aggregate.sql`. Their column names come from the struct, so a field
is named only in `warehouse/model/entities.py`.
"""

import hashlib
import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from operator import attrgetter
from typing import Any, Final, Generic, NamedTuple, TypeVar

import msgspec
from psycopg import sql

from warehouse.model import kinds
from warehouse.model.entities import Entity, Provenance
from warehouse.model.keys import bucket_of, entity_id
from warehouse.model.kinds import Kind
from warehouse.model.overrides import refs_text
from warehouse.postgres.connections.pools import Connection, Database
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime import telemetry
from warehouse.runtime.errors import ShardMoved
from warehouse.runtime.failpoints import failpoint
from warehouse.runtime.sqlfiles import queries

Root = TypeVar("Root", bound=Entity)

MOVE_PATIENCE_S: Final = 60.0
"""How long a loader waits for buckets that are between two shards. A switch takes far less time, or is given up
sooner."""
_MOVE_PAUSE_S: Final = 0.05
_FILE = "postgres/common/queries/aggregate.sql"
_PROVENANCE = ("source", "source_url", "document_sha256", "fetched_at", "overrides")


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


class Aggregate(Generic[Root]):
    """How one kind of root maps to its tables."""

    def __init__(self, kind: Kind[Root]) -> None:
        part = kind.stored_part
        self.kind = kind
        self.entity = entity = kind.name
        self.part_field, self.part_table = (part.field, part.table) if part else ("", "")
        self._repeated = tuple(part.repeated) if part else ()
        self._part_order = attrgetter(part.identity if part else "")
        self.fields = tuple(name for name in kind.fields if name != self.part_field)
        self.part_fields = part.struct.__struct_fields__ if part else ()
        self.columns = ("bucket", f"{entity}_id", *self.fields, "content_hash", *_PROVENANCE)
        self.part_columns = ("bucket", f"{entity}_id", *self.part_fields, *self._repeated)
        made_of = part.repeated.values() if part else ()
        self.in_parts = frozenset(itertools.chain([self.part_field], *made_of))
        """The fields of the root from which the rows of its parts are made."""
        self._names = {
            "table": sql.Identifier(kind.plural),
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
        """COPY into a table."""
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
            _content_hash(root, origin, self.kind.added),
            origin.source,
            origin.url,
            origin.document_sha256,
            origin.fetched_at,
            refs_text(origin.overrides),
        )

    def part_rows(self, root: Root) -> Iterator[tuple[Any, ...]]:
        """The rows of a root's parts, in the order of `part_columns`."""
        owner = (bucket_of(root.key), entity_id(self.entity, root.key))
        repeated = tuple(getattr(root, name) for name in self._repeated)
        for part in getattr(root, self.part_field):
            yield owner + msgspec.structs.astuple(part) + repeated

    def parts_json(self, root: Root) -> str:
        """A root's parts as the change log holds them."""
        return msgspec.json.encode(sorted(getattr(root, self.part_field), key=self._part_order)).decode()


def _content_hash(root: msgspec.Struct, origin: Provenance, added: Sequence[str]) -> bytes:
    """The content hash: over the entity and the editors' corrections in it. Another hash makes a new revision."""
    corrected = msgspec.json.encode(origin.overrides) if origin.overrides else b""
    content = msgspec.json.encode(root)
    for name in added:
        content = content.replace(f',"{name}":null'.encode(), b"", 1)
    return hashlib.sha256(content + corrected).digest()


def _parts_state(field: str) -> sql.Composable:
    if not field:
        return sql.SQL("'{}'::jsonb")
    return sql.SQL("jsonb_build_object({}, changed.parts::jsonb)").format(sql.Literal(field))


BILLS, VOTES = Aggregate(kinds.BILL), Aggregate(kinds.VOTE)
MEMBERS, SESSIONS = Aggregate(kinds.MEMBER), Aggregate(kinds.SESSION)


@cache
def aggregate_of(entity: str) -> Aggregate[Any]:
    """The aggregate of a kind."""
    return Aggregate(kinds.KINDS[entity])


def _key(incoming: Incoming[Any]) -> str:
    return str(incoming.root.key)


def store_sharded(
    shards: Shards,
    aggregate: Aggregate[Root],
    incoming: Sequence[Incoming[Root]],
    *,
    reason: str | None = None,
    stored: Callable[[int], None] = lambda _count: None,
) -> list[Change]:
    """Store roots on the shards that own them, in parallel: while one shard merges, rows are sent to the next.

    Unchanged roots write and announce nothing. After a crash each shard has all of its part or none of it. Roots of a
    bucket that is being moved wait until the map names its shard. `reason` is that of `store`; `stored` is called with
    the number of roots that a shard has stored.

    Raises:
        ShardMoved: a bucket stays between two shards for longer than a move takes.
    """
    until = time.monotonic() + MOVE_PATIENCE_S
    changes: list[Change] = []
    waiting: Sequence[Incoming[Root]] = incoming
    while True:
        parts = shards.partition(waiting, key=_key)

        def one(shard: int, parts: dict[int, list[Incoming[Root]]] = parts) -> _Stored[Root]:
            done = _store_unfenced(shards.databases[shard], aggregate, parts[shard], reason)
            failpoint("store.between_shards")
            stored(len(parts[shard]) - len(done.waiting))
            return done

        with ThreadPoolExecutor(max_workers=max(1, min(4, len(parts)))) as pool:
            results = list(pool.map(one, parts))
        changes += [change for result in results for change in result.changes]
        waiting = [item for result in results for item in result.waiting]
        if not waiting:
            return changes
        if time.monotonic() > until:
            raise fenced({bucket_of(_key(item)) for item in waiting})
        time.sleep(_MOVE_PAUSE_S)
        shards.refresh()


def fenced(buckets: Iterable[int]) -> ShardMoved:
    """The error for buckets that may not be written on the shard that the map names."""
    found = frozenset(buckets)
    named = ", ".join(map(str, sorted(found)[:5]))
    return ShardMoved(
        f"Buckets {named}{' …' if len(found) > 5 else ''} are between two shards.",
        buckets=found,
        fix="`openpolicy shards list` shows the open moves; `openpolicy shards move` resumes them.",
    )


class _Stored(NamedTuple, Generic[Root]):
    """What one shard has stored, and what it may not store."""

    changes: list[Change]
    waiting: list[Incoming[Root]]


def _store_unfenced(
    database: Database, aggregate: Aggregate[Root], incoming: Sequence[Incoming[Root]], reason: str | None
) -> _Stored[Root]:
    """Store what may be stored on this shard, and return the rest, for which the caller waits for the map."""
    waiting: list[Incoming[Root]] = []
    while True:
        try:
            return _Stored(store(database, aggregate, incoming, reason=reason), waiting)
        except ShardMoved as moved:
            waiting += [item for item in incoming if bucket_of(_key(item)) in moved.buckets]
            incoming = [item for item in incoming if bucket_of(_key(item)) not in moved.buckets]


def store(
    database: Database, aggregate: Aggregate[Root], incoming: Sequence[Incoming[Root]], *, reason: str | None = None
) -> list[Change]:
    """Store roots in one database, in one transaction with their change-log rows; returns what changed, by key.

    `reason` is given for changes by an editor instead of a document of Parliament.

    Raises:
        ShardMoved: some belong to buckets that may not be written here any more; nothing was stored.
    """
    if not incoming:
        return []
    began = telemetry.began()
    with database.connection() as connection:
        connection.execute(queries(_FILE)["lock_writer"])
        require_unfenced(connection, {bucket_of(_key(item)) for item in incoming})
        changes = _merge(connection, aggregate, incoming, reason)
    if changes and telemetry.is_on():
        _record_stored(aggregate.entity, incoming, changes, began)
    failpoint("store.after_commit")
    return changes


def _record_stored(entity: str, incoming: Sequence[Incoming[Any]], changes: Sequence[Change], began_ns: int) -> None:
    """Add a span to the trace of each document that changed something; one transaction stores many."""
    keys = {change.key for change in changes}
    documents = [item.provenance.document_sha256 for item in incoming if _key(item) in keys]
    attributes: telemetry.Attributes = {"db.system.name": "postgresql", "openpolicy.changed": len(changes)}
    telemetry.record(f"store {entity}s", documents, began_ns, attributes)


def require_unfenced(connection: Connection, buckets: Iterable[int]) -> None:
    """Refuse to write buckets that have moved or are about to. The answer is reliable only while holding the writer's
    lock.

    Raises:
        ShardMoved: it names them.
    """
    query = queries(_FILE)["fenced"]
    if rows := connection.execute(query, {"buckets": list(buckets)}).fetchall():
        raise fenced(row[0] for row in rows)


def _merge(
    connection: Connection, aggregate: Aggregate[Root], incoming: Sequence[Incoming[Root]], reason: str | None
) -> list[Change]:
    _stage(connection, aggregate, incoming)
    revived = connection.execute(aggregate.statement("revive")).rowcount
    archived = _archived_states(connection, aggregate)
    failpoint("store.before_merge")
    merged = connection.execute(aggregate.statement("merge_roots")).fetchall()
    failpoint("store.after_merge")
    if not merged:
        return []
    buckets, ids, keys, revisions = (list(column) for column in zip(*merged, strict=True))
    roots = {item.root.key: item.root for item in incoming}
    parts = [aggregate.parts_json(roots[key]) for key in keys] if aggregate.part_field else []
    sent = {"buckets": buckets, "ids": ids, "keys": keys, "revisions": revisions, "parts": parts, "reason": reason}
    rows = connection.execute(aggregate.statement("append_change_log"), sent | archived).fetchall()
    changes = [Change(*row) for row in rows]
    if aggregate.part_field:
        other = [roots[each.key] for each in changes if revived or _has_other_parts(aggregate, each)]
        _replace_parts(connection, aggregate, other)
    connection.execute(aggregate.statement("raise_versions"), {"buckets": buckets})
    failpoint("store.after_change_log")
    return changes


def _archived_states(connection: Connection, aggregate: Aggregate[Any]) -> dict[str, list[Any]]:
    """States that the log no longer has, of roots that are about to change."""
    has_archives = connection.execute(queries(_FILE)["has_archives"]).fetchone()
    found = connection.execute(aggregate.statement("archived_states")) if has_archives and has_archives[0] else ()
    keys, revisions, states = zip(*rows, strict=True) if (rows := list(found)) else ((), (), ())
    return {"archived_keys": list(keys), "archived_revisions": list(revisions), "archived_states": list(states)}


def _has_other_parts(aggregate: Aggregate[Any], change: Change) -> bool:
    """Whether parts have to be written: 338 ballots stay untouched if only the subject of their vote changes.

    If no changed fields are named, the answer is yes. A withdrawn root has no parts, whatever changed since.
    """
    return change.revision == 1 or not change.changed or not aggregate.in_parts.isdisjoint(change.changed)


def _replace_parts(connection: Connection, aggregate: Aggregate[Root], roots: Sequence[Root]) -> None:
    if not roots:
        return
    owners = {
        "buckets": [bucket_of(root.key) for root in roots],
        "ids": [entity_id(aggregate.entity, root.key) for root in roots],
    }
    connection.execute(aggregate.statement("delete_parts"), owners)
    _copy_parts(connection, aggregate, roots)


def _stage(connection: Connection, aggregate: Aggregate[Root], incoming: Sequence[Incoming[Root]]) -> None:
    connection.execute(aggregate.statement("stage_roots"))
    columns = (*aggregate.columns, "revision")
    with connection.cursor() as cursor, cursor.copy(aggregate.copy("incoming", columns)) as copy:
        for item in incoming:
            copy.write_row((*aggregate.root_row(item), 1))
    connection.execute(aggregate.statement("analyze_roots"))


def _copy_parts(connection: Connection, aggregate: Aggregate[Root], roots: Sequence[Root]) -> None:
    """Copied straight into their table: the roots concerned have no parts there, or none any more."""
    statement = aggregate.copy(aggregate.part_table, aggregate.part_columns)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for root in roots:
            for row in aggregate.part_rows(root):
                copy.write_row(row)
