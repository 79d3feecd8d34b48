"""Freshness deadlines. The House sits Monday to Friday, and everything is checked again in the following night.

Only live documents change by themselves; recorded and invented ones have no deadlines.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Final

import dagster as dg

from pipelines.schedules import OTTAWA, is_live
from warehouse.runtime.settings import Settings

_AFTER_A_SITTING_DAY: Final = dg.FreshnessPolicy.cron(
    deadline_cron="0 7 * * 2-6", lower_bound_delta=dt.timedelta(hours=12), timezone=OTTAWA
)
_EVERY_MORNING: Final = dg.FreshnessPolicy.cron(
    deadline_cron="0 8 * * *", lower_bound_delta=dt.timedelta(hours=24), timezone=OTTAWA
)
_BY_GROUP: Final[Mapping[str, dg.FreshnessPolicy]] = {
    "sessions": _AFTER_A_SITTING_DAY, "bills": _AFTER_A_SITTING_DAY, "votes": _AFTER_A_SITTING_DAY,
    "members": _EVERY_MORNING, "lists": _AFTER_A_SITTING_DAY, "statistics": _AFTER_A_SITTING_DAY,
    "search": _AFTER_A_SITTING_DAY, "quality": _AFTER_A_SITTING_DAY, "releases": _AFTER_A_SITTING_DAY,
}  # fmt: skip
"""A sitting ends late in the evening or after midnight; the nightly run begins at half past four."""


def with_freshness(defs: dg.Definitions, settings: Settings) -> dg.Definitions:
    """The graph with a deadline for every asset, if upstream is live."""
    if not is_live(settings):
        return defs
    return defs.map_asset_specs(func=_with_deadline)


def _with_deadline(spec: dg.AssetSpec) -> dg.AssetSpec:
    policy = _BY_GROUP.get(spec.group_name or "")
    return spec if policy is None else dg.apply_freshness_policy(spec, policy)
