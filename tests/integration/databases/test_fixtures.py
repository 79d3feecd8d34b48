"""The databases that tests get are migrated and their own."""

import pytest

from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import Shards

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize("turn", [1, 2])
def test_a_test_gets_databases_of_its_own(catalog: Database, shards: Shards, turn: int) -> None:
    with catalog.connection() as connection:
        assert connection.execute("select count(*) from shard_map").fetchone() == (1024,)
        assert connection.execute("select count(*) from dataset").fetchone() == (0,)
        connection.execute("insert into dataset (kind) values ('live')")
    for database in shards.databases:
        with database.connection() as connection:
            assert connection.execute("select count(*) from change_log").fetchone() == (0,)
