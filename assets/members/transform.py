"""From ballots and members lists to members: who they are, and where and with whom they sat when."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import msgspec
import polars as pl

from assets.members.intervals import memberships_of, merged
from assets.members.seats import MemberList, Run, Seat, french_ridings, provinces_of, seats_of, with_parliaments
from assets.sessions.transform import last_day_of
from warehouse.model.entities import Finding, Identifier, Member, Membership, Session
from warehouse.postgres.ballots import RUNS_SCHEMA

_WHOLE = 0.9
"""A list of sitting members with at least this share of those who voted in the current session is taken for whole."""


def runs_of_ballots(frame: pl.DataFrame) -> pl.DataFrame:
    """The runs of equal (name, caucus, riding) of every person: the columns of `ballot_runs` but the session.

    `frame` holds one row a ballot of *one* session: person_id, held_at, held_on, number, name, caucus, riding. Within a
    day the time and then the division number order the ballots, so a member who crosses the floor between two votes of
    a day has two runs.
    """
    ordered = frame.sort("person_id", "held_at", "number")
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
    runs: pl.DataFrame, lists: Sequence[MemberList], sessions: Mapping[str, Session]
) -> tuple[list[Member], list[Finding]]:
    """Every person with a PersonId, in its order, with the memberships of all Parliaments held; and what is doubtful.

    `runs` are the rows of `ballot_runs` over all sessions. Identity is the PersonId alone: two David Andersons stay
    two, and a person who changes name stays one, with the earlier names in `other_names`.
    """
    all_runs = [Run(**row) for row in runs.select(list(RUNS_SCHEMA)).iter_rows(named=True)]
    lists = with_parliaments(lists, sessions)
    seats, findings = seats_of(lists, all_runs)
    of_person: defaultdict[int, tuple[list[Run], list[Seat]]] = defaultdict(lambda: ([], []))
    for run in all_runs:
        of_person[run.person_id][0].append(run)
    for seat in seats:
        of_person[seat.person_id][1].append(seat)
    house = _house(all_runs, seats, lists, sessions)
    members = []
    for person_id, (own_runs, own_seats) in sorted(of_person.items()):
        memberships, doubts = memberships_of(own_runs, own_seats, house.last_days, house.provinces)
        member, more = _member(person_id, own_runs, merged(own_seats), memberships, house)
        members.append(member)
        findings += [*doubts, *more]
    return members, findings


class _House(msgspec.Struct, frozen=True, kw_only=True):
    """What sessions and lists together say, needed for every single member."""

    provinces: Mapping[str, str]
    french: Mapping[tuple[int, int], str]
    last_days: Mapping[int, dt.date | None]
    current: int | None
    """The Parliament whose session is running; null where no running session is held."""
    missing: frozenset[int]
    """Who voted in the current Parliament and is not in its list of sitting members, where that list is whole."""


def _house(
    runs: Sequence[Run], seats: Sequence[Seat], lists: Sequence[MemberList], sessions: Mapping[str, Session]
) -> _House:
    parliaments = {run.parliament for run in runs} | {seat.parliament for seat in seats}
    latest = max(parliaments | {session.parliament for session in sessions.values()}, default=0)
    current = max((session.parliament for session in sessions.values() if session.is_current), default=None)
    voted = {run.person_id for run in runs if run.parliament == current}
    listed = {seat.person_id for seat in seats if seat.parliament == current}
    is_whole = len(voted & listed) >= _WHOLE * len(voted)
    return _House(
        provinces=provinces_of(lists),
        french=french_ridings(lists),
        last_days={parliament: last_day_of(parliament, sessions, latest) for parliament in parliaments},
        current=current,
        missing=frozenset(voted - listed) if is_whole else frozenset(),
    )


def _member(
    person_id: int, runs: Sequence[Run], seats: Sequence[Seat], memberships: Sequence[Membership], house: _House
) -> tuple[Member, list[Finding]]:
    """One member. What the list of the current Parliament says of a sitting member is later than any ballot."""
    in_order = sorted(runs, key=lambda run: (run.last_on, run.last_number))
    listed = [seat.record for seat in seats if seat.parliament == house.current and seat.record.to_on is None]
    last = memberships[-1]
    now = listed[-1] if listed else None
    name = now.name if now else in_order[-1].name if in_order else seats[-1].record.name
    names = dict.fromkeys([*(run.name for run in in_order), *(seat.record.name for seat in seats)])
    riding = now.riding if now else last.riding
    is_open = last.parliament == house.current and last.to_on is None
    member = Member(
        key=str(person_id),
        person_id=person_id,
        name=name,
        honorific=next((seat.record.honorific for seat in reversed(seats) if seat.record.honorific), None),
        caucus=now.caucus if now else last.caucus,
        riding=riding,
        riding_fr=house.french.get((person_id, last.parliament)),
        province=(now.province if now else None) or house.provinces.get(riding or ""),
        is_sitting=is_open and person_id not in house.missing,
        other_names=tuple(other for other in names if other != name),
        identifiers=(Identifier(scheme="ourcommons:PersonId", value=str(person_id)),),
        memberships=tuple(memberships),
    )
    return member, [*_doubts(member, is_open=is_open)]


def _doubts(member: Member, *, is_open: bool) -> Iterator[Finding]:
    last = member.memberships[-1]
    if is_open and not member.is_sitting:
        message = "The list of sitting members does not have this member any more; since when is not known."
        yield Finding(rule="not_in_members_list", entity="member", key=member.key, message=message)
    if member.caucus != last.caucus:
        message = f"The members list has the caucus {member.caucus}, the latest ballot {last.caucus}."
        yield Finding(rule="caucus_differs_between_sources", entity="member", key=member.key, message=message)
