"""`include` brings what belongs to entries, in as many statements for one entry as for many, within a cost."""

import re
from collections.abc import Callable, Iterator
from typing import Any, LiteralString

import pytest
from litestar.testing import TestClient

from serving.app import SERVICES, create_app
from serving.core.entities.includes import MOST_COST, MOST_PARTS, Relations
from serving.core.site.openapi import PATH
from tests.api import sample
from tests.api.conftest import Client, Parliament, settings_for
from tests.support.servers.postgres import SHARDS, empty
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.connections.watched import WatchedDatabase
from warehouse.postgres.shards.shard_map import ShardMap, Shards, initial_map
from warehouse.runtime.settings import Settings

pytestmark = pytest.mark.postgres
_OF_REQUESTS = re.compile(r"live_from|bill_stages|with_ballots|\brequested\b|memberships")
"""Statements that entries and what is included are read with; others run beside requests, such as those of lag."""


def bills_of(person: int) -> list[Any]:
    return [
        sample.bill("45-1", f"C-{number}", number, sponsor_person_id=person + number % 5 if number % 2 else None)
        for number in range(2, 32)
    ]


@pytest.fixture(scope="module")
def api(worker_urls: list[str]) -> Iterator[Client]:
    """Thirty bills of five sponsors; C-3 with 25 votes and C-5 with one."""
    empty(worker_urls)
    catalog = Database(worker_urls[0])
    shards = Shards([Database(url) for url in worker_urls[1:]], ShardMap(initial_map(SHARDS), SHARDS))
    parliament = Parliament(catalog, shards)
    parliament.claim("recorded")
    votes = [sample.vote("45-1", number, bill="45-1/C-5" if number == 26 else "45-1/C-3") for number in range(1, 27)]
    members = [sample.member(number) for number in range(1, 31)]
    parliament.store(*bills_of(89_001), *votes, *members, sample.session(45, 1))
    parliament.settle()
    with TestClient(create_app(settings_for(worker_urls))) as client:
        client.follow_redirects = False
        yield client
    shards.close()
    catalog.close()


def _data(api: Client, address: str) -> Any:
    answer = api.get(address)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_a_bill_comes_with_its_sponsor_its_votes_and_their_statistics(api: Client) -> None:
    bill = _data(api, "/api/v1/bills/45-1/C-3?include=sponsor,votes.statistics,stages")
    included = bill.pop("included")
    assert bill == _data(api, "/api/v1/bills/45-1/C-3")
    assert included["sponsor"] == _data(api, f"/api/v1/members/{bill['sponsor']['person_id']}")
    assert included["stages"]["data"] == _data(api, "/api/v1/bills/45-1/C-3/stages")
    assert (included["votes"]["count"], included["votes"]["all"]) == (25, "/api/v1/bills/45-1/C-3/votes")
    votes = included["votes"]["data"]
    assert len(votes) == MOST_PARTS
    statistics = [vote.pop("included")["statistics"] for vote in votes]
    assert votes == _data(api, f"/api/v1/bills/45-1/C-3/votes?limit={MOST_PARTS}")
    assert statistics[0] == _data(api, f"/api/v1/statistics/votes/{votes[0]['key']}")
    assert statistics[7] == _data(api, f"/api/v1/statistics/votes/{votes[7]['key']}")


def test_what_does_not_exist_is_null_or_empty(api: Client) -> None:
    assert _data(api, "/api/v1/bills/45-1/C-7?include=votes")["included"]["votes"] == {
        "data": [],
        "count": 0,
        "all": "/api/v1/bills/45-1/C-7/votes",
    }
    bills = _data(api, "/api/v1/bills?include=sponsor&limit=30")
    assert len(bills) == 30
    for bill in bills:
        sponsor = bill["included"]["sponsor"]
        assert (sponsor and sponsor["person_id"]) == (bill["sponsor"] and bill["sponsor"]["person_id"])
    assert [bill["included"]["sponsor"] for bill in bills[:3:2]] == [None, None]


def test_votes_come_with_their_bill_and_members_with_theirs(api: Client) -> None:
    (vote,) = _data(api, "/api/v1/votes?number=26&include=bill.sponsor")
    assert vote["included"]["bill"]["key"] == "45-1/C-5"
    assert (
        vote["included"]["bill"]["included"]["sponsor"]["person_id"] == vote["included"]["bill"]["sponsor"]["person_id"]
    )
    member = _data(api, "/api/v1/members/89003?include=bills")["included"]["bills"]
    listed = api.get("/api/v1/bills?sponsor=89003&limit=20").json()
    assert (member["data"], member["count"]) == (listed["data"], listed["page"]["count"])


def test_lines_of_ndjson_have_it_and_fields_leave_it(api: Client) -> None:
    whole = _data(api, "/api/v1/bills?include=sponsor&limit=3&lang=en")
    lines = api.get("/api/v1/bills.ndjson?include=sponsor&limit=3&lang=en&fields=key").text.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith('{"key":"45-1/C-2","included":{"sponsor":')
    assert [bill["included"] for bill in whole] == [
        bill["included"] for bill in _data(api, "/api/v1/bills?include=sponsor&limit=3&lang=en&fields=key")
    ]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("bills", "sponsor,stages,votes"),
        ("bills", "votes.statistics"),
        ("bills", "votes.bill,sponsor.bills"),
        ("votes", "bill.sponsor,statistics"),
        ("members", "bills.sponsor"),
    ],
)
def test_the_number_of_statements_is_the_same_for_one_entry_and_for_many(
    api: Client, monkeypatch: pytest.MonkeyPatch, kind: str, names: str
) -> None:
    statements: list[str] = []
    fetch = WatchedDatabase.fetch

    async def counted(self: WatchedDatabase, query: LiteralString, parameters: Any = None) -> Any:
        if _OF_REQUESTS.search(query):
            statements.append(f"{self.name}: {query}")
        return await fetch(self, query, parameters)

    monkeypatch.setattr(WatchedDatabase, "fetch", counted)

    def count(limit: int) -> int:
        api.get(f"/api/v1/{kind}?limit={limit}&lang=fr")  # whatever is counted once a version
        api.get(f"/api/v1/{kind}?include={names}&limit={limit}&lang=en")
        statements.clear()
        answer = api.get(f"/api/v1/{kind}?include={names}&limit={limit}")
        assert len(answer.json()["data"]) == limit, answer.text
        return len(statements)

    few, many = {"votes.statistics": (8, 16), "bills.sponsor": (10, 20)}.get(names, (14, 26))
    paths = {path.rpartition(".")[0] or path for path in names.split(",")} | set(names.split(","))
    statistics = SHARDS if "statistics" in names else 0  # one for each shard that has any of the votes
    assert count(many) <= count(few) + statistics, statements
    assert count(many) <= 1 + len(paths) + statistics, statements


@pytest.mark.parametrize(
    ("address", "cost", "most"),
    [
        ("/api/v1/bills?include=votes.statistics", 20 * 6 * 50, 16),
        ("/api/v1/bills?include=votes.statistics,sponsor&limit=17", 121 * 17, 16),
        ("/api/v1/bills?include=votes&limit=500", 20 * 500, 100),
        ("/api/v1/members?include=bills.votes,bills.stages&limit=3", 20 * 41 * 3, 2),
        ("/api/v1/votes?include=statistics&limit=500", 5 * 500, 400),
    ],
)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_what_costs_too_much_is_refused_with_its_cost_and_a_way_out(
    api: Client, address: str, cost: int, most: int, lang: str
) -> None:
    problem = api.get(f"{address}&lang={lang}").json()
    assert (problem["status"], problem["code"], problem["param"]) == (400, "invalid_value", "include")
    assert re.search(rf" {cost}\b", problem["detail"]) is not None
    assert str(MOST_COST) in problem["detail"]
    assert f"`limit={most}`" in problem["detail"]
    within = address.partition("&limit")[0] + f"&limit={most}"
    assert api.get(within).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/bills?include=sponser",
        "/api/v1/bills?include=votes.statistics.more",
        "/api/v1/bills?include=",
        "/api/v1/bills?include=sponsor,",
        "/api/v1/bills.csv?include=sponsor",
        "/api/v1/bills/45-1/C-3@v1?include=sponsor",
        "/api/v1/bills/45-1/C-3?include=sponsor&known_at=2026-01-01T00:00:00Z",
        "/api/v1/sessions?include=bills",
    ],
)
def test_what_cannot_be_included_is_refused(api: Client, address: str) -> None:
    problem = api.get(address).json()
    assert (problem["status"], problem["param"]) == (400, "include")
    if "sponser" in address:
        assert problem["nearest"] == "sponsor"
        assert {"sponsor", "votes.statistics"} <= set(problem["allowed"])


def test_permutations_are_one_answer(api: Client) -> None:
    first = api.get("/api/v1/bills/45-1/C-3?include=votes,sponsor&fields=title,key")
    second = api.get("/api/v1/bills/45-1/C-3?include=sponsor,votes&fields=key,title")
    assert first.content == second.content
    assert first.headers["etag"] == second.headers["etag"]


def test_it_is_of_the_snapshot_that_the_entry_is_of(
    parliament: Parliament, settings: Settings, open_client: Callable[[Settings], Client]
) -> None:
    parliament.store(sample.bill("45-1", "C-3", 3, sponsor_person_id=89_001), sample.member(1))
    parliament.settle()
    api = open_client(settings)
    answer = api.get("/api/v1/bills/45-1/C-3?include=sponsor,votes")
    token = answer.json()["meta"]["snapshot"]
    assert token == answer.headers["x-openpolicy-snapshot"]
    parliament.store(sample.member(1, caucus="NDP"), sample.vote("45-1", 1, bill="45-1/C-3"))
    pinned = api.get(f"/api/v1/bills/45-1/C-3?include=sponsor,votes&snapshot={token}")
    assert pinned.json()["data"] == answer.json()["data"]
    assert pinned.json()["meta"]["snapshot"] == token
    assert "immutable" in pinned.headers["cache-control"]
    assert "immutable" not in answer.headers["cache-control"]
    refused = api.get(f"/api/v1/bills/45-1/C-3?include=votes.statistics&snapshot={token}").json()
    assert (refused["status"], refused["param"]) == (400, "include")


def test_the_document_offers_what_there_is(api: Client) -> None:
    document = api.get(PATH).json()
    relations = Relations([relation for service in SERVICES for relation in service.relations])
    for path, kind in (("/api/v1/bills", "bill"), ("/api/v1/votes/{session}/{chamber}/{number}", "vote")):
        parameters = document["paths"][path]["get"]["parameters"]
        include = next(each for each in parameters if each["name"] == "include")
        pattern = include["schema"]["items"]["pattern"]
        assert all(re.fullmatch(pattern, name) for name in relations.names(kind))  # type: ignore[arg-type]
        assert re.fullmatch(pattern, "billXsponsor") is None
    schemas = document["components"]["schemas"]
    assert set(schemas["IncludedBillOut"]["properties"]) == {"sponsor", "stages", "votes"}
    assert schemas["BillOut"]["properties"]["included"] == schemas["SparseBillOut"]["properties"]["included"]
