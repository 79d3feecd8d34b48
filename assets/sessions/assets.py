"""Sessions in the graph: their names and dates, which the bill lists carry."""

import dagster as dg

from assets.graph.partitions import SESSIONS, WHOLE_HISTORY
from assets.graph.shared import OWNERS, Materialized, load_metadata, our_errors
from assets.loading import LOADED_BY, Loading
from assets.sessions.load import load_sessions


@dg.asset(
    group_name="sessions",
    kinds={"postgres"},
    owners=OWNERS,
    op_tags={"dagster/priority": "1"},
    partitions_def=SESSIONS,
    backfill_policy=WHOLE_HISTORY,
    code_version=LOADED_BY,
    deps=["raw_legisinfo__bills"],
)
def core_legisinfo__sessions(context: dg.AssetExecutionContext, loading: dg.ResourceParam[Loading]) -> Materialized:
    """Every session with its dates, in the catalog."""
    with our_errors():
        for session in context.partition_keys:
            report = load_sessions(loading, session)
            url = loading.addresses.bill_list(session, "json")
            context.add_asset_metadata(load_metadata(loading, report, url=url), partition_key=session)
        return dg.MaterializeResult()
