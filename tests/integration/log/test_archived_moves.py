"""Buckets whose old months were archived move to another shard: what an entity was stays readable, also afterwards."""

import datetime as dt
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from serving.app import create_app
from tests.support.data.months import archived, spread, states_in_logs
from tests.support.data.samples import bill, vote
from tests.support.processes.resharding import FeedReader, Growing
from warehouse.model.keys import bucket_of
from warehouse.objects.log_archive import LogArchive
from warehouse.postgres.aggregates.store import BILLS, VOTES, store_sharded
from warehouse.postgres.shards import moves
from warehouse.workers.stream.apply import catch_up_lists
from warehouse.workers.upkeep.reshard import Mover
from warehouse.workers.upkeep.verify import verify

pytestmark = pytest.mark.postgres
BILL, VOTE = "bills/1-1/C-1", "votes/1-1/commons/1"
KEYS = ("1-1/C-1", "1-1/commons/1", "1-1/C-2", "1-1/commons/2")
MONTHS = (1, 2, 3)
ALL_MONTHS_BEFORE = dt.date(2025, 6, 1)


def write(growing: Growing, turn: int) -> None:
    """Change what moves, and what stays where it is."""
    store_sharded(growing.shards, BILLS, [bill(number, title=f"Title {turn}") for number in range(1, 9)])
    store_sharded(growing.shards, VOTES, [vote(number, nays=frozenset({turn})) for number in range(1, 9)])


def move(growing: Growing, target: int) -> None:
    """Move every bucket of the keys."""
    buckets = sorted({bucket_of(key) for key in KEYS})
    moves.plan(growing.catalog, buckets, target)
    assert Mover(growing.catalog, growing.shards, grace_s=0).run(buckets).deleted == len(buckets)
    growing.shards.refresh()
    assert {growing.shards.map.shard_of(key) for key in KEYS} == {target}


def read(growing: Growing, folder: Path) -> dict[str, Any]:
    """All that the API says of what a bill and a vote were, and the feed from its beginning."""
    found: dict[str, Any] = {}
    settings = msgspec.structs.replace(growing.settings, objects_url=folder.as_uri())
    with TestClient(create_app(settings)) as client:
        for path in (BILL, VOTE):
            revisions = client.get(f"/api/v1/{path}").json()["data"]["revision"]
            asked = [f"{path}@v{revision}" for revision in range(1, revisions + 1)]
            asked += [f"{path}?known_at=2025-{month:02}-20T00:00:00Z" for month in MONTHS]
            asked += [f"{path}/history?sort=revision"]
            if path == VOTE:
                asked += [f"{path}@v{revision}/ballots?limit=50" for revision in range(1, revisions + 1)]
            for address in asked:
                answer = client.get(f"/api/v1/{address}")
                assert answer.status_code == 200, f"{address}: {answer.text}"
                found[address] = answer.json()["data"]
        feed = FeedReader(client)
        feed.start()
        feed.end(
            {
                f"{entity} {key}": revisions
                for number in range(1, 9)
                for entity, key in (("bill", f"1-1/C-{number}"), ("vote", f"1-1/commons/{number}"))
            }
        )
        assert feed.disordered == []
        found["feed"] = feed.revisions
    return found


def require_clean(growing: Growing, folder: Path) -> None:
    """State, log, lists and archived objects agree, and nothing is on its way."""
    catch_up_lists(growing.catalog, growing.shards)
    report = verify(growing.catalog, growing.shards, LogArchive(folder.as_uri()))
    assert report.clean, "\n".join(report.lines)
    assert moves.open_moves(growing.catalog) == []


def test_what_was_archived_stays_whole_where_it_moves(growing: Growing, tmp_path: Path) -> None:
    growing.add()
    with growing.catalog.connection() as connection:
        connection.execute("delete from bucket_moves")  # only the chosen buckets move
    for turn in MONTHS:
        write(growing, turn)
    spread(growing.catalog, growing.shards)
    catch_up_lists(growing.catalog, growing.shards)
    whole = read(growing, tmp_path)
    assert whole[f"{BILL}@v2"]["title"]["en"] == "Title 2"
    assert archived(growing.catalog, growing.shards, tmp_path).archived
    assert set(states_in_logs(growing.catalog, growing.shards).values()) == {0}
    assert read(growing, tmp_path) == whole

    home = growing.shards.map.shard_of(KEYS[0])
    move(growing, 4)
    assert states_in_logs(growing.catalog, growing.shards)["shard_4"] == 0, "what was archived is not copied"
    assert read(growing, tmp_path) == whole
    require_clean(growing, tmp_path)

    write(growing, 4)
    catch_up_lists(growing.catalog, growing.shards)
    later = read(growing, tmp_path)
    assert {address: later[address] for address in whole if "@v" in address} == {
        address: answer for address, answer in whole.items() if "@v" in address
    }
    again = archived(growing.catalog, growing.shards, tmp_path, before=ALL_MONTHS_BEFORE)
    assert {(made.log, made.month) for made in again.archived} >= {("shard_4", "2025-03"), (f"shard_{home}", "2025-03")}
    assert read(growing, tmp_path) == later
    require_clean(growing, tmp_path)

    move(growing, home)
    assert read(growing, tmp_path) == later
    assert archived(growing.catalog, growing.shards, tmp_path, before=ALL_MONTHS_BEFORE).archived == []
    require_clean(growing, tmp_path)
