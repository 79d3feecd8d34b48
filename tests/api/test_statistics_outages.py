"""ClickHouse stopped and frozen: the last good figures with their age, else a clear refusal; recovery by itself."""

import datetime as dt
import signal
import time
from collections.abc import Callable

import msgspec
import polars as pl
import pytest

from tests.api.conftest import Client
from tests.support.clickhouse import Endpoint
from tests.support.facts import BALLOTS, insert_votes, vote_row
from warehouse.clickhouse.client import ClickHouse
from warehouse.postgres.pools import Database
from warehouse.runtime.settings import Settings

pytestmark = [pytest.mark.postgres, pytest.mark.clickhouse, pytest.mark.slow]

PARTIES = "/api/v1/statistics/parties?session=45-1"
VOTE = "/api/v1/statistics/votes/45-1/commons/1"
PATIENCE_S = 60


def ballots(*positions: str) -> pl.DataFrame:
    """One Liberal's ballot for each position."""
    rows = [
        {"person_id": at + 1, "name": f"Member {at}", "position": position, "paired": False, "caucus": "Liberal",
         "riding": "", "province": "", "side": "government"}
        for at, position in enumerate(positions)
    ]  # fmt: skip
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


def moved(catalog: Database) -> None:
    """Say that the facts have taken something in."""
    with catalog.connection() as connection:
        connection.execute(
            "insert into projection_positions (projection, log, xid, seq) values ('facts', 'catalog', '1', 1) "
            "on conflict (projection, log) do update set updated_at = clock_timestamp()"
        )


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
    refused = client.get(VOTE)
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
    assert wait_for(client, VOTE, lambda status, _: status == 200)["data"]["yeas"] == 3  # type: ignore[index]


def test_a_corrected_vote_is_counted_anew_and_never_twice(
    own_endpoint: Endpoint, settings: Settings, catalog: Database, open_client: Callable[[Settings], Client]
) -> None:
    """The trap of late and corrected records, and that of an insert that broke off."""
    store(own_endpoint.url, "yea", "yea", "nay")
    moved(catalog)
    client = open_client(msgspec.structs.replace(settings, clickhouse_url=own_endpoint.url))

    def yeas() -> object:
        return client.get(VOTE).json().get("data", {}).get("yeas")

    wait_for(client, VOTE, lambda status, _: status == 200 and yeas() == 2)
    store(own_endpoint.url, "yea", "nay", "nay", revision=2)
    moved(catalog)
    wait_for(client, VOTE, lambda status, _: yeas() == 1)
    clickhouse = ClickHouse(own_endpoint.url)
    torn = ballots("yea", "yea", "yea").with_columns(
        vote_key=pl.lit("45-1/commons/1"), batch=pl.lit(999_999, pl.UInt64), session=pl.lit("45-1"),
        chamber=pl.lit("commons"), number=pl.lit(1, pl.UInt32), held_on=pl.lit(dt.date(2025, 6, 2)),
    )  # fmt: skip
    clickhouse.insert_arrow("ballots", torn)
    clickhouse.close()
    moved(catalog)
    rows = wait_for(client, f"{PARTIES}&lang=en", lambda status, _: status == 200)["data"]
    assert [(row["ballots"], row["rice"]["n"]) for row in rows] == [(3, 1)]  # type: ignore[attr-defined]
    assert yeas() == 1
