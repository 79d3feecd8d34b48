"""Reads Parliament's corrections from all change logs, newest first."""

import asyncio
import heapq
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Final

from warehouse.model.changes.corrections import CORRECTABLE
from warehouse.model.changes.feed import Batch, FeedItem, LogPlace, Places
from warehouse.postgres.feed.changes import (
    FILE,
    INSTANTS,
    ChangeDetails,
    FeedRow,
    LoggedChange,
    identity_of,
    item_of,
    whole_details,
)
from warehouse.postgres.readers.versions import Buckets
from warehouse.runtime.sqlfiles import queries

_ROWS: Final = 200
_LAST: Final = 2**63 - 1
_LOGGED: Final = 1 + len(LoggedChange._fields)
"""The column in which the details of a row begin, after the transaction and the change."""

Candidates = list[tuple[FeedRow, ChangeDetails]]


def at_end(logs: Sequence[Buckets], known: Iterable[LogPlace] = ()) -> Places:
    """The positions to go back from: the known ones, and the end of every log that is new or was replaced."""
    found = list(islice(known, len(logs)))
    identities = [identity_of(log) for log in logs]
    return tuple(
        found[number]
        if number < len(found) and found[number].identity == identity
        else LogPlace(identity, _LAST, _LAST)
        for number, identity in enumerate(identities)
    )


async def read(
    logs: Sequence[Buckets], places: Places, types: Sequence[str], is_wanted: Callable[[str], bool], limit: int
) -> Batch:
    """The next corrections before these positions; `is_wanted` filters by the entity's key.

    Raises:
        StoreUnavailable: a database does not answer.
    """
    items: list[FeedItem] = []
    reached = list(places)
    while True:
        pages = await asyncio.gather(
            *(_candidates(*each, types) for each in enumerate(zip(logs, reached, strict=True)))
        )
        left = [len(page) if len(page) == _ROWS else -1 for page in pages]
        for row, details in heapq.merge(*pages, key=lambda each: each[0].change.recorded_at, reverse=True):
            reached[row.number] = row.place
            item = item_of(logs, row, details, tuple(reached))
            if item.corrected and is_wanted(item.key):
                if len(items) == limit:
                    return Batch(items, items[-1].places, more=True)
                items.append(item)
            left[row.number] -= 1
            if left[row.number] == 0:
                break  # the next row of this log may be newer than those of the others
        else:
            return Batch(items, tuple(reached), more=False)


async def _candidates(number: int, of: tuple[Buckets, LogPlace], types: Sequence[str]) -> Candidates:
    log, place = of
    fields = sorted({field for type_ in types for field in CORRECTABLE[type_]})
    values = {"xid": str(place.xid), "seq": place.seq, "types": list(types), "fields": fields, "rows": _ROWS}
    rows = await log.source.fetch(queries(FILE)["candidates"], values | {"instants": INSTANTS})
    details = await whole_details(log.source, [ChangeDetails._make(row[_LOGGED:]) for row in rows])
    return [
        (FeedRow(number, LogPlace(place.identity, row[0], found.seq), LoggedChange._make(row[1:_LOGGED])), found)
        for row, found in zip(rows, details, strict=True)
    ]
