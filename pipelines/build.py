"""Puts assets, checks, jobs, schedules and sensors together."""

from typing import Any

import dagster as dg

from assets.bills import assets as bills
from assets.members import assets as members
from assets.quality import assets as quality
from assets.read_models import bill_statistics, lists, release
from assets.read_models import search_and_facts as read_models
from assets.sessions import assets as sessions
from assets.votes import assets as votes
from pipelines.automation import EXECUTOR, build_automation, with_automation
from pipelines.freshness import with_freshness
from pipelines.jobs import JOBS
from pipelines.resources import LoadingResource
from pipelines.schedules import build_schedules
from pipelines.sensors import new_sessions
from pipelines.watching import build_sensors
from warehouse.runtime.settings import Settings, read_settings

MODULES = (sessions, bills, votes, members, lists, bill_statistics, read_models, quality, release)


def build_defs(settings: Settings | None = None, **resource_overrides: Any) -> dg.Definitions:
    """The whole graph. A resource given by name, such as an open `loading`, replaces the default one."""
    chosen = settings or read_settings()
    defs = dg.Definitions(
        assets=dg.load_assets_from_modules(MODULES),
        jobs=JOBS,
        schedules=build_schedules(chosen),
        sensors=[new_sessions, build_automation(chosen), *build_sensors(chosen)],
        resources={"loading": LoadingResource(), **resource_overrides},
        executor=EXECUTOR,
    )
    return with_freshness(with_automation(defs), chosen)
