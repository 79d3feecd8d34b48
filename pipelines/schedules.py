"""Schedules of requests to upstream. The House sits Monday to Friday, mostly from ten or noon; votes take place in the
afternoon and evening, rarely after midnight. All times are in Ottawa.

Schedules run by default only for Parliament's live sites: recorded and invented documents do not change by themselves.
"""

from collections.abc import Iterator

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from assets.graph.partitions import ONE
from assets.upstream.hosts import is_loopback
from pipelines.automation import has_stores
from pipelines.jobs import make_release, refresh_all, refresh_bills, refresh_members, refresh_read_models, refresh_votes
from pipelines.partitions import current_session, known_sessions, run_tags
from pipelines.upkeep import archive_change_log
from warehouse.runtime.settings import Settings

OTTAWA = "America/Toronto"
_SLOT = "%Y-%m-%dT%H:%M"


def is_live(settings: Settings) -> bool:
    """Whether documents come from Parliament's sites and stores are configured."""
    return has_stores(settings) and not is_loopback(settings.ourcommons_url)


def build_schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """The schedules. They run by default if upstream is live and stores are configured."""
    status = dg.DefaultScheduleStatus.RUNNING if is_live(settings) else dg.DefaultScheduleStatus.STOPPED
    return [
        _of_current_session("votes_of_the_day", refresh_votes, ["10,40 10-23 * * 1-5", "10 0,1 * * 2-6"], status),
        _of_current_session("bills_of_the_day", refresh_bills, "25 8,12,16,20,23 * * 1-5", status),
        dg.ScheduleDefinition(
            name="members_daily",
            job=refresh_members,
            cron_schedule="50 6 * * *",
            execution_timezone=OTTAWA,
            default_status=status,
            description="The lists of members, every morning.",
        ),
        dg.ScheduleDefinition(
            name="read_models_hourly",
            job=refresh_read_models,
            cron_schedule="55 8-23 * * 1-5",
            execution_timezone=OTTAWA,
            default_status=status,
            description="Bill statistics, search, facts and the quality report, each compared with the change logs.",
        ),
        _of_current_session("everything_nightly", refresh_all, "30 4 * * 2-6", status),
        _weekly(status),
        dg.ScheduleDefinition(
            name="release_daily",
            job=make_release,
            cron_schedule="30 6 * * 2-6",
            execution_timezone=OTTAWA,
            default_status=status,
            description="A dataset release after the night's load; none where nothing has changed.",
        ),
        dg.ScheduleDefinition(
            name="change_log_monthly",
            job=archive_change_log,
            cron_schedule="15 3 3 * *",
            execution_timezone=OTTAWA,
            default_status=status,
            description="Archive changes older than a year, and create the months up to the one after next.",
        ),
    ]


def _of_current_session(
    name: str, job: UnresolvedAssetJobDefinition, cron: str | list[str], status: dg.DefaultScheduleStatus
) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=name,
        job=job,
        cron_schedule=cron,
        execution_timezone=OTTAWA,
        default_status=status,
        description=f"{job.description} Of the current session.",
    )
    def scheduled(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        session = current_session(context.instance)
        if session is None:
            return dg.SkipReason("No session is known yet; the sensor new_sessions asks upstream.")
        return dg.RunRequest(run_key=_slot(context), partition_key=session)

    return scheduled


def _weekly(status: dg.DefaultScheduleStatus) -> dg.ScheduleDefinition:
    @dg.schedule(
        name="history_weekly",
        job=refresh_all,
        cron_schedule="0 5 * * 0",
        execution_timezone=OTTAWA,
        default_status=status,
        description="Every session that was ever loaded, because Parliament corrects records for years.",
    )
    def scheduled(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        loaded = context.instance.get_materialized_partitions(dg.AssetKey("core_ourcommons__votes"))
        sessions = [session for session in known_sessions(context.instance) if session in loaded]
        if not sessions:
            yield dg.SkipReason("No session was loaded yet.")
            return
        for tags in run_tags(context.instance, sessions):
            key = f"{_slot(context)} {'-'.join(tags.values())}"
            if ONE in tags:
                yield dg.RunRequest(run_key=key, partition_key=tags[ONE])
            else:
                yield dg.RunRequest(run_key=key, tags=tags)

    return scheduled


def _slot(context: dg.ScheduleEvaluationContext) -> str:
    """One run for each slot, even if the clock is set back."""
    return context.scheduled_execution_time.strftime(_SLOT + "%z")
