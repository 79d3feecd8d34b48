"""An installation whose read model of bill statistics had its first name goes on where it was."""

from pathlib import Path

import psycopg
import pytest

from tests.support.data.samples import bill
from warehouse.postgres.aggregates.store import BILLS, store_sharded
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.log import read_model_positions
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.settings import Settings
from warehouse.runtime.sqlfiles import sql_root
from warehouse.workers.read_models.registry import open_read_model
from warehouse.workers.stream.apply import apply_once
from warehouse.workers.stream.lag import read_stream

pytestmark = pytest.mark.postgres
MIGRATION = Path(sql_root()) / "postgres/catalog/migrations/0026_pre_bill_statistics_renamed.sql"
OLD, NEW = "tallies", "bill_statistics"
TABLES = ("projection_positions", "parked", "sink_moves")


def to_the_old_name(catalog: Database) -> None:
    """The catalog as the version before left it."""
    with catalog.connection() as connection:
        connection.execute("alter table projection_positions drop constraint projection_positions_renamed")
        for table in TABLES:
            connection.execute(f"update {table} set projection = '{OLD}' where projection = '{NEW}'".encode())


def named(catalog: Database) -> dict[str, dict[str, int]]:
    """The rows of each table that say whose they are, by the name they say."""
    with catalog.connection() as connection:
        return {
            table: dict(connection.execute(f"select projection, count(*) from {table} group by 1".encode()).fetchall())
            for table in TABLES
        }


def migrate(catalog: Database) -> None:
    """What the migration does."""
    with psycopg.connect(catalog.url, autocommit=True) as connection:
        connection.execute(MIGRATION.read_bytes())


def test_it_goes_on_where_it_was(catalog: Database, shards: Shards) -> None:
    settings = Settings()
    read_model = open_read_model(NEW, settings, catalog)
    store_sharded(shards, BILLS, [bill(number) for number in range(1, 11)])
    assert apply_once(read_model, catalog, shards) == 10
    read_model_positions.moved(catalog, NEW)
    with catalog.connection() as connection:
        connection.execute(
            "insert into parked (projection, log, seq, entity, key, revision, reason) "
            "values (%s, 'shard_0', 1, 'bill', '1-1/C-1', 1, 'No reason.')",
            (NEW,),
        )
    positions, letters = read_model_positions.positions(catalog, NEW), read_model_positions.dead_letters(catalog)
    rows = named(catalog)
    assert all(list(names) == [NEW] for names in rows.values()), rows

    to_the_old_name(catalog)
    assert all(list(names) == [OLD] for names in named(catalog).values())
    migrate(catalog)
    assert named(catalog) == rows
    assert read_model_positions.positions(catalog, NEW) == positions
    assert read_model_positions.dead_letters(catalog) == letters
    (status,) = [each for each in read_stream(settings, catalog, shards).consumers if each.name == NEW]
    assert (status.waiting, status.dead_letters) == (0, 1)

    store_sharded(shards, BILLS, [bill(11)])
    assert apply_once(read_model, catalog, shards) == 1  # neither again from the beginning, nor nothing
    assert len(read_model.stored_revisions()["bill"]) == 11


def test_a_consumer_of_an_earlier_version_begins_no_second_position(catalog: Database, shards: Shards) -> None:
    store_sharded(shards, BILLS, [bill(1)])
    apply_once(open_read_model(NEW, Settings(), catalog), catalog, shards)
    log, position = next(iter(read_model_positions.positions(catalog, NEW).items()))
    with pytest.raises(psycopg.errors.CheckViolation), catalog.connection() as connection:
        read_model_positions.save_position(connection, OLD, log, position, 1)
    assert {name for name, _ in read_model_positions.every_position(catalog)} == {NEW}
