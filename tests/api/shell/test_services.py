"""Services by their name-plates: a new one is a package and a line, and a process may run a choice of them."""

from collections.abc import Iterator, Mapping

import msgspec
import pytest
from litestar.testing import TestClient

from serving.app import SERVICES, create_app
from serving.core.service import choose, process_name
from tests.api.conftest import Client, Parliament, everything, settings_for
from tests.support.servers.postgres import SHARDS, empty
from tests.support.toy_service.service import SERVICE as TOY
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import ShardMap, Shards, initial_map
from warehouse.runtime.errors import SettingInvalid

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def urls(worker_urls: list[str]) -> Iterator[list[str]]:
    """Databases with the small Parliament."""
    empty(worker_urls)
    catalog = Database(worker_urls[0])
    shards = Shards([Database(url) for url in worker_urls[1:]], ShardMap(initial_map(SHARDS), SHARDS))
    parliament = Parliament(catalog, shards)
    parliament.claim("recorded")
    parliament.store(*everything())
    parliament.settle()
    yield worker_urls
    shards.close()
    catalog.close()


@pytest.fixture(scope="module")
def with_toy(urls: list[str]) -> Iterator[Client]:
    """Every service and one more: the line that a new service takes."""
    with TestClient(create_app(settings_for(urls), (*SERVICES, TOY))) as client:
        yield client


@pytest.fixture(scope="module")
def bills_only(urls: list[str]) -> Iterator[Client]:
    """Bills and votes alone, in a process whose settings name a search index and ClickHouse that nobody answers for."""
    settings = msgspec.structs.replace(
        settings_for(urls),
        api_services=("votes", "bills"),
        search_url="http://127.0.0.1:9",
        clickhouse_url="http://127.0.0.1:9",
    )
    with TestClient(create_app(settings)) as client:
        yield client


def test_a_new_service_answers_filters_and_counts(with_toy: Client) -> None:
    answer = with_toy.get("/api/v1/openings?parliament=45")
    assert answer.status_code == 200
    assert [each["key"] for each in answer.json()["data"]] == ["45-1"]
    assert answer.json()["page"]["count"] == 1
    assert with_toy.get("/api/v1/openings.csv").text.startswith("key,opened_on")
    refused = with_toy.get("/api/v1/openings?parliamnt=45")
    assert (refused.status_code, refused.json()["nearest"]) == (400, "parliament")
    assert with_toy.options("/api/v1/openings").headers["allow"] == "GET, HEAD, OPTIONS"
    scraped = with_toy.get("/metrics").text
    assert 'route="/api/v1/openings",service="toys",status="2xx"' in scraped


def test_a_new_service_is_documented(with_toy: Client) -> None:
    document = with_toy.get("/api/v1/openapi.json").json()
    operation = document["paths"]["/api/v1/openings"]["get"]
    assert operation["operationId"] == "listOpenings"
    assert {"parliament", "sort", "limit", "cursor", "lang", "columns"} <= {p["name"] for p in operation["parameters"]}
    assert operation["responses"]["409"]["description"] == "Toy refused / Jouet refusé"
    assert "409" not in document["paths"]["/api/v1/bills"]["get"]["responses"]
    assert {"name": "toys", "description": "Toys / Jouets"} in document["tags"]
    assert "Le jouet n’aime pas la requête." in with_toy.get("/problems/toy_refused").text
    assert "/api/v1/openings?limit=1" in with_toy.get("/").text


def test_a_process_with_two_services_knows_of_no_other(bills_only: Client) -> None:
    assert bills_only.get("/api/v1/bills/45-1/C-6").status_code == 200
    assert bills_only.get("/api/v1/bills/45-1/C-6/votes").status_code == 200
    assert bills_only.get("/api/v1/votes?limit=1").status_code == 200
    for missing in ("/api/v1/members", "/api/v1/search", "/api/v1/sessions", "/quality", "/api/v1/status/freshness"):
        answer = bills_only.get(missing)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), missing
    document = bills_only.get("/api/v1/openapi.json").json()
    paths = [path for path in document["paths"] if path.startswith("/api/v1/")]
    assert paths
    assert all(path.startswith(("/api/v1/bill", "/api/v1/votes", "/api/v1/dictionary")) for path in paths)
    assert [tag["name"] for tag in document["tags"]] == ["bills", "votes", "operation"]
    home = bills_only.get("/").text
    assert "/api/v1/votes?limit=5" in home
    assert "/api/v1/members" not in home
    assert "/quality" not in home
    assert bills_only.get("/problems/query_invalid").status_code == 404
    assert bills_only.get("/health").json() == {"status": "alive"}


def test_a_process_opens_only_the_stores_that_its_services_read(bills_only: Client) -> None:
    ready = bills_only.get("/ready")
    assert ready.status_code == 200
    states = {each["name"]: each["state"] for each in ready.json()["dependencies"]}
    assert states["search"] == "unused"
    assert states["catalog"] == "up"
    assert "x-openpolicy-stale" not in bills_only.get("/api/v1/bills/45-1/C-6").headers


NOWHERE = "postgresql://nobody@127.0.0.1:9/none"
ALONE: Mapping[str, tuple[str, frozenset[str]]] = {
    "bills": ("/api/v1/bills/45-1/C-6", frozenset({"catalog", "shards"})),
    "votes": ("/api/v1/votes/45-1/commons/3/ballots", frozenset({"catalog", "shards"})),
    "members": ("/api/v1/members/89003/ballots", frozenset({"catalog", "shards"})),
    "changes": ("/api/v1/changes?limit=5", frozenset({"catalog", "shards"})),
    "sessions": ("/api/v1/sessions/45-1", frozenset({"catalog"})),
    "overrides": ("/api/v1/overrides", frozenset({"catalog"})),
    "status": ("/api/v1/status/freshness", frozenset({"catalog"})),
    "quality": ("/api/v1/quality", frozenset({"catalog"})),
}
"""An address of each service that needs only databases, and which."""


@pytest.mark.parametrize("name", ALONE)
def test_a_service_alone_needs_only_its_own_stores(name: str, urls: list[str]) -> None:
    path, needs = ALONE[name]
    settings = settings_for(urls)
    settings = msgspec.structs.replace(
        settings,
        api_services=(name,),
        shard_urls=settings.shard_urls if "shards" in needs else (NOWHERE,) * SHARDS,
        search_url="http://127.0.0.1:9",
        clickhouse_url="http://127.0.0.1:9",
    )
    with TestClient(create_app(settings)) as client:
        assert client.get(path).status_code == 200
        ready = client.get("/ready")
        assert ready.status_code == 200, ready.text
        required = {each["name"].split("_")[0] for each in ready.json()["dependencies"] if each["required"]}
        assert required == {each.removesuffix("s") if each == "shards" else each for each in needs}
        metrics = client.get("/metrics").text
        assert f'services="{name}"' in metrics
        assert f'service="{name}",status="200"' in metrics


@pytest.mark.parametrize(("name", "engine"), [("search", "Search"), ("statistics", "ClickHouse")])
def test_a_service_without_its_engine_is_not_ready(name: str, engine: str, urls: list[str]) -> None:
    settings = msgspec.structs.replace(
        settings_for(urls), api_services=(name,), search_url="http://127.0.0.1:9", clickhouse_url="http://127.0.0.1:9"
    )
    with TestClient(create_app(settings)) as client:
        ready = client.get("/ready")
        assert (ready.status_code, ready.json()["why"]) == (503, f"{engine} is unavailable.")
        assert client.get("/health").status_code == 200
    together = msgspec.structs.replace(settings, api_services=(name, "sessions"))
    with TestClient(create_app(together)) as client:
        assert client.get("/ready").status_code == 200  # sessions can be answered


def test_operators_know_freshness_and_runs_as_etl() -> None:
    assert [service.name for service in choose(SERVICES, ["etl", "bills"])] == ["bills", "status"]
    assert process_name(SERVICES, ["etl"]) == "status"
    assert process_name(SERVICES, []) == "api"


def test_a_process_that_stops_answers_and_closes_connections(urls: list[str]) -> None:
    with TestClient(shell := create_app(settings_for(urls))) as client:
        kept = client.get("/api/v1/bills/45-1/C-6")
        assert "connection" not in kept.headers
        platform = shell.router.dependencies["platform"].dependency()  # type: ignore[attr-defined]
        platform.begin_to_stop()
        platform.begin_to_stop()
        ready = client.get("/ready")
        assert (ready.status_code, ready.json()["why"]) == (503, "This process is stopping.")
        last = client.get("/api/v1/bills/45-1/C-6")
        assert (last.status_code, last.json(), last.headers["connection"]) == (200, kept.json(), "close")


def test_a_name_that_no_service_has_is_refused_with_the_nearest(urls: list[str]) -> None:
    settings = msgspec.structs.replace(settings_for(urls), api_services=("bils",))
    with pytest.raises(SettingInvalid, match=r"no service `bils`\. Did you mean `bills`"):
        create_app(settings)
    assert [service.name for service in choose(SERVICES, ("votes", "bills"))] == ["bills", "votes"]
    assert choose(SERVICES, ()) == SERVICES


def test_names_operations_and_tags_of_services_are_their_own() -> None:
    names = [service.name for service in SERVICES]
    assert len(set(names)) == len(names)
    seen: set[str] = set()
    for service in SERVICES:
        assert service.operations
        assert seen.isdisjoint(service.operations)
        seen |= service.operations
        for described in (service.lists, service.parameters, service.rules, service.bodies, service.media_types):
            assert set(described) <= service.operations, service.name
