"""A correction Parliament really made: division 871 of 42-1.

In the list as recorded in 2018 it is agreed to by 172 to 134; in the list of 2026 it is a tie without totals.
"""

import datetime as dt
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from litestar.testing import TestClient

from serving.app import create_app
from tests.support.upstream.house import NUMBERS, House
from tests.support.upstream.ingestion import Installation
from warehouse.runtime.settings import Settings
from warehouse.workers.upkeep.verify import verify

pytestmark = [pytest.mark.recorded, pytest.mark.postgres, pytest.mark.slow]
KEY = "42-1/commons/871"
VOTE = f"/api/v1/votes/{KEY}"


def test_the_correction_of_871_is_one_revision_and_the_old_answer_stays(
    installation: Installation, recorded_data: Path
) -> None:
    house = House(recorded_data)
    installation.ingest(house)
    before = installation.revisions()
    assert {f"42-1/commons/{number}" for number in NUMBERS} <= before.keys()
    time.sleep(0.01)
    between = dt.datetime.now(dt.UTC).isoformat().replace("+00:00", "Z")
    time.sleep(0.01)
    house.correct()
    installation.ingest(house)
    after = installation.revisions()
    assert {key: revision for key, revision in after.items() if revision != before.get(key)} == {KEY: 2}
    settings = Settings(
        catalog_url=installation.urls[0], shard_urls=tuple(installation.urls[1:]), cursor_secret="x", log_level="ERROR"
    )
    with TestClient(create_app(settings)) as client:

        def get(address: str) -> Any:
            answer = client.get(address)
            assert answer.status_code == 200, answer.text
            return answer.json()

        now = get(VOTE)["data"]
        assert (now["result"]["code"], now["totals"]) == ("tie", {"yeas": None, "nays": None, "paired": None})
        for address in (f"{VOTE}@v1", f"{VOTE}?known_at={between}", f"{VOTE}?revision=1"):
            old = get(address)["data"]
            assert (old["result"]["code"], old["totals"]) == ("agreed", {"yeas": 172, "nays": 134, "paired": 0})
        assert get(f"{VOTE}?known_at={between}")["meta"]["known_at"] == between
        assert [each["op"] for each in get(f"{VOTE}/history")["data"]] == ["corrected", "created"]
        until = time.monotonic() + 60  # a transaction of another test on the same server may hold the feed back
        while not get("/api/v1/corrections")["data"] and time.monotonic() < until:
            time.sleep(0.2)
        (correction,) = get("/api/v1/corrections")["data"]
        assert (correction["type"], correction["key"], correction["version"]) == ("vote", KEY, 2)
        found = {each["path"]: (each["old"], each["new"]) for each in correction["corrections"]}
        assert found["/result"] == ("agreed", "tie")
        assert found["/yeas"] == (172, None)
        assert found["/nays"] == (134, None)
        assert get("/api/v1/changes?op=corrected")["data"][0]["id"] == correction["id"]
        entries = ElementTree.fromstring(client.get("/api/v1/corrections.atom").content)
        assert len(entries.findall("{http://www.w3.org/2005/Atom}entry")) == 1
    assert verify(installation.catalog, installation.shards).clean
