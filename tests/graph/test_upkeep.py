"""The job that archives the change logs, as Dagster runs it."""

import datetime as dt
from pathlib import Path

import pytest

from pipelines import upkeep
from tests.support.data.months import archived, spread, states_in_logs
from tests.support.data.samples import bill
from warehouse.postgres.aggregates.store import BILLS, store_sharded
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import Shards
from warehouse.workers.stream.apply import catch_up_lists

pytestmark = pytest.mark.postgres


def test_the_job_archives_what_is_older_than_a_year(
    catalog: Database, shards: Shards, database_urls: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_sharded(shards, BILLS, [bill(number) for number in range(1, 41)])
    spread(catalog, shards)
    catch_up_lists(catalog, shards)
    monkeypatch.setenv("OPENPOLICY_CATALOG_URL", database_urls[0])
    monkeypatch.setenv("OPENPOLICY_SHARD_URLS", ",".join(database_urls[1:]))
    monkeypatch.setenv("OPENPOLICY_OBJECTS_URL", tmp_path.as_uri())
    monkeypatch.setattr(upkeep, "now", lambda: dt.datetime(2026, 2, 3, tzinfo=dt.UTC))
    done = upkeep.archive_change_log.execute_in_process()
    assert done.success
    (output,) = done.get_step_success_events()
    assert output.step_key == "archive_months"
    assert set(states_in_logs(catalog, shards).values()) == {0}
    assert archived(catalog, shards, tmp_path).archived == []
