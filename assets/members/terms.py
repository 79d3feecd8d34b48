"""Terms of office: who held which riding when. A riding is one seat, and every end names its source.

An end comes, in this order, from
1. a document of the House: the roles document (`roles`) or a members list with an end date (`members`);
2. the member's next span in the same Parliament: another caucus or riding (`change`);
3. the first day of the next holder of the riding (`successor`);
4. the last day on which a complete list of sitting members named the member (`last_listed`);
5. missing ballots: the member voted in none of the last 60 divisions (`inferred`; the term ends after the last ballot);
6. the end of the Parliament (`dissolution`).

Missing ballots are counted up to the end of the Parliament or up to the successor's first ballot: a riding is often
vacant for months before a by-election, and the successor's first day alone would count the former member as absent
until then. The Speaker casts no ballots, so this rule does not apply to those who presided.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby, pairwise

import msgspec

from assets.members.seats import normal
from assets.members.spans import ONE_DAY, DivisionPlace, Span
from warehouse.model.entities import Finding, Membership

QUIET_DIVISIONS = 60
"""A member without a ballot in this many divisions in a row, up to the end, is assumed to have left after the last
ballot."""


class Close(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the end of one Parliament."""

    last_on: dt.date | None
    """Its last day; null while it may still sit."""
    divisions: Mapping[int, int]
    """The highest division number of each of its sessions, by the session's order."""
    in_chair: frozenset[int]
    """The people who presided over the House on its last day."""
    missing: Mapping[int, dt.date | None] = {}
    """People missing from the complete list of sitting members, with the last day on which a list named them, if any
    did."""


def settle(spans: Sequence[Span], close: Close) -> list[Finding]:
    """Set the end of every span of one Parliament, in place. Two holders of one riding give a finding."""
    for _, own in groupby(sorted(spans, key=_by_person), key=lambda span: span.person_id):
        for earlier, later in pairwise(own):
            if not earlier.is_stated or (earlier.to_on or dt.date.max) > later.from_on:
                earlier.end(later.from_on, "change")
    findings = [*_one_holder_each(spans, close)]
    for span in spans:
        if span.to_on is not None:
            continue
        if span.person_id in close.missing:
            listed_on = close.missing[span.person_id]
            span.end(max(span.last_on, listed_on or span.last_on) + ONE_DAY, "last_listed")
            if listed_on is None:
                message = "The list of sitting members does not have this member any more; since when is not known."
                findings.append(_doubt("not_in_members_list", "member", str(span.person_id), message))
        elif close.last_on is not None:
            _close(span, close, close.last_on)
    return findings


def _by_person(span: Span) -> tuple[int, dt.date]:
    return span.person_id, span.from_on


def _close(span: Span, close: Close, last_on: dt.date) -> None:
    last = span.last_ballot
    if last and span.person_id not in close.in_chair and _after(last, close) >= QUIET_DIVISIONS:
        span.end(span.last_on + ONE_DAY, "inferred")
    else:
        span.end(max(last_on, span.last_on) + ONE_DAY, "dissolution")


def _after(place: DivisionPlace, close: Close, until: DivisionPlace | None = None) -> int:
    """The number of divisions after one, and before another or the end of the Parliament."""
    ends = {**close.divisions, **({until[0]: until[1] - 1} if until else {})}
    last_session = until[0] if until else max(ends, default=0)
    of_sessions = (number for session, number in ends.items() if place[0] < session <= last_session)
    return ends.get(place[0], place[1]) - place[1] + sum(of_sessions)


def _one_holder_each(spans: Iterable[Span], close: Close) -> Iterable[Finding]:
    """End the term of each holder of a riding where the next one begins."""
    of_riding: defaultdict[str, list[Span]] = defaultdict(list)
    for span in spans:
        if span.riding:
            of_riding[normal(span.riding)].append(span)
    for held in of_riding.values():
        held.sort(key=lambda span: (span.from_on, span.last_on))
        for earlier, later in pairwise(held):
            if earlier.person_id == later.person_id or (earlier.to_on or dt.date.max) <= later.from_on:
                continue
            if earlier.is_stated or earlier.end_source == "change" or earlier.last_on >= later.from_on:
                yield _two_holders(earlier, later)
                continue
            earlier.end(later.from_on, "successor")
            last, first = earlier.last_ballot, later.first_ballot
            if (
                last
                and first
                and earlier.person_id not in close.in_chair
                and _after(last, close, first) >= QUIET_DIVISIONS
            ):
                earlier.end(earlier.last_on + ONE_DAY, "inferred")


def memberships_of(spans: Sequence[Span], province_of: Mapping[str, str]) -> tuple[list[Membership], list[Finding]]:
    """One person's memberships in all Parliaments, oldest first, without overlaps.

    The resolution is one day: a membership that lasted only within a day is dropped with a finding. Its ballots keep
    it.
    """
    kept: list[Membership] = []
    findings: list[Finding] = []
    ordered = sorted(spans, key=lambda span: (span.from_on, span.parliament))
    for index, span in enumerate(ordered):
        after = ordered[index + 1].from_on if index + 1 < len(ordered) else None
        if after is not None and (span.to_on is None or span.to_on > after):
            span.end(after, "change")
        if span.to_on is not None and span.to_on <= span.from_on:
            findings.append(_dropped(span))
            continue
        voted = span.first_ballot is not None
        kept.append(
            Membership(
                parliament=span.parliament,
                caucus=span.caucus,
                riding=span.riding,
                province=province_of.get(span.riding or ""),
                from_on=span.from_on,
                to_on=span.to_on,
                source=("both" if span.listed else "ballots") if voted else "members",
                end_source=span.end_source,
            )
        )
    return kept, findings


def _dropped(span: Span) -> Finding:
    message = f"{span.caucus} for {span.riding} on {span.from_on} lasted only within that day; see the ballots."
    return _doubt("membership_within_one_day", "member", str(span.person_id), message)


def _two_holders(one: Span, other: Span) -> Finding:
    message = (
        f"Both {one.person_id} (from {one.from_on}, proven on {one.last_on}) and {other.person_id} (from "
        f"{other.from_on}) hold {other.riding}, which is one seat. Figures of those days are not published."
    )
    return _doubt("two_holders_of_riding", "riding", f"{other.parliament}/{other.riding}", message)


def _doubt(rule: str, entity: str, key: str, message: str) -> Finding:
    return Finding(rule=rule, entity=entity, key=key, message=message)


def crowded(
    members: Iterable[tuple[int, Sequence[Membership]]], seats_on: Callable[[dt.date], int | None]
) -> list[Finding]:
    """A finding for each Parliament that on some day has more members than the House has seats."""
    changes: defaultdict[int, defaultdict[dt.date, int]] = defaultdict(lambda: defaultdict(int))
    for _, memberships in members:
        for membership in memberships:
            changes[membership.parliament][membership.from_on] += 1
            if membership.to_on is not None:
                changes[membership.parliament][membership.to_on] -= 1
    findings: list[Finding] = []
    for parliament, by_day in sorted(changes.items()):
        count, most, on = 0, 0, dt.date.min
        for day in sorted(by_day):
            count += by_day[day]
            if count - (seats_on(day) or count) > most:
                most, on = count - (seats_on(day) or count), day
        if most:
            message = (
                f"{(seats_on(on) or 0) + most} members hold the {seats_on(on)} seats of the House on {on}. Figures of "
                "such days are not published."
            )
            findings.append(_doubt("more_members_than_seats", "parliament", str(parliament), message))
    return findings
