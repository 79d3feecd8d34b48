"""From ballots and members lists to members: identity, half-open memberships, joins that are never guessed."""

import datetime as dt
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from assets.members.seats import MemberList, normal, provinces_of
from assets.members.transform import build_members, runs_of_ballots
from assets.sources.ourcommons_ballots.parse import parse_ballots
from assets.sources.ourcommons_members.parse import MemberRecord, parse_members
from assets.sources.sessions.parse import parse_sessions
from tests.support.upstream.documents import SESSIONS, ballot_documents, bill_lists, vote_records
from warehouse.model.entities import Finding, Member, Session
from warehouse.postgres.catalog.ballot_runs import RUNS_SCHEMA
from warehouse.runtime.clock import ottawa_to_utc

Row = tuple[int, str, int, str, str | None, str | None]
COLUMNS = ["person_id", "held_at", "held_on", "number", "name", "caucus", "riding"]
D = dt.date


def frame(*rows: Row) -> pl.DataFrame:
    """Ballots as (person, local time, number, name, caucus, riding)."""
    times = [dt.datetime.fromisoformat(row[1]) for row in rows]
    return pl.DataFrame(
        [
            (person, ottawa_to_utc(time), time.date(), number, name, caucus, riding)
            for (person, _, number, name, caucus, riding), time in zip(rows, times, strict=True)
        ],
        schema=COLUMNS,
        orient="row",
    )


def runs(session: str, *rows: Row) -> pl.DataFrame:
    return runs_of_ballots(frame(*rows)).with_columns(session=pl.lit(session)).select(list(RUNS_SCHEMA))


def seat(
    name: str = "Ann Lee", riding: str | None = "Perth", caucus: str | None = "NDP", **more: object
) -> MemberRecord:
    values: dict[str, object] = {
        "person_id": None,
        "honorific": None,
        "province": "Ontario",
        "from_on": None,
        "to_on": None,
    }
    return MemberRecord(name=name, riding=riding, caucus=caucus, **(values | more))  # type: ignore[arg-type]


def session(key: str, opened: D, closed: D | None) -> Session:
    parliament, number = map(int, key.split("-"))
    return Session(
        key=key,
        parliament=parliament,
        number=number,
        name_en=key,
        opened_on=opened,
        closed_on=closed,
        is_current=closed is None,
    )


HELD = {
    each.key: each
    for each in (
        session("43-1", D(2019, 12, 5), D(2020, 8, 18)),
        session("43-2", D(2020, 9, 23), D(2021, 8, 15)),
        session("45-1", D(2025, 5, 26), None),
    )
}


def one(ballots: pl.DataFrame, *lists: MemberList) -> tuple[Member, list[Finding]]:
    (member,), findings = build_members(ballots, lists, HELD)
    return member, findings


def spans(member: Member) -> list[tuple[str | None, D, D | None, str]]:
    return [(item.caucus, item.from_on, item.to_on, item.source) for item in member.memberships]


def test_runs_are_split_by_name_caucus_and_riding_and_joined_over_nulls() -> None:
    found = runs_of_ballots(
        frame(
            (2, "2020-01-02T10:00", 2, "B", None, "X"),
            (1, "2020-01-01T10:00", 1, "A", "NDP", "X"),
            (2, "2020-01-01T10:00", 1, "B", None, "X"),
            (1, "2020-01-02T10:00", 2, "A", "Green Party", "X"),
        )
    )
    assert found.columns == list(RUNS_SCHEMA)[1:]
    assert found.select("person_id", "first_number", "last_number", "caucus").rows() == [
        (1, 1, 1, "NDP"),
        (1, 2, 2, "Green Party"),
        (2, 1, 2, None),
    ]


def test_a_riding_that_one_ballot_does_not_say_is_no_change() -> None:
    found = runs_of_ballots(
        frame(
            (1, "2020-01-01T10:00", 1, "A", "NDP", "X"),
            (1, "2020-01-02T10:00", 2, "A", None, None),
            (1, "2020-01-03T10:00", 3, "A", "NDP", "X"),
            (2, "2020-01-01T10:00", 1, "B", None, "Y"),
            (2, "2020-01-02T10:00", 2, "B", "NDP", "Y"),
        )
    )
    assert found.select("person_id", "first_number", "last_number", "caucus", "riding").rows() == [
        (1, 1, 3, "NDP", "X"),
        (2, 1, 2, "NDP", "Y"),
    ]


def test_a_floor_crossing_between_two_votes_of_one_day_survives() -> None:
    ballots = runs(
        "43-2",
        (1, "2021-01-05T15:00", 10, "Ann Lee", "Liberal", "Perth"),
        (1, "2021-02-01T15:00", 20, "Ann Lee", "Liberal", "Perth"),
        (1, "2021-02-01T15:00", 21, "Ann Lee", "Independent", "Perth"),
        (1, "2021-03-01T15:00", 30, "Ann Lee", "Independent", "Perth"),
    )
    found = ballots.select("caucus", "first_on", "last_on", "first_number", "last_number").rows()
    assert found == [
        ("Liberal", D(2021, 1, 5), D(2021, 2, 1), 10, 20),
        ("Independent", D(2021, 2, 1), D(2021, 3, 1), 21, 30),
    ]
    member, findings = one(ballots)
    assert spans(member) == [
        ("Liberal", D(2021, 1, 5), D(2021, 2, 1), "ballots"),
        ("Independent", D(2021, 2, 1), D(2021, 8, 16), "ballots"),
    ]
    assert (member.caucus, findings) == ("Independent", [])


def test_a_caucus_of_less_than_a_day_is_dropped_with_a_finding() -> None:
    member, findings = one(
        runs(
            "43-2",
            (1, "2021-01-05T15:00", 10, "Ann Lee", "Liberal", "Perth"),
            (1, "2021-02-01T10:00", 20, "Ann Lee", "Independent", "Perth"),
            (1, "2021-02-01T11:00", 21, "Ann Lee", "NDP", "Perth"),
        )
    )
    assert [item[:3] for item in spans(member)] == [
        ("Liberal", D(2021, 1, 5), D(2021, 2, 1)),
        ("NDP", D(2021, 2, 1), D(2021, 8, 16)),
    ]
    assert [(finding.rule, finding.key) for finding in findings] == [("membership_within_one_day", "1")]


def test_sessions_of_one_parliament_are_one_membership_and_parliaments_are_not() -> None:
    member, _ = one(
        pl.concat(
            [
                runs("45-1", (1, "2025-06-02T15:00", 1, "Ann Lee", "NDP", "Perth")),
                runs("43-1", (1, "2020-01-05T15:00", 1, "Ann Lee", "NDP", "Perth")),
                runs("43-2", (1, "2021-01-05T15:00", 9, "Ann Lee-Roy", "NDP", "Perth")),
            ]
        )
    )
    assert [item[1:3] for item in spans(member)] == [(D(2020, 1, 5), D(2021, 8, 16)), (D(2025, 6, 2), None)]
    assert (member.name, member.other_names, member.is_sitting) == ("Ann Lee", ("Ann Lee-Roy",), True)


def test_a_list_gives_first_day_honorific_and_province() -> None:
    listed = MemberList(parliament=45, records=[seat(person_id=1, from_on=D(2025, 4, 28), honorific="Hon.")])
    french = MemberList(
        parliament=45, lang="fr", records=[seat(person_id=1, riding="Perth (fr)", from_on=D(2025, 4, 28))]
    )
    member, findings = one(runs("45-1", (1, "2025-06-02T15:00", 1, "Ann Lee", "NDP", "Perth")), listed, french)
    assert spans(member) == [("NDP", D(2025, 4, 28), None, "both")]
    assert (member.honorific, member.province, member.riding_fr) == ("Hon.", "Ontario", "Perth (fr)")
    assert (member.memberships[0].province, findings) == ("Ontario", [])


def test_an_ended_seat_ends_the_membership_and_the_sitting() -> None:
    listed = MemberList(parliament=45, records=[seat(person_id=1, from_on=D(2025, 4, 28), to_on=D(2025, 9, 1))])
    member, findings = one(runs("45-1", (1, "2025-06-02T15:00", 1, "Ann Lee", "NDP", "Perth")), listed)
    assert (spans(member), member.is_sitting) == ([("NDP", D(2025, 4, 28), D(2025, 9, 1), "both")], False)
    assert findings == []


def test_a_ballot_after_the_listed_end_is_a_finding() -> None:
    listed = MemberList(parliament=45, records=[seat(person_id=1, from_on=D(2025, 4, 28), to_on=D(2025, 6, 1))])
    member, findings = one(runs("45-1", (1, "2025-06-02T15:00", 1, "Ann Lee", "NDP", "Perth")), listed)
    assert spans(member)[0][2] is None
    assert [finding.rule for finding in findings] == ["ballot_after_seat_end"]


def test_someone_who_never_voted_is_a_member_by_the_list() -> None:
    listed = MemberList(records=[seat(person_id=7, from_on=D(2025, 8, 18))])
    member, findings = one(RUNS_SCHEMA.to_frame(), listed)
    assert spans(member) == [("NDP", D(2025, 8, 18), None, "members")]
    assert (member.key, member.is_sitting, findings) == ("7", True, [])


def test_the_current_list_is_later_than_the_last_ballot() -> None:
    listed = MemberList(records=[seat(person_id=1, caucus="Liberal", from_on=D(2025, 4, 28))])
    member, findings = one(runs("45-1", (1, "2025-06-02T15:00", 1, "Ann Lee", "NDP", "Perth")), listed)
    assert (member.caucus, spans(member)[0][0]) == ("Liberal", "NDP")
    assert [finding.rule for finding in findings] == ["caucus_differs_between_sources"]


def test_another_riding_in_the_list_is_a_finding_and_not_a_membership() -> None:
    listed = MemberList(parliament=43, records=[seat(person_id=1, riding="Huron", from_on=D(2019, 10, 21))])
    member, findings = one(runs("43-1", (1, "2020-01-05T15:00", 1, "Ann Lee", "NDP", "Perth")), listed)
    assert spans(member) == [("NDP", D(2020, 1, 5), D(2021, 8, 16), "ballots")]
    assert [finding.rule for finding in findings] == ["riding_differs_between_sources"]


def test_a_later_seat_in_another_riding_is_a_by_election() -> None:
    seats = [
        seat(person_id=1, from_on=D(2019, 10, 21), to_on=D(2020, 3, 1)),
        seat(person_id=1, riding="Huron", from_on=D(2020, 10, 26)),
    ]
    ballots = runs("43-1", (1, "2020-01-05T15:00", 1, "Ann Lee", "NDP", "Perth"))
    member, _ = one(ballots, MemberList(parliament=43, records=seats))
    assert spans(member) == [
        ("NDP", D(2019, 10, 21), D(2020, 3, 1), "both"),
        ("NDP", D(2020, 10, 26), D(2021, 8, 16), "members"),
    ]


def test_without_an_id_name_and_riding_must_fit_one_person_of_that_parliament() -> None:
    ballots = runs(
        "43-1",
        (1795, "2020-01-05T15:00", 1, "David Anderson", "Conservative", "Cypress Hills—Grasslands"),
        (1635, "2020-01-05T15:00", 1, "David Anderson", "Liberal", "Victoria"),
    )
    listed = MemberList(
        parliament=43,
        records=[
            seat("David Anderson", "Cypress Hills--Grasslands", "Conservative", from_on=D(2019, 10, 21)),
            seat("David Anderson", "Halifax", "Liberal", from_on=D(2019, 10, 21)),
        ],
    )
    members, findings = build_members(ballots, [listed], HELD)
    assert [(member.person_id, member.memberships[0].from_on) for member in members] == [
        (1635, D(2020, 1, 5)),
        (1795, D(2019, 10, 21)),
    ]
    assert [(finding.rule, finding.key) for finding in findings] == [
        ("member_without_person_id", "43/David Anderson (Halifax)")
    ]


def test_two_persons_of_one_name_and_riding_are_never_told_apart_by_guessing() -> None:
    ballots = runs(
        "43-1",
        (1, "2020-01-05T15:00", 1, "Ann Lee", "NDP", "Perth"),
        (2, "2020-06-05T15:00", 2, "Ann Lee", "Liberal", "Perth"),
    )
    listed = MemberList(parliament=43, records=[seat(from_on=D(2019, 10, 21))])
    members, findings = build_members(ballots, [listed], HELD)
    assert {member.memberships[0].source for member in members} == {"ballots"}
    assert "several persons" in findings[0].message


def test_who_left_the_whole_list_of_sitting_members_no_longer_sits() -> None:
    rows: list[Row] = [(number, "2025-06-02T15:00", 1, f"M {number}", "NDP", f"R {number}") for number in range(1, 21)]
    listed = [seat(f"M {number}", f"R {number}", person_id=number, from_on=D(2025, 4, 28)) for number in range(1, 20)]
    members, findings = build_members(runs("45-1", *rows), [MemberList(records=listed)], HELD)
    assert [member.person_id for member in members if not member.is_sitting] == [20]
    assert [(finding.rule, finding.key) for finding in findings] == [("not_in_members_list", "20")]
    few, _ = build_members(runs("45-1", *rows), [MemberList(records=listed[:12])], HELD)
    assert all(member.is_sitting for member in few)


def test_ridings_compare_without_dashes_accents_and_case() -> None:
    assert normal("Québec—Est  Ya’ara") == normal("QUEBEC--Est Ya'ara") == normal("Quebec-est ya’ara")


def test_a_riding_in_two_provinces_has_none() -> None:
    listed = MemberList(records=[seat(), seat(province="Quebec"), seat(riding="Huron")])
    assert provinces_of([listed]) == {"Huron": "Ontario"}


@pytest.fixture(scope="module")
def recorded(recorded_data: Path) -> tuple[dict[int, Member], list[Finding]]:
    """The members of the whole recorded Parliament."""
    found = []
    for name in SESSIONS:
        documents = ballot_documents(recorded_data, name)
        records = {record.number: record for record in vote_records(recorded_data, name)}
        rows = [
            (
                ballot.person_id,
                record.held_at_local,
                record.held_at_local.date(),
                number,
                ballot.name,
                ballot.caucus,
                ballot.riding,
            )
            for number, record in records.items()
            for ballot in parse_ballots(documents[number]).records
        ]
        ballots = pl.DataFrame(rows, schema=COLUMNS, orient="row")
        found.append(runs_of_ballots(ballots).with_columns(session=pl.lit(name)).select(list(RUNS_SCHEMA)))
    folder = recorded_data / "members"

    def listed(file: str, parliament: int | None) -> MemberList:
        records = parse_members((folder / file).read_bytes()).records
        return MemberList(parliament=parliament, lang="fr" if "_fr" in file else "en", records=records)

    lists = [
        listed("members_43_2021-03_en.xml", 43),
        listed("members_43_2021-09-14_en.csv", 43),
        listed("members_44_2021-11-19_en.csv", 44),
        listed("members_45_2026-09-30_en.excerpt.xml", None),
        listed("members_45_2026-10-03_fr.excerpt.xml", None),
        listed("members_all_parliaments_2023-01_en.csv", None),
    ]
    sessions = {named.key: named for path in bill_lists(recorded_data) for named in parse_sessions(path.read_bytes())}
    members, findings = build_members(pl.concat(found), lists, sessions)
    return {member.person_id: member for member in members}, findings


@pytest.mark.recorded
def test_everyone_who_ever_voted_is_one_member(recorded: tuple[dict[int, Member], list[Finding]]) -> None:
    members, findings = recorded
    assert len(members) == 1043
    # 345 have voted in the 45th Parliament; three of them have a successor in their riding. The Speaker has no ballot.
    assert sum(member.is_sitting for member in members.values()) == 342
    # Speakers do not vote, so that nothing joins them to a list without ids.
    unjoined = {finding.key for finding in findings if finding.rule == "member_without_person_id"}
    assert unjoined == {
        "40/Peter Milliken (Kingston and the Islands)",
        "41/Pat Perkins (Whitby—Oshawa)",
        "43/Anthony Rota (Nipissing—Timiskaming)",
    }
    assert {finding.key for finding in findings if finding.rule == "members_without_person_id"} == {"36", "37", "44"}
    assert {finding.rule for finding in findings} == {"member_without_person_id", "members_without_person_id"}


@pytest.mark.recorded
def test_memberships_are_half_open_and_never_overlap(recorded: tuple[dict[int, Member], list[Finding]]) -> None:
    for member in recorded[0].values():
        assert member.memberships
        for item in member.memberships:
            assert item.to_on is None or item.to_on > item.from_on
        for earlier, later in pairwise(member.memberships):
            assert earlier.to_on is not None
            assert earlier.to_on <= later.from_on


@pytest.mark.recorded
def test_names_change_under_one_id_and_one_name_is_two_persons(
    recorded: tuple[dict[int, Member], list[Finding]],
) -> None:
    members, _ = recorded
    names = {59110: "Candice Hoeppner", 71902: "Michelle Rempel", 89200: "Rachael Harder", 107099: "Ya’ara Saks"}
    for person_id, earlier in names.items():
        assert members[person_id].other_names == (earlier,)
    assert members[59110].name == "Candice Bergen"
    andersons = [members[1795], members[1635]]
    assert {member.name for member in andersons} == {"David Anderson"}
    assert [member.riding for member in andersons] == ["Cypress Hills—Grasslands", "Victoria"]


@pytest.mark.recorded
def test_a_member_of_three_recorded_parliaments(recorded: tuple[dict[int, Member], list[Finding]]) -> None:
    member = recorded[0][89156]
    assert (member.name, member.riding_fr, member.is_sitting) == ("Ziad Aboultaif", "Edmonton Manning", True)
    assert [(item.parliament, item.from_on, item.to_on) for item in member.memberships] == [
        (42, D(2015, 12, 8), D(2019, 9, 12)),
        (43, D(2019, 10, 21), D(2021, 8, 16)),
        (45, D(2025, 4, 28), None),
    ]
    assert [(item.scheme, item.value) for item in member.identifiers] == [("ourcommons:PersonId", "89156")]
