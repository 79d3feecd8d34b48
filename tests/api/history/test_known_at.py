"""Lists as they were at an instant: answered right, or refused, and never guessed."""

import datetime as dt
from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.api import sample
from tests.api.conftest import Client, Parliament
from warehouse.runtime.settings import Settings

pytestmark = pytest.mark.postgres


def instant(parliament: Parliament) -> str:
    """Now, by the database's clock."""
    with parliament.catalog.connection() as connection:
        row = connection.execute("select clock_timestamp()").fetchone()
    assert row is not None
    found: dt.datetime = row[0]
    return quote(found.astimezone(dt.UTC).isoformat())


@pytest.fixture
def then(parliament: Parliament) -> list[str]:
    """Three instants: before anything was held, after a first load, after a correction and a withdrawal."""
    instants = [instant(parliament)]
    parliament.store(*(sample.bill("45-1", f"C-{number}", number) for number in range(2, 12)), sample.member(1))
    parliament.settle()
    instants.append(instant(parliament))
    parliament.store(
        sample.bill("45-1", "C-3", 3, title_en="Corrected", status="defeated"),
        sample.bill("45-1", "C-12", 12),
        sample.member(1, caucus="NDP"),
    )
    instants.append(instant(parliament))
    return instants


@pytest.fixture
def client(
    parliament: Parliament, settings: Settings, open_client: Callable[[Settings], Client], then: list[str]
) -> Client:
    """The API after all of it."""
    assert parliament.catalog
    assert then
    return open_client(settings)


def test_a_list_is_what_it_was(client: Client, then: list[str]) -> None:
    before, first, last = (client.get(f"/api/v1/bills?known_at={each}").json() for each in then)
    now = client.get("/api/v1/bills").json()
    assert (before["data"], before["page"]["count"]) == ([], 0)
    assert first["page"]["count"] == 10
    assert last["data"] == now["data"]
    assert {each["revision"] for each in first["data"]} == {1}
    titles = [client.get(f"/api/v1/bills?number=C-3&known_at={each}").json()["data"][0]["title"] for each in then[1:]]
    assert titles[0]["en"] != titles[1]["en"] == "Corrected"
    assert client.get(f"/api/v1/bills?status=defeated&known_at={then[1]}").json()["page"]["count"] == 0
    assert client.get("/api/v1/bills?status=defeated").json()["page"]["count"] == 1
    for at, party, count in ((then[1], "conservative", 1), (then[1], "ndp", 0), (then[2], "ndp", 1)):
        assert client.get(f"/api/v1/members?party={party}&known_at={at}").json()["page"]["count"] == count


def test_an_entity_of_a_past_list_is_the_one_of_its_own_address(client: Client, then: list[str]) -> None:
    (listed,) = client.get(f"/api/v1/bills?number=C-3&known_at={then[1]}").json()["data"]
    assert client.get(f"/api/v1/bills/45-1/C-3?known_at={then[1]}").json()["data"] == listed


def test_a_walk_stays_at_its_instant(client: Client, parliament: Parliament, then: list[str]) -> None:
    answer = client.get(f"/api/v1/bills?known_at={then[1]}&limit=4").json()
    assert answer["meta"]["known_at"] is not None
    assert answer["meta"]["watermark"] is not None
    seen = [each["key"] for each in answer["data"]]
    while answer["links"]["next"]:
        parliament.store(sample.bill("45-1", f"C-{90 + len(seen)}", 1))
        answer = client.get(answer["links"]["next"]).json()
        seen += [each["key"] for each in answer["data"]]
    assert seen == [f"45-1/C-{number}" for number in range(2, 12)]


def test_what_is_no_longer_kept_is_refused(client: Client, parliament: Parliament, then: list[str]) -> None:
    with parliament.catalog.connection() as connection:
        connection.execute("delete from list_versions where version < (select max(version) from list_versions)")
    problem = client.get(f"/api/v1/bills?known_at={then[1]}")
    assert (problem.status_code, problem.json()["code"], problem.json()["param"]) == (410, "not_kept", "known_at")
    assert client.get(f"/api/v1/bills/45-1/C-3?known_at={then[1]}").status_code == 200
    assert client.get(f"/api/v1/bills?known_at={then[2]}").status_code == 200


def test_lists_that_are_kept_only_as_they_are_now_answer_while_nothing_has_changed(
    client: Client, parliament: Parliament, then: list[str]
) -> None:
    parliament.store(sample.vote("45-1", 1), sample.session(45, 1))
    parliament.settle()
    at = instant(parliament)
    for address in ("members/89001/ballots", "sessions"):
        now = client.get(f"/api/v1/{address}").json()
        assert now["data"]
        answer = client.get(f"/api/v1/{address}?known_at={at}").json()
        assert answer["data"] == now["data"]
        assert answer["meta"]["known_at"] is not None
        problem = client.get(f"/api/v1/{address}?known_at={then[1]}")
        assert (problem.status_code, problem.json()["code"]) == (410, "not_kept")
    parliament.store(sample.vote("45-1", 1, yeas=9))
    parliament.settle()
    assert client.get(f"/api/v1/members/89001/ballots?known_at={at}").status_code == 410
    assert client.get(f"/api/v1/sessions?known_at={at}").status_code == 200


@pytest.mark.parametrize("text", ["yesterday", "2025-01-01", "2999-01-01T00:00:00Z", ""])
def test_what_is_no_instant_is_refused(client: Client, text: str) -> None:
    problem = client.get(f"/api/v1/bills?known_at={text}")
    assert (problem.status_code, problem.json()["code"]) == (400, "invalid_value")
