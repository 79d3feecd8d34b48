"""Members lists with and without PersonId, XML and CSV, on the recorded ones."""

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from assets.sources.ourcommons_members.parse import MemberRecord, parse_members
from warehouse.runtime.errors import SourceChanged

COUNTS = {
    "members_43_2021-03_en.xml": 338,
    "members_43_2021-09-14_en.csv": 340,
    "members_44_2021-11-19_en.csv": 338,
    "members_45_2026-09-30_en.excerpt.xml": 12,
    "members_45_2026-10-03_fr.excerpt.xml": 12,
    "members_all_parliaments_2023-01_en.csv": 1109,
}


def member(person_id: str = "<PersonId>1</PersonId>", begins: str = "2025-04-28T00:00:00", ends: str = "") -> str:
    return (
        f"<MemberOfParliament>{person_id}<PersonShortHonorific /><PersonOfficialFirstName>A</PersonOfficialFirstName>"
        "<PersonOfficialLastName>B</PersonOfficialLastName><ConstituencyName>C</ConstituencyName>"
        "<ConstituencyProvinceTerritoryName>Ontario</ConstituencyProvinceTerritoryName>"
        f"<CaucusShortName>NDP</CaucusShortName><FromDateTime>{begins}</FromDateTime><ToDateTime>{ends}</ToDateTime>"
        "</MemberOfParliament>"
    )


def array(*members: str) -> bytes:
    return f"<ArrayOfMemberOfParliament>{''.join(members)}</ArrayOfMemberOfParliament>".encode()


@pytest.fixture(scope="module")
def lists(recorded_data: Path) -> dict[str, list[MemberRecord]]:
    parsed = {name: parse_members((recorded_data / "members" / name).read_bytes()) for name in COUNTS}
    assert not any(each.unfit or each.repeated for each in parsed.values())
    return {name: each.records for name, each in parsed.items()}


@pytest.mark.recorded
def test_every_list_is_read(lists: dict[str, list[MemberRecord]]) -> None:
    assert {name: len(records) for name, records in lists.items()} == COUNTS


@pytest.mark.recorded
def test_only_todays_xml_has_ids(lists: dict[str, list[MemberRecord]]) -> None:
    assert all(record.person_id for record in lists["members_45_2026-09-30_en.excerpt.xml"])
    assert not any(record.person_id for record in lists["members_43_2021-03_en.xml"])
    assert not any(record.person_id for record in lists["members_all_parliaments_2023-01_en.csv"])


@pytest.mark.recorded
def test_two_david_andersons_are_two_records(lists: dict[str, list[MemberRecord]]) -> None:
    found = [record for record in lists["members_all_parliaments_2023-01_en.csv"] if record.name == "David Anderson"]
    assert [(record.riding, record.caucus) for record in found] == [
        ("Cypress Hills—Grasslands", "Conservative"),
        ("Victoria", "Liberal"),
    ]


@pytest.mark.recorded
def test_missing_parties_and_odd_honorifics(lists: dict[str, list[MemberRecord]]) -> None:
    everyone = lists["members_all_parliaments_2023-01_en.csv"]
    assert sum(record.caucus is None for record in everyone) == 2
    assert Counter(record.honorific for record in everyone) == {None: 836, "Hon.": 267, "Right Hon.": 6}


@pytest.mark.recorded
def test_the_last_day_of_a_seat_is_its_own(lists: dict[str, list[MemberRecord]]) -> None:
    ended = [record for record in lists["members_43_2021-09-14_en.csv"] if record.to_on]
    assert len(ended) == 3
    anderson = next(
        record
        for record in lists["members_all_parliaments_2023-01_en.csv"]
        if record.riding == "Victoria" and record.name == "David Anderson"
    )
    assert (anderson.from_on, anderson.to_on) == (dt.date(2004, 6, 28), dt.date(2006, 1, 23))


@pytest.mark.recorded
def test_french_lists_translate_party_province_and_riding(lists: dict[str, list[MemberRecord]]) -> None:
    ridings = {record.riding for record in lists["members_45_2026-10-03_fr.excerpt.xml"]}
    assert "Vancouver-Est" in ridings


def test_bad_records_are_parked() -> None:
    bad = (member("<PersonId>0</PersonId>"), member(begins="soon"), member(ends="2025-04-01T23:59:59"))
    parsed = parse_members(array(member(), *bad))
    assert len(parsed.records) == 1
    reasons = [item.reason for item in parsed.unfit]
    assert ["'0'" in reasons[0], "soon" in reasons[1], "before it begins" in reasons[2]] == [True] * 3


def test_a_seat_ends_after_its_last_day_whichever_way_it_is_written() -> None:
    for written in ("2025-06-30T23:59:59", "2025-06-30T00:00:00"):
        assert parse_members(array(member(ends=written))).records[0].to_on == dt.date(2025, 7, 1)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"", "empty"),
        (array(member()).replace(b"FromDateTime", b"Start"), "FromDateTime"),
        (b"First Name,Last Name\r\nA,B\r\n", "no column"),
        (b"<html></html>", "HTML page"),
        (array(member())[:-50], "breaks off"),
    ],
)
def test_unusable_lists_are_refused(document: bytes, reason: str) -> None:
    with pytest.raises(SourceChanged, match=reason):
        parse_members(document)


@pytest.mark.recorded
def test_a_csv_that_breaks_off_is_refused(recorded_data: Path) -> None:
    document = (recorded_data / "members" / "members_44_2021-11-19_en.csv").read_bytes()
    with pytest.raises(SourceChanged, match="breaks off"):
        parse_members(document[:9000].rstrip(b"\r\n"))
