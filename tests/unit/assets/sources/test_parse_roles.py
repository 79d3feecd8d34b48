"""The roles document of a member: terms, caucuses and offices by the day, in both shapes it has had."""

import datetime as dt
from pathlib import Path

import pytest

from assets.members.roles import offices_of
from assets.sources.ourcommons_member_roles.parse import OfficeRecord, parse_roles
from warehouse.model.vocabulary.offices import OFFICES, is_in_cabinet, office_of
from warehouse.runtime.errors import SourceChanged

D = dt.date


def seat(person: str = "89156", first: str = "2025-04-28T00:00:00", last: str = "") -> str:
    end = f"<ToDateTime>{last}</ToDateTime>" if last else "<ToDateTime/>"
    return (
        f"<MemberOfParliamentRole><PersonId>{person}</PersonId><PersonShortHonorific/>"
        "<PersonOfficialFirstName>Ann</PersonOfficialFirstName><PersonOfficialLastName>Lee</PersonOfficialLastName>"
        "<ConstituencyName>Perth</ConstituencyName>"
        "<ConstituencyProvinceTerritoryName>Ontario</ConstituencyProvinceTerritoryName>"
        f"<CaucusShortName>NDP</CaucusShortName><FromDateTime>{first}</FromDateTime>{end}</MemberOfParliamentRole>"
    )


def profile(seats: str, more: str = "") -> bytes:
    return (
        f"<Profile><MemberOfParliamentRoles>{seats}</MemberOfParliamentRoles><CaucusMemberRoles />{more}</Profile>"
    ).encode()


@pytest.mark.recorded
def test_the_recorded_document_gives_four_terms_by_the_day(recorded_data: Path) -> None:
    record = parse_roles((recorded_data / "members" / "member_roles_89156_2026-09-30_en.xml").read_bytes())
    assert record.person_id == 89156
    assert [(each.riding, each.from_on, each.to_on) for each in record.seats] == [
        ("Edmonton Manning", D(2015, 10, 19), D(2019, 10, 21)),
        ("Edmonton Manning", D(2019, 10, 21), D(2021, 9, 20)),
        ("Edmonton Manning", D(2021, 9, 20), D(2025, 4, 28)),
        ("Edmonton Manning", D(2025, 4, 28), None),
    ]
    assert [(each.caucus, each.from_on) for each in record.caucuses][-1] == ("Conservative", D(2025, 4, 28))
    assert (record.offices, record.unfit) == ([], [])


def test_offices_have_their_days_and_duplicates_are_one() -> None:
    office = (
        "<ParliamentaryPositionRole><Title>Speaker of the House of Commons</Title>"
        "<FromDateTime>2011-06-02T00:00:00</FromDateTime><ToDateTime>2015-12-02T23:59:59</ToDateTime>"
        "</ParliamentaryPositionRole>"
    )
    record = parse_roles(profile(seat(), f"<ParliamentaryPositionRoles>{office}{office}</ParliamentaryPositionRoles>"))
    assert record.offices == [
        OfficeRecord(title="Speaker of the House of Commons", from_on=D(2011, 6, 2), to_on=D(2015, 12, 3))
    ]


def test_the_shape_before_2024_has_one_seat_under_the_root() -> None:
    first, last = "2015-10-19T00:00:00", "2019-10-20T23:59:59"
    record = parse_roles(f"<Profile>{seat(first=first, last=last)}</Profile>".encode())
    assert [(each.from_on, each.to_on) for each in record.seats] == [(D(2015, 10, 19), D(2019, 10, 21))]


def test_an_end_without_a_time_of_day_is_the_last_day() -> None:
    record = parse_roles(profile(seat(first="2000-11-27T00:00:00", last="2002-03-25T00:00:00")))
    assert record.seats[0].to_on == D(2002, 3, 26)


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (b"<Profile><MemberOfParliamentRoles /></Profile>", "no seat"),
        (b"<ArrayOfVote />", "root"),
        (b"<html><body>We will be back</body></html>", "HTML page"),
        (profile(seat())[:-30], "breaks off"),
        (profile(seat() + seat("1", "2021-09-20T00:00:00", "2025-04-27T23:59:59")), "several persons"),
        (profile(seat(person="x")), "PersonId"),
    ],
)
def test_what_is_no_roles_document_is_refused(document: bytes, why: str) -> None:
    with pytest.raises(SourceChanged, match=why):
        parse_roles(document)


def test_a_seat_that_cannot_be_read_is_parked_and_the_others_are_kept() -> None:
    record = parse_roles(profile(seat() + seat(first="2021-09-20T00:00:00", last="2020-01-01T00:00:00")))
    assert [each.from_on for each in record.seats] == [D(2025, 4, 28)]
    assert "before it begins" in record.unfit[0].reason


@pytest.mark.parametrize(
    ("title", "office", "in_cabinet"),
    [
        ("Speaker of the House of Commons", "speaker", False),
        ("Interim Speaker of the House of Commons", "speaker", False),
        ("Deputy Speaker and Chair of Committees of the Whole", "deputy-speaker", False),
        ("Assistant Deputy Speaker and Deputy Chair of Committees of the Whole", "assistant-deputy-speaker", False),
        ("Prime Minister", "prime-minister", True),
        ("Deputy Prime Minister", "minister", True),
        ("Minister of Finance", "minister", True),
        ("President of the Treasury Board", "minister", True),
        ("President of the King's Privy Council for Canada", "minister", True),
        ("Attorney General of Canada", "minister", True),
        ("Secretary of State (Sport)", "secretary-of-state", False),
        ("Parliamentary Secretary to the Minister of Finance", "parliamentary-secretary", False),
        ("Parliamentary Secretary to the Prime Minister", "parliamentary-secretary", False),
        ("Chief Government Whip", "whip", False),
        ("Leader of the Government in the House of Commons", "house-leader", True),
        ("House Leader of the Official Opposition", "house-leader", False),
        ("Leader of the Official Opposition", "opposition-leader", False),
        ("Leader of the Bloc Québécois", "party-leader", False),
        ("Member of the Board of Internal Economy", "other", False),
    ],
)
def test_titles_name_offices(title: str, office: str, in_cabinet: bool) -> None:
    assert (office_of(title), is_in_cabinet(title)) == (office, in_cabinet)
    assert office in OFFICES


def test_two_offices_of_one_kind_and_day_keep_apart() -> None:
    titles = ("Minister of Finance", "Minister of Health", "Chief Government Whip")
    found = offices_of([OfficeRecord(title=title, from_on=D(2025, 5, 13), to_on=None) for title in titles])
    assert [each.key for each in found] == ["minister/2025-05-13", "minister/2025-05-13/2", "whip/2025-05-13"]
