"""A member's dissents, and two members compared, on a real session; counted again in plain Python from documents."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import msgspec
import pytest
from litestar.testing import TestClient

from serving.app import create_app
from tests.api import sample
from tests.api.conftest import Client, Parliament, settings_for
from tests.support.data.facts import insert_session, recorded_session
from tests.support.servers.clickhouse import Endpoint
from tests.support.servers.postgres import SHARDS, empty
from warehouse.clickhouse.client import ClickHouse
from warehouse.clickhouse.migrate import migrate
from warehouse.model.entities import Ballot
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import ShardMap, Shards, initial_map

pytestmark = [pytest.mark.postgres, pytest.mark.clickhouse, pytest.mark.recorded, pytest.mark.slow]
SESSION = "43-1"
INDEPENDENTS = {"Independent"}


@pytest.fixture(scope="module")
def ballots(recorded_data: Path) -> dict[int, list[tuple[int, str, str]]]:
    """Person, caucus and position of every yea and nay, by vote."""
    return {
        int(str(row["number"])): [
            (person, caucus, position)
            for person, caucus, position in frame.select("person_id", "caucus", "position").iter_rows()
            if position in {"yea", "nay"}
        ]
        for row, frame in recorded_session(recorded_data, SESSION)
    }


@pytest.fixture(scope="module")
def client(worker_urls: list[str], shared_endpoint: Endpoint, recorded_data: Path) -> Iterator[Client]:
    """The API over a session that is in the shards and in the facts."""
    empty(worker_urls)
    catalog = Database(worker_urls[0])
    shards = Shards([Database(url) for url in worker_urls[1:]], ShardMap(initial_map(SHARDS), SHARDS))
    parliament = Parliament(catalog, shards)
    parliament.claim("recorded")
    session = recorded_session(recorded_data, SESSION)
    votes, people = [], set()
    for row, frame in session:
        held_on = row["held_on"]
        assert isinstance(held_on, dt.date)
        cast = [
            Ballot(
                person_id=person,
                name=name,
                position=position,
                paired=paired,
                caucus=caucus,
                riding=riding,
                province=None,
            )
            for person, name, position, paired, caucus, riding in frame.select(
                "person_id", "name", "position", "paired", "caucus", "riding"
            ).iter_rows()
        ]
        people |= {(each.person_id, each.name) for each in cast}
        held_at = dt.datetime.combine(held_on, dt.time(20), dt.UTC)
        votes.append(
            sample.vote(
                SESSION, int(str(row["number"])), held_at=held_at, held_on=held_on, ballots=tuple(cast), bill=None
            )
        )
    members = [sample.member(1, key=str(person), person_id=person, name=name) for person, name in dict(people).items()]
    parliament.store(*votes, *members, sample.session(43, 1))
    parliament.settle()
    url = urlunsplit(urlsplit(shared_endpoint.url)._replace(path="/company"))
    migrate(url)
    clickhouse = ClickHouse(url)
    insert_session(clickhouse, session)
    with TestClient(create_app(msgspec.structs.replace(settings_for(worker_urls), clickhouse_url=url))) as found:
        found.follow_redirects = False
        yield found
    clickhouse.command("drop database company sync")
    clickhouse.close()
    shards.close()
    catalog.close()


def line_of(caucus: str, cast: list[tuple[int, str, str]]) -> str | None:
    """The position of strictly the most of a caucus of at least two."""
    counts = Counter(position for _, own, position in cast if own == caucus)
    if caucus in INDEPENDENTS or sum(counts.values()) < 2 or counts["yea"] == counts["nay"]:
        return None
    return "yea" if counts["yea"] > counts["nay"] else "nay"


def every(client: Client, address: str) -> list[dict[str, Any]]:
    """All pages of a list; the count is how many there are."""
    found: list[dict[str, Any]] = []
    following: str | None = f"/api/v1{address}"
    while following:
        answer = client.get(following)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        found += body["data"]
        following = body["links"]["next"]
    assert body["page"]["count"] == len(found)
    return found


def test_dissents_are_those_counted_from_the_documents(
    client: Client, ballots: dict[int, list[tuple[int, str, str]]]
) -> None:
    dissents: dict[int, set[int]] = {}
    loyal: dict[int, set[int]] = {}
    for number, cast in ballots.items():
        for person, caucus, position in cast:
            line = line_of(caucus, cast)
            if line is not None:
                (loyal if line == position else dissents).setdefault(person, set()).add(number)
    assert dissents
    for person in [*sorted(dissents)[:4], min(set(loyal) - set(dissents))]:
        found = every(client, f"/members/{person}/ballots?dissent=true&limit=3")
        assert {int(row["vote"].rpartition("/")[2]) for row in found} == dissents.get(person, set())
        for row in found:
            cast = ballots[int(row["vote"].rpartition("/")[2])]
            assert row["dissents"] is True
            assert row["line"] == line_of(row["caucus"], cast) != row["position"]
            counts = Counter(position for _, caucus, position in cast if caucus == row["caucus"])
            assert row["caucus_counts"] == {"yeas": counts["yea"], "nays": counts["nay"], "abstentions": 0}
        with_it = every(client, f"/members/{person}/ballots?dissent=false&limit=500")
        assert len(with_it) == len(loyal.get(person, ()))
        figures = client.get(f"/api/v1/statistics/members/{person}").json()["data"]["sessions"][0]["figures"]
        assert figures["dissent"]["count"] == len(found)


def test_two_members_are_listed_as_the_statistics_count_them(
    client: Client, ballots: dict[int, list[tuple[int, str, str]]]
) -> None:
    by_person: dict[int, dict[int, str]] = {}
    for number, cast in ballots.items():
        for person, _, position in cast:
            by_person.setdefault(person, {})[number] = position
    one, other = sorted(by_person, key=lambda person: -len(by_person[person]))[:2]
    common = set(by_person[one]) & set(by_person[other])
    apart = {number for number in common if by_person[one][number] != by_person[other][number]}
    figures = client.get(f"/api/v1/statistics/members/{one}/agreement?with={other}").json()["data"]
    assert (figures["overlap"], figures["differed"]) == (len(common), len(apart))
    rows = every(client, f"/members/{one}/ballots?with={other}&limit=7")
    assert {int(row["vote"].rpartition("/")[2]) for row in rows} == common
    for row in rows:
        number = int(row["vote"].rpartition("/")[2])
        assert (row["position"], row["other_position"]) == (by_person[one][number], by_person[other][number])
        assert row["agrees"] is (number not in apart)
        assert row["other"]["person_id"] == other
    for agrees, wanted in (("false", apart), ("true", common - apart)):
        listed = every(client, f"/members/{one}/ballots?with={other}&agrees={agrees}&session={SESSION}")
        assert {int(row["vote"].rpartition("/")[2]) for row in listed} == wanted
    table = client.get(f"/api/v1/members/{one}/ballots.csv?with={other}&columns=vote,position,other_position")
    assert table.text.splitlines()[0] == "vote,position,other_position"


@pytest.mark.parametrize(
    ("address", "status", "param"),
    [
        ("/members/1/ballots?dissent=true", 404, "person_id"),
        ("/members/{one}/ballots?with=1", 404, "with"),
        ("/members/{one}/ballots?with=x", 400, "with"),
        ("/members/{one}/ballots?agrees=false", 400, "agrees"),
        ("/members/{one}/ballots?dissent=maybe", 400, "dissent"),
        ("/members/{one}/ballots?dissent__ne=true", 400, "dissent__ne"),
        ("/members/{one}/ballots?dissent=true&line=cabinett", 400, "line"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    client: Client, ballots: dict[int, list[tuple[int, str, str]]], address: str, status: int, param: str
) -> None:
    problem = client.get("/api/v1" + address.format(one=ballots[1][0][0]))
    assert (problem.status_code, problem.json()["param"]) == (status, param), problem.text
