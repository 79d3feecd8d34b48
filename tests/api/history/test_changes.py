"""The change feed: complete, in order for each entity, whatever is written meanwhile; and waiting for what comes."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from tests.api import sample
from tests.api.conftest import Client, Parliament, everything
from tests.api.history.test_freshness import seconds_until, writing
from warehouse.runtime.settings import Settings

pytestmark = pytest.mark.postgres
FEED = "/api/v1/changes"
Open = Callable[[Settings], Client]
Change = dict[str, Any]


@pytest.fixture
def client(parliament: Parliament, settings: Settings, open_client: Open) -> Client:
    """The API over the small Parliament, which this test changes."""
    parliament.claim("recorded")
    parliament.store(*everything())
    parliament.settle()
    return open_client(settings)


def page(client: Client, address: str) -> dict[str, Any]:
    """The JSON of a page of the feed."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def walk(client: Client, query: str = "limit=20") -> tuple[list[Change], str]:
    """All that the feed has now, and the address to go on with."""
    found: list[Change] = []
    body = page(client, f"{FEED}?{query}")
    while True:
        found += body["data"]
        if not body["page"]["more"]:
            return found, body["links"]["next"]
        body = page(client, body["links"]["next"])


def logged(parliament: Parliament) -> list[tuple[str, int]]:
    """Every change in every log, as key and revision."""
    found: list[tuple[str, int]] = []
    for database in (parliament.catalog, *parliament.shards.databases):
        with database.connection() as connection:
            found += [(row[0], row[1]) for row in connection.execute("select entity || key, revision from change_log")]
    return sorted(found)


def keys(found: list[Change]) -> list[tuple[str, int]]:
    return [(each["type"] + each["key"], each["version"]) for each in found]


def assert_in_order(found: list[Change]) -> None:
    """Every entity's versions come as 1, 2, 3 …"""
    last: dict[str, int] = {}
    for key, version in keys(found):
        assert version == last.get(key, 0) + 1, key
        last[key] = version


def test_a_walk_beside_a_writer_finds_every_change_once_and_in_order(client: Client, parliament: Parliament) -> None:
    found: list[Change] = []
    with writing(parliament):
        following = f"{FEED}?limit=20"
        until = time.monotonic() + 4
        while time.monotonic() < until or len(found) <= 110:
            body = page(client, following)
            found += body["data"]
            following = body["links"]["next"]
    parliament.settle()

    def all_came() -> bool:
        nonlocal following
        body = page(client, following)
        found.extend(body["data"])
        following = body["links"]["next"]
        return sorted(keys(found)) == logged(parliament)

    seconds_until(all_came)
    assert len({each["id"] for each in found}) == len(found) > 105
    assert_in_order(found)
    assert sorted(keys(walk(client)[0])) == logged(parliament)


def test_a_late_commit_is_not_skipped(client: Client, parliament: Parliament, database_urls: list[str]) -> None:
    """One transaction takes its number, others commit before it does: nothing is read beyond it until it ends."""
    _, following = walk(client, "limit=500")
    statement = """insert into change_log (bucket, entity, key, revision, op, changed, state, source, source_url,
        document_sha256, fetched_at) values (1, 'bill', '45-1/C-777', 1, 'created', '{}', '{}', 's', 'u', 'x', now())"""
    slow = psycopg.connect(database_urls[1])
    slow.execute(statement)
    for number in range(5):
        parliament.store(sample.bill("45-1", f"C-{800 + number}", number + 1))
    time.sleep(1.2)
    body = page(client, following)
    before = keys(body["data"])
    assert ("bill45-1/C-777", 1) not in before
    slow.commit()
    slow.close()
    found: list[Change] = list(body["data"])

    def all_there() -> bool:
        nonlocal body
        body = page(client, body["links"]["next"])
        found.extend(body["data"])
        return len(found) == 6

    seconds_until(all_there)
    assert sorted(keys(found)) == sorted([("bill45-1/C-777", 1), *((f"bill45-1/C-{800 + n}", 1) for n in range(5))])


def test_a_change_tells_what_differs_and_why(client: Client, parliament: Parliament) -> None:
    _, following = walk(client, "limit=500")
    ballots = tuple(sample.ballot(n, position="nay") if n == 4 else sample.ballot(n) for n in range(1, 13))
    parliament.store(sample.vote("45-1", 3, nays=5, ballots=ballots), sample.bill("45-1", "C-3", 2, status="x"))
    seconds_until(lambda: len(page(client, following)["data"]) == 2)
    found = {each["type"]: each for each in page(client, following)["data"]}
    vote = found["vote"]
    assert (vote["key"], vote["version"], vote["op"]) == ("45-1/commons/3", 2, "corrected")
    assert vote["valid_at"] == "2025-06-04T19:05:00Z"
    assert vote["diff"] == [
        {"path": "/ballots/89004/position", "old": "yea", "new": "nay"},
        {"path": "/caucuses/Green Party/nays", "old": 1, "new": 2},
        {"path": "/caucuses/Green Party/yeas", "old": 1, "new": 0},
        {"path": "/nays", "old": 4, "new": 5},
    ]
    assert vote["cause"]["document_sha256"] == "ab" * 32
    assert client.get(vote["links"]["revision"]).json()["data"]["totals"]["nays"] == 5
    assert (found["bill"]["op"], found["bill"]["changed"]) == ("updated", ["status"])
    for op, types in (("corrected", ["vote"]), ("updated", ["bill"]), ("updated,corrected", ["vote", "bill"])):
        assert sorted(each["type"] for each in walk(client, f"op={op}")[0]) == sorted(types)
    tag = client.get(following).headers["etag"]
    assert client.get(following, headers={"if-none-match": tag}).status_code == 304
    assert client.get(following).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("types=member", 30),
        ("types=bill,session", 42),
        ("session=44-1", 21),
        ("session=45-1&types=bill&chamber=senate", 5),
        ("chamber=commons", 60),
        ("keys=45-1/C-3,45-1/commons/4&keys=89001", 3),
        ("op=created", 102),
        ("op=corrected", 0),
        ("keys=45-1/C-999", 0),
    ],
)
def test_filters_choose_changes(api: Client, query: str, count: int) -> None:
    found, following = walk(api, f"{query}&limit=7")
    assert len(found) == len(set(keys(found))) == count
    assert page(api, following)["data"] == []


def test_who_waits_is_woken_and_costs_no_reads_meanwhile(client: Client, parliament: Parliament) -> None:
    _, following = walk(client, "limit=500&types=bill")
    reads = "openpolicy_feed_reads_total"

    def count() -> float:
        line = next(each for each in client.get("/metrics").text.splitlines() if each.startswith(f"{reads} "))
        return float(line.rpartition(" ")[2])

    before = count()
    with ThreadPoolExecutor(12) as pool:
        waiters = [pool.submit(client.get, f"{following}&wait=25&lang={lang}") for lang in ("en", "fr", "both") * 4]
        time.sleep(2)
        assert count() - before <= 1
        began = time.monotonic()
        parliament.store(sample.bill("45-1", "C-99", 99))
        answers = [waiter.result() for waiter in waiters]
    assert time.monotonic() - began < 20, "they were told, and did not wait to the end"
    assert {tuple(keys(answer.json()["data"])) for answer in answers} == {(("bill45-1/C-99", 1),)}
    assert count() - before <= 3
    began = time.monotonic()
    assert page(client, f"{answers[0].json()['links']['next']}&wait=1".replace("wait=25&", ""))["data"] == []
    assert time.monotonic() - began >= 1


def test_the_end_of_the_feed_is_now(client: Client, parliament: Parliament) -> None:
    body = page(client, f"{FEED}?cursor=now&types=bill")
    assert body["data"] == []
    timer = threading.Timer(0.3, lambda: parliament.store(sample.bill("45-1", "C-99", 99), sample.member(99)))
    timer.start()
    assert keys(page(client, f"{body['links']['next']}&wait=10")["data"]) == [("bill45-1/C-99", 1)]
    timer.join()


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ("types=senator", "types"),
        ("keys=x", "keys"),
        ("keys=45-1/commons/x", "keys"),
        ("keys=" + ",".join(["89001"] * 101), "keys"),
        ("session=45", "session"),
        ("chamber=lords", "chamber"),
        ("op=deleted", "op"),
        ("wait=26", "wait"),
        ("wait=-1", "wait"),
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("cursor=abc", "cursor"),
        ("tpyes=bill", "tpyes"),
    ],
)
def test_bad_inputs_are_problems_that_name_the_parameter(api: Client, query: str, param: str) -> None:
    answer = api.get(f"{FEED}?{query}")
    assert answer.status_code == 400, answer.text
    assert answer.json()["param"] == param


def test_cursors_stay_with_their_address_and_filters(api: Client) -> None:
    feed = page(api, f"{FEED}?limit=1")["page"]["next"]
    listed = api.get("/api/v1/bills?limit=1").json()["page"]["next"]
    for address in (f"{FEED}?types=bill&cursor={feed}", f"{FEED}?cursor={listed}", f"/api/v1/bills?cursor={feed}"):
        answer = api.get(address)
        assert (answer.status_code, answer.json()["code"]) == (400, "cursor_mismatch"), answer.text


def test_another_database_behind_a_log_is_read_anew(client: Client, parliament: Parliament) -> None:
    """A cursor into a log that was replaced must not hide what the new one has."""
    from serving.changes.filters import cursor_at  # noqa: PLC0415  what a client got from the database before
    from serving.core.process.cursors import Cursors  # noqa: PLC0415
    from warehouse.model.changes.feed import ChangeFilter, LogPlace  # noqa: PLC0415

    places = tuple(LogPlace("another", 2**40, 2**40) for _ in range(5))
    cursor = cursor_at(Cursors("a test's own"), ChangeFilter(), places)
    assert sorted(keys(walk(client, f"limit=500&cursor={cursor}")[0])) == logged(parliament)


def test_openapi_knows_the_parameters(api: Client) -> None:
    paths = api.get("/api/v1/openapi.json").json()["paths"]
    names = {each["name"] for each in paths["/api/v1/changes"]["get"]["parameters"]}
    assert names >= {"types", "keys", "session", "chamber", "op", "limit", "cursor", "wait"}
    bill = {each["name"] for each in paths["/api/v1/bills/{session}/{number}"]["get"]["parameters"]}
    assert bill >= {"revision", "known_at"}
    assert "/" in paths["/api/v1/votes/{session}/{chamber}/{number}/history"]["get"]["summary"]
