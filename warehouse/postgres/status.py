"""The contents and progress of an installation, for `openpolicy status`."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, LiteralString

import msgspec

from warehouse.model.changes.events import Position
from warehouse.model.kinds import shard_tables
from warehouse.model.quality import HeldBack
from warehouse.postgres.catalog import quality
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.connections.watched import WatchedDatabase
from warehouse.postgres.log import read as change_log
from warehouse.postgres.log.relay_positions import relayed
from warehouse.postgres.shards.placement import row_counts
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.sqlfiles import queries


class SourceStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One source over all its sessions."""

    source: str
    sessions: int
    records: int
    quarantined: int
    documents: int
    missing: int
    """Documents that upstream has not published yet."""
    broken: int
    """Documents whose last fetch failed; their last loaded content stays in force."""
    checked_at: dt.datetime | None
    loaded_at: dt.datetime | None


class ShardStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of one shard."""

    shard: str
    rows: dict[str, int]
    """By table, as in `warehouse.model.kinds`."""
    log: int
    """Entries of its change log."""


class LogPosition(msgspec.Struct, frozen=True, kw_only=True):
    """How far one reader has read one change log."""

    reader: str
    """A read model, or `relay`."""
    log: str
    xid: int
    seq: int
    applied: int
    waiting: int
    lag_s: float
    """Age of the oldest waiting change in seconds."""


class RuleCount(msgspec.Struct, frozen=True):
    """The open entries of one rule or reason."""

    about: str
    """For findings the entity, for quarantine the source."""
    rule: str
    open: int


class StoreStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The state of all stores."""

    dataset: str | None
    held_back: list[HeldBack]
    """What is missing because a document was refused or could not be fetched."""
    sources: list[SourceStatus]
    shards: list[ShardStatus]
    positions: list[LogPosition]
    findings: list[RuleCount]
    quarantine: list[RuleCount]


def _query(name: str) -> LiteralString:
    return queries("postgres/catalog/queries/status.sql")[name]


def read_status(catalog: Database, shards: Shards) -> StoreStatus:
    """Count everything.

    Raises:
        StoreUnavailable: a database cannot be reached.
    """
    with catalog.connection() as connection:
        rows = {
            name: connection.execute(_query(name)).fetchall()
            for name in ("dataset", "sources", "positions", "findings", "quarantine")
        }
    logs = {"catalog": catalog} | {f"shard_{number}": shard for number, shard in enumerate(shards.databases)}
    return StoreStatus(
        dataset=rows["dataset"][0][0] if rows["dataset"] else None,
        held_back=quality.held_back(catalog),
        sources=[_source(row) for row in rows["sources"]],
        shards=[_shard(name, database) for name, database in logs.items() if name != "catalog"],
        positions=_positions(rows["positions"], logs),
        findings=[RuleCount(*row) for row in rows["findings"]],
        quarantine=[RuleCount(*row) for row in rows["quarantine"]],
    )


async def read_sources(catalog: WatchedDatabase) -> list[SourceStatus]:
    """The sources, for a serving process.

    Raises:
        StoreUnavailable: the catalog does not answer.
    """
    return [_source(row) for row in await catalog.fetch(_query("sources"))]


def _source(row: tuple[Any, ...]) -> SourceStatus:
    source, sessions, records, quarantined, documents, missing, broken, checked_at, loaded_at = row
    return SourceStatus(
        source=source,
        sessions=sessions,
        records=records,
        quarantined=quarantined,
        documents=documents,
        missing=missing,
        broken=broken,
        checked_at=checked_at,
        loaded_at=loaded_at,
    )


def _shard(name: str, database: Database) -> ShardStatus:
    rows = row_counts(database, [*shard_tables(), "change_log"])
    return ShardStatus(shard=name, log=rows.pop("change_log"), rows=rows)


def _positions(rows: list[tuple[Any, ...]], logs: Mapping[str, Database]) -> list[LogPosition]:
    """Every reader and every log, including logs it has not begun to read."""
    read = {(reader, log): (Position(xid, seq), applied) for reader, log, xid, seq, applied in rows}
    found = []
    for reader in sorted({reader for reader, _ in read}):
        for log, database in logs.items():
            position, applied = read.get((reader, log), (Position(), 0))
            waiting, lag_s = change_log.lag(database, position)
            state = LogPosition(
                reader=reader,
                log=log,
                xid=position.xid,
                seq=position.seq,
                applied=applied,
                waiting=waiting,
                lag_s=lag_s,
            )
            found.append(state)
    return found + _relays(logs)


def _relays(logs: Mapping[str, Database]) -> list[LogPosition]:
    """How far each log has been published, if a relay has ever run."""
    found = []
    for log, database in logs.items():
        known = relayed(database, log)
        if known is not None:
            position, published = known
            waiting, lag_s = change_log.lag(database, position)
            found.append(
                LogPosition(
                    reader="relay",
                    log=log,
                    xid=position.xid,
                    seq=position.seq,
                    applied=published,
                    waiting=waiting,
                    lag_s=lag_s,
                )
            )
    return found
