"""A member on both lists of a division, from the House's XML to every answer; and pairs counted alike everywhere."""

import csv
import io
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import msgspec
import pytest
from litestar.testing import TestClient

from assets.ingest import ingest
from assets.progress import Silent
from assets.upstream.server import running
from serving.app import create_app
from tests.api.conftest import Client
from tests.support.servers.clickhouse import Endpoint
from tests.support.servers.postgres import empty
from tests.support.upstream.ingestion import Installation
from tests.support.upstream.records import Records, ballots_csv, ballots_xml, bill, bills_json, vote, votes
from warehouse.clickhouse.client import ClickHouse
from warehouse.clickhouse.migrate import migrate
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import ShardMap, Shards, initial_map

pytestmark = [pytest.mark.postgres, pytest.mark.clickhouse, pytest.mark.slow]
LAST = 21
LIBERALS = [(person, "Liberal", "Yea", "") for person in (1, 2, 4)]
NDP = [(9, "NDP", "Nay", ""), (10, "NDP", "Nay", "Paired"), (11, "NDP", "", "Paired")]
ROWS = {
    "xml": ballots_xml(*LIBERALS, (3, "Liberal", "Both", ""), *NDP),
    "csv": ballots_csv(*LIBERALS, (3, "Liberal", "Yea", ""), (3, "Liberal", "Nay", ""), *NDP),
}


@pytest.fixture(scope="module", params=["xml", "csv"])
def client(
    request: pytest.FixtureRequest,
    worker_urls: list[str],
    shared_endpoint: Endpoint,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Client]:
    """The API over votes of four Liberals, of whom 3 is on both lists, and three of the NDP, of whom two are paired."""
    form = str(request.param)
    documents = {f"45-1/ballots/{number}.{form}": ROWS[form] for number in range(1, LAST + 1)}
    listed = [vote(number, yeas=4, nays=3, paired=2) for number in range(1, LAST + 1)]
    site = Records(documents | {"45-1/bills.json": bills_json(bill()), "45-1/votes_en.xml": votes(*listed)})
    empty(worker_urls)
    catalog = Database(worker_urls[0])
    shards = Shards([Database(url) for url in worker_urls[1:]], ShardMap(initial_map(4), 4))
    installation = Installation(worker_urls, catalog, shards, tmp_path_factory.mktemp("archive"))
    database = f"both_lists_{form}"
    url = urlunsplit(urlsplit(shared_endpoint.url)._replace(path=f"/{database}"))
    migrate(url)
    with running(site) as upstream:
        settings = msgspec.structs.replace(
            installation.settings(upstream), ballot_format=form, cursor_secret="x", clickhouse_url=url
        )
        ingest(settings, sessions=None, progress=Silent())
    with TestClient(create_app(settings)) as found:
        until = time.monotonic() + 60
        while found.get("/api/v1/statistics/votes/45-1/commons/1").status_code != 200:
            assert time.monotonic() < until
        yield found
    clickhouse = ClickHouse(url)
    clickhouse.command(f"drop database {database} sync")
    clickhouse.close()
    catalog.close()
    shards.close()


def data(client: Client, path: str) -> Any:
    answer = client.get(f"/api/v1{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_the_vote_and_its_statistics_agree(client: Client) -> None:
    counted = data(client, "/votes/45-1/commons/1")["counted"]
    assert counted == {"yeas": 4, "nays": 3, "paired": 2}
    found = data(client, "/statistics/votes/45-1/commons/1")
    assert {name: found[name] for name in counted} == counted
    assert (found["eligible"], found["no_vote"], found["disputed"]) == (7, 0, False)
    liberal, ndp = sorted(found["by_caucus"], key=lambda each: each["caucus"]["code"])
    assert (liberal["yeas"], liberal["nays"], liberal["no_vote"], liberal["line"]) == (4, 1, 0, "yea")
    assert (ndp["nays"], ndp["paired"], ndp["no_vote"]) == (2, 2, 0)
    assert found["dissent"] == []


def test_the_ballot_says_so_as_json_and_csv(client: Client) -> None:
    (ballot,) = data(client, "/votes/45-1/commons/1/ballots?position=both")
    assert (ballot["member"]["person_id"], ballot["position"]) == (3, "both")
    answer = client.get("/api/v1/votes/45-1/commons/1/ballots", headers={"accept": "text/csv"})
    positions = [row["position"] for row in csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))]
    assert sorted(positions) == ["both", "nay", "nay", "paired", "yea", "yea", "yea"]


def test_the_member_took_part_and_never_dissented(client: Client) -> None:
    members = {each["member"]["person_id"]: each for each in data(client, "/statistics/members?session=45-1")}
    both = members[3]
    assert (both["cast"], both["no_vote"], both["dissent"]["n"], both["dissent"]["count"]) == (LAST, 0, 0, 0)
    assert members[1]["dissent"]["n"] == LAST
    assert data(client, "/members/3/ballots?dissent=true") == []
