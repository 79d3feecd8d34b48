"""Terms of office: each rule for an end, in its order, and what contradicts that a riding is one seat."""

import datetime as dt
from itertools import pairwise

import polars as pl

from assets.members.seats import CaucusRole, MemberList, MemberRoles
from assets.members.transform import build_members
from tests.unit.assets.members.test_transform import HELD, Row, runs, seat
from warehouse.model.curated import house_seats, house_sizes
from warehouse.model.entities import EndSource, Finding, Member

D = dt.date
End = tuple[D | None, EndSource | None]


def ballots(session: str, year: int, *spans: tuple[int, int, int, str, str]) -> pl.DataFrame:
    """Ballots of (person, first number, last number, caucus, riding); division n is on the n-th day of the year."""
    rows: list[Row] = []
    for person, first, last, caucus, riding in spans:
        for number in range(first, last + 1):
            day = D(year, 1, 1) + dt.timedelta(days=number - 1)
            rows.append((person, f"{day}T15:00", number, f"M {person}", caucus, riding))
    return runs(session, *rows)


def ends(members: list[Member]) -> dict[int, list[End]]:
    return {each.person_id: [(item.to_on, item.end_source) for item in each.memberships] for each in members}


def rules(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.rule, finding.key) for finding in findings]


def test_a_riding_is_one_seat_so_a_successor_ends_a_term() -> None:
    found = ballots("43-2", 2021, (1, 1, 10, "NDP", "Perth"), (2, 30, 200, "Liberal", "PERTH"))
    members, findings = build_members(found, [], HELD)
    assert ends(members) == {1: [(D(2021, 1, 30), "successor")], 2: [(D(2021, 8, 16), "dissolution")]}
    assert findings == []


def test_a_riding_vacant_for_sixty_divisions_had_no_holder() -> None:
    last, first = 10, 71
    found = ballots("43-2", 2021, (1, 1, last, "NDP", "Perth"), (2, first, 200, "Liberal", "Perth"))
    members, _ = build_members(found, [], HELD)
    assert ends(members)[1] == [(D(2021, 1, 11), "inferred")]
    found = ballots("43-2", 2021, (1, 1, last, "NDP", "Perth"), (2, first - 1, 200, "Liberal", "Perth"))
    members, _ = build_members(found, [], HELD)
    assert ends(members)[1] == [(D(2021, 3, 11), "successor")]


def test_who_cast_none_of_the_last_sixty_ballots_left_after_the_last_one() -> None:
    everybody = (3, 1, 100, "Liberal", "Huron")
    members, _ = build_members(ballots("43-2", 2021, everybody, (1, 1, 40, "NDP", "Perth")), [], HELD)
    assert ends(members)[1] == [(D(2021, 2, 10), "inferred")]
    members, _ = build_members(ballots("43-2", 2021, everybody, (1, 1, 41, "NDP", "Perth")), [], HELD)
    assert ends(members)[1] == [(D(2021, 8, 16), "dissolution")]


def test_silence_is_counted_over_the_sessions_of_a_parliament() -> None:
    first = ballots("43-1", 2020, (1, 1, 40, "NDP", "Perth"), (3, 1, 60, "Liberal", "Huron"))
    second = ballots("43-2", 2021, (3, 1, 40, "Liberal", "Huron"))
    members, _ = build_members(pl.concat([first, second]), [], HELD)
    assert ends(members)[1] == [(D(2020, 2, 10), "inferred")]


def test_the_speaker_is_silent_and_stays() -> None:
    speaker = 25452  # in the Chair from 2019-12-05, by the curated table
    found = ballots("43-2", 2021, (speaker, 1, 1, "Liberal", "Nipissing"), (3, 1, 100, "Liberal", "Huron"))
    members, _ = build_members(found, [], HELD)
    assert ends(members)[speaker] == [(D(2021, 8, 16), "dissolution")]


def test_the_parliament_that_sits_ends_nobody_by_silence() -> None:
    members, _ = build_members(
        ballots("45-1", 2026, (1, 1, 1, "NDP", "Perth"), (3, 1, 100, "Liberal", "Huron")), [], HELD
    )
    assert ends(members) == {1: [(None, None)], 3: [(None, None)]}
    assert all(member.is_sitting for member in members)


def test_an_end_in_a_list_comes_before_a_change_and_a_successor() -> None:
    listed = MemberList(
        parliament=43,
        records=[seat("M 1", person_id=1, from_on=D(2019, 10, 21), to_on=D(2021, 1, 15))],
    )
    found = ballots("43-2", 2021, (1, 1, 10, "NDP", "Perth"), (2, 30, 200, "Liberal", "Perth"))
    members, findings = build_members(found, [listed], HELD)
    assert ends(members)[1] == [(D(2021, 1, 15), "members")]
    assert findings == []


def test_a_change_of_caucus_ends_a_term_and_says_so() -> None:
    found = ballots("45-1", 2026, (1, 1, 10, "NDP", "Perth"), (1, 11, 20, "Liberal", "Perth"))
    members, _ = build_members(found, [], HELD)
    assert ends(members)[1] == [(D(2026, 1, 11), "change"), (None, None)]


def test_who_left_the_complete_list_sat_until_the_last_day_it_named_them() -> None:
    everybody = [(number, 1, 1, "NDP", f"R {number}") for number in range(1, 21)]
    listed = [seat(f"M {n}", f"R {n}", person_id=n, from_on=D(2025, 4, 28)) for n in range(1, 20)]
    members, findings = build_members(
        ballots("45-1", 2026, *everybody), [MemberList(records=listed)], HELD, listed_on={(45, 20): D(2026, 5, 4)}
    )
    assert ends(members)[20] == [(D(2026, 5, 5), "last_listed")]
    assert [member.person_id for member in members if not member.is_sitting] == [20]
    assert findings == []


def test_two_holders_whose_ballots_overlap_are_a_finding_and_nobody_is_cut() -> None:
    found = ballots("45-1", 2026, (1, 1, 20, "NDP", "Perth"), (2, 10, 30, "Liberal", "Perth"))
    members, findings = build_members(found, [], HELD)
    assert ends(members) == {1: [(None, None)], 2: [(None, None)]}
    assert rules(findings) == [("two_holders_of_riding", "45/Perth")]


def test_more_members_than_seats_is_a_finding() -> None:
    crowd = [(number, 1, 1, "NDP", f"R {number}") for number in range(1, 345)]
    _, findings = build_members(ballots("45-1", 2026, *crowd), [], HELD)
    assert rules(findings) == [("more_members_than_seats", "45")]
    assert findings[0].message.startswith("344 members hold the 343 seats of the House on 2026-01-01.")
    assert build_members(ballots("45-1", 2026, *crowd[:343]), [], HELD)[1] == []


def test_a_roles_document_gives_terms_and_caucuses_by_the_day() -> None:
    roles = MemberRoles(
        person_id=1,
        seats=[
            seat("M 1", person_id=1, from_on=D(2025, 4, 28)),
            seat("M 1", person_id=1, from_on=D(2019, 10, 21), to_on=D(2021, 9, 20)),
        ],
        caucuses=[
            CaucusRole(caucus="NDP", from_on=D(2019, 10, 21), to_on=D(2021, 3, 1)),
            CaucusRole(caucus="Liberal", from_on=D(2021, 3, 1), to_on=D(2021, 9, 20)),
            CaucusRole(caucus="Liberal", from_on=D(2025, 4, 28), to_on=None),
        ],
    )
    found = ballots("43-2", 2021, (1, 1, 10, "NDP", "Perth"), (1, 90, 91, "Liberal", "Perth"))
    (member,), findings = build_members(found, [], HELD, [roles])
    terms = [(item.caucus, item.from_on, item.to_on, item.source, item.end_source) for item in member.memberships]
    assert terms == [
        ("NDP", D(2019, 10, 21), D(2021, 3, 1), "both", "roles"),
        ("Liberal", D(2021, 3, 1), D(2021, 9, 20), "both", "roles"),
        ("Liberal", D(2025, 4, 28), None, "members", None),
    ]
    assert (findings, member.is_sitting) == ([], True)


def test_a_caucus_newer_than_the_roles_document_shows_in_the_ballots() -> None:
    roles = MemberRoles(
        person_id=1,
        seats=[seat("M 1", person_id=1, from_on=D(2025, 4, 28))],
        caucuses=[CaucusRole(caucus="NDP", from_on=D(2025, 4, 28), to_on=None)],
    )
    found = ballots("45-1", 2026, (1, 1, 10, "NDP", "Perth"), (1, 11, 20, "Liberal", "Perth"))
    (member,), findings = build_members(found, [], HELD, [roles])
    assert [(item.caucus, item.to_on, item.end_source) for item in member.memberships] == [
        ("NDP", D(2026, 1, 11), "change"),
        ("Liberal", None, None),
    ]
    assert findings == []


def test_a_ballot_outside_every_term_of_the_roles_document_is_a_finding() -> None:
    roles = MemberRoles(person_id=1, seats=[seat("M 1", person_id=1, from_on=D(2025, 4, 28), to_on=D(2026, 1, 5))])
    _, findings = build_members(ballots("45-1", 2026, (1, 7, 8, "NDP", "Perth")), [], HELD, [roles])
    assert rules(findings) == [("ballot_outside_term", "1")]


def test_a_ballot_after_the_end_of_a_term_with_ballots_is_a_finding() -> None:
    roles = MemberRoles(person_id=1, seats=[seat("M 1", person_id=1, from_on=D(2025, 4, 28), to_on=D(2026, 1, 5))])
    (member,), findings = build_members(ballots("45-1", 2026, (1, 1, 8, "NDP", "Perth")), [], HELD, [roles])
    assert rules(findings) == [("ballot_outside_term", "1")]
    assert [item.to_on for item in member.memberships] == [D(2026, 1, 5)]


def test_who_left_and_came_back_held_no_seat_between() -> None:
    listed = MemberList(
        parliament=45,
        records=[
            seat("M 1", person_id=1, from_on=D(2025, 4, 28), to_on=D(2026, 1, 5)),
            seat("M 1", person_id=1, from_on=D(2026, 1, 9)),
        ],
    )
    found = ballots("45-1", 2026, (1, 1, 4, "NDP", "Perth"), (1, 10, 12, "NDP", "Perth"))
    (member,), findings = build_members(found, [listed], HELD)
    assert [(item.from_on, item.to_on, item.end_source) for item in member.memberships] == [
        (D(2025, 4, 28), D(2026, 1, 5), "members"),
        (D(2026, 1, 9), None, None),
    ]
    assert (findings, member.is_sitting) == ([], True)


def test_the_house_has_a_size_on_every_day_since_1988() -> None:
    days = (D(1993, 10, 25), D(1997, 6, 2), D(2004, 6, 27), D(2004, 6, 28), D(2015, 10, 18), D(2015, 10, 19))
    assert [house_seats(day) for day in days] == [295, 301, 301, 308, 308, 338]
    assert (house_seats(D(2025, 4, 27)), house_seats(D(2025, 4, 28)), house_seats(D(1988, 1, 1))) == (338, 343, None)
    sizes = house_sizes()
    assert all(one.to_on == other.from_on for one, other in pairwise(sizes))
    assert all(each.source.startswith("https://") for each in sizes)
