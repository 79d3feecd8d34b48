"""Reads all change logs as one feed: complete, and in order for each entity, also of one whose bucket changed its log.

Between logs the order is that of recording, as near as two clocks allow. Nothing is skipped: a page ends at places that
everything before has been read up to, and no log is read beyond its oldest running transaction.
"""

import asyncio
import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

import msgspec

from warehouse.model.changes.corrections import corrected, operation_of
from warehouse.model.changes.differences import differences
from warehouse.model.changes.events import Position
from warehouse.model.changes.feed import Batch, ChangeFilter, FeedItem, Place, Places
from warehouse.model.entities import Provenance
from warehouse.model.overrides import refs_of
from warehouse.postgres.connections.watched import WatchedDatabase
from warehouse.postgres.entities.history import decoded
from warehouse.postgres.log.archived_states import states_of
from warehouse.postgres.readers.versions import Buckets
from warehouse.runtime.sqlfiles import queries

FILE: Final = "postgres/common/queries/read_changes.sql"
CATALOG: Final = "postgres/catalog/queries/read_catalog.sql"
_SCAN: Final = 5000
"""Rows of one log that one page may look at, so that a narrow filter costs many small reads and never a long one.
Where everything is wanted, every row fits, and a page looks at no more than it may give."""


class Row(msgspec.Struct, frozen=True):
    """A change as its log has it, without states."""

    number: int
    """Of the log."""
    place: Place
    values: tuple[Any, ...]
    """Entity, key, revision, op, changed, reason, overrides, source, source_url, document_sha256, fetched_at,
    recorded_at."""
    after: tuple[int, Position] | None = None
    """The number of the log its bucket was in before, and how far that log must have been read first."""


class _Page(msgspec.Struct, frozen=True):
    rows: list[Row]
    end: Place
    """How far the log was looked through."""
    is_full: bool
    """There may be more than was looked through."""


def identity_of(log: Buckets) -> str:
    """A short name of a log's database."""
    return hashlib.sha256(log.identity.encode()).hexdigest()[:12]


def at_start(logs: Sequence[Buckets], known: Iterable[Place] = ()) -> Places:
    """The places to go on from: the known ones, and the beginning of every log that is new or was replaced."""
    found = list(islice(known, len(logs)))
    identities = [identity_of(log) for log in logs]
    return tuple(
        found[number] if number < len(found) and found[number].identity == identity else Place(identity, 0, 0)
        for number, identity in enumerate(identities)
    )


async def at_end(logs: Sequence[Buckets]) -> Places:
    """The places after all that can be read now.

    The ends are read one beside the other, so a bucket must not have moved meanwhile: its change could be before the
    end read of its new log, and after that of its former one. A new owner is written to only once the map names it, so
    an unchanged map says that none was.
    """
    catalog = logs[0].source
    before = await catalog.fetch(queries(CATALOG)["map_version"])
    while True:
        heads = await asyncio.gather(*(log.source.fetch(queries(FILE)["head"]) for log in logs))
        after = await catalog.fetch(queries(CATALOG)["map_version"])
        if after == before:
            break
        before = after
    return tuple(Place(identity_of(log), *(rows[0] if rows else (0, 0))) for log, rows in zip(logs, heads, strict=True))


async def read(logs: Sequence[Buckets], places: Places, wanted: ChangeFilter, limit: int) -> Batch:
    """The next changes after the places.

    Raises:
        StoreUnavailable: a database does not answer; a feed without it would not be complete.
    """
    pages = await asyncio.gather(*(_page(number, logs, place, wanted, limit) for number, place in enumerate(places)))
    merged = list(islice(_merged(pages, places), limit))
    details = await details_of(logs, [row for row, _ in merged])
    items = [item_of(logs, row, details[row.number, row.place.seq], reached) for row, reached in merged]
    reached = merged[-1][1] if merged else _before(pages, places)
    more = len(merged) == limit < sum(len(page.rows) for page in pages) or any(page.is_full for page in pages)
    return Batch([item for item in items if wanted.ops is None or item.op in wanted.ops], reached, more)


def _before(pages: Sequence[_Page], places: Places) -> Places:
    """The places before any row: a log without one has been read to its end."""
    return tuple(place if page.rows else page.end for place, page in zip(places, pages, strict=True))


def _merged(pages: Sequence[_Page], places: Places) -> Iterator[tuple[Row, Places]]:
    """The rows of all pages by time, each with the places after it.

    A row of a bucket that came from another log waits, with all behind it, until that log has been read as far as the
    bucket's rows go there: clocks differ, pages end, and the logs are not read at one instant.
    """
    reached = list(_before(pages, places))
    following = [0] * len(pages)
    while True:
        heads = [page.rows[at] for page, at in zip(pages, following, strict=True) if at < len(page.rows)]
        ready = [row for row in heads if row.after is None or _position(reached[row.after[0]]) >= row.after[1]]
        if not ready:
            return
        row = min(ready, key=lambda each: each.values[-1])
        page = pages[row.number]
        following[row.number] += 1
        is_last = following[row.number] == len(page.rows) and not page.is_full
        reached[row.number] = page.end if is_last else row.place
        yield row, tuple(reached)


def _position(place: Place) -> Position:
    return Position(place.xid, place.seq)


async def _page(number: int, logs: Sequence[Buckets], place: Place, wanted: ChangeFilter, limit: int) -> _Page:
    ops = None if wanted.ops is None else list({"updated" if op == "corrected" else op for op in wanted.ops})
    scan = limit if wanted == ChangeFilter() else _SCAN
    values = {"xid": str(place.xid), "seq": place.seq, "scan": scan, "rows": limit, "ops": ops} | {
        name: _listed(getattr(wanted, name)) for name in ("types", "keys", "sessions", "chambers")
    }
    rows = await logs[number].source.fetch(queries(FILE)["page"], values)
    scanned, xid, seq = rows[0][:3]
    found = [
        Row(number, Place(place.identity, row[3], row[4]), row[5:-4], _after(logs, row[-4:]))
        for row in rows
        if row[3] is not None
    ]
    end = Place(place.identity, xid, seq) if scanned else place
    return _Page(found, end, scanned == scan or len(found) == limit)


def _after(logs: Sequence[Buckets], arrival: tuple[Any, ...]) -> tuple[int, Position] | None:
    """What must have been read before, of a bucket that came from elsewhere; nothing where that log was replaced."""
    source, identity, xid, seq = arrival
    for number, log in enumerate(logs):
        if log.source.name == source and log.identity == identity:
            return number, Position(xid, seq)
    return None


def _listed(values: tuple[str, ...] | None) -> list[str] | None:
    return None if values is None else list(values)


async def details_of(logs: Sequence[Buckets], rows: Iterable[Row]) -> dict[tuple[int, int], tuple[Any, ...]]:
    """State, state before and instant of each change, by the number of its log and its own."""
    seqs: dict[int, list[int]] = {}
    for row in rows:
        seqs.setdefault(row.number, []).append(row.place.seq)
    found = await asyncio.gather(*(_details(logs[number].source, wanted) for number, wanted in seqs.items()))
    return {(number, seq): tuple(rest) for number, details in zip(seqs, found, strict=True) for seq, *rest in details}


async def _details(source: WatchedDatabase, seqs: list[int]) -> list[tuple[Any, ...]]:
    rows = await source.fetch(queries(FILE)["details"], {"seqs": seqs})
    return await whole_details(source, rows)


async def whole_details(source: WatchedDatabase, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows that end with state, state before, instant, and the address of the state that the instant is in."""
    width = len(rows[0]) if rows else 0
    rows = await states_of(source, rows, (width - 4, width - 3), whole=True)
    rows = await states_of(source, rows, (width - 1,), whole=False)
    return [(*row[:-2], decoded(row[-1]).get("held_at") if row[-1] else row[-2]) for row in rows]


def item_of(logs: Sequence[Buckets], row: Row, details: tuple[Any, ...], places: Places) -> FeedItem:
    """The change with what differs."""
    entity, key, revision, op, changed, reason, overrides, source, url, sha256, fetched_at, recorded_at = row.values
    old, new = decoded(details[1]), decoded(details[0])
    found = differences(old, new) if old else []
    return FeedItem(
        log=logs[row.number].source.name,
        seq=row.place.seq,
        entity=entity,
        key=key,
        revision=revision,
        op=operation_of(entity, op, source, old, found, reason=reason),
        changed=changed,
        differences=found,
        corrected=corrected(entity, source, old, found, reason),
        reason=reason,
        valid_at=dt.datetime.fromisoformat(details[2]) if details[2] else None,
        provenance=Provenance(
            source=source, url=url, document_sha256=sha256, fetched_at=fetched_at, overrides=refs_of(overrides)
        ),
        recorded_at=recorded_at,
        places=places,
    )
