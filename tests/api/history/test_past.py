"""Entities as they were, by revision and by instant, and their history."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from serving.app import create_app
from tests.api import sample
from tests.api.conftest import Client, Parliament, everything, settings_for
from tests.support.servers.postgres import SHARDS, empty
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import ShardMap, Shards, initial_map

pytestmark = pytest.mark.postgres
VOTE = "/api/v1/votes/45-1/commons/3"
BILL = "/api/v1/bills/45-1/C-3"


@pytest.fixture(scope="module")
def past(worker_urls: list[str]) -> Iterator[Client]:
    """The small Parliament after a few changes."""
    empty(worker_urls)
    catalog = Database(worker_urls[0])
    shards = Shards([Database(url) for url in worker_urls[1:]], ShardMap(initial_map(SHARDS), SHARDS))
    parliament = Parliament(catalog, shards)
    parliament.claim("recorded")
    parliament.store(*everything())
    time.sleep(0.05)
    ballots = [sample.ballot(n, position="nay") if n == 4 else sample.ballot(n) for n in range(1, 12)]
    parliament.store(
        sample.vote("45-1", 3, nays=5, ballots=tuple(ballots)),
        sample.bill("45-1", "C-3", 2, passed_house_second_on=sample.FETCHED_AT.date(), stages=()),
        sample.member(1, caucus="NDP"),
        sample.session(45, 1, is_current=False),
    )
    time.sleep(0.05)
    parliament.store(sample.vote("45-1", 3, result="tie", result_en="Tie", yeas=None, nays=None, ballots=()))
    with TestClient(create_app(settings_for(worker_urls))) as client:
        client.follow_redirects = False
        yield client
    shards.close()
    catalog.close()


def get(client: Client, address: str) -> dict[str, Any]:
    """The JSON of an address that must answer."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("form", ["@v{}", "?revision={}", "@v{}.json"])
def test_a_revision_is_served_for_ever(past: Client, form: str) -> None:
    seen = []
    for revision in (1, 2, 3):
        answer = past.get(VOTE + form.format(revision))
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["etag"].startswith(f'"r{revision}-')
        body = answer.json()
        assert body["data"]["revision"] == revision
        assert body["meta"]["known_at"] == body["meta"]["watermark"]
        assert body["meta"]["as_of"] == body["data"]["provenance"]["fetched_at"]
        seen.append(body["data"]["totals"]["nays"])
    assert seen == [4, 5, None]
    now = past.get(VOTE)
    assert now.json()["data"] == past.get(f"{VOTE}@v3").json()["data"]
    assert now.json()["meta"]["known_at"] is now.json()["meta"]["as_of"] is None
    assert "immutable" not in now.headers["cache-control"]


def test_every_kind_has_its_past(past: Client) -> None:
    assert get(past, "/api/v1/members/89001@v1")["data"]["caucus"] != "NDP"
    assert get(past, "/api/v1/members/89001?revision=2&lang=fr")["data"]["caucus"] == "NDP"
    assert get(past, "/api/v1/sessions/45-1@v1")["data"]["is_current"] is True
    assert get(past, "/api/v1/sessions/45-1")["data"]["is_current"] is False
    assert get(past, f"{BILL}@v1")["data"]["readings"]["commons"]["second_on"] is None
    assert get(past, f"{BILL}@v1")["data"]["publications"] == get(past, BILL)["data"]["publications"]
    assert len(get(past, f"{BILL}@v1/stages")["data"]) == 2
    assert get(past, f"{BILL}/stages?revision=2")["data"] == get(past, f"{BILL}/stages")["data"] == []


def test_known_at_is_the_last_revision_recorded_by_then(past: Client) -> None:
    recorded = [each["recorded_at"] for each in get(past, f"{VOTE}/history?sort=revision")["data"]]
    for revision, instant in enumerate(recorded, start=1):
        body = get(past, f"{VOTE}?known_at={instant}")
        assert body["data"]["revision"] == revision
        assert body["meta"]["known_at"] == instant
        assert get(past, f"{VOTE}/ballots?known_at={instant}")["page"]["count"] == (12, 11, 0)[revision - 1]
    before = past.get(f"{VOTE}?known_at=2020-01-01T00:00:00-05:00")
    assert (before.status_code, before.json()["code"], before.json()["param"]) == (404, "not_found", "known_at")


def test_ballots_of_a_revision_are_filtered_and_walked_like_those_of_today(past: Client) -> None:
    assert get(past, f"{VOTE}/ballots?revision=1&position=nay")["page"]["count"] == 4
    assert get(past, f"{VOTE}@v2/ballots?position=nay&party=liberal&lang=en")["data"] == []
    assert get(past, f"{VOTE}@v2/ballots?member=89004")["data"][0]["position"] == "nay"
    whole = get(past, f"{VOTE}@v1/ballots?sort=-party,name")["data"]
    walked: list[Any] = []
    following = f"{VOTE}@v1/ballots?sort=-party,name&limit=5"
    while following:
        page = get(past, following)
        walked += page["data"]
        following = page["links"]["next"]
        assert page["page"]["count"] == 12
    assert walked == whole
    other = get(past, "/api/v1/votes/45-1/commons/4@v1/ballots?limit=1")
    assert other["data"][0]["revision"] == 1
    cursor = get(past, f"{VOTE}@v1/ballots?limit=5")["page"]["next"]
    assert past.get(f"{VOTE}@v2/ballots?limit=5&cursor={cursor}").json()["code"] == "cursor_mismatch"
    assert "immutable" in past.get(f"{VOTE}@v1/ballots.csv").headers["cache-control"]


def test_the_count_of_a_walk_is_of_its_own_vote(past: Client) -> None:
    assert get(past, f"{VOTE}@v2/ballots?limit=5")["page"]["count"] == 11
    assert get(past, "/api/v1/votes/45-1/commons/4@v1/ballots?limit=5")["page"]["count"] == 12


def test_history_tells_every_revision(past: Client) -> None:
    body = get(past, f"{VOTE}/history")
    assert body["page"]["count"] == 3
    last, middle, first = body["data"]
    assert (first["op"], first["changed"], first["diff"]) == ("created", [], [])
    assert middle["op"] == last["op"] == "corrected"
    found = {each["path"]: (each["old"], each["new"]) for each in middle["diff"]}
    assert found["/ballots/89004/position"] == ("yea", "nay")
    assert found["/ballots/89012"][1] is None
    assert found["/nays"] == (4, 5)
    assert found["/caucuses/Green Party/nays"] == (1, 2)  # 89004 and 89009
    assert set(found) == {
        "/ballots/89004/position",
        "/ballots/89012",
        "/caucuses/Bloc Québécois/nays",
        "/caucuses/Green Party/nays",
        "/caucuses/Green Party/yeas",
        "/nays",
    }
    assert middle["changed"] == ["ballots", "caucuses", "nays"]
    assert middle["provenance"]["document_sha256"] == "ab" * 32
    assert get(past, middle["links"]["revision"])["data"]["revision"] == 2
    bill = get(past, f"{BILL}/history?limit=1")
    assert bill["data"][0]["op"] == "updated"
    assert get(past, bill["links"]["next"])["data"][0]["op"] == "created"
    assert get(past, "/api/v1/members/89001/history")["data"][0]["changed"] == ["caucus"]
    assert get(past, "/api/v1/sessions/45-1/history")["page"]["count"] == 2
    assert past.get(f"{VOTE}/history.ndjson").text.count("\n") == 3
    assert get(past, VOTE)["data"]["links"]["history"] == f"{VOTE}/history"


@pytest.mark.parametrize(
    ("address", "param"),
    [
        (f"{VOTE}?revision=0", "revision"),
        (f"{VOTE}?revision=two", "revision"),
        (f"{VOTE}?revision=1&revision=2", "revision"),
        (f"{VOTE}?revision=99999999999", "revision"),
        (f"{VOTE}@v1?revision=1", "revision"),
        (f"{VOTE}@v1?known_at=2026-01-01T00:00:00Z", "known_at"),
        (f"{VOTE}?known_at=2026-01-01", "known_at"),
        (f"{VOTE}?known_at=2026-01-01T00:00:00", "known_at"),
        (f"{VOTE}?known_at=2026-02-30T00:00:00Z", "known_at"),
        (f"{VOTE}?known_at=9999-01-01T00:00:00Z", "known_at"),
        (f"{VOTE}?known_at=0001-01-01T00:00:00%2B14:00", "known_at"),
        (f"{VOTE}/ballots?known_at=yesterday", "known_at"),
        (f"{VOTE}?revison=1", "revison"),
        (f"{VOTE}/history?revision=1", "revision"),
        ("/api/v1/votes?revision=1", "revision"),
    ],
)
def test_bad_inputs_are_problems_that_name_the_parameter(past: Client, address: str, param: str) -> None:
    answer = past.get(address)
    assert answer.status_code == 400, answer.text
    assert answer.json()["param"] == param


@pytest.mark.parametrize(
    "path",
    [
        f"{VOTE}@v4", f"{VOTE}@v0", f"{VOTE}@vx", f"{VOTE}@v01", f"{VOTE}?revision=4", f"{VOTE}@v4/ballots",
        f"{BILL}@v9/stages", "/api/v1/members/89001@v3", "/api/v1/sessions/45-1@v9", "/api/v1/bills/45-1/C-999@v1",
        "/api/v1/bills/45-1/C-999/history", "/api/v1/members/1/history", f"{VOTE}@v1/history",
    ],
)  # fmt: skip
def test_what_never_was_is_not_found(past: Client, path: str) -> None:
    assert past.get(path).status_code == 404


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("/bills/45-1/c3@v1", "/bills/45-1/C-3@v1"),
        ("/bills/45-1/c3@v1/stages", "/bills/45-1/C-3@v1/stages"),
        ("/votes/45-1/3@v1", "/votes/45-1/commons/3@v1"),
        ("/votes/45-1/house/3@v1/ballots", "/votes/45-1/commons/3@v1/ballots"),
        ("/members/089001@v1", "/members/89001@v1"),
        ("/members/089001/history", "/members/89001/history"),
    ],
)
def test_other_addresses_of_a_revision_lead_to_the_canonical_one(past: Client, address: str, canonical: str) -> None:
    assert past.get(f"/api/v1{address}").headers["location"] == f"/api/v1{canonical}"
