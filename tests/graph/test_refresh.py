"""The graph at work: a small simulated Parliament through real HTTP into real databases, shown as it would be."""

import json
from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest

from assets.bills import checks as bill_checks
from assets.ingest import open_loading
from assets.members import checks as member_checks
from assets.progress import Silent
from assets.upstream.server import running
from assets.upstream.simulator import Fault, SimulatedUpstream
from assets.votes import checks as vote_checks
from pipelines import watching
from pipelines.build import build_defs
from pipelines.partitions import add_sessions
from pipelines.refresh import refresh_all
from tests.support.data.samples import bill
from tests.support.upstream.ingestion import Installation
from warehouse.model.keys import SessionCode
from warehouse.postgres.aggregates.store import BILLS as BILL_TABLES
from warehouse.postgres.aggregates.store import store_sharded
from warehouse.runtime.errors import StoreUnavailable
from warehouse.workers.upkeep.verify import verify

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
OLD, NEW = "90-1", "91-1"
BILLS, VOTES, MEMBERS = "core_legisinfo__bills", "core_ourcommons__votes", "core_ourcommons__members"


def small(*faults: Fault) -> SimulatedUpstream:
    return SimulatedUpstream(seed=7, sessions=(OLD, NEW), members=20, bills=12, votes=24, faults=frozenset(faults))


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as found:
        yield found


def refresh(installation: Installation, instance: dg.DagsterInstance, upstream: SimulatedUpstream) -> Any:
    with running(upstream) as url:
        return refresh_all(installation.settings(url), instance, sessions=None, progress=Silent())


def metadata(instance: dg.DagsterInstance, asset: str, session: str | None = None) -> dict[str, Any]:
    """What the newest materialization of an asset, of one session, says."""
    partitions = [session] if session else None
    records = dg.AssetRecordsFilter(asset_key=dg.AssetKey(asset), asset_partitions=partitions)
    (record,) = instance.fetch_materializations(records, limit=1).records
    assert record.asset_materialization is not None
    return {name: value.value for name, value in record.asset_materialization.metadata.items()}


def evaluations(instance: dg.DagsterInstance, asset: str) -> dict[str, Any]:
    """The newest evaluation of each check of an asset."""
    (run,) = instance.get_runs(limit=1)
    found = {}
    for record in instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records:
        data = record.event_log_entry.dagster_event.asset_check_evaluation_data  # type: ignore[union-attr]
        if data.asset_key.to_user_string() == asset:
            found[data.check_name] = data
    return found


def failed(instance: dg.DagsterInstance, asset: str) -> set[str]:
    return {name for name, check in evaluations(instance, asset).items() if not check.passed}


def test_the_first_load_fills_every_asset_and_passes_every_check(
    installation: Installation, instance: dg.DagsterInstance
) -> None:
    report = refresh(installation, instance, small())
    (run,) = instance.get_runs()
    assert run.status == dg.DagsterRunStatus.SUCCESS
    assert (report.kind, report.sessions) == ("simulated", [OLD, NEW])
    for session in (OLD, NEW):
        assert metadata(instance, BILLS, session)["dagster/row_count"] == 12
        votes = metadata(instance, VOTES, session)
        assert (votes["dagster/row_count"], votes["changed"], votes["quarantined"]) == (24, 24, 0)
        assert votes["source"].startswith("https://ourcommons.simulated.invalid/")
        assert metadata(instance, "raw_ourcommons__ballots", session)["dagster/row_count"] == 24
    assert "data:image/png" in metadata(instance, VOTES, NEW)["plot"]
    assert "data:image/png" in metadata(instance, MEMBERS)["plot"]
    assert metadata(instance, "out_catalog__bill_list")["dagster/row_count"] == 24
    assert metadata(instance, "out_catalog__vote_list")["dagster/row_count"] == 48
    for asset, checks in ((BILLS, bill_checks), (VOTES, vote_checks), (MEMBERS, member_checks)):
        found = evaluations(instance, asset)
        assert found.keys() == {check.name for check in checks.CHECKS}
        assert failed(instance, asset) == set()
    assert verify(installation.catalog, installation.shards).clean


def test_the_second_load_changes_nothing(installation: Installation, instance: dg.DagsterInstance) -> None:
    upstream = small()
    first = refresh(installation, instance, upstream)
    before = installation.ask_shards("select count(*) from change_log")
    second = refresh(installation, instance, upstream)
    assert installation.ask_shards("select count(*) from change_log") == before
    assert sum(load.changed for load in first.loads) > 0
    assert sum(load.changed for load in second.loads) == 0
    assert [load.records for load in second.loads] == [load.records for load in first.loads]
    assert metadata(instance, VOTES, NEW)["unchanged"] is True
    assert failed(instance, VOTES) == set()


def test_the_graph_and_the_command_line_leave_the_same(
    installation: Installation, instance: dg.DagsterInstance
) -> None:
    """Great Expectations and polars judge alike, and there is one way to load."""
    upstream = small(Fault.DUPLICATE, Fault.PROVISIONAL_BILL)
    refresh(installation, instance, upstream)
    report = installation.ingest(upstream)
    assert sum(load.changed for load in report.loads) == 0


@pytest.mark.parametrize(
    ("fault", "asset", "checks"),
    [
        (Fault.MISSING_NUMBER, VOTES, {"votes_dense"}),
        (Fault.CORRECTED_BALLOTS, VOTES, {"ballots_equal_totals"}),
        (Fault.DUPLICATE, VOTES, {"votes_readable"}),
        (Fault.CHANGED_STATUS_TEXT, BILLS, {"bills_known_codes"}),
        (Fault.LATE_FRENCH, VOTES, {"votes_in_both_languages"}),
    ],
)
def test_a_fault_fails_the_check_that_names_it(
    installation: Installation, instance: dg.DagsterInstance, fault: Fault, asset: str, checks: set[str]
) -> None:
    refresh(installation, instance, small(fault))
    assert checks <= failed(instance, asset)
    for name in checks:
        check = evaluations(instance, asset)[name]
        assert NEW in (check.description or "")
        assert NEW in str(check.metadata["failed"].value)
    assert instance.get_runs()[0].status == dg.DagsterRunStatus.SUCCESS


def test_a_refused_bill_list_blocks_its_list_but_not_the_votes(
    installation: Installation, instance: dg.DagsterInstance
) -> None:
    upstream = small()
    refresh(installation, instance, upstream)
    before = installation.revisions()
    upstream.faults.add(Fault.HTML_PAGE)
    refresh(installation, instance, upstream)
    assert installation.revisions() == before
    assert "bills_list_usable" in failed(instance, BILLS)
    check = evaluations(instance, BILLS)["bills_list_usable"]
    assert check.severity == dg.AssetCheckSeverity.ERROR
    assert "HTML" in (check.description or "")
    assert (check.description or "").startswith(f"Held back: the bills of {NEW} (it stays as read on ")
    assert f"openpolicy ingest --sessions {NEW}" in str(check.metadata["missing"].value)
    run = instance.get_runs(limit=1)[0]
    assert run.status == dg.DagsterRunStatus.FAILURE
    steps = {step.step_key: step.status.value for step in instance.get_run_step_stats(run.run_id) if step.status}
    assert steps[BILLS] == "FAILURE"
    assert steps[VOTES] == "SUCCESS"
    assert steps["out_catalog__vote_list"] == "SUCCESS"
    assert steps.get("out_catalog__bill_list") != "SUCCESS"
    upstream.faults.clear()
    refresh(installation, instance, upstream)
    assert failed(instance, BILLS) == set()
    assert instance.get_runs(limit=1)[0].status == dg.DagsterRunStatus.SUCCESS


def test_an_older_session_that_fails_stays_shown_and_stops_nothing(
    installation: Installation, instance: dg.DagsterInstance
) -> None:
    """The fault is of the newer session; then the older one alone is refreshed."""
    with running(small(Fault.HTML_PAGE)) as url:
        settings = installation.settings(url)
        refresh_all(settings, instance, sessions=None, progress=Silent())
        with open_loading(settings, Silent()) as (loading, _):
            job = build_defs(settings, loading=loading).resolve_job_def("refresh_bills")
            result = job.execute_in_process(instance=instance, partition_key=OLD)
    assert result.success
    check = evaluations(instance, BILLS)["bills_list_usable"]
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)


def test_a_site_in_trouble_fails_the_check_of_fetching(
    installation: Installation, instance: dg.DagsterInstance
) -> None:
    refresh(installation, instance, small(Fault.SERVER_ERRORS))
    check = evaluations(instance, "raw_ourcommons__ballots")["fetched"]
    assert not check.passed
    assert "500" in check.description
    assert metadata(instance, "raw_ourcommons__ballots", NEW)["broken"] == 1


def test_jobs_of_a_domain_refresh_it_alone(installation: Installation, instance: dg.DagsterInstance) -> None:
    add_sessions(instance, [OLD, NEW])
    with running(small()) as url:
        settings = installation.settings(url)
        with open_loading(settings, Silent()) as (loading, _):
            defs = build_defs(settings, loading=loading)
            for name, session in (("refresh_bills", NEW), ("refresh_votes", NEW), ("refresh_members", None)):
                assert defs.resolve_job_def(name).execute_in_process(instance=instance, partition_key=session).success
    assert set(installation.revisions()) == {key for key in installation.revisions() if key.startswith(NEW)}
    rows = installation.ask("select count(*) from vote_list where live_to is null")
    assert rows == [(24,)]


def test_metadata_survives_what_upstream_may_say(installation: Installation, instance: dg.DagsterInstance) -> None:
    """Tables are markdown: bars and tags of a reason stay text."""
    refresh(installation, instance, small(Fault.HTML_PAGE))
    quarantined = metadata(instance, BILLS, NEW)["quarantined_records"]
    assert all(line.count("|") - line.count("\\|") == 4 for line in quarantined.splitlines())
    assert "<" not in quarantined
    assert json.dumps(quarantined)


def test_an_error_that_is_no_check_comes_out_as_itself(
    installation: Installation, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StoreUnavailable("The catalog is unavailable.", fix="Start it.")

    monkeypatch.setattr("assets.votes.assets.load_votes", refuse)
    monkeypatch.setattr("assets.graph.shared.RETRY_AFTER_S", 0)
    with pytest.raises(StoreUnavailable, match="The catalog is unavailable"):
        refresh(installation, instance, small())


def test_an_interrupt_ends_the_load(
    installation: Installation, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("assets.votes.assets.load_votes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        refresh(installation, instance, small())
    assert instance.get_runs(limit=1)[0].status in {dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED}


def test_new_documents_are_seen_until_the_run_that_loads_them_marked_them(
    installation: Installation, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(small()) as url:
        settings = installation.settings(url)
        monkeypatch.setattr(watching, "read_settings", lambda: settings)
        add_sessions(instance, [NEW])

        def look() -> dg.SensorResult:
            found = watching.upstream_documents(dg.build_sensor_context(instance=instance))
            assert isinstance(found, dg.SensorResult)
            return found

        first, second = look(), look()
        assert {request.job_name for request in first.run_requests or []} == {"refresh_bills", "refresh_votes"}
        assert {request.partition_key for request in first.run_requests or []} == {NEW}
        assert second.run_requests, "nothing was loaded meanwhile, so it is asked for again, whatever was seen before"
        assert first.cursor == second.cursor == "never"
        refresh_all(settings, instance, sessions=[SessionCode.parse(NEW)], progress=Silent())
        loaded = look()
    assert not loaded.run_requests
    assert loaded.cursor != "never"


def test_a_read_model_that_is_far_behind_is_said_and_caught_up(
    installation: Installation, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = installation.settings("http://127.0.0.1:9")
    monkeypatch.setattr(watching, "read_settings", lambda: settings)
    store_sharded(installation.shards, BILL_TABLES, [bill(1), bill(2)])
    early = watching.lag(dg.build_sensor_context(instance=instance))
    assert isinstance(early, dg.SkipReason)
    assert "lists: 2 events" in str(early.skip_message)
    monkeypatch.setattr(watching, "LAG_AT_MOST_S", 0.0)
    assert isinstance(watching.lag(dg.build_sensor_context(instance=instance)), dg.RunRequest)
    with running(small()) as url, open_loading(installation.settings(url), Silent()) as (loading, _):
        job = build_defs(settings, loading=loading).resolve_job_def("catch_up")
        assert job.execute_in_process(instance=instance).success
    assert isinstance(watching.lag(dg.build_sensor_context(instance=instance)), dg.SkipReason)
    assert verify(installation.catalog, installation.shards).clean
