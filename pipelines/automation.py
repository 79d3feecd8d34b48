"""When read models follow by themselves, and how runs are executed, retried and tagged.

Errors that may pass are retried where they happen (`assets.graph.shared.our_errors`); a run whose process died is
started again; a run that failed by a check is not, because the same document would fail it again.
"""

import warnings
from typing import Final

import dagster as dg

from warehouse.runtime.settings import Settings

warnings.filterwarnings("ignore", message=".*`owners`.*SensorDefinition.*", category=dg.BetaWarning)
"""Dagster says it of itself, of sensors that name a job; the version is pinned, and users should not read it."""
warnings.filterwarnings("ignore", message=".*map_(resolved_)?asset_specs.*", category=dg.PreviewWarning)
"""Dagster says that the method may change; the version is pinned, and users should not read it."""
EXECUTOR = dg.in_process_executor
"""A process for each step costs three seconds of imports, which is more than most steps take."""
FOLLOWS: Final = (
    dg.AutomationCondition.any_deps_updated().since_last_handled()
    & ~dg.AutomationCondition.any_deps_in_progress()
    & ~dg.AutomationCondition.in_progress()
).with_label("what it is made from was updated")
"""Of the members and their roles: derived anew from whatever is good, also where a list of votes is refused."""
FOLLOWS_GOOD_DOCUMENTS: Final = (FOLLOWS & dg.AutomationCondition.all_deps_blocking_checks_passed()).with_label(
    "what it is made from was updated, and no document of it is refused"
)
"""Of the read models. Their rows follow the change logs all the time; the asset, which proves that they agree, waits
for good documents, and the UI names the check that it waits for."""
READ_MODELS: Final = frozenset({"lists", "statistics", "search", "quality"})
"""Groups of assets."""
MEMBERS: Final = dg.AssetKey("core_ourcommons__members")
DERIVED: Final = (dg.AssetKey("raw_ourcommons__member_roles"), MEMBERS)
"""What comes after the votes and is made from whatever of them is good."""
RUN_TAGS = {"dagster/max_retries": "2", "dagster/retry_on_asset_or_op_failure": "false"}


def has_stores(settings: Settings) -> bool:
    """Whether there are stores to load into."""
    return bool(settings.catalog_url)


def with_automation(defs: dg.Definitions) -> dg.Definitions:
    """The graph in which everything that follows from what is stored says when it does."""
    return defs.map_asset_specs(func=_with_condition)


def _with_condition(spec: dg.AssetSpec) -> dg.AssetSpec:
    if spec.key in DERIVED:
        return spec.replace_attributes(automation_condition=FOLLOWS)
    if spec.group_name in READ_MODELS:
        return spec.replace_attributes(automation_condition=FOLLOWS_GOOD_DOCUMENTS)
    return spec


def build_automation(settings: Settings) -> dg.AutomationConditionSensorDefinition:
    """The sensor that evaluates the conditions; it runs from the start where there are stores to load into."""
    return dg.AutomationConditionSensorDefinition(
        "what_follows",
        target=dg.AssetSelection.assets(*DERIVED) | dg.AssetSelection.groups(*sorted(READ_MODELS)),
        default_status=dg.DefaultSensorStatus.RUNNING if has_stores(settings) else dg.DefaultSensorStatus.STOPPED,
        run_tags=RUN_TAGS,
        description="Members and read models, once what they are made from was updated and no check holds them back.",
    )
