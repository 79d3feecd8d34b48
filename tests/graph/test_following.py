"""When the graph lets members and read models follow, and what holds them back, as Dagster's daemon evaluates it."""

from collections.abc import Iterator

import dagster as dg
import pytest

from pipelines.automation import build_automation
from pipelines.build import build_defs
from pipelines.partitions import add_sessions
from warehouse.runtime.settings import Settings

DEFS = build_defs(Settings())
GRAPH = DEFS.resolve_asset_graph()
BILLS, VOTES, MEMBERS = "core_legisinfo__bills", "core_ourcommons__votes", "core_ourcommons__members"
ROLES = "raw_ourcommons__member_roles"
LISTS = {"out_catalog__bill_list", "out_catalog__vote_list", "out_catalog__member_list"}
EVERYTHING = {"out_catalog__bill_statistics", "out_search__documents", "out_clickhouse__facts", "out_catalog__quality"}


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as found:
        add_sessions(found, ["90-1", "91-1"])
        yield found


class Daemon:
    """One evaluation after another, each from where the last one ended."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self._instance = instance
        self._cursor: object = None

    def asks_for(self) -> set[str]:
        """The assets that this evaluation would materialize."""
        found = dg.evaluate_automation_conditions(DEFS, self._instance, cursor=self._cursor)  # type: ignore[arg-type]
        self._cursor = found.cursor
        return {
            result.key.to_user_string()
            for result in found.results
            if isinstance(result.key, dg.AssetKey) and not result.true_subset.is_empty
        }


def loaded(instance: dg.DagsterInstance, *assets: str, failing: str = "") -> None:
    """Say that assets were materialized, with all their blocking checks passed but for the one named."""
    for asset in assets:
        partition = None if asset.startswith(("out", MEMBERS, ROLES)) else "91-1"
        instance.report_runless_asset_event(dg.AssetMaterialization(asset, partition=partition))
    for key in GRAPH.asset_check_keys:
        if key.asset_key.to_user_string() in assets and GRAPH.get_check_spec(key).blocking:
            passed = key.name != failing
            instance.report_runless_asset_event(
                dg.AssetCheckEvaluation(asset_key=key.asset_key, check_name=key.name, passed=passed)
            )


def test_what_follows_and_what_is_asked_for_by_others() -> None:
    following = {
        key.to_user_string() for key in GRAPH.get_all_asset_keys() if GRAPH.get(key).automation_condition is not None
    }
    assert following == {ROLES, MEMBERS} | LISTS | EVERYTHING


def test_nothing_follows_before_anything_is_loaded(instance: dg.DagsterInstance) -> None:
    daemon = Daemon(instance)
    assert daemon.asks_for() == set()
    assert daemon.asks_for() == set()


def test_read_models_follow_what_they_are_made_from(instance: dg.DagsterInstance) -> None:
    loaded(instance, BILLS, VOTES, MEMBERS)
    daemon = Daemon(instance)
    daemon.asks_for()
    loaded(instance, BILLS)
    asked = daemon.asks_for()
    assert "out_catalog__bill_list" in asked
    assert "out_search__documents" in asked
    assert not asked & {"out_catalog__vote_list", "out_catalog__member_list", MEMBERS}
    loaded(instance, *asked)
    assert daemon.asks_for() == set()


def test_a_refused_list_holds_back_its_read_models_and_never_the_members(instance: dg.DagsterInstance) -> None:
    loaded(instance, BILLS, VOTES, MEMBERS)
    daemon = Daemon(instance)
    daemon.asks_for()
    loaded(instance, VOTES, failing="votes_lists_usable")
    asked = daemon.asks_for()
    assert {ROLES, MEMBERS} <= asked
    assert not asked & {"out_catalog__vote_list", "out_search__documents", "out_clickhouse__facts"}
    loaded(instance, BILLS)
    assert "out_catalog__bill_list" in daemon.asks_for(), "of another kind, and so not held back"
    loaded(instance, VOTES)
    assert {"out_catalog__vote_list", "out_search__documents"} <= daemon.asks_for()


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        (Settings(), dg.DefaultSensorStatus.STOPPED),
        (Settings(catalog_url="postgresql://127.0.0.1/catalog"), dg.DefaultSensorStatus.RUNNING),
    ],
)
def test_the_conditions_are_evaluated_where_there_are_stores(
    settings: Settings, status: dg.DefaultSensorStatus
) -> None:
    assert build_automation(settings).default_status == status
