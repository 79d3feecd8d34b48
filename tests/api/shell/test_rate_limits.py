"""Limits in front of the whole API: on every answer, before the cache, and none unless asked for."""

from collections.abc import Callable

import msgspec
import pytest

from tests.api.conftest import Client, Parliament, everything
from warehouse.runtime.settings import Settings

pytestmark = pytest.mark.postgres
Open = Callable[[Settings], Client]
BILLS = "/api/v1/bills?limit=2"


@pytest.fixture
def small(settings: Settings, parliament: Parliament) -> Settings:
    """Settings of an API over the small Parliament."""
    parliament.claim("recorded")
    parliament.store(*everything())
    return settings


def test_every_answer_counts_and_says_so(small: Settings, open_client: Open) -> None:
    client = open_client(msgspec.structs.replace(small, rate_limit=("8/hour", "100/day")))
    requests = [
        ("GET", BILLS, 200),
        ("GET", BILLS, 200),
        ("GET", "/api/v1/bills/45-1/C-999", 404),
        ("GET", "/nothing", 404),
        ("DELETE", "/api/v1/bills", 405),
        ("GET", "/api/v1/bills?colour=red", 400),
        ("OPTIONS", "/api/v1/bills", 204),
    ]
    for used, (method, path, status) in enumerate(requests, start=1):
        answer = client.request(method, path)
        assert (answer.status_code, answer.headers["ratelimit-remaining"]) == (status, str(8 - used))
        assert answer.headers["ratelimit-policy"] == '"hour";q=8;w=3600, "day";q=100;w=86400'
    etag = client.get(BILLS).headers["etag"]
    refused = client.get(BILLS, headers={"if-none-match": etag})
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert 440 <= int(refused.headers["retry-after"]) <= 450
    assert "RateLimit-Remaining" in refused.headers["access-control-expose-headers"]
    assert refused.json()["doc"] == "/problems/rate_limited"
    assert client.get("/health").status_code == 200
    assert client.get("/ready").status_code == 200
    metrics = client.get("/metrics").text
    assert "openpolicy_limit_refused_total 1.0" in metrics
    assert (
        'openpolicy_http_requests_total{cache="refused",route="refused",service="platform",status="429"} 1.0' in metrics
    )


def test_a_304_is_free(small: Settings, open_client: Open) -> None:
    client = open_client(msgspec.structs.replace(small, rate_limit=("3/hour",)))
    etag = client.get(BILLS).headers["etag"]
    for _ in range(10):
        answer = client.get(BILLS, headers={"if-none-match": etag})
        assert (answer.status_code, answer.headers["ratelimit-remaining"]) == (304, "2")


def test_without_a_limit_there_is_no_layer(small: Settings, open_client: Open) -> None:
    client = open_client(small)
    assert not [name for name in client.get(BILLS).headers if name.startswith("ratelimit")]
    assert "openpolicy_limit" not in client.get("/metrics").text


def test_the_document_names_headers_and_refusal(small: Settings, open_client: Open) -> None:
    document = open_client(small).get("/api/v1/openapi.json").json()
    responses = document["paths"]["/api/v1/bills"]["get"]["responses"]
    for status in ("200", "304", "400", "404", "405", "429", "503"):
        names = {"RateLimit-Policy", "RateLimit", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"}
        assert names <= set(responses[status]["headers"])
    assert "Retry-After" in responses["429"]["headers"]
    assert "Too many requests" in responses["429"]["description"]
