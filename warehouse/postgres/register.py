"""What the catalog keeps about loads: findings, quarantine, counts of the last good load, and what the data is."""

import uuid
from collections.abc import Sequence
from typing import Any, LiteralString

import msgspec

from warehouse.model.entities import Finding, Quarantined
from warehouse.model.keys import BUCKETS, NAMESPACE
from warehouse.postgres.pools import Database
from warehouse.postgres.shards import ShardMap
from warehouse.runtime.errors import DataFolderUnusable, StoreUnavailable
from warehouse.runtime.sqlfiles import queries


def _query(name: str) -> LiteralString:
    return queries("postgres/catalog/queries/register.sql")[name]


def replace_findings(catalog: Database, scope: str, findings: Sequence[Finding]) -> None:
    """These are the findings of `scope` now: new ones are added, those no longer raised are resolved, none deleted."""
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
        connection.execute(_query("resolve_findings"), {"scope": scope, "ids": list(unique)})


def _finding_id(scope: str, finding: Finding) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, f"finding|{scope}|{finding.rule}|{finding.entity}|{finding.key}")


def replace_quarantine(catalog: Database, source: str, session: str, parked: Sequence[Quarantined]) -> None:
    """These documents and records of a source and session are parked now; those no longer parked are resolved."""
    unique = {_quarantine_id(session, item): item for item in parked}
    with catalog.connection() as connection:
        parameters = {
            "ids": list(unique),
            "sources": [item.source for item in unique.values()],
            "sessions": [session] * len(unique),
            "urls": [item.url for item in unique.values()],
            "documents": [item.document_sha256 for item in unique.values()],
            "keys": [item.record_key for item in unique.values()],
            "reasons": [item.reason for item in unique.values()],
            "records": [item.record for item in unique.values()],
        }
        connection.execute(_query("upsert_quarantine"), parameters)
        connection.execute(_query("resolve_quarantine"), {"source": source, "session": session, "ids": list(unique)})


def _quarantine_id(session: str, item: Quarantined) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, f"quarantine|{item.source}|{session}|{item.url}|{item.record_key}|{item.reason}")


def record_load(
    catalog: Database, source: str, session: str, *, records: int, changed: int, quarantined: int, checks: Any
) -> None:
    """Note a finished load; its count is what the next one may not shrink under."""
    parameters = {
        "source": source, "session": session, "records": records, "changed": changed, "quarantined": quarantined,
        "checks": msgspec.json.encode(checks).decode(),
    }  # fmt: skip
    with catalog.connection() as connection:
        connection.execute(_query("record_load"), parameters)


def last_good_count(catalog: Database, source: str, session: str) -> int | None:
    """Records of the last good load, or None when there was none."""
    with catalog.connection() as connection:
        row = connection.execute(_query("last_good_count"), {"source": source, "session": session}).fetchone()
    return int(row[0]) if row else None


def last_checks(catalog: Database, source: str, session: str) -> Any:
    """The check results of the last good load as plain objects; an empty list when there was none."""
    with catalog.connection() as connection:
        row = connection.execute(_query("last_checks"), {"source": source, "session": session}).fetchone()
    return row[0] if row else []


def claim_dataset(catalog: Database, kind: str) -> None:
    """Say what kind of data this installation holds; invented, recorded and live data never share one.

    Raises:
        DataFolderUnusable: it already holds another kind.
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
        owners = [row[0] for row in connection.execute(_query("shard_map"))]
    if len(owners) < BUCKETS:
        raise StoreUnavailable("The catalog has no shard map.", fix="Run `openpolicy migrate` first.")
    return ShardMap(owners, shards)
