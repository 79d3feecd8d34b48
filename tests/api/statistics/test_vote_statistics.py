"""Statistics of one vote come from its own row. They equal, figure for figure, what the facts in ClickHouse give."""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import msgspec
import pytest
from litestar.testing import TestClient

from assets.ingest import ingest
from assets.progress import Silent
from assets.upstream.replay import ReplayUpstream
from assets.upstream.server import Upstream, running
from assets.upstream.simulator import SimulatedUpstream
from serving.app import create_app
from serving.core.answers.answer import encoder
from serving.core.answers.texts import View
from serving.statistics.figures.votes import vote_statistics
from tests.api import sample
from tests.api.conftest import Client, Parliament
from tests.support.data.events import entry
from tests.support.servers.clickhouse import Endpoint
from tests.support.servers.postgres import SHARDS, empty
from tests.support.upstream.ingestion import Installation
from warehouse.clickhouse.client import ClickHouse
from warehouse.clickhouse.migrate import migrate
from warehouse.clickhouse.read_facts import FactReader
from warehouse.model.entities import Ballot, Member, Membership, Office, Vote
from warehouse.model.keys import SessionCode
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import ShardMap, Shards, initial_map
from warehouse.runtime.settings import Settings
from warehouse.workers.read_models.facts import FactReadModel

pytestmark = [pytest.mark.postgres, pytest.mark.clickhouse, pytest.mark.slow]
BASE = "/api/v1/statistics/votes/"
DAY = dt.date(2025, 6, 2)


def facts_of(url: str, keys: list[str]) -> dict[str, tuple[Any, dict[str, int], bool, dt.datetime | None]]:
    """By vote: the figures, what was left out, whether the House of the day is doubtful, and the watermark."""
    clickhouse = ClickHouse(url, timeout_s=60)
    facts, found = FactReader(clickhouse), {}
    for key in keys:
        loaded = facts.sheet_of_votes([key])
        assert loaded.sheet.divisions, key
        left = {"casting_ballots": int((loaded.sheet.casting != 0).sum()), "broken_pairs": loaded.sheet.broken_pairs}
        figures = msgspec.json.decode(encoder.encode(vote_statistics(loaded, View("both", None))))
        found[key] = figures, left, bool(loaded.sheet.doubtful[0]), loaded.watermark
    facts.close()
    return found


def check(client: Client, url: str, keys: list[str]) -> list[dict[str, Any]]:
    """Hold every vote's answer to the facts; give the figures."""
    everything = []
    for key, (figures, left, is_doubtful, watermark) in facts_of(url, keys).items():
        answer = client.get(f"{BASE}{key}")
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert found["data"] == figures, key
        assert {each["reason"]["code"]: each["count"] for each in found["exclusions"]} == left
        assert any("doubtful" in str(note) or "two holders" in str(note) for note in found["notes"]) == is_doubtful
        assert (found["data"]["eligible"] is None) == is_doubtful
        assert found["coverage"] is None
        assert found["links"]["rows"] == f"/api/v1/votes/{key}/ballots"
        assert watermark is not None
        assert dt.datetime.fromisoformat(found["meta"]["watermark"]) == watermark
        everything.append(found["data"])
    return everything


@pytest.fixture(scope="module")
def loaded(
    worker_urls: list[str], shared_endpoint: Endpoint, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Upstream, list[str]], tuple[Client, str, list[str]]]]:
    """Loads sessions of a stand-in for Parliament; gives the API, the URL of the facts and the keys of all votes."""
    opened: list[tuple[Client, Database, Shards, str]] = []

    def load(site: Upstream, sessions: list[str]) -> tuple[Client, str, list[str]]:
        empty(worker_urls)
        catalog = Database(worker_urls[0])
        shards = Shards([Database(url) for url in worker_urls[1:]], ShardMap(initial_map(SHARDS), SHARDS))
        installation = Installation(worker_urls, catalog, shards, tmp_path_factory.mktemp("archive"))
        url = urlunsplit(urlsplit(shared_endpoint.url)._replace(path=f"/vote_statistics_{len(opened)}"))
        migrate(url)
        with running(site) as upstream:
            settings = msgspec.structs.replace(
                installation.settings(upstream), cursor_secret="x", clickhouse_url=url, log_level="ERROR"
            )
            ingest(settings, sessions=[SessionCode.parse(each) for each in sessions], progress=Silent())
        keys = [key for (key,) in installation.ask_shards("select key from votes order by key")]
        client = TestClient(create_app(msgspec.structs.replace(settings, clickhouse_url="")))  # facts are not needed
        client.__enter__()
        until = time.monotonic() + 60
        while client.get(BASE + keys[0]).status_code != 200:
            assert time.monotonic() < until
            time.sleep(0.1)
        opened.append((client, catalog, shards, url))
        return client, url, keys

    yield load
    for client, catalog, shards, url in opened:
        client.__exit__()
        clickhouse = ClickHouse(url)
        clickhouse.command(f"drop database {urlsplit(url).path[1:]} sync")
        clickhouse.close()
        shards.close()
        catalog.close()


@pytest.mark.recorded
def test_recorded_votes(
    loaded: Callable[[Upstream, list[str]], tuple[Client, str, list[str]]], recorded_data: Path
) -> None:
    """A session with a tie that the Speaker decided, pairs, and changes of caucus; and one of another government."""
    client, url, keys = loaded(ReplayUpstream(recorded_data), ["45-1", "39-1"])
    found = check(client, url, keys)
    assert len(found) > 250
    assert any(each["is_tie"] for each in found)
    assert any(each["paired"] for each in found)
    assert any(each["dissent"] for each in found)
    assert any(len(each["by_side"]) == 2 for each in found)


def test_simulated_votes(loaded: Callable[[Upstream, list[str]], tuple[Client, str, list[str]]]) -> None:
    site = SimulatedUpstream(seed=7, sessions=("90-1", "91-1"), members=40, bills=12, votes=40)
    found = check(*loaded(site, ["90-1", "91-1"]))
    assert len(found) == 80
    assert all(each["eligible"] for each in found)


def seated(person: int, riding: str = "", caucus: str = "Liberal", *offices: Office, **days: Any) -> Member:
    """A member of the 45th Parliament."""
    seat = Membership(
        parliament=45,
        caucus=caucus,
        riding=riding or f"Riding {person}",
        province="Québec",
        from_on=days.get("from_on", dt.date(2025, 4, 28)),
        to_on=days.get("to_on"),
        source="both",
    )
    return msgspec.structs.replace(
        sample.member(1),
        key=str(person),
        person_id=person,
        name=f"Member {person}",
        offices=offices,
        memberships=(seat,),
    )


def cast(person: int, position: Any, caucus: str | None = "Liberal", *, paired: bool = False) -> Ballot:
    """A ballot."""
    return Ballot(
        person_id=person,
        position=position,
        paired=paired,
        name=f"Member {person}",
        caucus=caucus,
        riding="R",
        province=None if person == 9 else "Ontario" if person % 2 else "Quebec",
    )


SPEAKER = Office(
    key="speaker/2025-05-26", office="speaker", title_en="Speaker", from_on=dt.date(2025, 5, 26), to_on=None
)
LEADER = Office(
    key="prime-minister/2025-03-14",
    office="prime-minister",
    title_en="Prime Minister",
    in_cabinet=True,
    from_on=dt.date(2025, 3, 14),
    to_on=None,
)
KINDS = {
    1: (cast(1, "yea"), cast(2, "nay"), cast(5, "yea")),  # a tie, decided from the Chair
    2: (cast(1, "yea"), cast(2, "yea", paired=True), cast(3, "paired", "NDP", paired=True)),  # a broken pair, a pair
    3: (cast(1, "both"), cast(2, "nay"), cast(3, "abstain", "NDP"), cast(4, "no_vote", "NDP")),  # both lists
    4: (cast(1, "yea"), cast(9, "nay", None), cast(8, "nay", "A caucus that no list knows")),  # a ballot proves a seat
    5: (),  # nothing published
}


def test_every_kind_of_vote(
    parliament: Parliament, shared_endpoint: Endpoint, settings: Settings, open_client: Callable[[Settings], Client]
) -> None:
    """Ties, the Chair's ballot, pairs whole and broken, both lists, independents, disputed totals, and no ballots."""
    url = urlunsplit(urlsplit(shared_endpoint.url)._replace(path="/kinds_of_votes"))
    votes: list[Vote] = [
        msgspec.structs.replace(
            sample.vote("45-1", number),
            held_on=DAY,
            ballots=ballots,
            disputed=number == 3,
            counted_yeas=0,
            counted_nays=0,
            counted_paired=0,
        )
        for number, ballots in KINDS.items()
    ]
    doubtful = msgspec.structs.replace(votes[1], key="45-1/commons/6", number=6, held_on=dt.date(2025, 6, 20))
    members = [
        seated(1, "", "Liberal", LEADER), seated(2), seated(3, "", "NDP"), seated(4, "", "NDP", to_on=DAY),
        seated(5, "", "Liberal", SPEAKER), seated(6, "Riding 1", from_on=dt.date(2025, 6, 10)),
        seated(7, from_on=dt.date(2025, 6, 3)),
    ]  # fmt: skip
    parliament.claim("recorded")
    parliament.store(*votes, doubtful, *members)
    read_model = FactReadModel(url)
    migrate(url)
    recorded = {key: at for database in parliament.shards.databases for key, at in stored(database)}
    read_model.rebuild(
        [
            [
                *(
                    msgspec.structs.replace(entry("vote", state=vote), recorded_at=recorded[vote.key])
                    for vote in [*votes, doubtful]
                ),
                *(entry("member", state=member) for member in members),
            ]
        ]
    )
    client = open_client(settings)
    tie, pairs, both, proved, crowded = check(client, url, [vote.key for vote in [*votes[:4], doubtful]])
    silent = client.get(f"{BASE}{votes[4].key}").json()["data"]
    assert (tie["is_tie"], tie["casting_ballot"], tie["eligible"], tie["no_vote"]) == (True, "yea", 3, 1)
    assert (pairs["paired"], [each["no_vote"] for each in pairs["by_caucus"]]) == (2, [0, 0])
    assert (both["yeas"], both["nays"], both["disputed"]) == (1, 2, True)
    assert proved["eligible"] == 5
    assert {each["group"]["code"]: each["nays"] for each in proved["by_side"]} == {"government": 0, "opposition": 1}
    assert (silent["yeas"], silent["eligible"]) == (0, 3)
    assert [(each["caucus"]["code"], each["no_vote"]) for each in silent["by_caucus"]] == [("liberal", 2), ("ndp", 1)]
    assert (crowded["eligible"], crowded["by_caucus"][0]["no_vote"]) == (None, None)
    read_model.close()


def stored(database: Database) -> list[tuple[str, dt.datetime]]:
    """When the votes of a shard were recorded."""
    with database.connection() as connection:
        return connection.execute("select key, recorded_at from votes").fetchall()


def test_figures_follow_the_vote_and_the_members(
    parliament: Parliament, settings: Settings, open_client: Callable[[Settings], Client]
) -> None:
    """An answer is kept until its vote or a member changes; one of an instant is that of now, or refused."""
    vote = msgspec.structs.replace(sample.vote("45-1", 1), held_on=DAY, ballots=(cast(1, "yea"), cast(2, "nay")))
    path = f"{BASE}{vote.key}"
    parliament.claim("recorded")
    parliament.store(vote, seated(1), seated(2))
    client = open_client(settings)

    def until(wanted: Callable[[dict[str, Any]], bool]) -> None:
        end = time.monotonic() + 60
        while not wanted(client.get(path).json()["data"]):
            assert time.monotonic() < end
            time.sleep(0.05)

    first = client.get(path)
    assert first.json()["data"]["eligible"] == 2
    assert client.get(path, headers={"if-none-match": first.headers["etag"]}).status_code == 304
    before = dt.datetime.now(dt.UTC)
    parliament.store(seated(3))
    until(lambda data: data["eligible"] == 3)
    refused = client.get(path, params={"known_at": before.isoformat()})
    assert (refused.json()["code"], "of members" in refused.text or "members" in refused.text) == ("not_kept", True)
    after = client.get(path, params={"known_at": dt.datetime.now(dt.UTC).isoformat()})
    assert after.json()["data"]["eligible"] == 3
    parliament.store(msgspec.structs.replace(vote, ballots=(cast(1, "yea"), cast(2, "yea"))))
    until(lambda data: data["yeas"] == 2)
    assert client.get(f"{BASE}45-1/commons/9999").status_code == 404
