"""The ClickHouse adapter and its migrations, against the engine itself."""

import signal
from pathlib import Path

import pyarrow as pa
import pytest

from tests.support.servers.clickhouse import Endpoint
from warehouse.clickhouse import migrate as migrations
from warehouse.clickhouse.client import ClickHouse
from warehouse.clickhouse.migrate import migrate, statements
from warehouse.runtime.errors import DataFolderUnusable, RowRefused, StoreUnavailable

pytestmark = pytest.mark.clickhouse

VIEWS = [
    f"current_{name}" for name in ("ballots", "bill_stages", "bills", "members", "memberships", "sessions", "votes")
]


def test_migrations_are_applied_once(empty_clickhouse_url: str) -> None:
    applied = migrate(empty_clickhouse_url)
    assert applied[0].endswith(": 0001_pre_facts.sql")
    assert migrate(empty_clickhouse_url) == []
    clickhouse = ClickHouse(empty_clickhouse_url)
    found = clickhouse.rows(
        "select name from system.tables where database = currentDatabase() and engine = 'View' order by name"
    )
    assert [name for (name,) in found] == VIEWS
    for view in VIEWS:
        assert clickhouse.rows(f"select count() from {view}") == [(0,)]
    clickhouse.close()


def test_an_edited_or_newer_migration_is_refused(clickhouse_url: str) -> None:
    clickhouse = ClickHouse(clickhouse_url)
    clickhouse.command("insert into schema_migrations (name, sha256) values ('9999_pre_newer.sql', 'x')")
    with pytest.raises(DataFolderUnusable, match="newer version"):
        migrate(clickhouse_url)
    clickhouse.command("truncate table schema_migrations")
    clickhouse.command("insert into schema_migrations (name, sha256) values ('0001_pre_facts.sql', 'x')")
    with pytest.raises(DataFolderUnusable, match="was changed"):
        migrate(clickhouse_url)
    clickhouse.close()


def test_a_migration_that_broke_off_is_begun_again(
    empty_clickhouse_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "0001_pre_two.sql"
    file.write_text("create table if not exists a (x UInt8) engine = MergeTree order by x;\nselect nothing;\n")
    monkeypatch.setattr(migrations, "migration_files", lambda _store: {file.name: file})
    with pytest.raises(Exception, match="nothing"):
        migrate(empty_clickhouse_url)
    file.write_text("create table if not exists a (x UInt8) engine = MergeTree order by x;\n")
    assert len(migrate(empty_clickhouse_url)) == 1


def test_statements_end_with_a_semicolon_at_the_end_of_a_line() -> None:
    assert statements("select ';';\n\n-- two\nselect 2;\n") == ["select ';'", "-- two\nselect 2"]


def test_frames_go_in_and_come_out(clickhouse_url: str) -> None:
    clickhouse = ClickHouse(clickhouse_url)
    clickhouse.command("create table kept (a UInt16, b Nullable(String)) engine = MergeTree order by a")
    clickhouse.insert_arrow(
        "kept", pa.table({"a": pa.array([1, 2], pa.uint16()), "b": pa.array(["x", None], pa.string())})
    )
    assert clickhouse.rows("select a, b from kept where a >= {least:UInt16} order by a", {"least": 1}) == [
        (1, "x"),
        (2, None),
    ]
    assert clickhouse.arrow("select a, b from kept order by a").to_pydict() == {"a": [1, 2], "b": ["x", None]}
    with pytest.raises(RowRefused, match="kept"):
        clickhouse.insert_arrow("kept", pa.table({"a": [3], "no_such_column": ["x"]}))
    assert clickhouse.rows("select count() from kept") == [(2,)]
    clickhouse.close()


def test_repeated_words_go_in_as_a_dictionary_and_come_out_as_they_were(clickhouse_url: str) -> None:
    clickhouse = ClickHouse(clickhouse_url)
    clickhouse.command(
        "create table words (n UInt32, few LowCardinality(String), many String, maybe Nullable(String)) "
        "engine = MergeTree order by n"
    )
    few = ["", "Québec", "yea", "a'b\\\n\t", ""]
    words = pa.table(
        {
            "n": pa.array(range(5000), pa.uint32()),
            "few": pa.array([few[n % 5] for n in range(5000)]).dictionary_encode(),
            "many": pa.array([f"key {n // 3}" for n in range(5000)]).dictionary_encode(),
            "maybe": pa.array([None if n % 7 else few[n % 5] for n in range(5000)]),
        }
    )
    for start in (0, 1000, 1001):
        stop = {0: 1000, 1000: 1001, 1001: 5000}[start]
        clickhouse.insert_arrow("words", words.slice(start, stop - start))
    found = clickhouse.rows("select n, few, many, maybe from words order by n")
    assert found == [tuple(row.values()) for row in words.to_pylist()]
    clickhouse.close()


def test_what_is_away_is_said_without_the_password(own_endpoint: Endpoint) -> None:
    clickhouse = ClickHouse(own_endpoint.url, timeout_s=1)
    password = own_endpoint.url.split(":")[2].split("@")[0]
    assert clickhouse.rows("select 1") == [(1,)]
    with pytest.raises(StoreUnavailable, match="nowhere"):
        clickhouse.rows("select * from nowhere")
    own_endpoint.signal(signal.SIGSTOP)
    with pytest.raises(StoreUnavailable) as frozen:
        clickhouse.rows("select 1")
    own_endpoint.signal(signal.SIGCONT)
    assert clickhouse.rows("select 2") == [(2,)]
    own_endpoint.kill()
    with pytest.raises(StoreUnavailable) as killed:
        clickhouse.rows("select 1")
    for error in (frozen.value, killed.value):
        assert password not in str(error)
        assert "***" in error.message
        assert "OPENPOLICY_CLICKHOUSE_URL" in error.fix
    own_endpoint.start_again()
    assert clickhouse.rows("select 3") == [(3,)]
    clickhouse.close()
