"""Statistics of bills over the API: one bill, the list, and what is refused."""

from collections.abc import Callable

import pytest

from tests.api import sample
from tests.api.conftest import Client, Parliament
from warehouse.runtime.settings import Settings
from warehouse.workers.read_models.bill_statistics import BillStatisticsReadModel
from warehouse.workers.stream.apply import apply_once

pytestmark = pytest.mark.postgres


@pytest.fixture
def client(parliament: Parliament, settings: Settings, open_client: Callable[[Settings], Client]) -> Client:
    """Twenty bills and ten votes, counted."""
    parliament.store(
        *(sample.bill("45-1", f"C-{number}", number) for number in range(2, 22)),
        *(sample.vote("45-1", number) for number in range(1, 11)),
    )
    while apply_once(BillStatisticsReadModel(parliament.catalog), parliament.catalog, parliament.shards):
        pass
    return open_client(settings)


def test_a_bill_is_counted_from_its_votes(client: Client) -> None:
    votes = client.get("/api/v1/votes?limit=500").json()["data"]
    key = next(vote["bill"] for vote in votes if vote["bill"])
    own = [vote for vote in votes if vote["bill"] == key]
    found = client.get(f"/api/v1/bills/{key}/statistics?lang=fr").json()["data"]
    assert found["vote_count"] == len(own)
    assert found["yea_votes"] == sum(vote["totals"]["yeas"] for vote in own)
    assert found["nay_votes"] == sum(vote["totals"]["nays"] for vote in own)
    assert "fr" in found["method"]["pooled_yea_percentage"]
    assert client.get(found["links"]["votes"]).json()["page"]["count"] == len(own)


def test_the_list_is_sorted_filtered_and_walked(client: Client) -> None:
    first = client.get("/api/v1/bill-statistics?sort=-vote_count&limit=12&session=45-1").json()
    second = client.get(
        first["page"]["next"] if first["page"]["next"].startswith("/") else first["links"]["next"]
    ).json()
    both = [*first["data"], *second["data"]]
    assert [each["vote_count"] for each in both] == sorted((each["vote_count"] for each in both), reverse=True)
    assert len({each["bill"] for each in both}) == first["page"]["count"] == 20
    counted = client.get("/api/v1/bill-statistics?vote_count__gte=1").json()["data"]
    assert {each["bill"] for each in counted} == {each["bill"] for each in both if each["vote_count"]}
    assert client.get("/api/v1/bill-statistics.csv").text.startswith("bill,session,")


def test_spellings_move_and_what_is_not_there_says_so(client: Client) -> None:
    moved = client.get("/api/v1/bills/45-1/c2/statistics")
    assert (moved.status_code, moved.headers["location"]) == (308, "/api/v1/bills/45-1/C-2/statistics")
    assert client.get("/api/v1/bills/45-1/C-999/statistics").status_code == 404
    assert client.get("/api/v1/bill-statistics?approval=50").json()["code"] == "unknown_parameter"
