"""Builds members from ballots, members lists and roles: names, ridings and caucuses by period."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

import msgspec
import polars as pl

from assets.members.seats import (
    MemberList,
    MemberRoles,
    MemberSeat,
    Run,
    french_ridings,
    provinces_of,
    seats_of,
    seats_of_roles,
    with_parliaments,
)
from assets.members.spans import Span, merged, spans_of
from assets.members.terms import Close, crowded, memberships_of, settle
from assets.sessions.transform import last_day_of
from warehouse.model.curated import Chair, house_seats
from warehouse.model.entities import Finding, Identifier, Member, Membership, Office, Session
from warehouse.model.keys import session_order
from warehouse.postgres.catalog.ballot_runs import RUNS_SCHEMA
from warehouse.statistics.counting.offices import OfficeTerm, presiding

_COMPLETE = 0.9


def runs_of_ballots(frame: pl.DataFrame) -> pl.DataFrame:
    """The runs of equal name, caucus and riding of every person: the columns of `ballot_runs` except the session.

    `frame` has one row for each ballot of *one* session: person_id, held_at, held_on, number, name, caucus, riding.
    Within a day ballots are ordered by division number, so a member who crosses the floor between two votes of a day
    has two runs. A missing caucus or riding (two rows contradict each other) is not a change: the previous one
    continues.
    """
    ordered = frame.sort("person_id", "held_on", "number").with_columns(
        pl.col("caucus", "riding").forward_fill().backward_fill().over("person_id")
    )
    is_new = pl.any_horizontal(
        pl.col(name).ne_missing(pl.col(name).shift()) for name in ("person_id", "name", "caucus", "riding")
    )
    return (
        ordered.with_columns(run=is_new.cum_sum())
        .group_by("run", maintain_order=True)
        .agg(
            pl.col("person_id").first(),
            pl.col("held_on").first().alias("first_on"),
            pl.col("held_on").last().alias("last_on"),
            pl.col("number").first().alias("first_number"),
            pl.col("number").last().alias("last_number"),
            pl.col("name", "caucus", "riding").first(),
        )
        .select(pl.col(name).cast(kind) for name, kind in RUNS_SCHEMA.items() if name != "session")
    )


def build_members(
    runs: pl.DataFrame,
    lists: Sequence[MemberList],
    sessions: Mapping[str, Session],
    roles: Sequence[MemberRoles] = (),
    listed_on: Mapping[tuple[int, int], dt.date] | None = None,
) -> tuple[list[Member], list[Finding]]:
    """Everybody with a PersonId, in that order, with the memberships of all loaded Parliaments; and the findings.

    `runs` are the rows of `ballot_runs` over all sessions; `listed_on` is the last day on which a complete list named a
    person, by Parliament and PersonId. Only the PersonId identifies a person: two David Andersons stay two people, and
    somebody who changes name stays one, with the earlier names in `other_names`.
    """
    all_runs = [Run(**row) for row in runs.select(list(RUNS_SCHEMA)).iter_rows(named=True)]
    lists = with_parliaments(lists, sessions)
    seats, findings = seats_of(lists, all_runs, seats_of_roles(roles, sessions))
    persons = _persons(all_runs, seats)
    of_roles = {each.person_id: each for each in roles}
    spans, doubts = _spans(persons, of_roles)
    findings += doubts
    house, chairs = _house(all_runs, seats, lists, sessions), _chairs(roles)
    for parliament, held in sorted(spans.items()):
        findings += settle(held, _close_of(parliament, house, sessions, listed_on or {}, chairs))
        for span in held:
            persons[span.person_id].spans.append(span)
    members = []
    for person_id, person in sorted(persons.items()):
        memberships, doubts = memberships_of(person.spans, house.provinces)
        findings += doubts
        if memberships:
            offices = of_roles[person_id].offices if person_id in of_roles else ()
            member = _member(person_id, person, memberships, house, offices)
            members.append(member)
            findings += _doubts(member)
    findings += crowded(((member.person_id, member.memberships) for member in members), house_seats)
    return members, findings


def _persons(runs: Sequence[Run], seats: Sequence[MemberSeat]) -> dict[int, "_Person"]:
    """Everybody with a run or a seat, by PersonId."""
    persons: defaultdict[int, _Person] = defaultdict(_Person)
    for run in runs:
        persons[run.person_id].runs.append(run)
    for seat in seats:
        persons[seat.person_id].seats.append(seat)
    return dict(persons)


def _spans(
    persons: Mapping[int, "_Person"], roles: Mapping[int, MemberRoles]
) -> tuple[dict[int, list[Span]], list[Finding]]:
    """The spans of everybody, by Parliament, without the ends that follow from what others did."""
    spans: defaultdict[int, list[Span]] = defaultdict(list)
    findings: list[Finding] = []
    for person_id, person in persons.items():
        for parliament in sorted({run.parliament for run in person.runs} | {seat.parliament for seat in person.seats}):
            found, doubts = spans_of(
                [run for run in person.runs if run.parliament == parliament],
                [seat for seat in person.seats if seat.parliament == parliament],
                roles[person_id].caucuses if person_id in roles else (),
            )
            spans[parliament] += found
            findings += doubts
    return dict(spans), findings


def _chairs(roles: Sequence[MemberRoles]) -> list[Chair]:
    """Who presided over the House when, according to the roles documents."""
    return presiding(
        OfficeTerm(
            person_id=each.person_id,
            office=office.office,
            in_cabinet=office.in_cabinet,
            from_on=office.from_on,
            to_on=office.to_on,
        )
        for each in roles
        for office in each.offices
    )


class _Person(msgspec.Struct):
    """The runs, seats and spans of one person."""

    runs: list[Run] = msgspec.field(default_factory=list)
    seats: list[MemberSeat] = msgspec.field(default_factory=list)
    spans: list[Span] = msgspec.field(default_factory=list)


class _House(msgspec.Struct, frozen=True, kw_only=True):
    """Facts from all sessions and lists that every member needs."""

    provinces: Mapping[str, str]
    french: Mapping[tuple[int, int], str]
    divisions: Mapping[int, int]
    """The highest division number of each session, by the session's order."""
    latest: int
    """The latest known Parliament."""
    current: int | None
    """The Parliament whose session is current; null if no current session is loaded."""
    missing: frozenset[int]
    """People who voted in the current Parliament and are missing from its list of sitting members, if that list is
    complete."""


def _house(
    runs: Sequence[Run], seats: Sequence[MemberSeat], lists: Sequence[MemberList], sessions: Mapping[str, Session]
) -> _House:
    parliaments = {run.parliament for run in runs} | {seat.parliament for seat in seats}
    latest = max(parliaments | {session.parliament for session in sessions.values()}, default=0)
    current = max((session.parliament for session in sessions.values() if session.is_current), default=None)
    voted = {run.person_id for run in runs if run.parliament == current}
    listed = {seat.person_id for seat in seats if seat.parliament == current and not seat.is_exact}
    divisions: defaultdict[int, int] = defaultdict(int)
    for run in runs:
        order = session_order(run.session)
        divisions[order] = max(divisions[order], run.last_number)
    return _House(
        provinces=provinces_of(lists),
        french=french_ridings(lists),
        divisions=dict(divisions),
        latest=latest,
        current=current,
        missing=frozenset(voted - listed) if is_complete(listed, voted) else frozenset(),
    )


def is_complete(listed: AbstractSet[int], voted: AbstractSet[int]) -> bool:
    """Whether a list of sitting members counts as complete: it names 90 % of the people who voted in that
    Parliament."""
    return len(voted & listed) >= _COMPLETE * len(voted)


def _close_of(
    parliament: int,
    house: _House,
    sessions: Mapping[str, Session],
    listed_on: Mapping[tuple[int, int], dt.date],
    chairs: Sequence[Chair],
) -> Close:
    last_on = last_day_of(parliament, sessions, house.latest)
    missing = house.missing if parliament == house.current else ()
    return Close(
        last_on=last_on,
        divisions={order: number for order, number in house.divisions.items() if order // 100 == parliament},
        in_chair=frozenset(
            chair.person_id
            for chair in chairs
            if chair.person_id and last_on and chair.from_on <= last_on < (chair.to_on or dt.date.max)
        ),
        missing={person_id: listed_on.get((parliament, person_id)) for person_id in missing},
    )


def _member(
    person_id: int, person: _Person, memberships: Sequence[Membership], house: _House, offices: tuple[Office, ...]
) -> Member:
    """Build one member. For a sitting member, the list of the current Parliament is newer than any ballot."""
    runs, seats = person.runs, merged(person.seats)
    in_order = sorted(runs, key=lambda run: (run.last_on, run.last_number))
    listed = [
        seat.record
        for seat in seats
        if seat.parliament == house.current and seat.record.to_on is None and not seat.is_exact
    ]
    last = memberships[-1]
    now = listed[-1] if listed and last.to_on is None else None
    name = now.name if now else in_order[-1].name if in_order else seats[-1].record.name
    names = dict.fromkeys([*(run.name for run in in_order), *(seat.record.name for seat in seats)])
    riding = now.riding if now else last.riding
    return Member(
        key=str(person_id),
        person_id=person_id,
        name=name,
        honorific=next((seat.record.honorific for seat in reversed(seats) if seat.record.honorific), None),
        caucus=now.caucus if now else last.caucus,
        riding=riding,
        riding_fr=house.french.get((person_id, last.parliament)),
        province=(now.province if now else None) or house.provinces.get(riding or ""),
        is_sitting=last.parliament == house.current and last.to_on is None,
        other_names=tuple(other for other in names if other != name),
        identifiers=(Identifier(scheme="ourcommons:PersonId", value=str(person_id)),),
        offices=offices,
        memberships=tuple(memberships),
    )


def _doubts(member: Member) -> Iterator[Finding]:
    last = member.memberships[-1]
    if member.caucus != last.caucus:
        message = f"The members list has the caucus {member.caucus}, the latest ballot {last.caucus}."
        yield Finding(rule="caucus_differs_between_sources", entity="member", key=member.key, message=message)
