"""ClickHouse stopped and frozen: the last good figures with their age, else a clear refusal; recovery by itself."""

import datetime as dt
import signal
import threading
import time
from collections.abc import Callable

import msgspec
import polars as pl
import pytest

from tests.api.conftest import Client
from tests.support.data.events import entry
from tests.support.data.facts import BALLOTS, arrow, insert_votes, vote_row
from tests.support.data.samples import vote
from tests.support.servers.clickhouse import Endpoint
from tests.support.servers.faulty import faulty
from warehouse.clickhouse.client import ClickHouse
from warehouse.postgres.connections.pools import Database
from warehouse.runtime.settings import Settings
from warehouse.workers.read_models.facts import FactReadModel

pytestmark = [pytest.mark.postgres, pytest.mark.clickhouse, pytest.mark.slow]

PARTIES = "/api/v1/statistics/parties?session=45-1"
MEMBERS = "/api/v1/statistics/members?session=45-1"
PATIENCE_S = 90


def ballots(*positions: str) -> pl.DataFrame:
    """One Liberal's ballot for each position."""
    rows = [
        {
            "person_id": at + 1,
            "name": f"Member {at}",
            "position": position,
            "paired": False,
            "caucus": "Liberal",
            "riding": "",
            "province": "",
            "side": "government",
        }
        for at, position in enumerate(positions)
    ]
    return pl.DataFrame(rows, schema=BALLOTS)


def store(url: str, *positions: str, revision: int = 1) -> None:
    """One vote with such ballots."""
    clickhouse = ClickHouse(url)
    row = vote_row("45-1/commons/1", dt.date(2025, 6, 2), revision=revision)
    insert_votes(clickhouse, [(row, ballots(*positions))])
    clickhouse.close()


def wait_for(client: Client, path: str, wanted: Callable[[int, dict[str, str]], bool]) -> dict[str, object]:
    """Ask until the answer is as wanted."""
    until = time.monotonic() + PATIENCE_S
    while True:
        answer = client.get(path)
        if wanted(answer.status_code, dict(answer.headers)):
            found: dict[str, object] = answer.json()
            return found
        assert time.monotonic() < until, (answer.status_code, dict(answer.headers))
        time.sleep(0.2)


def rice(client: Client) -> object:
    """The cohesion of the only caucus, which tells how its only vote went."""
    data = client.get(PARTIES).json().get("data")
    return data[0]["rice"]["value"] if data else None


def moved(catalog: Database) -> None:
    """Say that the facts have taken something in."""
    with catalog.connection() as connection:
        connection.execute(
            "insert into projection_positions (projection, log, xid, seq) values ('facts', 'catalog', '1', 1) "
            "on conflict (projection, log) do update set updated_at = clock_timestamp()"
        )


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("how", ["killed", "frozen"])
def test_statistics_outlive_clickhouse(
    how: str, own_endpoint: Endpoint, settings: Settings, catalog: Database, open_client: Callable[[Settings], Client]
) -> None:
    store(own_endpoint.url, "yea", "yea", "yea", "nay")
    moved(catalog)
    client = open_client(msgspec.structs.replace(settings, clickhouse_url=own_endpoint.url))
    fresh = wait_for(client, PARTIES, lambda status, headers: status == 200 and "x-openpolicy-stale" not in headers)
    if how == "killed":
        own_endpoint.kill()
    else:
        own_endpoint.signal(signal.SIGSTOP)
    stale = wait_for(client, PARTIES, lambda status, headers: status == 200 and "x-openpolicy-stale" in headers)
    assert stale["data"] == fresh["data"]
    assert client.get("/api/v1/members").status_code == 200
    refused = client.get(MEMBERS)
    assert (refused.status_code, refused.json()["code"]) == (503, "store_unavailable")
    assert int(refused.headers["retry-after"]) > 0
    moved(catalog)
    later = wait_for(client, PARTIES, lambda status, headers: "ClickHouse" in client.get(PARTIES).text)
    assert later["data"] == fresh["data"]
    if how == "killed":
        own_endpoint.start_again()
    else:
        own_endpoint.signal(signal.SIGCONT)
    wait_for(client, PARTIES, lambda status, headers: status == 200 and "x-openpolicy-stale" not in headers)
    members = wait_for(client, MEMBERS, lambda status, _: status == 200)["data"]
    assert len(members) == 4  # type: ignore[arg-type]


@pytest.mark.usefixtures("impatient")
def test_slow_by_two_seconds_the_last_good_figures_stand_in(
    own_endpoint: Endpoint, settings: Settings, catalog: Database, open_client: Callable[[Settings], Client]
) -> None:
    store(own_endpoint.url, "yea", "yea", "yea", "nay")
    moved(catalog)
    with faulty(own_endpoint.url) as relay:
        client = open_client(msgspec.structs.replace(settings, clickhouse_url=relay.url))
        fresh = wait_for(client, PARTIES, lambda status, headers: status == 200 and "x-openpolicy-stale" not in headers)
        relay.delay_s = 2.5  # each answer, and in two pieces some
        seen = []

        def stale(status: int, headers: dict[str, str]) -> bool:
            seen.append(status)
            return "x-openpolicy-stale" in headers

        assert wait_for(client, PARTIES, stale)["data"] == fresh["data"]
        assert set(seen) == {200}
        assert client.get("/api/v1/members").status_code == 200
        refused = client.get(MEMBERS)
        assert (refused.status_code, refused.json()["code"]) == (503, "store_unavailable")
        assert int(refused.headers["retry-after"]) > 0
        store(own_endpoint.url, "nay", "nay", "nay", "nay", revision=2)
        moved(catalog)
        relay.delay_s = 0.0
        wait_for(client, PARTIES, lambda status, _: status == 200 and rice(client) == 1)
        wait_for(client, MEMBERS, lambda status, _: status == 200)
        wait_for(client, PARTIES, lambda status, headers: status == 200 and "x-openpolicy-stale" not in headers)


def test_facts_rebuilt_under_readers_are_read_whole_every_time(
    own_endpoint: Endpoint, settings: Settings, catalog: Database, open_client: Callable[[Settings], Client]
) -> None:
    url = own_endpoint.url
    read_model = FactReadModel(url)
    changes = [entry("vote", revision=1, state=vote(number, members=100).root) for number in range(1, 41)]
    read_model.rebuild([changes])
    moved(catalog)
    client = open_client(msgspec.structs.replace(settings, clickhouse_url=url))
    paths = ("/api/v1/statistics/parties?session=1-1", "/api/v1/statistics/members?session=1-1")
    wanted = {path: wait_for(client, path, lambda status, _: status == 200)["data"] for path in paths}
    answers: list[tuple[str, int, object, bool]] = []
    ended = threading.Event()

    def ask(path: str) -> None:
        while not ended.is_set():
            moved(catalog)  # so that it is read anew, not answered from memory
            answer = client.get(path)
            answers.append(
                (path, answer.status_code, answer.json().get("data"), "x-openpolicy-stale" in answer.headers)
            )

    readers = [threading.Thread(target=ask, args=(path,)) for path in paths]
    for reader in readers:
        reader.start()
    for _ in range(3):
        assert read_model.rebuild([changes[:20], changes[20:]]) == 40
    ended.set()
    for reader in readers:
        reader.join()
    read_model.close()
    assert len(answers) > 20
    assert [answer for answer in answers if answer != (answer[0], 200, wanted[answer[0]], False)] == []


def test_a_corrected_vote_is_counted_anew_and_never_twice(
    own_endpoint: Endpoint, settings: Settings, catalog: Database, open_client: Callable[[Settings], Client]
) -> None:
    """The trap of late and corrected records, and that of an insert that broke off."""
    store(own_endpoint.url, "yea", "yea", "nay")
    moved(catalog)
    client = open_client(msgspec.structs.replace(settings, clickhouse_url=own_endpoint.url))

    wait_for(client, PARTIES, lambda status, headers: status == 200 and rice(client) == pytest.approx(1 / 3))
    store(own_endpoint.url, "nay", "nay", "nay", revision=2)
    moved(catalog)
    wait_for(client, PARTIES, lambda status, _: rice(client) == 1)
    clickhouse = ClickHouse(own_endpoint.url)
    torn = ballots("yea", "yea", "yea").with_columns(
        vote_key=pl.lit("45-1/commons/1"),
        batch=pl.lit(999_999, pl.UInt64),
        session=pl.lit("45-1"),
        chamber=pl.lit("commons"),
        number=pl.lit(1, pl.UInt32),
        held_on=pl.lit(dt.date(2025, 6, 2)),
    )
    clickhouse.insert_arrow("ballots", arrow(torn))
    clickhouse.close()
    moved(catalog)
    rows = wait_for(client, f"{PARTIES}&lang=en", lambda status, _: status == 200)["data"]
    assert [(row["ballots"], row["rice"]["n"]) for row in rows] == [(3, 1)]  # type: ignore[attr-defined]
    assert rice(client) == 1
