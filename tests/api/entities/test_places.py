"""Ridings, caucuses, sitting days, and members as they sat on a day."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from serving.app import create_app
from tests.api import sample
from tests.api.conftest import Client, Parliament, settings_for
from tests.support.servers.postgres import SHARDS, empty
from warehouse.model.entities import EndSource, Membership
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import ShardMap, Shards, initial_map

pytestmark = pytest.mark.postgres
D = dt.date


def seat(caucus: str | None, riding: str, from_on: dt.date, to_on: dt.date | None, **changes: Any) -> Membership:
    """A membership of the 43rd Parliament."""
    end: EndSource | None = None if to_on is None else "members"
    fields: dict[str, Any] = {"parliament": 43, "province": "Ontario", "source": "both", "end_source": end}
    return Membership(caucus=caucus, riding=riding, from_on=from_on, to_on=to_on, **(fields | changes))


def house() -> list[Any]:
    """Four members of two Parliaments, with a by-election, a change of caucus and a riding spelled in two ways; and a
    sitting whose last vote, on second reading, was after midnight."""
    over = D(2021, 8, 16)
    return [
        sample.member(1, name="Bill Morneau", caucus="Liberal", riding="Toronto Centre", riding_fr="Toronto-Centre",
                      province="Ontario", memberships=(
                          seat("Liberal", "Toronto Centre", D(2019, 10, 21), D(2020, 8, 22)),)),
        sample.member(2, name="Marci Ien", caucus="Liberal", riding="Toronto Centre", riding_fr=None,
                      province="Ontario", memberships=(
                          seat("Liberal", "Toronto Centre", D(2020, 10, 26), over, end_source="dissolution"),)),
        sample.member(3, name="Jenica Atwin", caucus="Liberal", riding="Fredericton—Oromocto", riding_fr=None,
                      province="New Brunswick", memberships=(
                          seat("Green Party", "Fredericton", D(2019, 10, 21), D(2021, 6, 10), end_source="change",
                               province="New Brunswick"),
                          seat("Liberal", "Fredericton", D(2021, 6, 10), over, end_source="dissolution",
                               province="New Brunswick"),
                          seat("Liberal", "Fredericton—Oromocto", D(2025, 4, 28), None, parliament=45,
                               province="New Brunswick"))),
        sample.member(4, name="Ann Lee", caucus="NDP", riding="Oka--Mirabel", riding_fr=None, province="Quebec",
                      memberships=(
                          seat("NDP", "Oka—Mirabel", D(2019, 10, 21), over, end_source="dissolution",
                               province="Quebec"),
                          seat("NDP", "Oka--Mirabel", D(2025, 4, 28), None, parliament=45, province="Quebec"))),
        sample.bill("43-2", "C-5", introduced_on=D(2021, 3, 8), passed_house_first_on=D(2021, 3, 8),
                    passed_house_second_on=D(2021, 3, 13), royal_assent_on=D(2021, 6, 3)),
        sample.bill("43-2", "S-2", introduced_on=D(2021, 3, 9), passed_house_first_on=None,
                    passed_senate_first_on=D(2021, 3, 9), royal_assent_on=None),
        sample.vote("43-2", 69, held_on=D(2021, 3, 12)),
        sample.vote("43-2", 70, held_on=D(2021, 3, 12), bill="43-2/C-5",
                    held_at=dt.datetime(2021, 3, 13, 6, 5, tzinfo=dt.UTC)),
        sample.session(43, 2, opened_on=D(2020, 9, 23), closed_on=D(2021, 8, 15)),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def parliament_43(worker_urls: list[str]) -> Iterator[Client]:
    """The API over that House."""
    empty(worker_urls)
    catalog = Database(worker_urls[0])
    shards = Shards([Database(url) for url in worker_urls[1:]], ShardMap(initial_map(SHARDS), SHARDS))
    parliament = Parliament(catalog, shards)
    parliament.claim("recorded")
    parliament.store(*house())
    parliament.settle()
    with TestClient(create_app(settings_for(worker_urls))) as client:
        client.follow_redirects = False
        yield client
    shards.close()
    catalog.close()


def get(client: Client, path: str) -> Any:
    """The JSON of an address."""
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def names(client: Client, query: str) -> list[tuple[int, str]]:
    """The ridings that a query finds."""
    return [(each["representation_order"], each["name"]["en"]) for each in get(client, f"ridings?{query}")["data"]]


def test_ridings_by_representation_order_whatever_their_spelling(parliament_43: Client) -> None:
    assert names(parliament_43, "") == [
        (2023, "Fredericton—Oromocto"),
        (2023, "Oka--Mirabel"),
        (2013, "Fredericton"),
        (2013, "Oka—Mirabel"),
        (2013, "Toronto Centre"),
    ]
    assert names(parliament_43, "sort=-name&province=QC") == [(2013, "Oka—Mirabel"), (2023, "Oka--Mirabel")]
    assert names(parliament_43, "name__contains=fred&representation_order=2013") == [(2013, "Fredericton")]
    assert names(parliament_43, "parliament=45&party=ndp") == [(2023, "Oka--Mirabel")]
    first = get(parliament_43, "ridings?limit=3")
    following = parliament_43.get(first["links"]["next"]).json()
    assert [each["name"]["en"] for each in following["data"]] == ["Oka—Mirabel", "Toronto Centre"]


def test_a_riding_says_who_sat_for_it_and_when_nobody_did(parliament_43: Client) -> None:
    (toronto,) = get(parliament_43, "ridings?name=toronto+centre&as_of=2020-09-01")["data"]
    assert toronto["name"] == {"en": "Toronto Centre", "fr": "Toronto-Centre"}
    assert [(term["member"]["name"], term["from_on"], term["to_on"]) for term in toronto["terms"]] == [
        ("Bill Morneau", "2019-10-21", "2020-08-22"),
        ("Marci Ien", "2020-10-26", "2021-08-16"),
    ]
    (vacancy,) = toronto["vacancies"]
    assert (vacancy["from_on"], vacancy["certain_until"], vacancy["to_on"]) == (
        "2020-08-22",
        "2020-10-25",
        "2020-10-26",
    )
    assert (toronto["vacant"], toronto["member"], toronto["caucus"]) == (True, None, None)
    assert (toronto["province"], toronto["fed_code"], toronto["provisional"]) == ("Ontario", None, True)
    later = get(parliament_43, f"ridings/{toronto['key']}?as_of=2021-01-01")["data"]
    assert (later["vacant"], later["member"]["name"], later["caucus_name"]["fr"]) == (False, "Marci Ien", "Libéral")


def test_ridings_of_a_day_are_those_in_force_with_the_caucus_of_then(parliament_43: Client) -> None:
    assert names(parliament_43, "as_of=2020-09-01") == [
        (2013, "Fredericton"), (2013, "Oka—Mirabel"), (2013, "Toronto Centre")
    ]  # fmt: skip
    assert names(parliament_43, "as_of=2020-09-01&vacant=true") == [(2013, "Toronto Centre")]
    assert names(parliament_43, "as_of=2020-09-01&vacant=false&party=green") == [(2013, "Fredericton")]
    assert names(parliament_43, "as_of=2021-07-01&party=green") == []
    assert names(parliament_43, "as_of=2021-07-01&party=liberal") == [(2013, "Fredericton"), (2013, "Toronto Centre")]


def test_a_riding_by_its_name_and_the_ridings_of_an_order_are_redirected(parliament_43: Client) -> None:
    moved = parliament_43.get("/api/v1/ridings/2013/oka%20mirabel?lang=fr")
    assert moved.status_code == 308
    assert get(parliament_43, moved.headers["location"].removeprefix("/api/v1/"))["data"]["name"] == {"fr": None}
    assert parliament_43.get("/api/v1/ridings/2013").headers["location"] == "/api/v1/ridings?representation_order=2013"
    for wrong in ("ridings/1066/p-0123456789", "ridings/2013/p-0123456789", "ridings/2013/nowhere", "ridings/x"):
        assert parliament_43.get(f"/api/v1/{wrong}").status_code == 404


def test_caucuses_with_their_members_on_a_day(parliament_43: Client) -> None:
    listed = get(parliament_43, "caucuses")
    assert [each["key"] for each in listed["data"]] == ["liberal", "ndp", "green"]
    assert listed["page"]["count"] == 3
    green = get(parliament_43, "caucuses/green?as_of=2021-06-09")["data"]
    assert (green["name"], green["abbreviation"]) == (
        {"en": "Green Party", "fr": "Parti vert"}, {"en": "GP", "fr": "PV"}
    )  # fmt: skip
    assert (green["first_on"], green["last_on"], green["parliaments"]) == ("2019-10-21", "2021-06-09", [43])
    assert [(each["name"], each["riding"]) for each in green["members"]] == [("Jenica Atwin", "Fredericton")]
    assert green["member_count"] is None  # three of 338 seats are known
    assert get(parliament_43, "caucuses/green?as_of=2021-06-10")["data"]["members"] == []
    assert parliament_43.get("/api/v1/caucuses.csv?columns=key,name").text.splitlines()[1:] == [
        "liberal,Liberal,Libéral", "ndp,NDP,NPD", "green,Green Party,Parti vert"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("parties", "caucuses"),
        ("parties/NPD?as_of=2021-01-01", "caucuses/ndp?as_of=2021-01-01"),
        ("caucuses/Parti%20vert", "caucuses/green"),
        ("sittings/2021-03-12", "sittings/commons/2021-03-12"),
        ("sittings/43-2", "sittings?session=43-2"),
        ("sittings/house/2021-03-12", "sittings/commons/2021-03-12"),
        ("members/089003/memberships", "members/89003/memberships"),
    ],
)
def test_what_is_typed_in_another_form_is_sent_to_its_address(parliament_43: Client, path: str, location: str) -> None:
    answer = parliament_43.get(f"/api/v1/{path}")
    assert (answer.status_code, answer.headers.get("location")) == (308, f"/api/v1/{location}")


def test_a_caucus_that_nobody_sat_in_names_the_nearest(parliament_43: Client) -> None:
    answer = parliament_43.get("/api/v1/caucuses/liberl").json()
    assert (answer["status"], answer["nearest"]) == (404, "liberal")


def test_sitting_days_are_those_with_votes_or_readings(parliament_43: Client) -> None:
    found = get(parliament_43, "sittings?session=43-2&sort=date")["data"]
    assert [(each["key"], each["votes"], each["readings"]) for each in found] == [
        ("commons/2021-03-08", 0, 1),
        ("senate/2021-03-09", 0, 1),
        ("commons/2021-03-12", 2, 1),
    ]
    within = get(parliament_43, "sittings?date_from=2021-03-09&date_to=2021-03-12&chamber=commons&votes__gte=1")["data"]
    assert [each["key"] for each in within] == ["commons/2021-03-12"]
    assert get(parliament_43, "sittings?parliament=44")["data"] == []


def test_a_sitting_day_shows_what_happened(parliament_43: Client) -> None:
    day = get(parliament_43, "sittings/commons/2021-03-12")["data"]
    assert (day["session"], day["votes"], day["readings"]) == ("43-2", 2, 1)
    assert [(vote["number"], vote["bill"]) for vote in day["divisions"]] == [(69, "43-2/C-3"), (70, "43-2/C-5")]
    assert [(step["bill"], step["step"]["code"]) for step in day["steps"]] == [("43-2/C-5", "house-second-reading")]
    for wrong in ("commons/2021-06-03", "senate/2021-03-12", "commons/2021-02-30", "lords/2021-03-12"):
        assert parliament_43.get(f"/api/v1/sittings/{wrong}").status_code == 404


def test_memberships_of_a_day(parliament_43: Client) -> None:
    every = get(parliament_43, "members/89003/memberships")["data"]
    assert [(each["caucus"], each["riding"]) for each in every] == [
        ("Green Party", "Fredericton"), ("Liberal", "Fredericton"), ("Liberal", "Fredericton—Oromocto")
    ]  # fmt: skip
    (that_day,) = get(parliament_43, "members/89003/memberships?as_of=2021-06-09&lang=fr")["data"]
    assert (that_day["caucus"], that_day["caucus_name"], that_day["to_on"]) == (
        "Green Party", {"fr": "Parti vert"}, "2021-06-10"
    )  # fmt: skip
    assert get(parliament_43, "members/89003/memberships?as_of=2022-01-01")["data"] == []
    assert len(get(parliament_43, "members/89003@v1/memberships")["data"]) == 3


def test_members_as_they_sat_on_a_day(parliament_43: Client) -> None:
    found = get(parliament_43, "members?as_of=2021-06-09")["data"]
    assert [(each["name"], each["caucus"], each["riding"]) for each in found] == [
        ("Ann Lee", "NDP", "Oka—Mirabel"),
        ("Jenica Atwin", "Green Party", "Fredericton"),
        ("Marci Ien", "Liberal", "Toronto Centre"),
    ]
    assert get(parliament_43, "members?as_of=2010-01-01")["data"] == []
    for latest in ("party=ndp", "sort=riding", "riding__contains=oka"):
        answer = parliament_43.get(f"/api/v1/members?as_of=2021-06-09&{latest}").json()
        assert (answer["status"], answer["code"]) == (400, "invalid_value")


@pytest.mark.parametrize("address", ["ridings", "caucuses", "members", "standings", "members/89003/memberships"])
@pytest.mark.parametrize("value", ["2999-01-01", "20210612", "2021-06-31", "yesterday", ""])
def test_a_day_that_is_none_or_still_to_come_is_refused(parliament_43: Client, address: str, value: str) -> None:
    answer = parliament_43.get(f"/api/v1/{address}?as_of={value}").json()
    assert (answer["status"], answer["param"]) == (400, "as_of")


def test_what_changed_no_more_is_not_sent_again(parliament_43: Client) -> None:
    for path in ("ridings?as_of=2021-01-01", "caucuses/ndp", "sittings", "sittings/commons/2021-03-12"):
        first = parliament_43.get(f"/api/v1/{path}")
        again = parliament_43.get(f"/api/v1/{path}", headers={"if-none-match": first.headers["etag"]})
        assert again.status_code == 304
