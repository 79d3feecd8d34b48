"""Lists and figures of a closed session stay what they are while others change, and follow its own corrections."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from serving.core.process import facts
from tests.api import sample
from tests.api.conftest import Client, Parliament, everything
from tests.api.history.test_freshness import seconds_until
from warehouse.objects import answers
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.settings import Settings
from warehouse.workers.stream.wait import wait_until_applied

pytestmark = pytest.mark.postgres
Open = Callable[[Settings], Client]
CLOSED, OPEN = "/api/v1/bills?session=44-1&limit=8", "/api/v1/bills?session=45-1&limit=8"
FIGURES = "/api/v1/statistics/sponsors?session=44-1"


@pytest.fixture
def with_objects(
    settings: Settings, parliament: Parliament, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """Settings with an object store, over the small Parliament, of which one session is closed."""
    for module, patience in ((answers, "_PATIENCE_S"), (facts, "_PATIENCE_S"), (facts, "_PING_TIMEOUT_S")):
        monkeypatch.setattr(module, patience, 60.0)  # the machine may be busy
    parliament.claim("recorded")
    parliament.store(*everything())
    parliament.store(sample.session(44, 1, closed_on=dt.date(2025, 1, 6)))
    return msgspec.structs.replace(settings, objects_url=(tmp_path / "objects").as_uri())


def computed(client: Client, route: str) -> int:
    """How many answers of a route were computed."""
    wanted = f'cache="computed",route="{route}"'
    lines = [line for line in client.get("/metrics").text.splitlines() if wanted in line and "requests_total" in line]
    return sum(int(float(line.rpartition(" ")[2])) for line in lines)


def from_objects(client: Client) -> int:
    """How many answers came from the object store."""
    lines = [line for line in client.get("/metrics").text.splitlines() if 'outcome="hit"' in line]
    return sum(int(float(line.rpartition(" ")[2])) for line in lines if 'tier="objects"' in line)


def correct(client: Client, parliament: Parliament, session: str, title: str) -> None:
    """Correct the first bill of a session, and wait until its list shows it."""
    parliament.store(sample.bill(session, "C-2", 1 + 20 * (session == "44-1"), title_en=title))
    address = f"/api/v1/bills?session={session}&limit=8"
    seconds_until(lambda: client.get(address).json()["data"][0]["title"]["en"] == title)


def test_a_closed_list_is_kept_while_other_sessions_change(
    with_objects: Settings, open_client: Open, parliament: Parliament
) -> None:
    client = open_client(with_objects)
    before = client.get(CLOSED)
    correct(client, parliament, "45-1", "Corrected")
    count = computed(client, "/api/v1/bills")
    again = client.get(CLOSED)
    assert computed(client, "/api/v1/bills") == count
    assert (again.content, again.headers["etag"]) == (before.content, before.headers["etag"])
    correct(client, parliament, "44-1", "Corrected long after")
    assert client.get(CLOSED).headers["etag"] != before.headers["etag"]


def test_another_process_finds_a_closed_list_in_the_object_store(
    with_objects: Settings, open_client: Open, parliament: Parliament, tmp_path: Path
) -> None:
    first = open_client(with_objects)
    before = first.get(CLOSED)
    correct(first, parliament, "45-1", "Corrected")
    seconds_until(lambda: any(path.is_file() for path in (tmp_path / "objects" / "answers").rglob("*")))
    second = open_client(with_objects)
    seconds_until(lambda: second.get("/ready").status_code == 200)
    assert second.get(CLOSED).content == before.content
    assert (from_objects(second), computed(second, "/api/v1/bills")) == (1, 0)
    correct(first, parliament, "44-1", "Corrected long after")
    third = open_client(with_objects)
    assert third.get(CLOSED).json()["data"][0]["title"]["en"] == "Corrected long after"


def test_a_walk_through_a_closed_list_does_not_expire_with_the_versions_of_others(
    with_objects: Settings, open_client: Open, parliament: Parliament
) -> None:
    client = open_client(with_objects)
    closed, current = (client.get(address).json()["links"]["next"] for address in (CLOSED, OPEN))
    with parliament.catalog.connection() as connection:
        connection.execute("update list_versions set made_at = made_at - interval '3 days'")
    correct(client, parliament, "45-1", "Corrected")
    assert client.get(current).status_code == 410
    seen = [bill["number"] for bill in client.get(CLOSED).json()["data"]]
    while closed is not None:
        page = client.get(closed).json()
        seen += [bill["number"] for bill in page["data"]]
        closed = page["links"].get("next")
    assert len(seen) == len(set(seen)) == 20


def test_an_empty_closed_list_follows_what_it_suggests(
    with_objects: Settings, open_client: Open, parliament: Parliament
) -> None:
    client = open_client(with_objects)
    empty = "/api/v1/bills?session=44-1&number=C-50"
    before = client.get(empty).json()
    assert before["data"] == []
    parliament.store(sample.bill("45-1", "C-50", 50))
    seconds_until(lambda: client.get(empty).json()["did_you_mean"] != before["did_you_mean"])


@pytest.mark.clickhouse
def test_figures_of_a_closed_session_are_kept_while_others_change(
    with_objects: Settings,
    open_client: Open,
    parliament: Parliament,
    catalog: Database,
    shards: Shards,
    clickhouse_url: str,
) -> None:
    settings = msgspec.structs.replace(with_objects, clickhouse_url=clickhouse_url)
    wait_until_applied("facts", settings, catalog, shards)
    client = open_client(settings)
    before, all_before = client.get(FIGURES), client.get("/api/v1/statistics/sponsors?session=45-1")
    assert before.status_code == 200
    parliament.store(sample.bill("45-1", "C-2", 1, status="royal_assent"), sample.bill("45-1", "C-60", 60))
    wait_until_applied("facts", settings, catalog, shards)
    seconds_until(lambda: client.get("/api/v1/statistics/sponsors?session=45-1").content != all_before.content)
    count = computed(client, "/api/v1/statistics/sponsors")
    assert client.get(FIGURES).content == before.content
    assert computed(client, "/api/v1/statistics/sponsors") == count
    parliament.store(sample.bill("44-1", "C-60", 80))
    wait_until_applied("facts", settings, catalog, shards)
    seconds_until(lambda: client.get(FIGURES).content != before.content)
    assert open_client(settings).get(FIGURES).json()["data"] == client.get(FIGURES).json()["data"]
