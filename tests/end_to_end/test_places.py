"""Ridings, caucuses and sitting days of the recorded Parliaments, checked against other documents of the House."""

from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from tests.end_to_end.conftest import Api
from tests.end_to_end.test_readme_queries import division_rows

pytestmark = [
    pytest.mark.recorded,
    pytest.mark.postgres,
    pytest.mark.clickhouse,
    pytest.mark.slow,
    pytest.mark.timeout(1800),
]
LISTED_ON = "2021-03-12"
"""When the House's list of members, which has no PersonIds, was fetched."""
SPEAKER = "Nipissing—Timiskaming"
"""The riding of the Speaker of that day, who is in no ballot."""


def listed_members(data: Path) -> list[tuple[str, str, str]]:
    """Riding, caucus and last name of every member of that list."""
    root = etree.parse(data / "members" / "members_43_2021-03_en.xml").getroot()
    names = ("ConstituencyName", "CaucusShortName", "PersonOfficialLastName")
    return [tuple(str(each.findtext(name)) for name in names) for each in root]  # type: ignore[misc]


def test_the_caucuses_of_a_day_have_as_many_members_as_the_list_of_the_house(api: Api, recorded_data: Path) -> None:
    expected = Counter(caucus for riding, caucus, _ in listed_members(recorded_data) if riding != SPEAKER)
    found = api.get(f"/api/v1/caucuses?as_of={LISTED_ON}&lang=en")["data"]
    assert {each["name"]["en"]: each["member_count"] for each in found if each["member_count"]} == dict(expected)
    standings = api.get(f"/api/v1/standings?as_of={LISTED_ON}&lang=en")["data"]
    assert {each["caucus"]["en"]: each["seats"] for each in standings["caucuses"]} == dict(expected)
    assert (standings["filled"], standings["house_seats"], standings["no_known_holder"]) == (337, 338, 1)


def test_the_riding_of_every_listed_member_names_that_member(api: Api, recorded_data: Path) -> None:
    found = {each["name"]["en"]: each for each in api.all(f"ridings?as_of={LISTED_ON}&lang=en")}
    listed = listed_members(recorded_data)
    assert found.keys() == {riding for riding, _, _ in listed}
    married = {"Lethbridge"}  # listed as Rachael Harder, whose latest name is Rachael Thomas
    for riding, caucus, name in listed:
        if riding != SPEAKER:
            assert found[riding]["caucus"] == caucus, riding
            assert riding in married or found[riding]["member"]["name"].endswith(name), riding
    assert (found[SPEAKER]["member"], found[SPEAKER]["vacant"]) == (None, None)


@pytest.mark.parametrize(
    ("riding", "left_on", "elected_on"),
    [
        ("Lac-Saint-Jean", "2017-08-10", "2017-10-23"),
        ("South Surrey—White Rock", "2017-09-30", "2017-12-11"),
        ("York Centre", "2020-09-02", "2020-10-26"),
        ("Toronto Centre", "2020-08-22", "2020-10-26"),
    ],
)
def test_a_seat_is_vacant_until_its_by_election(api: Api, riding: str, left_on: str, elected_on: str) -> None:
    (found,) = api.get(f"/api/v1/ridings?name={riding.replace(' ', '+')}&representation_order=2013")["data"]
    (vacancy,) = (each for each in found["vacancies"] if each["from_on"] == left_on)
    assert (vacancy["to_on"], vacancy["from_source"], vacancy["to_source"]) == (elected_on, "members", "members")
    assert api.get(f"/api/v1/ridings/{found['key']}?as_of={left_on}")["data"]["vacant"] is True
    assert api.get(f"/api/v1/ridings/{found['key']}?as_of={elected_on}")["data"]["vacant"] is False


def test_no_representation_order_has_more_ridings_than_seats(api: Api) -> None:
    found = Counter(each["representation_order"] for each in api.all("ridings"))
    # One riding of 2003 changed its name: it is listed under both.
    assert found == {2023: 342, 2013: 338, 2003: 309}


@pytest.mark.parametrize(
    ("session", "after_midnight"),
    [("38-1", {"2005-06-28": "2005-06-27"}), ("43-2", {"2021-04-29": "2021-04-28"}), ("45-1", {})],
)
def test_the_days_with_votes_are_those_of_the_divisions(
    api: Api, recorded_data: Path, session: str, after_midnight: dict[str, str]
) -> None:
    """On 27 June 2005 the House sat past midnight: its last vote has the next day's date."""
    expected = Counter(row["date"][:10] for row in division_rows(recorded_data, session))
    for date, sitting_on in after_midnight.items():
        expected.subtract({date: 1, sitting_on: -1})
    found = api.all(f"sittings?session={session}&chamber=commons&votes__gte=1")
    assert {each["sitting_on"]: each["votes"] for each in found} == dict(+expected)


def test_a_sitting_on_a_saturday(api: Api) -> None:
    """On 25 June 2011 the House passed the bill on postal services after a debate of three days."""
    day = api.get("/api/v1/sittings/commons/2011-06-25")["data"]
    assert (day["session"], day["votes"]) == ("41-1", 4)
    assert {(step["bill"], step["step"]["code"]) for step in day["steps"]} >= {("41-1/C-6", "house-third-reading")}


def test_a_reading_after_midnight_is_of_the_sitting_before(api: Api) -> None:
    """On 23 November 2018 the House sat until the next morning and passed C-89, which LEGISinfo dates the next day."""
    day = api.get("/api/v1/sittings/commons/2018-11-23")["data"]
    assert ("42-1/C-89", "house-third-reading") in {(step["bill"], step["step"]["code"]) for step in day["steps"]}
    saturday = api.all("sittings?chamber=commons&sitting_on=2018-11-24")
    assert saturday == []
