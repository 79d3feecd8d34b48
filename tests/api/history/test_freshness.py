"""A changed entity is soon served as it is now; a walk sees one moment whatever is written.

How soon, two seconds at most, is measured by `make bench ARGS=freshness`: here a busy machine may take longer.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from serving.core.lists import listing
from tests.api import sample
from tests.api.conftest import Client, Parliament, everything
from warehouse.postgres.readers import poller
from warehouse.runtime.settings import Settings

pytestmark = pytest.mark.postgres
Open = Callable[[Settings], Client]


@pytest.fixture
def client(parliament: Parliament, settings: Settings, open_client: Open) -> Client:
    """The API over the small Parliament, which this test changes."""
    parliament.claim("recorded")
    parliament.store(*everything())
    return open_client(settings)


def seconds_until(is_so: Callable[[], bool]) -> float:
    """How long something took to become true."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < 60, "It never became true."
        time.sleep(0.02)
    return time.monotonic() - began


def test_a_corrected_entity_is_soon_fresh_everywhere(client: Client, parliament: Parliament) -> None:
    before = client.get("/api/v1/votes/45-1/commons/3")
    client.get("/api/v1/votes?limit=500")
    ballots = client.get("/api/v1/votes/45-1/commons/3/ballots?position=yea").json()["page"]["count"]
    mine = client.get("/api/v1/members/89004/ballots?position=yea").json()["page"]["count"]
    changed = [sample.ballot(n, position="nay") if n == 4 else sample.ballot(n) for n in range(1, 13)]
    parliament.store(sample.vote("45-1", 3, nays=5, ballots=tuple(changed)))

    def all_fresh() -> bool:
        vote = client.get("/api/v1/votes/45-1/commons/3").json()["data"]
        listed = next(
            each for each in client.get("/api/v1/votes?limit=500").json()["data"] if each["key"] == "45-1/commons/3"
        )
        return (
            vote["totals"]["nays"] == listed["totals"]["nays"] == 5
            and vote["revision"] == 2
            and client.get("/api/v1/votes/45-1/commons/3/ballots?position=yea").json()["page"]["count"] == ballots - 1
            and client.get("/api/v1/members/89004/ballots?position=yea").json()["page"]["count"] == mine - 1
        )

    seconds_until(all_fresh)
    after = client.get("/api/v1/votes/45-1/commons/3", headers={"if-none-match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.headers["etag"].startswith('"r2-')


def test_a_process_is_told_of_changes_and_does_not_wait_for_its_poll(
    parliament: Parliament, settings: Settings, open_client: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "POLL_EVERY_S", 600.0)
    parliament.claim("recorded")
    parliament.store(*everything())
    client = open_client(settings)
    seconds_until(lambda: _listeners(parliament) == 1)
    assert client.get("/api/v1/bills/45-1/C-4").json()["data"]["title"]["en"] != "Told"
    parliament.store(sample.bill("45-1", "C-4", 3, title_en="Told"))
    seconds_until(lambda: client.get("/api/v1/bills/45-1/C-4").json()["data"]["title"]["en"] == "Told")
    seconds_until(lambda: "Told" in client.get("/api/v1/bills?limit=500").text)


def test_without_the_connection_that_tells_it_the_poll_still_comes(client: Client, parliament: Parliament) -> None:
    seconds_until(lambda: _listeners(parliament) == 1)
    client.get("/api/v1/members/89001")
    with parliament.catalog.connection() as connection:
        connection.execute(f"select pg_terminate_backend(pid) {_LISTENING}")
    parliament.store(sample.member(1, caucus="NDP"))
    seconds_until(lambda: client.get("/api/v1/members/89001").json()["data"]["caucus"] == "NDP")
    seconds_until(lambda: _listeners(parliament) == 1)


_LISTENING = (
    "from pg_stat_activity where application_name = 'openpolicy listener' and datname = current_database()"
    " and query like 'listen%'"
)


def _listeners(parliament: Parliament) -> int:
    """How many connections listen to the catalog."""
    with parliament.catalog.connection() as connection:
        return int(connection.execute(f"select count(*) {_LISTENING}").fetchone()[0])


def test_members_and_sessions_are_fresh_too(client: Client, parliament: Parliament) -> None:
    client.get("/api/v1/members/89001")
    client.get("/api/v1/sessions")
    parliament.store(sample.member(1, caucus="NDP"), sample.session(45, 1, is_current=False))

    def is_fresh() -> bool:
        sessions = client.get("/api/v1/sessions").json()["data"]
        return (
            client.get("/api/v1/members/89001").json()["data"]["caucus"] == "NDP"
            and not any(each["is_current"] for each in sessions)
            and "89001" in [m["key"] for m in client.get("/api/v1/members?party=ndp").json()["data"]]
        )

    seconds_until(is_fresh)


def test_what_appears_is_soon_found(client: Client, parliament: Parliament) -> None:
    assert client.get("/api/v1/bills/45-1/C-99").status_code == 404
    parliament.store(sample.bill("45-1", "C-99", 99))
    seconds_until(lambda: client.get("/api/v1/bills/45-1/C-99").status_code == 200)


def test_a_process_looks_so_often_that_two_seconds_are_kept() -> None:
    assert poller.POLL_EVERY_S <= 0.5


def test_an_unchanged_neighbour_stays_in_memory(client: Client, parliament: Parliament) -> None:
    tag = client.get("/api/v1/bills/45-1/C-3").headers["etag"]
    parliament.store(sample.bill("45-1", "C-4", 3, title_en="Changed"))
    title = lambda: client.get("/api/v1/bills/45-1/C-4").json()["data"]["title"]["en"]  # noqa: E731
    seconds_until(lambda: title() == "Changed")
    before = _computed(client)
    assert client.get("/api/v1/bills/45-1/C-3").headers["etag"] == tag
    assert _computed(client) == before


def _computed(client: Client) -> float:
    """How many single bills were computed so far."""
    wanted = 'cache="computed",route="/api/v1/bills/{session}/{number}",service="bills",status="200"'
    lines = [line for line in client.get("/metrics").text.splitlines() if wanted in line]
    return float(lines[0].rpartition(" ")[2])


@contextmanager
def writing(parliament: Parliament) -> Iterator[None]:
    """A writer that changes titles and dates, and adds bills, as fast as it can."""
    ended = threading.Event()

    def write() -> None:
        turn = 0
        while not ended.is_set():
            turn += 1
            number = f"C-{2 + turn % 15}"
            time.sleep(0.02)
            parliament.store(
                sample.bill("45-1", number, turn % 40 + 1, title_en=f"Turn {turn}"),
                sample.bill("45-1", f"C-{1000 + turn}", turn),
            )

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        ended.set()
        writer.join()


@pytest.mark.parametrize("sort", ["-session,number", "-latest_activity_on", "introduced_on"])
def test_a_walk_beside_a_writer_has_no_gap_and_no_duplicate(client: Client, parliament: Parliament, sort: str) -> None:
    with writing(parliament):
        time.sleep(0.8)
        for limit in (3, 11):
            first = client.get(f"/api/v1/bills?limit={limit}&sort={sort}").json()
            walked, following = list(first["data"]), first["links"]["next"]
            while following:
                written = _versions_since(parliament, first["meta"]["watermark"])
                seconds_until(lambda: _versions_since(parliament, first["meta"]["watermark"]) > written)  # noqa: B023
                page = client.get(following).json()
                walked += page["data"]
                following = page["links"]["next"]
                assert page["meta"]["watermark"] == first["meta"]["watermark"]
            keys = [each["key"] for each in walked]
            assert len(keys) == len(set(keys)) == first["page"]["count"]
            assert keys == _as_of(parliament, first["meta"]["watermark"], sort)
            assert _versions_since(parliament, first["meta"]["watermark"]) > 2


def _as_of(parliament: Parliament, watermark: str, sort: str) -> list[str]:
    """The keys of the version made at an instant, straight from the list table."""
    orders = {
        "-session,number": "session_order desc, number_order, key",
        "-latest_activity_on": "latest_activity_on desc nulls last, key",
        "introduced_on": "introduced_on nulls last, key",
    }
    query = f"""
        with chosen as (select version from list_versions where made_at = %s)
        select key from bill_list, chosen
        where live_from <= version and (live_to is null or live_to > version) order by {orders[sort]}"""
    with parliament.catalog.connection() as connection:
        return [key for (key,) in connection.execute(query, (watermark,))]  # type: ignore[call-overload]


def _versions_since(parliament: Parliament, watermark: str) -> int:
    with parliament.catalog.connection() as connection:
        row = connection.execute("select count(*) from list_versions where made_at > %s", (watermark,)).fetchone()
    return int(row[0]) if row else 0


def test_a_walk_through_a_forgotten_version_has_expired(client: Client, parliament: Parliament) -> None:
    following = client.get("/api/v1/bills?limit=5&lang=fr").json()["links"]["next"]
    parliament.store(sample.bill("45-1", "C-99", 99))
    assert client.get(following).status_code == 200
    with parliament.catalog.connection() as connection:
        connection.execute("delete from list_versions where version < (select max(version) from list_versions)")
    parliament.store(sample.bill("45-1", "C-98", 98))
    seconds_until(lambda: client.get(following).status_code == 410)
    problem = client.get(following).json()
    assert problem["code"] == "cursor_expired"
    assert problem["links"]["restart"] == "/api/v1/bills?limit=5&lang=fr"
    assert client.get(problem["links"]["restart"]).status_code == 200


def test_a_walk_through_a_corrected_votes_ballots_has_expired(client: Client, parliament: Parliament) -> None:
    address = "/api/v1/votes/45-1/commons/3/ballots?limit=5"
    following = client.get(address).json()["links"]["next"]
    assert client.get(following).status_code == 200
    parliament.store(sample.vote("45-1", 3, ballots=tuple(map(sample.ballot, range(1, 12)))))
    seconds_until(lambda: client.get(following).status_code == 410)
    assert client.get(following).json()["links"]["restart"] == address


def test_simulated_data_says_so_and_has_no_official_page(
    parliament: Parliament, settings: Settings, open_client: Open
) -> None:
    client = open_client(settings)
    assert client.get("/api/v1/bills").json()["data"] == []
    assert client.get("/ready").json()["dataset"] is None
    parliament.store(sample.bill("45-1", "C-3"), sample.vote("45-1", 1), sample.member(1), sample.session(45, 1))
    seconds_until(lambda: client.get("/api/v1/bills/45-1/C-3").status_code == 200)
    parliament.claim("simulated")
    seconds_until(lambda: client.get("/api/v1/bills/45-1/C-3").json()["meta"]["dataset"] == "simulated")
    for address in ("bills/45-1/C-3", "votes/45-1/commons/1", "members/89001", "sessions/45-1"):
        answer = client.get(f"/api/v1/{address}")
        assert answer.json()["data"]["links"]["official"] is None
        assert "parl.ca/legisinfo" not in answer.text
    assert client.get("/api/v1/bills.csv").headers["x-openpolicy-dataset"] == "simulated"
    for page in ("/", "/docs"):
        assert "this Parliament never existed" in client.get(page).text


def test_page_limits_are_the_documented_ones() -> None:
    assert (listing.DEFAULT_LIMIT, listing.MAX_LIMIT, listing.MAX_OFFSET) == (50, 500, 10_000)
