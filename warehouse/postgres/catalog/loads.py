"""What the catalog keeps about loads: findings, quarantine, counts of the last good load, and the kind of data."""

import uuid
from collections.abc import Collection, Sequence
from typing import Any, LiteralString

import msgspec

from warehouse.model.entities import Finding, Quarantined
from warehouse.model.keys import BUCKETS, NAMESPACE
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import ShardMap, Shards
from warehouse.runtime.errors import DataFolderUnusable, StoreUnavailable
from warehouse.runtime.sqlfiles import queries


def _query(name: str) -> LiteralString:
    return queries("postgres/catalog/queries/register.sql")[name]


def replace_findings(catalog: Database, scope: str, findings: Sequence[Finding], kept: Collection[str] = ()) -> None:
    """Replace the findings of `scope`: new ones are added, those not raised again are resolved, none are deleted.

    `kept` names the keys that were not checked; their findings stay open.
    """
    unique = {_finding_id(scope, finding): finding for finding in findings}
    with catalog.connection() as connection:
        parameters = {
            "ids": list(unique),
            "scopes": [scope] * len(unique),
            "rules": [finding.rule for finding in unique.values()],
            "entities": [finding.entity for finding in unique.values()],
            "keys": [finding.key for finding in unique.values()],
            "messages": [finding.message for finding in unique.values()],
            "documents": [finding.document_sha256 for finding in unique.values()],
        }
        connection.execute(_query("upsert_findings"), parameters)
        connection.execute(_query("resolve_findings"), {"scope": scope, "ids": list(unique), "kept": list(kept)})


def _finding_id(scope: str, finding: Finding) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, f"finding|{scope}|{finding.rule}|{finding.entity}|{finding.key}")


def replace_quarantine(
    catalog: Database, scope: str, session: str, quarantined: Sequence[Quarantined], kept: Collection[str] = ()
) -> None:
    """Replace the quarantine of `scope`: other documents and records are resolved, none are deleted.

    `kept` names the addresses that were not read; their entries stay open.
    """
    unique = {_quarantine_id(scope, item): item for item in quarantined}
    with catalog.connection() as connection:
        parameters = {
            "ids": list(unique),
            "scopes": [scope] * len(unique),
            "sources": [item.source for item in unique.values()],
            "sessions": [session] * len(unique),
            "urls": [item.url for item in unique.values()],
            "documents": [item.document_sha256 for item in unique.values()],
            "keys": [item.record_key for item in unique.values()],
            "reasons": [item.reason for item in unique.values()],
            "records": [item.record for item in unique.values()],
        }
        connection.execute(_query("upsert_quarantine"), parameters)
        connection.execute(_query("resolve_quarantine"), {"scope": scope, "ids": list(unique), "kept": list(kept)})


def heal_quarantine(catalog: Database, scope: str) -> None:
    """Resolve entries of documents that upstream has corrected or restored since."""
    with catalog.connection() as connection:
        connection.execute(_query("heal_quarantine"), {"scope": scope})


def _quarantine_id(scope: str, item: Quarantined) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, f"quarantine|{scope}|{item.url}|{item.record_key}|{item.reason}")


class LastLoad(msgspec.Struct, frozen=True):
    """The last good load of a source and session: its count, its check results, and a digest of its inputs."""

    records: int = 0
    checks: Any = ()
    inputs: str = ""


def record_load(
    catalog: Database,
    source: str,
    session: str,
    *,
    records: int,
    changed: int,
    quarantined: int,
    checks: Any,
    inputs: str = "",
) -> None:
    """Record a finished load."""
    parameters = {
        "source": source, "session": session, "records": records, "changed": changed, "quarantined": quarantined,
        "checks": msgspec.json.encode(checks).decode(), "inputs": inputs,
    }  # fmt: skip
    with catalog.connection() as connection:
        connection.execute(_query("record_load"), parameters)


def last_load(catalog: Database, source: str, session: str) -> LastLoad:
    """The last load of a source and session; an empty one if there was none."""
    with catalog.connection() as connection:
        row = connection.execute(_query("last_load"), {"source": source, "session": session}).fetchone()
    return LastLoad(*row) if row else LastLoad()


def open_counts(catalog: Database, scope: str) -> tuple[int, int]:
    """The numbers of open findings and of open quarantine entries of a scope."""
    with catalog.connection() as connection:
        row = connection.execute(_query("open_counts"), {"scope": scope}).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def loads_of(catalog: Database, source: str) -> dict[str, LastLoad]:
    """The last load of every session of a source, by session."""
    with catalog.connection() as connection:
        rows = connection.execute(_query("loads_of"), {"source": source}).fetchall()
    return {session: LastLoad(*rest) for session, *rest in rows}


class OpenFindings(msgspec.Struct, frozen=True):
    """The open findings of one rule: their number, the first keys, and one message."""

    rule: str
    count: int
    keys: list[str]
    message: str


def open_findings(catalog: Database, scopes: Sequence[str]) -> list[OpenFindings]:
    """The open findings of these scopes, by rule."""
    with catalog.connection() as connection:
        return [OpenFindings(*row) for row in connection.execute(_query("open_findings"), {"scopes": list(scopes)})]


def open_quarantine(catalog: Database, scope: str) -> list[tuple[str, str, str]]:
    """Address, record and reason of the first twenty quarantine entries of a scope."""
    with catalog.connection() as connection:
        return [
            (url, key, reason) for url, key, reason in connection.execute(_query("open_quarantine"), {"scope": scope})
        ]


def claim_dataset(catalog: Database, kind: str) -> None:
    """Claim this installation for one kind of data; invented, recorded and live data never mix.

    Raises:
        DataFolderUnusable: it has another kind of data already.
    """
    with catalog.connection() as connection:
        connection.execute(_query("claim_dataset"), {"kind": kind})
        row = connection.execute(_query("dataset")).fetchone()
    if row is not None and row[0] != kind:
        raise DataFolderUnusable(
            f"This installation holds {row[0]} data; {kind} data would mix with it.",
            fix="Use another data folder: --data-dir DIR.",
        )


def shard_map(catalog: Database, shards: int) -> ShardMap:
    """The catalog's map of buckets to shards.

    Raises:
        StoreUnavailable: the catalog was never migrated.
        ShardMapInvalid: the map names a shard that is not configured.
    """
    with catalog.connection() as connection:
        rows = connection.execute(_query("shard_map")).fetchall()
    if len(rows) < BUCKETS:
        raise StoreUnavailable("The catalog has no shard map.", fix="Run `openpolicy migrate` first.")
    return ShardMap([owner for owner, _ in rows], shards, max(version for _, version in rows))


def open_shards(catalog: Database, urls: Sequence[str], *, size: int = 4) -> Shards:
    """The shards at these URLs, in this order, with the catalog's map, which is read again when buckets move.

    At most `size` connections are opened to each. Archived states are read from the catalog's object store.

    Raises:
        StoreUnavailable: the catalog cannot be reached or was never migrated.
        ShardMapInvalid: the map names a shard that is not configured.
    """
    found = shard_map(catalog, len(urls))
    return Shards(
        [Database(url, size=size, past=catalog.past) for url in urls], found, lambda: shard_map(catalog, len(urls))
    )
