"""Lists: filters, orders, formats, and walks through pages."""

import csv
import io
import json

import pytest

from tests.api import sample
from tests.api.conftest import Client, Parliament, bills

pytestmark = pytest.mark.postgres


def keys(api: Client, address: str) -> list[str]:
    """The keys of all entries of a page."""
    answer = api.get(address)
    assert answer.status_code == 200, answer.text
    return [each.get("key") or each["vote"] for each in answer.json()["data"]]


def walk(api: Client, address: str, direction: str = "next") -> list[dict[str, object]]:
    """Every entry of every page, following the links."""
    found: list[dict[str, object]] = []
    following: str | None = address
    while following:
        answer = api.get(following)
        assert answer.status_code == 200, answer.text
        found += answer.json()["data"]
        following = answer.json()["links"][direction]
    return found


def test_a_list_has_the_published_frame(api: Client) -> None:
    answer = api.get("/api/v1/bills?limit=3").json()
    assert [each["key"] for each in answer["data"]] == ["45-1/C-2", "45-1/C-3", "45-1/C-4"]
    assert answer["page"]["count"] == 40
    assert answer["page"]["count_kind"] == "exact"
    assert answer["page"]["prev"] is None
    assert answer["meta"]["watermark"]
    assert answer["links"]["first"] == "/api/v1/bills?limit=3"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 40),
        ("session=45-1", 20),
        ("session=45-1,44-1", 40),
        ("session=45-1&session=44-1", 40),
        ("session__ne=45-1", 20),
        ("parliament=44", 20),
        ("parliament__gte=45", 20),
        ("chamber=senate", 10),
        ("chamber=S%C3%A9nat", 10),
        ("status=royal-assent-received", 8),
        ("type=private-member,senate-public", 27),
        ("number=c-3", 2),
        ("sponsor=89156", 20),
        ("sponsor__contains=zoe%20unal", 20),
        ("sponsor__isnull=true", 20),
        ("introduced_on=2025-05-28", 1),
        ("introduced_on__range=2025-05-28,2025-05-30", 3),
        ("date_from=2025-05-30&date_to=2025-06-01", 3),
        ("latest_activity_on__isnull=true", 5),
        ("title__contains=cafe%27s", 40),
        ("title__startswith=loi%20concernant%20l%27%C3%A9chantillon", 40),
        ("title__contains=no.%2012", 1),
        ("provisional=true", 0),
        ("updated_since=2020-01-01T00:00:00Z", 40),
        ("updated_since=2100-01-01", 0),
        ("legisinfo_id=13000001", 1),
    ],
)
def test_bills_are_filtered(api: Client, query: str, count: int) -> None:
    answer = api.get(f"/api/v1/bills?limit=500&{query}")
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["data"]) == answer.json()["page"]["count"] == count


@pytest.mark.parametrize(
    "sort", ["number", "-session,number", "latest_activity_on", "-latest_activity_on", "status,-introduced_on", "type"]
)
@pytest.mark.parametrize("limit", [1, 7, 39, 40])
def test_a_walk_meets_every_entry_once_and_the_same_way_back(api: Client, sort: str, limit: int) -> None:
    whole = keys(api, f"/api/v1/bills?limit=500&sort={sort}")
    walked = walk(api, f"/api/v1/bills?limit={limit}&sort={sort}")
    assert [each["key"] for each in walked] == whole
    assert sorted(whole) == sorted(bill.key for bill in bills())
    if limit == 7:
        back: list[str] = []
        address = api.get(f"/api/v1/bills?limit=7&sort={sort}&offset=35").json()["links"]["prev"]
        while address:
            page = api.get(address).json()
            back = [each["key"] for each in page["data"]] + back
            address = page["links"]["prev"]
        assert back == whole[:35]
