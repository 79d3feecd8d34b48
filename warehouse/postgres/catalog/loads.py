"""What the catalog keeps about loads: findings, quarantine, counts of the last good load, and what the data is."""

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
    """These are the findings of `scope` now: new ones are added, those no longer raised are resolved, none deleted.

    `kept` names the keys that were not looked at: their findings stay as they are.
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
    """These documents and records of `scope` are quarantined now; others are resolved, none is deleted.

    `kept` names the addresses that were not read: what is quarantined of them stays so.
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
    """Resolve what is quarantined of documents that upstream has corrected since, or put back."""
    with catalog.connection() as connection:
        connection.execute(_query("heal_quarantine"), {"scope": scope})


def _quarantine_id(scope: str, item: Quarantined) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, f"quarantine|{scope}|{item.url}|{item.record_key}|{item.reason}")


class LastLoad(msgspec.Struct, frozen=True):
    """What the last good load of a source and session left: its count, its check results, a digest of its inputs."""

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
    """Note a finished load."""
    parameters = {
        "source": source, "session": session, "records": records, "changed": changed, "quarantined": quarantined,
        "checks": msgspec.json.encode(checks).decode(), "inputs": inputs,
    }  # fmt: skip
    with catalog.connection() as connection:
        connection.execute(_query("record_load"), parameters)


def last_load(catalog: Database, source: str, session: str) -> LastLoad:
    """The last load of a source and session; an empty one when there was none."""
    with catalog.connection() as connection:
        row = connection.execute(_query("last_load"), {"source": source, "session": session}).fetchone()
    return LastLoad(*row) if row else LastLoad()


def open_counts(catalog: Database, scope: str) -> tuple[int, int]:
    """How many findings and how many quarantined documents and records of a scope are open."""
    with catalog.connection() as connection:
        row = connection.execute(_query("open_counts"), {"scope": scope}).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def loads_of(catalog: Database, source: str) -> dict[str, LastLoad]:
    """The last load of every session of a source, by session."""
    with catalog.connection() as connection:
        rows = connection.execute(_query("loads_of"), {"source": source}).fetchall()
    return {session: LastLoad(*rest) for session, *rest in rows}


class OpenFindings(msgspec.Struct, frozen=True):
    """What is open of one rule: how many, the first keys, one of the messages."""

    rule: str
    count: int
    keys: list[str]
    message: str


def open_findings(catalog: Database, scopes: Sequence[str]) -> list[OpenFindings]:
    """The open findings of these scopes, by rule."""
    with catalog.connection() as connection:
        return [OpenFindings(*row) for row in connection.execute(_query("open_findings"), {"scopes": list(scopes)})]


def open_quarantine(catalog: Database, scope: str) -> list[tuple[str, str, str]]:
    """Address, record and reason of the first twenty that are quarantined in a scope."""
    with catalog.connection() as connection:
        return [
            (url, key, reason) for url, key, reason in connection.execute(_query("open_quarantine"), {"scope": scope})
        ]


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
        rows = connection.execute(_query("shard_map")).fetchall()
    if len(rows) < BUCKETS:
        raise StoreUnavailable("The catalog has no shard map.", fix="Run `openpolicy migrate` first.")
    return ShardMap([owner for owner, _ in rows], shards, max(version for _, version in rows))


def open_shards(catalog: Database, urls: Sequence[str], *, size: int = 4) -> Shards:
    """The shards at these URLs, in their order, behind the catalog's map, which is read again when buckets move.

    At most `size` connections are opened to each. They find archived states where the catalog does.

    Raises:
        StoreUnavailable: the catalog cannot be reached or was never migrated.
        ShardMapInvalid: the map names a shard that is not configured.
    """
    found = shard_map(catalog, len(urls))
    return Shards(
        [Database(url, size=size, past=catalog.past) for url in urls], found, lambda: shard_map(catalog, len(urls))
    )
