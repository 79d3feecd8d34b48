"""Reads all change logs as one feed: complete, and in order for each entity, even if its bucket moved to another log.

Between logs the order is that of recording, as far as two clocks agree. Nothing is skipped: a page ends at positions
before which everything has been read, and no log is read beyond its oldest running transaction.
"""

import asyncio
import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

import msgspec

from warehouse.model.changes.corrections import corrected, operation_of
from warehouse.model.changes.differences import differences
from warehouse.model.changes.events import Position
from warehouse.model.changes.feed import Batch, ChangeFilter, FeedItem, LogPlace, Places
from warehouse.model.entities import Provenance
from warehouse.model.kinds import KINDS, EntityType
from warehouse.model.overrides import refs_of
from warehouse.postgres.connections.watched import WatchedDatabase
from warehouse.postgres.entities.history import decoded
from warehouse.postgres.log.archived_states import states_of
from warehouse.postgres.readers.versions import Buckets
from warehouse.runtime.sqlfiles import queries

FILE: Final = "postgres/common/queries/read_changes.sql"
CATALOG: Final = "postgres/catalog/queries/read_catalog.sql"
_SCAN: Final = 5000
"""Rows of one log that one page may examine, so that a narrow filter costs many small reads and never a long one.
Without a filter every row fits, and a page examines only as many rows as it may return."""


_KEYS: Final[dict[str, Any]] = {
    "with_session": [name for name, kind in KINDS.items() if kind.key_has_session],
    "with_chamber_code": [name for name, kind in KINDS.items() if kind.key_chamber == "code"],
    "with_chamber_letter": [name for name, kind in KINDS.items() if kind.key_chamber == "letter"],
}
"""What the keys of which kinds say."""
INSTANTS: Final = msgspec.json.encode(
    {name: kind.happened_at for name, kind in KINDS.items() if kind.happened_at}
).decode()
"""For each kind, the field with the instant at which Parliament acted, as a parameter of the queries."""


class LoggedChange(NamedTuple):
    """One change from a log, without the states."""

    entity: EntityType
    key: str
    revision: int
    op: str
    changed: list[str]
    reason: str | None
    overrides: str | None
    source: str
    source_url: str
    document_sha256: str
    fetched_at: dt.datetime
    recorded_at: dt.datetime


class ChangeDetails(NamedTuple):
    """The states from which the differences of a change are computed. An archived state comes as its address."""

    seq: int
    state: str | None
    before: str | None
    happened_at: str | None
    """When Parliament acted; null for kinds without such a field."""
    happened_in: str | None
    """The address of the state with this instant, if it was archived."""


class FeedRow(msgspec.Struct, frozen=True):
    """A change in the feed, without its states."""

    number: int
    """Of the log."""
    place: LogPlace
    change: LoggedChange
    after: tuple[int, Position] | None = None
    """The number of the former log of its bucket, and the position up to which that log must be read first."""


class _Page(msgspec.Struct, frozen=True):
    rows: list[FeedRow]
    end: LogPlace
    """The position up to which the log was examined."""
    is_full: bool
    """Whether there may be more rows."""


def identity_of(log: Buckets) -> str:
    """A short name of a log's database."""
    return hashlib.sha256(log.identity.encode()).hexdigest()[:12]


def at_start(logs: Sequence[Buckets], known: Iterable[LogPlace] = ()) -> Places:
    """The positions to continue from: the known ones, and the beginning of every log that is new or was replaced."""
    found = list(islice(known, len(logs)))
    identities = [identity_of(log) for log in logs]
    return tuple(
        found[number] if number < len(found) and found[number].identity == identity else LogPlace(identity, 0, 0)
        for number, identity in enumerate(identities)
    )


async def at_end(logs: Sequence[Buckets]) -> Places:
    """The positions after everything that can be read now.

    The ends of the logs are read in parallel, so no bucket may move meanwhile: its change could be before the end of
    its new log and after that of its former one. A new owner is written only after the map names it, so an unchanged
    map proves that no bucket moved.
    """
    catalog = logs[0].source
    before = await catalog.fetch(queries(CATALOG)["map_version"])
    while True:
        heads = await asyncio.gather(*(log.source.fetch(queries(FILE)["head"]) for log in logs))
        after = await catalog.fetch(queries(CATALOG)["map_version"])
        if after == before:
            break
        before = after
    return tuple(
        LogPlace(identity_of(log), *(rows[0] if rows else (0, 0))) for log, rows in zip(logs, heads, strict=True)
    )


async def read(logs: Sequence[Buckets], places: Places, wanted: ChangeFilter, limit: int) -> Batch:
    """The next changes after these positions.

    Raises:
        StoreUnavailable: a database does not answer, so the feed would be incomplete.
    """
    pages = await asyncio.gather(*(_page(number, logs, place, wanted, limit) for number, place in enumerate(places)))
    merged = list(islice(_merged(pages, places), limit))
    details = await details_of(logs, [row for row, _ in merged])
    items = [item_of(logs, row, details[row.number, row.place.seq], reached) for row, reached in merged]
    reached = merged[-1][1] if merged else _before(pages, places)
    more = len(merged) == limit < sum(len(page.rows) for page in pages) or any(page.is_full for page in pages)
    return Batch([item for item in items if wanted.ops is None or item.op in wanted.ops], reached, more)


def _before(pages: Sequence[_Page], places: Places) -> Places:
    """The positions before the first row; a log without rows has been read to its end."""
    return tuple(place if page.rows else page.end for place, page in zip(places, pages, strict=True))


def _merged(pages: Sequence[_Page], places: Places) -> Iterator[tuple[FeedRow, Places]]:
    """The rows of all pages by time, each with the positions after it.

    A row of a bucket that came from another log waits, with all rows after it, until that log has been read past the
    bucket's last row there: clocks differ, pages end, and the logs are not read at the same instant.
    """
    reached = list(_before(pages, places))
    following = [0] * len(pages)
    while True:
        heads = [page.rows[at] for page, at in zip(pages, following, strict=True) if at < len(page.rows)]
        ready = [row for row in heads if row.after is None or _position(reached[row.after[0]]) >= row.after[1]]
        if not ready:
            return
        row = min(ready, key=lambda each: each.change.recorded_at)
        page = pages[row.number]
        following[row.number] += 1
        is_last = following[row.number] == len(page.rows) and not page.is_full
        reached[row.number] = page.end if is_last else row.place
        yield row, tuple(reached)


def _position(place: LogPlace) -> Position:
    return Position(place.xid, place.seq)


async def _page(number: int, logs: Sequence[Buckets], place: LogPlace, wanted: ChangeFilter, limit: int) -> _Page:
    ops = None if wanted.ops is None else list({"updated" if op == "corrected" else op for op in wanted.ops})
    scan = limit if wanted == ChangeFilter() else _SCAN
    values = (
        _KEYS
        | {"xid": str(place.xid), "seq": place.seq, "scan": scan, "rows": limit, "ops": ops}
        | {name: _listed(getattr(wanted, name)) for name in ("types", "keys", "sessions", "chambers")}
    )
    rows = await logs[number].source.fetch(queries(FILE)["page"], values)
    scanned, last_xid, last_seq, *_ = rows[0]
    found = [
        FeedRow(
            number, LogPlace(place.identity, xid, seq), LoggedChange._make(change), _after(logs, log, name, at, last)
        )
        for _, _, _, xid, seq, *change, log, name, at, last in rows
        if xid is not None
    ]
    end = LogPlace(place.identity, last_xid, last_seq) if scanned else place
    return _Page(found, end, scanned == scan or len(found) == limit)


def _after(
    logs: Sequence[Buckets], former_log: str | None, identity: str | None, xid: int, seq: int
) -> tuple[int, Position] | None:
    """The position that must be read first, for a bucket that came from another log; None if that log was replaced."""
    if former_log is None:
        return None
    for number, log in enumerate(logs):
        if log.source.name == former_log and log.identity == identity:
            return number, Position(xid, seq)
    return None


def _listed(values: tuple[str, ...] | None) -> list[str] | None:
    return None if values is None else list(values)


async def details_of(logs: Sequence[Buckets], rows: Iterable[FeedRow]) -> dict[tuple[int, int], ChangeDetails]:
    """The details of each change, by the numbers of its log and of the change."""
    seqs: dict[int, list[int]] = {}
    for row in rows:
        seqs.setdefault(row.number, []).append(row.place.seq)
    found = await asyncio.gather(*(_details(logs[number].source, wanted) for number, wanted in seqs.items()))
    return {(number, each.seq): each for number, details in zip(seqs, found, strict=True) for each in details}


async def _details(source: WatchedDatabase, seqs: list[int]) -> list[ChangeDetails]:
    rows = await source.fetch(queries(FILE)["details"], {"seqs": seqs, "instants": INSTANTS})
    return await whole_details(source, [ChangeDetails._make(row) for row in rows])


async def whole_details(source: WatchedDatabase, rows: Sequence[ChangeDetails]) -> list[ChangeDetails]:
    """The details with archived states instead of their addresses."""
    rows = await states_of(source, rows, ("state", "before"), whole=True)
    return [
        row if row.happened_in is None else row._replace(happened_at=_happened_at(row.happened_in))
        for row in await states_of(source, rows, ("happened_in",), whole=False)
    ]


def _happened_at(state: str) -> str | None:
    fields = decoded(state)
    return next((fields[kind.happened_at] for kind in KINDS.values() if kind.happened_at in fields), None)


def item_of(logs: Sequence[Buckets], row: FeedRow, details: ChangeDetails, places: Places) -> FeedItem:
    """The change with its differences."""
    change = row.change
    old, new = decoded(details.before), decoded(details.state)
    found = differences(old, new) if old else []
    return FeedItem(
        log=logs[row.number].source.name,
        seq=row.place.seq,
        entity=change.entity,
        key=change.key,
        revision=change.revision,
        op=operation_of(change.entity, change.op, change.source, old, found, reason=change.reason),
        changed=change.changed,
        differences=found,
        corrected=corrected(change.entity, change.source, old, found, change.reason),
        reason=change.reason,
        valid_at=dt.datetime.fromisoformat(details.happened_at) if details.happened_at else None,
        provenance=Provenance(
            source=change.source,
            url=change.source_url,
            document_sha256=change.document_sha256,
            fetched_at=change.fetched_at,
            overrides=refs_of(change.overrides),
        ),
        recorded_at=change.recorded_at,
        places=places,
    )
