"""Withdraws entities: the state is deleted, the history stays and ends with a tombstone that gives the reason."""

from collections.abc import Sequence
from typing import Any

import msgspec

from warehouse.model.entities import Provenance
from warehouse.model.keys import bucket_of, entity_id
from warehouse.postgres.aggregates.store import Aggregate, Change, require_unfenced
from warehouse.postgres.connections.pools import Database
from warehouse.runtime.failpoints import failpoint
from warehouse.runtime.sqlfiles import queries

_FILE = "postgres/common/queries/withdraw.sql"


class Withdrawal(msgspec.Struct, frozen=True):
    """An entity to withdraw, the reason, and the document that shows it."""

    key: str
    reason: str
    provenance: Provenance


def withdraw(database: Database, aggregate: Aggregate[Any], wanted: Sequence[Withdrawal]) -> list[Change]:
    """Withdraw entities of one database, in one transaction with their change-log rows; returns what changed, by key.

    Entities that do not exist or are withdrawn already are skipped, so the operation is idempotent. Storing the same
    key later brings the entity back with the next revision.

    Raises:
        ShardMoved: some belong to buckets that may not be written here any more; nothing was withdrawn.
    """
    if not wanted:
        return []
    columns = {
        name: [getattr(each.provenance, name) for each in wanted]
        for name in ("source", "url", "document_sha256", "fetched_at")
    }
    parameters = columns | {
        "buckets": [bucket_of(each.key) for each in wanted],
        "ids": [entity_id(aggregate.entity, each.key) for each in wanted],
        "reasons": [each.reason for each in wanted],
    }
    with database.connection() as connection:
        connection.execute(queries("postgres/common/queries/aggregate.sql")["lock_writer"])
        require_unfenced(connection, {bucket_of(each.key) for each in wanted})
        if connection.execute(aggregate.statement("stage", _FILE), parameters).rowcount == 0:
            return []
        buckets, ids = zip(*connection.execute(aggregate.statement("staged", _FILE)).fetchall(), strict=True)
        if aggregate.part_field:
            connection.execute(aggregate.statement("delete_parts"), {"buckets": list(buckets), "ids": list(ids)})
        connection.execute(aggregate.statement("delete_roots", _FILE))
        connection.execute(aggregate.statement("note", _FILE))
        rows = connection.execute(aggregate.statement("append_change_log", _FILE)).fetchall()
        connection.execute(aggregate.statement("raise_versions"), {"buckets": list(buckets)})
        failpoint("withdraw.before_commit")
    failpoint("withdraw.after_commit")
    return [Change(*row) for row in rows]
