"""Automation conditions of read models, and how runs are executed, retried and tagged.

Temporary errors are retried where they happen (`assets.graph.shared.our_errors`). A run whose process died is started
again; a run that failed a check is not, because the same document would fail again.
"""

import warnings
from typing import Final

import dagster as dg

from warehouse.runtime.settings import Settings

warnings.filterwarnings("ignore", message=".*`owners`.*SensorDefinition.*", category=dg.BetaWarning)
"""Dagster warns about its own sensors that name a job. Its version is pinned, so the warning is suppressed."""
warnings.filterwarnings("ignore", message=".*map_(resolved_)?asset_specs.*", category=dg.PreviewWarning)
"""Dagster warns that the method may change. Its version is pinned, so the warning is suppressed."""
EXECUTOR = dg.in_process_executor
"""A process for each step would cost three seconds of imports, which is more than most steps take."""
FOLLOWS: Final = (
    dg.AutomationCondition.any_deps_updated().since_last_handled()
    & ~dg.AutomationCondition.any_deps_in_progress()
    & ~dg.AutomationCondition.in_progress()
).with_label("what it is made from was updated")
"""The condition of members and their roles: they are derived again from the good documents, even if a list of votes is
refused."""
FOLLOWS_GOOD_DOCUMENTS: Final = (FOLLOWS & dg.AutomationCondition.all_deps_blocking_checks_passed()).with_label(
    "what it is made from was updated, and no document of it is refused"
)
"""The condition of read models. Their rows follow the change logs all the time; the asset, which verifies that they
agree, waits for good documents, and the UI names the check it waits for."""
READ_MODELS: Final = frozenset({"lists", "statistics", "search", "quality"})
"""Groups of assets."""
MEMBERS: Final = dg.AssetKey("core_ourcommons__members")
DERIVED: Final = (dg.AssetKey("raw_ourcommons__member_roles"), MEMBERS)
"""Assets downstream of the votes that are made from all good votes."""
RUN_TAGS = {"dagster/max_retries": "2", "dagster/retry_on_asset_or_op_failure": "false"}


def has_stores(settings: Settings) -> bool:
    """Whether stores are configured."""
    return bool(settings.catalog_url)


def with_automation(defs: dg.Definitions) -> dg.Definitions:
    """The graph with automation conditions for everything that is derived from stored data."""
    return defs.map_asset_specs(func=_with_condition)


def _with_condition(spec: dg.AssetSpec) -> dg.AssetSpec:
    if spec.key in DERIVED:
        return spec.replace_attributes(automation_condition=FOLLOWS)
    if spec.group_name in READ_MODELS:
        return spec.replace_attributes(automation_condition=FOLLOWS_GOOD_DOCUMENTS)
    return spec


def build_automation(settings: Settings) -> dg.AutomationConditionSensorDefinition:
    """The sensor that evaluates the conditions. It runs by default if stores are configured."""
    return dg.AutomationConditionSensorDefinition(
        "what_follows",
        target=dg.AssetSelection.assets(*DERIVED) | dg.AssetSelection.groups(*sorted(READ_MODELS)),
        default_status=dg.DefaultSensorStatus.RUNNING if has_stores(settings) else dg.DefaultSensorStatus.STOPPED,
        run_tags=RUN_TAGS,
        description="Members and read models, after their inputs were updated and if no check blocks them.",
    )
