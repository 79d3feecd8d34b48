"""What each role may do in the databases, and what nobody but the owner may."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from deploy.local.postgres import roles as database_roles
from deploy.local.postgres.server import PostgresServer
from tests.api import sample
from tests.support.data.samples import ORIGIN, bill, vote
from tests.support.servers.database_roles import ROLE_PASSWORD, as_role
from tests.support.servers.postgres import in_database
from tests.support.upstream.ingestion import Installation
from warehouse.postgres import roles
from warehouse.postgres.aggregates.store import BILLS, MEMBERS, VOTES, Incoming, store, store_sharded
from warehouse.postgres.catalog import bill_statistics
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.entities import scorecards
from warehouse.postgres.log import archive, partitions
from warehouse.postgres.log.relay_positions import relayed
from warehouse.postgres.migrate import create_database, migrate, migrate_shard
from warehouse.postgres.roles import API, CONSUMER, LOADER, RELAY
from warehouse.postgres.shards.shard_map import ShardMap, Shards, initial_map
from warehouse.workers.stream.apply import catch_up_lists

pytestmark = pytest.mark.postgres

DENIED = psycopg.errors.InsufficientPrivilege
EVERY_ROLE = (*roles.ROLES, database_roles.DAGSTER)
BEYOND = [
    "copy (select 1) to program 'true'",
    "copy pg_temp.anything from program 'id'",
    "copy (select 1) to '/tmp/openpolicy-written-by-a-role'",
    "select pg_read_file('/etc/passwd')",
    "select pg_read_binary_file('/etc/passwd')",
    "select pg_ls_dir('/')",
    "select lo_import('/etc/passwd')",
    "create role intruder superuser",
    "alter role openpolicy_api superuser",
    "set role openpolicy",
    "set session_replication_role = replica",
    "create extension file_fdw",
    "create table public.intruder (a integer)",
    "alter system set archive_command = 'id'",
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'openpolicy'",
    "drop database postgres",
]
CHANGES = [
    "update votes set yeas = 0",
    "delete from votes",
    "insert into ballots select * from ballots",
    "truncate votes",
    "alter table votes disable trigger all",
    "drop table ballots",
    "update bills set title_en = ''",
    "delete from change_log",
    "update change_log set state = null",
]


def run(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set client_min_messages = error")
        connection.execute(statement.encode())


@pytest.mark.parametrize("role", roles.ROLES)
@pytest.mark.parametrize("statement", BEYOND)
def test_no_role_gets_beyond_its_database(database_urls: list[str], role: str, statement: str) -> None:
    for url in as_role(role, database_urls[:2]):
        if "pg_temp" in statement and role in {LOADER, CONSUMER}:
            run_with_table(url, statement)
            continue
        if "pg_temp" in statement:
            statement = "copy scorecards from program 'id'"
        with pytest.raises((DENIED, psycopg.errors.UndefinedTable, psycopg.errors.UndefinedObject)):
            run(url, statement)
    assert not Path("/tmp/openpolicy-written-by-a-role").exists()


def run_with_table(url: str, statement: str) -> None:
    """A temporary table is a role's own, and still no way to a program."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create temporary table anything (a text)")
        with pytest.raises(DENIED):
            connection.execute(statement.encode())


@pytest.mark.parametrize("role", [API, RELAY, CONSUMER])
@pytest.mark.parametrize("statement", CHANGES)
def test_only_loaders_change_votes(database_urls: list[str], role: str, statement: str) -> None:
    [url] = as_role(role, database_urls[1:2])
    with pytest.raises(DENIED):
        run(url, statement)


@pytest.mark.parametrize("statement", ["truncate votes", "drop table ballots", "alter table votes disable trigger all"])
def test_loaders_have_rows_and_not_tables(database_urls: list[str], statement: str) -> None:
    [url] = as_role(LOADER, database_urls[1:2])
    with pytest.raises(DENIED):
        run(url, statement)


def test_everybody_reads_every_table_and_the_right_ones_write(database_urls: list[str]) -> None:
    """Also tables that were made after this was written. One that this names has no right that its reader needs."""
    for number, url in enumerate(database_urls):
        with psycopg.connect(url) as connection:
            rows = connection.execute(
                "select relname, relkind::text from pg_class "
                "where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')"
            ).fetchall()
            assert len(rows) > 12

            def may(role: str, what: str, table: str, connection: psycopg.Connection = connection) -> bool:
                row = connection.execute("select has_table_privilege(%s, %s, %s)", (role, table, what)).fetchone()
                return bool(row and row[0])

            assert [(role, table) for role in roles.ROLES for table, _ in rows if not may(role, "select", table)] == []
            tables = {table for table, kind in rows if kind in {"r", "p"}}
            writes = {role: {table for table in tables if may(role, "insert", table)} for role in roles.ROLES}
            cards = {table for table in tables if table.startswith("scorecard")}
            assert writes[API] == cards
            assert writes[LOADER] == tables - cards - {"schema_migrations"}
            assert writes[RELAY] == {"relay_positions"}
            if number:
                assert writes[CONSUMER] == set()
                continue
            lists = {"bill_list", "vote_list", "member_list", "list_versions", "tallied_bills", "tallied_votes"}
            assert writes[CONSUMER] >= lists | {"bill_statistics_kept", "parked", "projection_positions", "sink_moves"}
            loaded = {table for table in tables if table.startswith("change_log")}
            loaded |= {"members", "memberships", "sessions", "overrides", "documents", "quarantine", "shard_map"}
            assert not writes[CONSUMER] & loaded


def test_what_is_made_later_is_covered(database_urls: list[str]) -> None:
    """A table of a later migration, and one that something else made between two of them."""
    catalog = database_urls[0]
    run(catalog, "create table later (a integer); create sequence later_seq")
    try:
        of = {role: as_role(role, [catalog])[0] for role in roles.ROLES}
        for url in of.values():
            run(url, "select * from later")
        run(of[LOADER], "insert into later values (nextval('later_seq'))")
        with pytest.raises(DENIED):
            run(of[CONSUMER], "insert into later values (1)")
        run(catalog, "grant delete on later to openpolicy_api")
        migrate(catalog, database_urls[1:])
        run(of[CONSUMER], "insert into later values (1)")
        with pytest.raises(DENIED):
            run(of[API], "delete from later")
        with psycopg.connect(catalog) as connection:
            assert roles.grant(connection, "catalog") == 0, "what is right is not written again"
    finally:
        run(catalog, "drop table later; drop sequence later_seq")


def test_a_loader_loads_makes_months_and_gives_space_back(
    database_urls: list[str], tmp_path: Path, empty_again: Callable[[], None]
) -> None:
    urls = as_role(LOADER, database_urls)
    catalog = Database(urls[0])
    shards = Shards([Database(url) for url in urls[1:]], ShardMap(initial_map(4), 4))
    try:
        store_sharded(shards, BILLS, [bill(1)])
        store_sharded(shards, VOTES, [vote(1), vote(2)])
        store(catalog, MEMBERS, [Incoming(sample.member(1), ORIGIN)])
        catch_up_lists(catalog, shards)
        bill_statistics.refresh_view(catalog)
        bill_statistics.refresh_view(catalog)
        for database in (catalog, *shards.databases):
            with database.connection() as connection:
                connection.execute("select make_change_log_months('2031-01-01', '2031-02-01')")
                partitions.make_ahead(connection)
                row = connection.execute(
                    "select relowner::regrole::text from pg_class where relname = 'change_log_2031_01'"
                )
                assert row.fetchone() == ("openpolicy",)
            with archive.archiving(database) as connection:
                connection.execute("vacuum (full, analyze) change_log_2031_01")
        with pytest.raises(DENIED), shards.databases[0].connection() as connection:
            connection.execute("drop table change_log_2031_01")
        for role in (API, RELAY, CONSUMER):
            for url in as_role(role, database_urls[:2]):
                run(url, "select * from change_log_2031_02")
                with pytest.raises(DENIED):
                    run(url, "select make_change_log_months('2032-01-01', '2032-02-01')")
    finally:
        shards.close()
        catalog.close()
        for url in database_urls:
            run(url, "drop table change_log_2031_01, change_log_2031_02")


def test_the_api_keeps_scorecards(database_urls: list[str]) -> None:
    catalog = Database(as_role(API, database_urls)[0])
    try:
        assert scorecards.store(catalog, "a" * 64, b"{}", b"caller") == "new"
    finally:
        catalog.close()


def test_a_relay_reads_where_it_is(database_urls: list[str]) -> None:
    catalog = Database(as_role(RELAY, database_urls)[0])
    try:
        assert relayed(catalog, "catalog") is None
    finally:
        catalog.close()


def test_an_owner_without_the_right_to_make_roles_migrates_for_one_url(postgres_url: str) -> None:
    """On a cluster that gives out only owners of databases; roles that are there get their rights all the same."""
    name = f"owned_{os.getpid()}"
    url = in_database(postgres_url, name)
    create_database(url)
    try:
        run(postgres_url, f"drop role if exists {name}")
        run(postgres_url, f"create role {name} login password '{ROLE_PASSWORD}'")
        run(postgres_url, f"alter database {name} owner to {name}")
        run(url, f"alter schema public owner to {name}")
        [owned] = as_role(name, [url])
        assert migrate_shard(owned)
        run(owned, "select * from bills")
        run(as_role(API, [url])[0], "select * from bills")
    finally:
        run(postgres_url, f"drop database {name} with (force)")
        run(postgres_url, f"drop role {name}")


@pytest.mark.slow
def test_the_embedded_server_of_an_earlier_version_gets_its_roles() -> None:
    """Dagster's tables belonged to the superuser, which its processes were; anybody could connect to anything."""
    folder = Path(tempfile.mkdtemp(prefix="openpolicy-roles-"))
    folder.chmod(0o711)  # root's server runs as another account, which must get here
    server = PostgresServer(folder / "postgres", durable=False)
    server.start()
    try:
        for name in ("shard_0", "dagster"):
            create_database(server.url(name))
        run(
            server.url("dagster"),
            "create table runs (id bigserial primary key, body text); create view v as select * from runs",
        )
        run(server.url("dagster"), "insert into runs (body) values ('before')")
        for _time in range(2):
            database_roles.prepare(server, ["shard_0", "dagster"])
            migrate_shard(server.url("shard_0"))
        dagster = server.as_role(database_roles.DAGSTER, server.url("dagster"))
        assert dagster != server.url("dagster")
        run(dagster, "alter table runs add column tags text")
        run(dagster, "insert into runs (body) select body from v")
        run(dagster, "create table event_logs (id bigint)")
        run(server.as_role(API, server.url("shard_0")), "select * from bills")
        for statement in BEYOND:
            if "intruder (a" not in statement:
                with pytest.raises(psycopg.Error):
                    run(dagster, statement)
        for role, database in (
            (database_roles.DAGSTER, "shard_0"),
            (API, "dagster"),
            (LOADER, "dagster"),
            (API, "postgres"),
        ):
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(server.as_role(role, server.url(database)))
        assert server.as_role(API, "postgresql://me:p@elsewhere/catalog") == "postgresql://me:p@elsewhere/catalog"
        log = (folder / "postgres" / "postgres.log").read_text()
        assert not any(password in log for password in server.role_passwords(database_roles.LOGINS).values())
    finally:
        server.remove()
        folder.rmdir()


def test_an_installation_of_the_tests_is_a_loaders(installation: Installation) -> None:
    """What the tests of loading do, they do with the rights of loaders."""
    assert f"{LOADER}:" in installation.settings("http://127.0.0.1:1").catalog_url
