"""The quality report over a small Parliament with doubts in it."""

import re
from collections.abc import Callable

import pytest

from tests.api import sample
from tests.api.conftest import Client, Parliament
from warehouse.model.entities import Finding, Quarantined
from warehouse.postgres.catalog import loads, quality
from warehouse.runtime.settings import Settings

pytestmark = pytest.mark.postgres
MESSAGE = "The ballots give 1–2 <script>, announced were 3–4."


@pytest.fixture
def client(parliament: Parliament, settings: Settings, open_client: Callable[[Settings], Client]) -> Client:
    """An API with two doubts, one parked record, a run, and one page of Data Docs."""
    parliament.store(sample.bill("45-1", "C-2", 1), sample.vote("45-1", 1), sample.session(45, 1))
    doubts = [
        Finding(rule="ballots_differ_from_totals", entity="vote", key="45-1/commons/1", message=MESSAGE),
        Finding(rule="missing_division", entity="vote", key="45-1/commons/9", message="Not in the list."),
    ]
    loads.replace_findings(parliament.catalog, "ourcommons_votes/45-1", doubts)
    parked = Quarantined(
        source="ourcommons_votes",
        url="https://example.invalid/votes",
        document_sha256="0" * 64,
        record_key="7",
        reason="yeas: not a number",
        record="<Vote/>",
    )
    loads.replace_quarantine(parliament.catalog, "ourcommons_votes/45-1", "45-1", [parked])
    quality.record_run(parliament.catalog)
    quality.keep_data_docs(parliament.catalog, [("votes", "45-1", False, b"<!doctype html><p>Great")])
    return open_client(settings)


def test_the_report_counts_what_is_open_and_leads_to_it(client: Client) -> None:
    found = client.get("/api/v1/quality").json()["data"]
    assert (found["open_findings"], found["quarantined"], found["parked"]) == (2, 1, 1)
    (rule,) = [each for each in found["rules"] if each["rule"] == "ballots_differ_from_totals"]
    assert rule["title"]["fr"] == "Le vote de chaque député ne donne pas les totaux annoncés"
    (example,) = rule["examples"]
    assert client.get(example["url"]).json()["data"]["key"] == "45-1/commons/1"
    assert example["document_url"] == client.get(example["url"]).json()["data"]["provenance"]["url"]
    assert found["quarantined_records"][0]["reason"] == "yeas: not a number"
    assert found["parked_records"] == found["quarantined_records"]
    assert {day["quarantined"] for day in found["trend"]} == {day["parked"] for day in found["trend"]} == {1}
    assert found["sessions"][0]["session"] == "45-1"
    assert (found["sessions"][0]["bills"], found["sessions"][0]["votes"]) == (1, 1)
    assert found["trend"][-1]["findings"] == {"ballots_differ_from_totals": 1, "missing_division": 1}


def test_a_doubt_about_something_that_is_not_stored_has_no_address(client: Client) -> None:
    (found,) = client.get("/api/v1/quality/findings?rule=missing_division").json()["data"]
    assert (found["url"], found["document_url"]) == (None, None)


def test_all_findings_can_be_walked(client: Client) -> None:
    first = client.get("/api/v1/quality/findings?limit=1&session=45-1").json()
    second = client.get(first["next"]).json()
    assert [first["data"][0]["rule"], second["data"][0]["rule"]] == ["ballots_differ_from_totals", "missing_division"]
    assert second["next"] is None
    assert client.get("/api/v1/quality/findings?session=44-1").json()["data"] == []


def test_a_resolved_finding_leaves_the_report_but_not_the_trend(client: Client, parliament: Parliament) -> None:
    loads.replace_findings(parliament.catalog, "ourcommons_votes/45-1", [])
    found = client.get("/api/v1/quality").json()["data"]
    assert found["open_findings"] == 0
    assert sum(found["trend"][-1]["findings"].values()) == 2


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ("Completeness by session", "Not published")), ("fr", ("Complétude par session", "Non publié"))],
)
def test_the_page_is_in_one_language_and_loads_nothing_from_elsewhere(
    client: Client, lang: str, words: tuple[str, ...]
) -> None:
    answer = client.get(f"/quality?lang={lang}")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f"<html lang={lang}>" in answer.text
    assert all(word in answer.text for word in words)
    assert "<script" not in answer.text
    assert not re.search(r"src=|url\(|<link", answer.text)
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", ("the votes of 45-1", "nothing of it has been loaded", "openpolicy ingest --sessions 45-1")),
        ("fr", ("les votes de la session 45-1</strong>\u00a0: rien n’en a été chargé", "puis lancez")),
    ],
)
def test_what_is_missing_comes_first(client: Client, parliament: Parliament, lang: str, said: tuple[str, ...]) -> None:
    refused = Quarantined(
        source="ourcommons_votes",
        url="https://example.invalid/members/en/votes/xml",
        document_sha256="1" * 64,
        record_key="",
        reason="The document breaks off <here>.",
    )
    loads.replace_quarantine(parliament.catalog, "ourcommons_votes/45-1", "45-1", [refused])
    page = client.get(f"/quality?lang={lang}").text
    first = page[: page.index("<ul class=facts>")]
    assert all(text in first for text in said)
    assert "&lt;here&gt;" in first
    (held,) = client.get(f"/api/v1/quality?lang={lang}").json()["data"]["held_back"]
    assert held["missing"][lang] in said[0]
    assert (held["session"], held["last_good_at"]) == ("45-1", None)


def test_data_docs_are_served_and_their_absence_is_said(client: Client) -> None:
    assert client.get("/quality/data-docs/votes/45-1").text.endswith("Great")
    missing = client.get("/quality/data-docs/votes/44-1")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "path",
    ["/api/v1/quality?rule=x", "/api/v1/quality/findings?entity=senator", "/api/v1/quality/findings?session=x",
     "/api/v1/quality/findings?offset=10001", "/quality?lang=de"],
)  # fmt: skip
def test_what_is_not_understood_is_refused(client: Client, path: str) -> None:
    assert client.get(path).status_code == 400


def test_an_unchanged_report_is_not_sent_again(client: Client) -> None:
    etag = client.get("/api/v1/quality").headers["etag"]
    assert client.get("/api/v1/quality", headers={"if-none-match": etag}).status_code == 304
