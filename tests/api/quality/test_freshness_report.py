"""`/api/v1/status/freshness`: how new everything is, while it changes."""

import time
from collections.abc import Callable

import pytest

from tests.api import sample
from tests.api.conftest import Client, Parliament
from warehouse.model.documents import Fetched
from warehouse.postgres.catalog.documents import DocumentRegister
from warehouse.runtime.clock import now
from warehouse.runtime.settings import Settings
from warehouse.workers.read_models.bill_statistics import BillStatisticsReadModel
from warehouse.workers.stream.apply import apply_once

pytestmark = pytest.mark.postgres


def test_sources_and_read_models_say_how_new_they_are(
    parliament: Parliament, settings: Settings, open_client: Callable[[Settings], Client]
) -> None:
    parliament.store(sample.bill("45-1", "C-2", 1), sample.vote("45-1", 1))
    moment = now()
    DocumentRegister(parliament.catalog).record(
        [
            Fetched(
                url="https://example.invalid/votes",
                source="ourcommons_votes",
                session="45-1",
                outcome="broken",
                reason="HTTP 500",
                checked_at=moment,
            )
        ]
    )
    while apply_once(BillStatisticsReadModel(parliament.catalog), parliament.catalog, parliament.shards):
        pass
    parliament.store(sample.vote("45-1", 2))  # which the lists take, and the counting does not
    client = open_client(settings)
    until = time.monotonic() + 60
    while not (models := client.get("/api/v1/status/freshness?lang=fr").json()["data"]["read_models"]):
        assert time.monotonic() < until, "the lags were never read"
        time.sleep(0.2)
    found = client.get("/api/v1/status/freshness").json()["data"]
    (source,) = [each for each in found["sources"] if each["source"] == "ourcommons_votes"]
    assert (source["documents"], source["broken"], source["loaded_at"]) == (1, 1, None)
    assert source["checked_s"] >= 0
    assert found["lists_made_at"] is not None
    by_name = {each["name"]: each for each in models}
    assert by_name["bill_statistics"]["title"] == {"fr": "Votes comptés par projet de loi"}
    assert (by_name["lists"]["waiting"], by_name["bill_statistics"]["waiting"]) == (0, 1)
    assert client.get("/api/v1/status/freshness?since=x").status_code == 400
    assert client.get("/api/v1/status?lang=fr").headers["location"] == "/api/v1/status/freshness?lang=fr"
