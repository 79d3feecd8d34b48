"""The ballots of one member, gathered from every shard in the order of sittings.

A shard reads only the ballots that a page shows: an index has them in their order. It can do so as long as a condition
looks at ballots alone. So what asks for sessions, Parliaments or days of the vote becomes a range of sittings; other
conditions on the vote are looked up vote by vote.
"""

import asyncio
import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from warehouse.model.keys import SessionCode
from warehouse.model.read_models.selection import Condition, Order, PageOf, Selection
from warehouse.postgres.connections.watched import Part
from warehouse.postgres.lists import pages
from warehouse.postgres.readers.readers import Readers
from warehouse.runtime.sqlfiles import queries
from warehouse.runtime.versions import Version

Range = tuple[int, int]
"""The first and the last sitting, as `Vote.sitting` counts them."""
_NOWHERE: Final[Range] = (1, 0)
_CONFEDERATION: Final = dt.date(1867, 7, 1)
_A_DAY: Final = 10_000
_LAST: Final = 2**31 - 1


class MemberBallots:
    """Reads pages of members' ballots; keeps when each session began and ended."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self._kept: tuple[Version, dict[str, Range]] | None = None

    def forget(self) -> None:
        """Nothing kept can be trusted any more."""
        self._kept = None

    async def page(self, selection: Selection) -> PageOf:
        """One page: each shard gives as many ballots as the page may need.

        Raises:
            StoreUnavailable: a shard is unavailable.
        """
        selection = await self._by_sitting(selection)
        reach = selection.offset + selection.limit
        every = msgspec.structs.replace(selection, limit=reach, offset=0)
        parts = self._readers.parts()
        found = await asyncio.gather(*(pages.page(part.source, _within(every, part)) for part in parts))
        pairs = [pair for each in found for pair in zip(each.places, each.rows, strict=True)]
        _sort(pairs, selection.order)
        if selection.backwards:
            pairs.reverse()
        more = len(pairs) > reach or any(each.more for each in found)
        wanted = pairs[selection.offset : reach]
        if selection.backwards:
            wanted.reverse()
        counts = [each.count for each in found if each.count is not None]
        count = sum(counts) if len(counts) == len(found) else None
        return PageOf([row for _, row in wanted], [place for place, _ in wanted], more, count)

    async def count(self, selection: Selection) -> int:
        """How many ballots there are under the conditions.

        Raises:
            StoreUnavailable: a shard is unavailable.
        """
        selection = await self._by_sitting(selection)
        parts = self._readers.parts()
        return sum(await asyncio.gather(*(pages.count(part.source, _within(selection, part)) for part in parts)))

    async def _by_sitting(self, selection: Selection) -> Selection:
        """The same ballots, with ranges of sittings in place of the conditions that are such ranges."""
        if not any(each.field in {"session", "parliament", "held_on"} for each in selection.conditions):
            return selection
        conditions: list[Condition] = []
        for each in selection.conditions:
            range_ = await self._range_of(each)
            conditions.append(each if range_ is None else Condition("sitting", "range", range_))
        return msgspec.structs.replace(selection, conditions=tuple(conditions))

    async def _range_of(self, condition: Condition) -> Range | None:
        """The sittings that a condition leaves; None where they are no single range."""
        if condition.field == "held_on":
            return days_range(condition)
        if condition.field in {"session", "parliament"} and condition.operator == "eq":
            return sessions_range(await self._spans(), condition)
        return None

    async def _spans(self) -> dict[str, Range]:
        """The sittings between which each session voted, of the shards' present version or of a newer one."""
        version = self._readers.versions.shards.version
        if self._kept is None or version is None or self._kept[0] != version:
            query = queries("postgres/shard/queries/read_votes.sql")["session_spans"]
            found = await asyncio.gather(*(shard.fetch(query) for shard in self._readers.shards))
            self._kept = version, spans_of(row for rows in found for row in rows)
        return self._kept[1]


def spans_of(rows: Iterable[tuple[Any, ...]]) -> dict[str, Range]:
    """The sittings of each session over all shards, of rows of session, first and last sitting."""
    spans: dict[str, Range] = {}
    for session, first, last in rows:
        known = spans.get(session, (first, last))
        spans[session] = min(first, known[0]), max(last, known[1])
    return spans


def sessions_range(spans: dict[str, Range], condition: Condition) -> Range | None:
    """The sittings of the sessions or Parliaments asked for; None where another session voted between them."""
    wanted = {
        session
        for session in spans
        if (session if condition.field == "session" else SessionCode.parse(session).parliament) in condition.values
    }
    if not wanted:
        return _NOWHERE
    first, last = min(spans[session][0] for session in wanted), max(spans[session][1] for session in wanted)
    others = (span for session, span in spans.items() if session not in wanted)
    return None if any(begins <= last and ends >= first for begins, ends in others) else (first, last)


def _first_sitting(day: dt.date) -> int:
    """The first sitting of a day; of days that the database's integer does not reach, the furthest that it has."""
    return max(-_LAST, min((day - _CONFEDERATION).days * _A_DAY, _LAST - _A_DAY))


def days_range(condition: Condition) -> Range | None:
    """The sittings of the days asked for; None where they are no single range."""
    days = [_first_sitting(day) for day in condition.values if isinstance(day, dt.date)]
    if condition.operator == "range" and len(days) == 2:
        return days[0], days[1] + _A_DAY - 1
    if len(days) != 1:
        return None
    (day,) = days
    end = day + _A_DAY - 1
    ranges = {
        "eq": (day, end),
        "gte": (day, _LAST),
        "gt": (end + 1, _LAST),
        "lte": (-_LAST, end),
        "lt": (-_LAST, day - 1),
    }
    return ranges.get(condition.operator)


def _within(selection: Selection, part: Part) -> Selection:
    return msgspec.structs.replace(selection, scope=selection.scope | {"owned": part.buckets})


def _sort(pairs: list[tuple[tuple[Any, ...], tuple[Any, ...]]], order: tuple[Order, ...]) -> None:
    """By the places, the last part first: sorting is stable. Only sort fields that are never null come here."""
    pairs.sort(key=lambda pair: pair[0][-1])
    for number in range(len(order) - 1, -1, -1):
        pairs.sort(key=lambda pair: pair[0][number], reverse=order[number].descending)
