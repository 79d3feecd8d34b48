"""The graph as it is defined: complete, described, grouped, and cheap to load."""

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
import yaml
from dagster._utils.schedules import schedule_execution_time_iterator

from assets.bills import checks as bill_checks
from assets.members import checks as member_checks
from assets.votes import checks as vote_checks
from deploy.local.dagster_home import write_home
from pipelines.build import build_defs
from pipelines.partitions import NAME, add_sessions, current_session, known_sessions, run_tags
from pipelines.schedules import build_schedules
from warehouse.runtime.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
LIVE = Settings(catalog_url="postgresql://127.0.0.1/catalog")
DEFS = build_defs(Settings())
GRAPH = DEFS.resolve_asset_graph()
GROUPS = {
    "quality": {"out_catalog__quality"},
    "statistics": {"out_catalog__bill_statistics", "out_clickhouse__facts"},
    "search": {"out_search__documents"},
    "releases": {"out_objects__release"},
    "sessions": {"core_legisinfo__sessions"},
    "bills": {"raw_legisinfo__bills", "raw_legisinfo__bill_details", "core_legisinfo__bills"},
    "votes": {"raw_ourcommons__votes", "raw_ourcommons__ballots", "core_ourcommons__votes"},
    "members": {"raw_ourcommons__members", "raw_ourcommons__member_roles", "core_ourcommons__members"},
    "lists": {"out_catalog__bill_list", "out_catalog__vote_list", "out_catalog__member_list"},
}


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as found:
        yield found


def test_everything_resolves() -> None:
    dg.Definitions.validate_loadable(DEFS)


def test_assets_are_grouped_and_described() -> None:
    found: dict[str, set[str]] = {}
    for key in GRAPH.get_all_asset_keys():
        node = GRAPH.get(key)
        found.setdefault(str(node.group_name), set()).add(key.to_user_string())
        assert node.description, key
        assert node.owners, key
        assert node.kinds, key
    assert found == GROUPS


def test_raw_comes_before_core_before_out() -> None:
    layers = ["raw", "core", "out"]
    # Whose roles are asked for is known once the ballots are stored.
    asked_by_what_is_stored = {"raw_ourcommons__member_roles": {dg.AssetKey("core_ourcommons__votes")}}
    for key in GRAPH.get_all_asset_keys():
        node = GRAPH.get(key)
        layer = layers.index(key.to_user_string().partition("_")[0])
        assert all(GRAPH.get(parent).is_materializable for parent in node.parent_keys), key
        assert (layer == 0) or node.parent_keys, key
        for parent in node.parent_keys - asked_by_what_is_stored.get(key.to_user_string(), set()):
            assert layers.index(parent.to_user_string().partition("_")[0]) <= layer, (parent, key)


def test_what_is_of_a_session_is_partitioned_and_a_backfill_is_one_run() -> None:
    for key in GRAPH.get_all_asset_keys():
        node = GRAPH.get(key)
        if node.group_name in {"members", "lists", "statistics", "search", "quality", "releases"}:
            assert node.partitions_def is None, key
        else:
            assert node.partitions_def == dg.DynamicPartitionsDefinition(name="session"), key
            assert node.backfill_policy == dg.BackfillPolicy.single_run(), key


def test_jobs_are_of_a_session_where_their_assets_are() -> None:
    partitioned = {job.name for job in DEFS.resolve_all_job_defs() if job.partitions_def is not None}
    assert partitioned - {"__ASSET_JOB"} == {"refresh_bills", "refresh_votes", "refresh_all"}


def test_a_release_is_made_by_its_own_job_only() -> None:
    made_by = {
        job.name
        for job in DEFS.resolve_all_job_defs()
        if not job.name.startswith("__") and "out_objects__release" in {node.name for node in job.nodes}
    }
    assert made_by == {"make_release"}


def test_every_declared_check_is_there_and_those_of_whole_documents_block() -> None:
    specs = {
        (check.asset_key.to_user_string(), check.name): GRAPH.get_check_spec(check) for check in GRAPH.asset_check_keys
    }
    declared = {
        "core_legisinfo__bills": bill_checks.CHECKS,
        "core_ourcommons__votes": vote_checks.CHECKS,
        "core_ourcommons__members": member_checks.CHECKS,
    }
    for asset, checks in declared.items():
        for check in checks:
            assert specs[asset, check.name].blocking == check.blocking
            assert specs[asset, check.name].description == check.description
    blocking = {name for (_, name), spec in specs.items() if spec.blocking}
    assert blocking == {
        "bills_list_usable",
        "bills_expected_count",
        "bills_not_shrunk",
        "bills_printed_dates",
        "votes_lists_usable",
        "votes_expected_count",
        "votes_not_shrunk",
        "members_not_shrunk",
        "bills_list_of_session",
        "votes_of_session",
    }
    raw = {asset for asset, name in specs if name == "fetched"}
    assert raw == {name for group in GROUPS.values() for name in group if name.startswith("raw_")}


def test_loading_the_definitions_imports_no_validator_and_reads_no_store() -> None:
    """The web server's code process starts with them, and so does every run."""
    code = (
        "import sys, pipelines.definitions;"
        "print([name for name in ('great_expectations', 'pandas', 'altair', 'litestar') if name in sys.modules])"
    )
    command = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_serving_never_loads_the_graph() -> None:
    code = "import sys, serving.app; print([n for n in ('dagster', 'pipelines', 'assets') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_workspace_names_the_definitions(tmp_path: Path) -> None:
    write_home(tmp_path, "postgresql://me:secret@127.0.0.1:1/dagster")
    for path in (ROOT / "workspace.yaml", tmp_path / "workspace.yaml"):
        (location,) = yaml.safe_load(path.read_text(encoding="utf-8"))["load_from"]
        assert location["python_module"]["module_name"] == "pipelines.definitions"
    settings = yaml.safe_load((tmp_path / "dagster.yaml").read_text(encoding="utf-8"))
    assert settings["storage"]["postgres"]["postgres_url"].startswith("postgresql+psycopg2://")
    assert settings["telemetry"]["enabled"] is False
    assert settings["run_retries"]["enabled"] is True


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        (LIVE, dg.DefaultScheduleStatus.RUNNING),
        (Settings(), dg.DefaultScheduleStatus.STOPPED),
        (Settings(catalog_url=LIVE.catalog_url, ourcommons_url="http://127.0.0.1:9"), dg.DefaultScheduleStatus.STOPPED),
    ],
)
def test_schedules_run_by_themselves_only_for_live_documents(
    settings: Settings, status: dg.DefaultScheduleStatus
) -> None:
    assert {schedule.default_status for schedule in build_schedules(settings)} == {status}


def test_sessions_are_added_once_and_in_order(instance: dg.DagsterInstance) -> None:
    assert current_session(instance) is None
    assert add_sessions(instance, ["45-1", "38-1", "44-1"]) == ["38-1", "44-1", "45-1"]
    assert add_sessions(instance, ["9-1", "45-1"]) == ["9-1"]
    assert known_sessions(instance) == ["9-1", "38-1", "44-1", "45-1"]
    assert current_session(instance) == "45-1"


def test_stretches_without_gap_are_one_run_each(instance: dg.DagsterInstance) -> None:
    add_sessions(instance, ["41-1", "41-2", "42-1", "43-1", "43-2"])
    first, last = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
    assert run_tags(instance, ["43-2", "41-1", "41-2"]) == [
        {first: "41-1", last: "41-2"},
        {"dagster/partition": "43-2"},
    ]


def evaluate(name: str, instance: dg.DagsterInstance, moment: dt.datetime) -> list[dg.RunRequest]:
    repository = build_defs(LIVE).get_repository_def()
    schedule = repository.get_schedule_def(name)
    with dg.build_schedule_context(
        instance=instance, scheduled_execution_time=moment, repository_def=repository
    ) as context:
        return list(schedule.evaluate_tick(context).run_requests or [])


OTTAWA = ZoneInfo("America/Toronto")


@pytest.mark.parametrize("name", ["votes_of_the_day", "bills_of_the_day", "everything_nightly"])
def test_schedules_refresh_the_current_session(name: str, instance: dg.DagsterInstance) -> None:
    moment = dt.datetime(2025, 6, 3, 16, 10, tzinfo=OTTAWA)
    assert evaluate(name, instance, moment) == []
    instance.add_dynamic_partitions(NAME, ["44-1", "45-1"])
    (request,) = evaluate(name, instance, moment)
    assert request.partition_key == "45-1"
    instance.add_dynamic_partitions(NAME, ["45-2"])
    (request,) = evaluate(name, instance, moment)
    assert request.partition_key == "45-2"


def test_the_weekly_schedule_covers_what_was_loaded(instance: dg.DagsterInstance) -> None:
    moment = dt.datetime(2025, 6, 8, 5, tzinfo=OTTAWA)
    instance.add_dynamic_partitions(NAME, ["43-2", "44-1", "45-1"])
    assert evaluate("history_weekly", instance, moment) == []
    for session in ("44-1", "45-1"):
        instance.report_runless_asset_event(dg.AssetMaterialization("core_ourcommons__votes", partition=session))
    (request,) = evaluate("history_weekly", instance, moment)
    assert request.tags["dagster/asset_partition_range_start"] == "44-1"
    assert request.tags["dagster/asset_partition_range_end"] == "45-1"


def ticks(name: str, start: dt.datetime, hours: int) -> list[dt.datetime]:
    (schedule,) = [item for item in build_schedules(LIVE) if item.name == name]
    end = (start + dt.timedelta(hours=hours)).timestamp()
    found = []
    for moment in schedule_execution_time_iterator(
        start.timestamp(), schedule.cron_schedule, schedule.execution_timezone
    ):
        if moment.timestamp() >= end:
            break
        found.append(moment.astimezone(OTTAWA))
    return found


def test_votes_are_looked_for_when_the_house_votes() -> None:
    monday = dt.datetime(2025, 6, 2, 0, 0, tzinfo=OTTAWA)
    day = ticks("votes_of_the_day", monday, 24)
    assert (day[0].hour, day[0].minute, len(day)) == (10, 10, 28)
    assert [moment.hour for moment in ticks("votes_of_the_day", monday + dt.timedelta(days=1), 3)] == [0, 1]
    saturday = dt.datetime(2025, 6, 7, 2, 0, tzinfo=OTTAWA)
    assert ticks("votes_of_the_day", saturday, 46) == []


def test_live_documents_have_deadlines_and_others_are_never_late() -> None:
    live = build_defs(Settings(catalog_url="postgresql://nowhere/catalog"))
    recorded = build_defs(Settings(catalog_url="postgresql://nowhere/catalog", ourcommons_url="http://127.0.0.1:1"))
    assert all(spec.freshness_policy is not None for spec in live.resolve_all_asset_specs())
    assert all(spec.freshness_policy is None for spec in recorded.resolve_all_asset_specs())
