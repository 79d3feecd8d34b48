"""Jobs: the assets that are refreshed together."""

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from assets.graph.shared import our_errors
from assets.ingest import project
from assets.loading import Loading
from pipelines.automation import RUN_TAGS
from pipelines.upkeep import archive_change_log
from warehouse.workers.read_models.registry import configured

refresh_bills = dg.define_asset_job(
    "refresh_bills",
    dg.AssetSelection.groups("sessions", "bills") | dg.AssetSelection.assets("out_catalog__bill_list"),
    description="The bills of a session, and the session itself.",
    tags=RUN_TAGS,
)
refresh_votes = dg.define_asset_job(
    "refresh_votes",
    dg.AssetSelection.groups("votes")
    | dg.AssetSelection.assets("core_ourcommons__members", "out_catalog__vote_list", "out_catalog__member_list"),
    description="The votes and ballots of a session, and the memberships that follow from them.",
    tags=RUN_TAGS,
)
refresh_members = dg.define_asset_job(
    "refresh_members",
    dg.AssetSelection.groups("members") | dg.AssetSelection.assets("out_catalog__member_list"),
    description="The lists of members, and the members.",
    tags=RUN_TAGS,
)
refresh_all = dg.define_asset_job(
    "refresh_all",
    dg.AssetSelection.all() - dg.AssetSelection.groups("releases"),
    description="Everything about a session. Several sessions are one run.",
    tags=RUN_TAGS,
)
refresh_read_models = dg.define_asset_job(
    "refresh_read_models",
    dg.AssetSelection.groups("lists", "statistics", "search", "quality"),
    description="Everything that is derived from stored data; sends no requests to upstream.",
    tags=RUN_TAGS,
)
make_release = dg.define_asset_job(
    "make_release",
    dg.AssetSelection.groups("releases"),
    description="A dataset release of everything that is held.",
    tags=RUN_TAGS,
)


@dg.op(
    description="Applies new changes of the change logs to the read models, or waits for the process that applies them."
)
def apply_changes(context: dg.OpExecutionContext, loading: dg.ResourceParam[Loading]) -> None:
    """Every read model that the settings ask for, one after another."""
    with our_errors():
        for name in configured(loading.stores.settings):
            context.log.info(f"{name}: {project(loading, name)} changes applied here")


@dg.job(description="Brings every read model up to the change logs.", tags=RUN_TAGS)
def catch_up() -> None:
    """The job that the sensor `lag` requests."""
    apply_changes()


JOBS: list[dg.JobDefinition | UnresolvedAssetJobDefinition] = [
    refresh_bills,
    refresh_votes,
    refresh_members,
    refresh_all,
    refresh_read_models,
    make_release,
    catch_up,
    archive_change_log,
]
