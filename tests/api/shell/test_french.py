"""With `lang=fr` nothing is in English but what Parliament itself gave in English only."""

import re
import time
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import msgspec
import pytest
from litestar.testing import TestClient
from lxml import etree

from assets.ingest import ingest
from assets.progress import Silent
from assets.upstream.server import running
from assets.upstream.simulator import Fault, SimulatedUpstream
from serving.app import create_app
from tests.api.conftest import Client
from tests.support.french import is_english_sentence
from tests.support.servers.clickhouse import Endpoint
from tests.support.servers.postgres import SHARDS, empty
from tests.support.upstream.ingestion import Installation
from warehouse.clickhouse.client import ClickHouse
from warehouse.clickhouse.migrate import migrate
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import ShardMap, Shards, initial_map

pytestmark = [pytest.mark.postgres, pytest.mark.clickhouse, pytest.mark.slow]

IN_DELIVERY: Final = {
    Fault.TRUNCATED_XML, Fault.HTML_PAGE, Fault.EMPTY_BUT_200, Fault.SERVER_ERRORS, Fault.RENAMED_FIELD
}  # fmt: skip
"""What keeps whole documents from being read: switched on once there is something to keep."""
OFFICIAL: Final = {
    "source": "where a method was published, by the title of the article",
    "en": "the English half of a text that is shown in both languages",
    "title_en": "where a search matched the English title",
    "record": "a record as Parliament published it",
    "subject": "the subject of a vote of which Parliament has not published the French yet",
}
"""Fields that may be in English, each with its reason."""


@pytest.fixture(scope="module")
def site(
    worker_urls: list[str], shared_endpoint: Endpoint, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    """The API over a simulated Parliament with faults: findings, quarantined records, refused documents."""
    empty(worker_urls)
    catalog = Database(worker_urls[0])
    shards = Shards([Database(url) for url in worker_urls[1:]], ShardMap(initial_map(SHARDS), SHARDS))
    folder = tmp_path_factory.mktemp("french")
    installation = Installation(worker_urls, catalog, shards, folder / "archive")
    facts = urlunsplit(urlsplit(shared_endpoint.url)._replace(path="/french"))
    migrate(facts)
    upstream = SimulatedUpstream(
        seed=7, sessions=("90-1", "91-1"), members=40, bills=16, votes=30, faults=frozenset(set(Fault) - IN_DELIVERY)
    )
    with running(upstream) as url:
        settings = msgspec.structs.replace(
            installation.settings(url),
            cursor_secret="x",
            clickhouse_url=facts,
            search_url=f"tantivy:{folder / 'search'}",
            log_level="ERROR",
        )
        ingest(settings, sessions=None, progress=Silent())
        upstream.faults |= {Fault.TRUNCATED_XML, Fault.SERVER_ERRORS, Fault.RENAMED_FIELD}
        ingest(settings, sessions=None, progress=Silent())
    with TestClient(create_app(settings)) as client:
        client.follow_redirects = False
        until = time.monotonic() + 60
        while client.get("/api/v1/statistics/parties?session=90-1").status_code != 200:
            assert time.monotonic() < until, client.get("/api/v1/statistics/parties?session=90-1").text
            time.sleep(0.2)
        yield client
    clickhouse = ClickHouse(facts)
    clickhouse.command("drop database french sync")
    clickhouse.close()
    shards.close()
    catalog.close()


def texts(value: Any, field: str = "") -> Iterator[tuple[str, str]]:
    """Every text of an answer with the name of its field."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from texts(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, field)
    elif isinstance(value, str):
        yield field, value


def without_examples(value: Any) -> Any:
    """The OpenAPI document without what it shows as an answer."""
    if isinstance(value, dict):
        return {name: without_examples(inner) for name, inner in value.items() if name not in {"example", "examples"}}
    return [without_examples(inner) for inner in value] if isinstance(value, list) else value


def english_of(client: Client, address: str) -> list[str]:
    """The English sentences of an answer, each with its field."""
    answer = client.get(address)
    assert answer.status_code < 500, (address, answer.text)
    media_type = answer.headers.get("content-type", "")
    if "openapi.json" in address:
        found = texts(without_examples(answer.json()))  # an example is an answer in both languages
    elif "json" in media_type:
        found = texts(answer.json())
    elif "xml" in media_type or "html" in media_type:
        root = etree.fromstring(answer.content, etree.HTMLParser() if "html" in media_type else None)
        pieces = root.xpath("//text()[not(ancestor-or-self::*[@lang='en'] or parent::style or parent::script)]")
        found = (("", str(piece)) for piece in pieces)
    else:
        found = (("", line) for line in answer.text.splitlines())
    return [
        f"{address} {field}: {text}" for field, text in found if field not in OFFICIAL and is_english_sentence(text)
    ]


def addresses(client: Client) -> Iterator[str]:
    """Every GET address of the OpenAPI document, with entities that exist and that do not, and with bad parameters."""
    document = client.get("/api/v1/openapi.json").json()

    def first(path: str) -> Any:
        return client.get(f"/api/v1/{path}").json()["data"]

    bills, votes = first("bills?limit=40"), first("votes?limit=40")
    people = first("members?limit=5")
    there = {"session": "91-1", "chamber": "commons", "person_id": str(people[0]["person_id"]),
             "person": str(people[0]["person_id"]), "release": "latest", "caucus": first("caucuses")[0]["key"],
             **dict(zip(("order", "code"), first("ridings?limit=1")[0]["key"].split("/"), strict=True)),
             "day": first("sittings?chamber=commons&limit=1")[0]["sitting_on"]}  # fmt: skip
    gone = {"session": "12-1", "chamber": "commons", "person_id": "999999999", "person": "999999999", "number": "77",
            "order": "2013", "code": "p-0123456789", "caucus": "nobodys", "day": "1999-12-25",
            "digest": "0" * 64, "override_id": "5f0c6c1e-6f0a-5b0e-9d7e-2b8f3f1f8a11",
            "release": "2020-01-01"}  # fmt: skip
    for path, item in document["paths"].items():
        if "get" not in item or path.endswith("/stream") or "/metrics" in path:
            continue
        separator = "?"
        if "{number}" in path:
            rows = votes if "/votes/" in path else bills
            own = [row for row in rows if row["session"] == "91-1"] or rows
            for row in own[:12]:
                yield path.format(**there | {"number": row["number"]}, digest="0" * 64) + "?lang=fr"
        else:
            yield path.format(**there, digest="0" * 64, override_id=gone["override_id"]) + "?lang=fr"
        if "{" in path:
            yield path.format(**gone) + "?lang=fr"
            yield path.format(**dict.fromkeys(gone, "nonsense")) + "?lang=fr"
        yield path.format(**gone) + f"{separator}lang=fr&nonsense=1"
        for parameter in item["get"].get("parameters", ()):
            if parameter["in"] == "query" and parameter["name"] != "lang":
                for value in ("zzz", "91-1", "3"):
                    yield path.format(**{**gone, **there}) + f"?lang=fr&{parameter['name']}={value}"


EXTRA: Final = (
    "/api/v1/openapi.json?lang=fr", "/quality?lang=fr", "/coverage?lang=fr", "/api/v1/nothing?lang=fr",
    "/api/v1/quality/findings?lang=fr&limit=500", "/api/v1/statistics/parties?session=90-1&lang=fr",
    "/api/v1/search?q=loi&lang=fr", "/api/v1/search?q=%22open&lang=fr", "/api/v1/search?q=party:nobody&lang=fr",
    "/api/v1/suggest?q=s&lang=fr", "/api/v1/bills?sponsor=nobody&lang=fr", "/api/v1/bills?type=unknown&lang=fr",
    "/api/v1/statistics/members?session=90-1&lang=fr", "/api/v1/statistics/agreement?session=90-1&lang=fr",
    "/api/v1/statistics/splits?session=all&lang=fr", "/api/v1/statistics/free-votes?session=90-1&lang=fr",
    "/api/v1/statistics/seats?lang=fr", "/api/v1/statistics/bills?session=90-1&lang=fr",
    "/api/v1/statistics/bills/by-sponsor?session=90-1&lang=fr", "/api/v1/corrections.atom?lang=fr",
)  # fmt: skip


def test_no_answer_has_an_english_sentence_in_french(site: Client) -> None:
    assert site.get("/api/v1/quality").json()["data"]["quarantined"] > 0
    asked = [*dict.fromkeys([*EXTRA, *addresses(site)])]
    assert len(asked) > 300
    found = [line for address in asked for line in english_of(site, address)]
    assert "\n".join(dict.fromkeys(found)) == ""


def test_findings_and_reasons_are_in_both_languages(site: Client) -> None:
    both = site.get("/api/v1/quality?lang=both").json()["data"]
    french = site.get("/api/v1/quality?lang=fr").json()["data"]
    assert both["held_back"]
    assert both["quarantined_records"]
    for held in both["held_back"]:
        assert held["reason"] == held["reason_text"]["en"]
        assert held["reason_text"]["fr"]
    for held in french["held_back"]:
        assert (held["reason_lang"], held["reason"]) == ("fr", held["reason_text"]["fr"])
        assert "en" not in held["reason_text"]
    for record in french["quarantined_records"]:
        assert record["reason_lang"] == "fr", record
    examples = [each for rule in french["rules"] for each in rule["examples"]]
    assert len({each["rule"] for each in examples}) > 5
    assert [each for each in examples if each["message_lang"] != "fr"] == []


def test_a_message_of_an_earlier_version_is_marked_as_english(site: Client, worker_urls: list[str]) -> None:
    old = "Written by an earlier version of the program, with the words that it had."
    catalog = Database(worker_urls[0])
    with catalog.connection() as connection:
        row = connection.execute(
            "select finding_id, message from findings where resolved_at is null limit 1"
        ).fetchone()
        assert row is not None
        connection.execute("update findings set message = %s where finding_id = %s", (old, row[0]))
    try:
        examples = site.get("/api/v1/quality/findings?lang=fr&limit=500").json()["data"]
        (finding,) = (each for each in examples if each["message"] == old)
        assert finding["message_lang"] == "en"
        assert finding["text"] == {"fr": None}
    finally:
        with catalog.connection() as connection:
            connection.execute("update findings set message = %s where finding_id = %s", (row[1], row[0]))
        catalog.close()


def test_honorifics_are_those_of_the_language(site: Client) -> None:
    def honorifics(lang: str) -> set[str]:
        people = site.get(f"/api/v1/members?limit=500&lang={lang}").json()["data"]
        sponsors = [each["sponsor"]["name"] for each in site.get(f"/api/v1/bills?limit=500&lang={lang}").json()["data"]
                    if each["sponsor"]]  # fmt: skip
        found = [re.match(r"^(\S*hon\.)", name, re.IGNORECASE) for name in sponsors]
        return {each["honorific"] for each in people if each["honorific"]} | {each[1] for each in found if each}

    assert honorifics("en") == {"Hon."}
    assert honorifics("fr") == {"L’hon."}
