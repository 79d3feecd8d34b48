"""Single entities: their shape, their texts, their provenance, and the other addresses that lead to them."""

import pytest

from tests.api.conftest import Client
from warehouse.model.keys import entity_id

pytestmark = pytest.mark.postgres


def test_a_bill_has_the_published_shape(api: Client) -> None:
    answer = api.get("/api/v1/bills/45-1/C-6")
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    assert data["key"] == "45-1/C-6"
    assert data["title"] == {
        "en": "An Act respecting sample no. 5, the café’s licence",
        "fr": "Loi concernant l’échantillon no 5",
    }
    assert data["summary"] == {"en": None, "fr": None}
    assert data["status"] == {
        "code": "royal-assent-received",
        "en": "Royal assent received",
        "fr": "Sanction royale reçue",
    }
    assert data["sponsor"] == {
        "person_id": 89156,
        "name": "Hon. Zoé Ünal",
        "basis": None,
        "caucus": None,
        "caucus_name": {"en": None, "fr": None},
    }
    assert data["statute"] == {"year": 2025, "chapter": 5}
    assert data["latest_activity"]["on"] == "2025-07-01"
    assert data["readings"]["commons"]["first_on"] == "2025-06-01"
    assert data["publications"][0]["publication_id"] == 505
    assert data["revision"] == 1
    assert data["provenance"] == {
        "source": "bills",
        "url": "https://www.parl.ca/bills",
        "document_sha256": "ab" * 32,
        "fetched_at": "2026-05-29T14:30:00Z",
    }
    assert data["links"]["official"]["fr"] == "https://www.parl.ca/legisinfo/fr/bill/45-1/c-6"
    assert answer.json()["meta"]["dataset"] == "recorded"
    assert answer.json()["meta"]["lang"] == "both"


def test_a_summary_keeps_its_paragraphs(api: Client) -> None:
    summary = api.get("/api/v1/bills/45-1/C-5").json()["data"]["summary"]
    assert summary == {"en": "It is a sample.\n\nNothing more.", "fr": "C’est un échantillon."}


def test_a_vote_has_both_totals(api: Client) -> None:
    data = api.get("/api/v1/votes/45-1/commons/11").json()["data"]
    assert data["totals"] == {"yeas": 8, "nays": 4, "paired": 1}
    assert data["counted"] == {"yeas": 8, "nays": 4, "paired": 1}
    assert data["disputed"] is True
    assert data["result"] == {"code": "agreed", "en": "Agreed To", "fr": "Adoptée"}
    assert data["held_at"] == "2025-06-12T19:05:00Z"
    assert data["held_on"] == "2025-06-12"
    assert data["subject"] == {"en": "Second reading of sample no. 11", "fr": None}
    assert "bill" not in data["links"]
    assert data["bill"] is None
    assert data["links"]["official"]["en"] == "https://www.ourcommons.ca/members/en/votes/45/1/11"


def test_a_member_has_every_membership(api: Client) -> None:
    data = api.get("/api/v1/members/89010").json()["data"]
    assert data["name"] == "Member 010"
    assert data["caucus_name"] == {"en": "Liberal", "fr": "Libéral"}
    assert data["province_name"] == {"en": "British Columbia", "fr": "Colombie-Britannique"}
    assert data["riding_name"] == {"en": "Vancouver East", "fr": "Vancouver-Est"}
    assert [seat["to_on"] for seat in data["memberships"]] == ["2025-04-28", None]
    assert data["identifiers"] == [{"scheme": "ourcommons:PersonId", "value": "89010"}]


def test_a_session_links_to_its_bills(api: Client) -> None:
    data = api.get("/api/v1/sessions/45-1").json()["data"]
    assert data["is_current"] is True
    assert api.get(data["links"]["bills"]).json()["page"]["count"] == 20


def test_the_stages_of_a_bill_come_in_parliaments_order(api: Client) -> None:
    answer = api.get("/api/v1/bills/45-1/C-6/stages").json()
    assert [each["stage"]["code"] for each in answer["data"]] == ["first-reading", "second-reading"]
    assert answer["page"]["count"] == 2


@pytest.mark.parametrize(("lang", "kept"), [("en", {"en"}), ("fr", {"fr"}), ("both", {"en", "fr"})])
def test_lang_chooses_the_keys_of_every_text(api: Client, lang: str, kept: set[str]) -> None:
    data = api.get(f"/api/v1/bills/45-1/C-6?lang={lang}").json()["data"]
    assert set(data["title"]) == set(data["latest_activity"]["text"]) == set(data["links"]["official"]) == kept
    assert set(data["status"]) == kept | {"code"}
    assert set(data["publications"][0]["title"]) == kept


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("/bills/45-1/c-6", "/bills/45-1/C-6"),
        ("/bills/45-1/C6", "/bills/45-1/C-6"),
        ("/bills/45-1/c6/stages", "/bills/45-1/C-6/stages"),
        ("/bills/45-1/c6/votes.csv?limit=2", "/bills/45-1/C-6/votes.csv?limit=2"),
        ("/bills/13000005", "/bills/45-1/C-6"),
        (f"/bills/{entity_id('bill', '45-1/C-6')}", "/bills/45-1/C-6"),
        (f"/votes/{entity_id('vote', '45-1/commons/3')}?lang=fr", "/votes/45-1/commons/3?lang=fr"),
        (f"/members/{entity_id('member', '89010')}", "/members/89010"),
        (f"/sessions/{entity_id('session', '45-1')}", "/sessions/45-1"),
        ("/votes/45-1/3", "/votes/45-1/commons/3"),
        ("/votes/45-1/3/ballots.ndjson", "/votes/45-1/commons/3/ballots.ndjson"),
        ("/votes/45-1/House/03", "/votes/45-1/commons/3"),
        ("/votes/45-1/s%C3%A9nat/3", "/votes/45-1/senate/3"),
        ("/members/089010", "/members/89010"),
        ("/bills/45-1?lang=en", "/bills?session=45-1&lang=en"),
        ("/bills/C-6?lang=en", "/bills?number=C-6&lang=en"),
        ("/bills/c%206", "/bills?number=C-6"),
        ("/bills/45-1/C%E2%80%936", "/bills/45-1/C-6"),
        ("/bills/45-1/c%206@v1", "/bills/45-1/C-6@v1"),
        ("/bills/45-1/c-006/history", "/bills/45-1/C-6/history"),
        ("/bills/45%E2%80%931/c%C2%A06/statistics", "/bills/45-1/C-6/statistics"),
        ("/bills/45-1/s201", "/bills/45-1/S-201"),
        ("/bills/45-1/c%2044a", "/bills/45-1/C-44A"),
        ("/votes/45%E2%80%931/commons/3", "/votes/45-1/commons/3"),
        ("/sessions/45%E2%80%931", "/sessions/45-1"),
    ],
)
def test_other_addresses_lead_to_the_canonical_one(api: Client, address: str, canonical: str) -> None:
    answer = api.get(f"/api/v1{address}")
    assert answer.status_code == 308, answer.text
    assert answer.headers["location"] == f"/api/v1{canonical}"


@pytest.mark.parametrize(
    "address",
    [
        "/bills/45-1/C-999",
        "/bills/45-1/X-1",
        "/bills/45/C-1",
        "/bills/99999999",
        "/bills/00000000-0000-0000-0000-000000000000",
        "/bills/45-1/C-999/stages",
        "/bills/45-1/C-999/votes",
        "/votes/45-1/commons/9999",
        "/votes/45-1/commons/0",
        "/votes/45-1/lords/1",
        "/votes/45-1/commons/9999/ballots",
        "/members/1",
        "/members/someone",
        "/members/1/ballots",
        "/sessions/1-1",
        "/nothing",
        "/bills/45-1/C-3/nothing",
    ],
)
def test_what_is_not_there_is_a_404_problem(api: Client, address: str) -> None:
    answer = api.get(f"/api/v1{address}")
    assert answer.status_code == 404, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "not_found"
    assert problem["title"] == "Not found / Introuvable"
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert api.get(problem["doc"]).status_code == 200
