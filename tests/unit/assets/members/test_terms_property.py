"""In random simulated Parliaments a riding is one seat and every ballot's caster sits, whatever is known."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.members.roles import roles_of
from assets.members.seats import MemberList, MemberRoles
from assets.members.transform import build_members, runs_of_ballots
from assets.sources.ourcommons_ballots.parse import parse_ballots
from assets.sources.ourcommons_member_roles.parse import parse_roles
from assets.sources.ourcommons_members.parse import parse_members
from assets.sources.sessions.parse import parse_sessions
from assets.upstream.addresses import Addresses
from assets.upstream.simulator import SimulatedUpstream
from assets.upstream.simulator.story.faults import Fault
from tests.support.upstream.simulated import ask
from tests.unit.assets.members.test_transform import COLUMNS
from warehouse.model.entities import Member, Session
from warehouse.postgres.catalog.ballot_runs import RUNS_SCHEMA
from warehouse.runtime.clock import ottawa_to_utc

HERE = Addresses("", "")
Cast = tuple[dt.date, str, int, int, str | None]
"""Day, session, number, PersonId and caucus of a ballot."""
PARLIAMENTS = st.builds(
    lambda seed, members, sessions, faults, revision: (seed, members, sessions, frozenset(faults), revision),
    st.integers(1, 10**6),
    st.integers(20, 70),
    st.sampled_from([("91-1",), ("90-1", "91-1"), ("90-1", "90-2")]),
    st.sets(st.sampled_from([Fault.BY_ELECTION, Fault.SAME_DAY_FLOOR_CROSSING, Fault.TIE])),
    st.integers(0, 2),
)


def upstream_of(
    seed: int, members: int, sessions: tuple[str, ...], faults: frozenset[Fault], revision: int
) -> SimulatedUpstream:
    upstream = SimulatedUpstream(seed=seed, members=members, sessions=sessions, bills=12, votes=24, faults=faults)
    for _ in range(revision):
        upstream.advance()
    return upstream


def body(upstream: SimulatedUpstream, url: str) -> bytes:
    answer = ask(upstream, url)
    assert answer.status == 200, url
    return answer.body


def held(upstream: SimulatedUpstream) -> tuple[dict[str, Session], pl.DataFrame, list[Cast]]:
    """The sessions, the runs of all ballots, and the ballots."""
    sessions: dict[str, Session] = {}
    runs, casts = [], list[Cast]()
    for code in upstream.sessions():
        sessions |= {each.key: each for each in parse_sessions(body(upstream, HERE.bill_list(code, "json")))}
        rows = []
        for division in upstream._view(code, upstream.faults).divisions:
            for ballot in parse_ballots(body(upstream, HERE.ballots(code, division.number))).records:
                rows.append(
                    (
                        ballot.person_id,
                        ottawa_to_utc(division.at),
                        division.at.date(),
                        division.number,
                        ballot.name,
                        ballot.caucus,
                        ballot.riding,
                    )
                )
                casts.append((division.at.date(), str(code), division.number, ballot.person_id, ballot.caucus))
        frame = runs_of_ballots(pl.DataFrame(rows, schema=COLUMNS, orient="row"))
        runs.append(frame.with_columns(session=pl.lit(str(code))).select(list(RUNS_SCHEMA)))
    return sessions, pl.concat(runs), casts


def lists_of(upstream: SimulatedUpstream) -> list[MemberList]:
    parliaments = sorted({code.parliament for code in upstream.sessions()})
    urls = [(None, HERE.members("xml", "en")), (None, HERE.members("csv", "en", "all"))]
    urls += [(parliament, HERE.members("xml", "en", parliament)) for parliament in parliaments]
    return [
        MemberList(parliament=parliament, records=parse_members(body(upstream, url)).records)
        for parliament, url in urls
    ]


def roles(upstream: SimulatedUpstream, persons: Iterable[int]) -> list[MemberRoles]:
    return [roles_of(parse_roles(body(upstream, HERE.member_roles(person_id)))) for person_id in sorted(persons)]


def check(members: list[Member], casts: list[Cast], seats: int) -> None:
    """On every division day: holders per riding at most one, members no more than seats, every caster holds a term,
    and the caucuses add up to the House."""
    on_day: defaultdict[dt.date, set[int]] = defaultdict(set)
    for day, _, _, person_id, _ in casts:
        on_day[day].add(person_id)
    for day, casters in on_day.items():
        holding = [
            (member.person_id, item)
            for member in members
            for item in member.memberships
            if item.from_on <= day and (item.to_on is None or day < item.to_on)
        ]
        holders = Counter(item.riding for _, item in holding)
        assert max(holders.values()) == 1, (day, holders.most_common(2))
        assert len(holding) == len({person_id for person_id, _ in holding}) <= seats, day
        assert casters <= {person_id for person_id, _ in holding}, day
        assert sum(Counter(item.caucus for _, item in holding).values()) == len(holding)


def truth(upstream: SimulatedUpstream, casts: list[Cast]) -> dict[dt.date, set[int]]:
    """Who holds a seat on each division day, by the story itself."""
    found: dict[dt.date, set[int]] = {}
    for code in upstream.sessions():
        view = upstream._view(code, upstream.faults)
        for division in view.divisions:
            seats = range(len(view.house.seats))
            persons = (view.person(seat, division.at) for seat in seats)
            found[division.at.date()] = {person.person_id for person in persons if person is not None}
    return found


Evidence = Callable[[SimulatedUpstream, set[int]], tuple[list[MemberList], list[MemberRoles]]]
EVIDENCE: dict[str, Evidence] = {
    "ballots only": lambda _upstream, _persons: ([], []),
    "lists": lambda upstream, _persons: (lists_of(upstream), []),
    "roles": lambda upstream, persons: (lists_of(upstream), roles(upstream, persons)),
    "some roles": lambda upstream, persons: (lists_of(upstream), roles(upstream, {*sorted(persons)[::2]})),
}


@pytest.mark.parametrize("evidence", EVIDENCE)
@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(parliament=PARLIAMENTS)
def test_a_riding_is_one_seat_and_every_caster_sits(
    evidence: str, parliament: tuple[int, int, tuple[str, ...], frozenset[Fault], int]
) -> None:
    upstream = upstream_of(*parliament)
    sessions, runs, casts = held(upstream)
    lists, known = EVIDENCE[evidence](upstream, {person_id for _, _, _, person_id, _ in casts})
    members, findings = build_members(runs, lists, sessions, known)
    check(members, casts, parliament[1])
    broken = {"two_holders_of_riding", "more_members_than_seats", "ballot_outside_term"}
    assert not broken & {finding.rule for finding in findings}


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(parliament=PARLIAMENTS)
def test_with_roles_and_lists_the_terms_are_the_truth(
    parliament: tuple[int, int, tuple[str, ...], frozenset[Fault], int],
) -> None:
    upstream = upstream_of(*parliament)
    sessions, runs, casts = held(upstream)
    lists = lists_of(upstream)
    everybody = {record.person_id for listed in lists for record in listed.records if record.person_id}
    members, _ = build_members(runs, lists, sessions, roles(upstream, everybody))
    for day, expected in truth(upstream, casts).items():
        holding = {
            member.person_id
            for member in members
            for item in member.memberships
            if item.from_on <= day and (item.to_on is None or day < item.to_on)
        }
        assert holding == expected, day
    ends = {item.end_source for member in members for item in member.memberships}
    assert ends <= {None, "roles", "change"}
