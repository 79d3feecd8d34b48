"""Redis: lists are computed once for all processes; an old answer is never found; without it everything works."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from tests.api import sample
from tests.api.conftest import Client, Parliament, everything
from tests.api.history.test_freshness import seconds_until
from tests.support.servers.redis import RedisServer, running_redis
from warehouse.runtime.breaker import OPENS_AFTER
from warehouse.runtime.settings import Settings

pytestmark = [pytest.mark.postgres, pytest.mark.redis]
Open = Callable[[Settings], Client]


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis server of this test."""
    with running_redis(tmp_path) as server:
        yield server


@pytest.fixture
def with_redis(
    settings: Settings, parliament: Parliament, redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """Settings of processes that share Redis, over the small Parliament. The machine may be busy: Redis has time."""
    monkeypatch.setattr("warehouse.cache.shared._TIMEOUT_S", 60.0)
    parliament.claim("recorded")
    parliament.store(*everything())
    return msgspec.structs.replace(settings, redis_url=redis.url)


def outcomes(client: Client, tier: str = "redis") -> Counter[str]:
    """Look-ups in a tier by outcome, and how often it failed."""
    found: Counter[str] = Counter()
    for line in client.get("/metrics").text.splitlines():
        if f'tier="{tier}"' in line:
            name = line.split('outcome="')[1].split('"')[0] if "lookups" in line else "failures"
            found[name] += int(float(line.rpartition(" ")[2]))
    return found


def test_a_second_process_finds_what_the_first_computed(with_redis: Settings, open_client: Open) -> None:
    first, second = open_client(with_redis), open_client(with_redis)
    addresses = ["bills", "votes.csv?limit=3", "votes/45-1/commons/3/ballots", "members/89003/ballots.ndjson"]
    for count, address in enumerate(addresses, start=1):
        one, other = first.get(f"/api/v1/{address}"), second.get(f"/api/v1/{address}")
        assert one.content == other.content
        assert one.headers["etag"] == other.headers["etag"]
        assert outcomes(first)["miss"] == outcomes(second)["hit"] == count
    page = second.get(second.get("/api/v1/bills?limit=5").json()["links"]["next"])
    assert page.status_code == 200


def test_processes_with_another_cursor_key_share_nothing(with_redis: Settings, open_client: Open) -> None:
    first = open_client(with_redis)
    second = open_client(msgspec.structs.replace(with_redis, cursor_secret="another"))
    following = [client.get("/api/v1/bills?limit=5").json()["links"]["next"] for client in (first, second)]
    assert [client.get(address).status_code for client, address in zip((first, second), following, strict=True)] == [
        200,
        200,
    ]
    assert outcomes(second)["hit"] == 0


def test_an_old_answer_is_not_found_under_a_new_version(
    with_redis: Settings, open_client: Open, parliament: Parliament
) -> None:
    client = open_client(with_redis)
    client.get("/api/v1/bills?number=C-3&session=45-1")
    parliament.store(sample.bill("45-1", "C-3", 2, title_en="Corrected"))
    fresh = open_client(with_redis)
    title = fresh.get("/api/v1/bills?number=C-3&session=45-1").json()["data"][0]["title"]["en"]
    assert title == "Corrected"
    assert outcomes(fresh)["hit"] == 0


def test_other_data_behind_the_same_addresses_is_not_confused(
    with_redis: Settings, open_client: Open, parliament: Parliament, empty_again: Callable[[], None]
) -> None:
    assert open_client(with_redis).get("/api/v1/bills").json()["meta"]["dataset"] == "recorded"
    empty_again()
    parliament.claim("simulated")
    parliament.store(*everything())
    answer = open_client(with_redis).get("/api/v1/bills").json()
    assert answer["meta"]["dataset"] == "simulated"


def test_without_redis_everything_works_and_it_is_found_again(
    with_redis: Settings, open_client: Open, redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.runtime.breaker.PAUSE_S", 0.5)
    client = open_client(with_redis)
    assert client.get("/api/v1/bills").status_code == 200
    redis.stop()
    assert {client.get(f"/api/v1/bills?limit={limit}").status_code for limit in range(1, 20)} == {200}
    assert OPENS_AFTER <= outcomes(client)["failures"] < 2 * 19  # each list would ask it twice
    ready = client.get("/ready")
    assert ready.status_code == 200
    redis_seen = ready.json()["dependencies"][-1]
    assert (redis_seen["name"], redis_seen["state"], redis_seen["required"]) == ("redis", "down", False)
    assert redis_seen["breaker"] in {"open", "half_open"}
    assert redis_seen["why"] == "no answer"
    redis.start()
    limits = iter(range(20, 500))
    seconds_until(
        lambda: (
            client.get(f"/api/v1/bills?limit={next(limits)}")
            and not outcomes(client)["failures"] > 30
            and client.get("/ready").json()["dependencies"][-1]["state"] == "up"
        )
    )
