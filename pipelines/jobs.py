"""What is refreshed together."""

import dagster as dg

from assets.partitions import SESSIONS
from pipelines.automation import RUN_TAGS

refresh_bills = dg.define_asset_job(
    "refresh_bills",
    dg.AssetSelection.groups("sessions", "bills") | dg.AssetSelection.assets("out_catalog__bill_list"),
    description="The bills of a session, and the session itself.",
    partitions_def=SESSIONS,
    tags=RUN_TAGS,
)
refresh_votes = dg.define_asset_job(
    "refresh_votes",
    dg.AssetSelection.groups("votes")
    | dg.AssetSelection.assets("core_ourcommons__members", "out_catalog__vote_list", "out_catalog__member_list"),
    description="The votes and ballots of a session, and the memberships that follow from them.",
    partitions_def=SESSIONS,
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
    dg.AssetSelection.all(),
    description="Everything about a session. More sessions at once are one run.",
    partitions_def=SESSIONS,
    tags=RUN_TAGS,
)
JOBS = [refresh_bills, refresh_votes, refresh_members, refresh_all]
