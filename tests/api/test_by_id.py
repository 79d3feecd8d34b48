"""Single entities: their shape, their texts, their provenance."""

import pytest

from tests.api.conftest import Client

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
    assert data["status"] == {
        "code": "royal-assent-received", "en": "Royal assent received", "fr": "Sanction royale reçue",
    }  # fmt: skip
    assert data["sponsor"] == {"person_id": 89156, "name": "Hon. Zoé Ünal"}
    assert data["statute"] == {"year": 2025, "chapter": 5}
    assert data["latest_activity"]["on"] == "2025-07-01"
    assert data["publications"][0]["publication_id"] == 505
    assert data["revision"] == 1
    assert data["provenance"]["document_sha256"] == "ab" * 32
    assert data["links"]["official"]["fr"] == "https://www.parl.ca/legisinfo/fr/bill/45-1/c-6"
    assert answer.json()["meta"]["dataset"] == "recorded"
    assert answer.json()["meta"]["lang"] == "both"
