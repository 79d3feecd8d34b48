"""Withdrawn entities: 410 with the way to their past, in the feed and the history with a reason, and back again."""

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.api import sample
from tests.api.conftest import Client, Parliament
from warehouse.postgres.aggregates.store import BILLS, MEMBERS, SESSIONS, VOTES, Aggregate
from warehouse.postgres.aggregates.withdraw import Withdrawal, withdraw
from warehouse.runtime.settings import Settings

pytestmark = pytest.mark.postgres
WHY = "Named by a vote that misspelt it."
BILL, VOTE = "/api/v1/bills/45-1/C-3", "/api/v1/votes/45-1/commons/3"
ADDRESSES = {
    BILL: "45-1/C-3",
    VOTE: "45-1/commons/3",
    "/api/v1/members/89001": "89001",
    "/api/v1/sessions/45-1": "45-1",
}


def take_back(parliament: Parliament, aggregate: Aggregate[Any], key: str) -> None:
    shards = parliament.shards
    is_sharded = aggregate in {BILLS, VOTES}
    database = shards.databases[shards.map.shard_of(key)] if is_sharded else parliament.catalog
    assert len(withdraw(database, aggregate, [Withdrawal(key, WHY, sample.provenance("override"))])) == 1


@pytest.fixture
def store_again(parliament: Parliament) -> Callable[[], None]:
    return lambda: parliament.store(
        sample.bill("45-1", "C-3", 2), sample.vote("45-1", 3), sample.member(1), sample.session(45, 1)
    )


@pytest.fixture
def before(parliament: Parliament, store_again: Callable[[], None]) -> dt.datetime:
    """An instant at which everything was there; then one entity of each kind is withdrawn."""
    parliament.claim("recorded")
    store_again()
    time.sleep(0.05)
    instant = dt.datetime.now(dt.UTC)
    time.sleep(0.05)
    for aggregate, key in zip((BILLS, VOTES, MEMBERS, SESSIONS), ADDRESSES.values(), strict=True):
        take_back(parliament, aggregate, key)
    parliament.settle()
    return instant


@pytest.fixture
def client(before: dt.datetime, settings: Settings, open_client: Callable[[Settings], Client]) -> Client:
    return open_client(settings)


def at(instant: dt.datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_was_withdrawn_is_gone_and_its_past_is_not(client: Client, before: dt.datetime, address: str) -> None:
    answer = client.get(address)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (410, "gone")
    assert problem["title"] == "Withdrawn / Retiré"
    assert WHY in problem["detail"]
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert problem["links"] == {"history": f"{address}/history", "previous": f"{address}@v1"}
    old = client.get(problem["links"]["previous"])
    assert (old.status_code, old.json()["data"]["key"]) == (200, ADDRESSES[address])
    assert "immutable" in old.headers["cache-control"]
    assert client.get(f"{address}@v2").json()["code"] == "gone"
    assert client.get(f"{address}@v3").json()["code"] == "not_found"
    assert client.get(address, params={"known_at": at(before)}).json()["data"]["revision"] == 1
    assert client.get(address, params={"known_at": at(dt.datetime.now(dt.UTC))}).status_code == 410
    history = client.get(problem["links"]["history"]).json()["data"]
    assert [(each["op"], each["reason"], each["diff"]) for each in history] == [
        ("withdrawn", WHY, []),
        ("created", None, []),
    ]


@pytest.mark.parametrize("address", [f"{BILL}/stages", f"{BILL}/votes", f"{VOTE}/ballots", f"{VOTE}@v2/ballots"])
def test_the_parts_of_what_was_withdrawn_are_gone_too(client: Client, address: str) -> None:
    assert client.get(address).json()["code"] == "gone"


def test_ballots_of_the_past_can_still_be_read(client: Client) -> None:
    assert len(client.get(f"{VOTE}@v1/ballots").json()["data"]) == 12


def test_the_feed_tells_of_it(client: Client) -> None:
    found = client.get("/api/v1/changes?op=withdrawn").json()["data"]
    assert sorted(each["key"] for each in found) == sorted(ADDRESSES.values())
    assert {(each["op"], each["reason"], each["cause"]["source"], each["version"]) for each in found} == {
        ("withdrawn", WHY, "override", 2)
    }
    assert {each["op"] for each in client.get("/api/v1/changes?op=created,updated").json()["data"]} == {"created"}
    assert client.get("/api/v1/corrections").json()["data"] == []


def test_it_comes_back_when_it_is_stored_again(client: Client, store_again: Callable[[], None]) -> None:
    assert client.get(BILL).status_code == 410
    store_again()
    until = time.monotonic() + 60
    while client.get(BILL).status_code == 410 and time.monotonic() < until:
        time.sleep(0.1)
    answer = client.get(BILL)
    assert (answer.status_code, answer.json()["data"]["revision"]) == (200, 3)
    assert client.get(f"{BILL}@v2").status_code == 410
    assert [each["op"] for each in client.get(f"{BILL}/history").json()["data"]] == ["updated", "withdrawn", "created"]


def test_the_documentation_names_it(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()
    operation = document["paths"]["/api/v1/bills/{session}/{number}"]["get"]
    english, _, french = operation["responses"]["410"]["description"].partition(" / ")
    assert "Withdrawn" in english
    assert "Retiré" in french
    assert "withdrawn" in str(document["paths"]["/api/v1/changes"]["get"]["parameters"])
