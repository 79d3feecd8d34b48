"""Bills in the graph: LEGISinfo's lists, each bill's own record, and the bills on their shards."""

import dagster as dg

from assets.bills.checks import CHECKS
from assets.bills.load import fetch_details, fetch_list, load_bills
from assets.graph import plots
from assets.graph.partitions import SESSIONS, WHOLE_HISTORY
from assets.graph.shared import (
    OWNERS,
    Materialized,
    fetch_check,
    fetch_metadata,
    fetch_spec,
    load_checks,
    load_metadata,
    load_specs,
    our_errors,
    plot,
)
from assets.loading import LOADED_BY, Loading
from assets.upstream.addresses import BILL_DETAIL, BILLS
from warehouse.postgres.catalog import counts

GROUP = "bills"
FIRST = {"dagster/priority": "1"}
"""Bills are loaded before votes, so that a bill named by a vote is known already and does not become provisional."""


@dg.asset(
    group_name=GROUP,
    kinds={"json", "xml"},
    owners=OWNERS,
    op_tags=FIRST,
    partitions_def=SESSIONS,
    backfill_policy=WHOLE_HISTORY,
    check_specs=[fetch_spec("raw_legisinfo__bills")],
)
def raw_legisinfo__bills(context: dg.AssetExecutionContext, loading: dg.ResourceParam[Loading]) -> Materialized:
    """LEGISinfo's list of the bills of a session, as published, in the archive."""
    with our_errors():
        for session in context.partition_keys:
            fetched = fetch_list(loading, session)
            context.add_asset_metadata(fetch_metadata(loading, fetched, BILLS, session), partition_key=session)
        return dg.MaterializeResult(check_results=[fetch_check(loading, BILLS)])


@dg.asset(
    group_name=GROUP,
    kinds={"json"},
    owners=OWNERS,
    op_tags=FIRST,
    partitions_def=SESSIONS,
    backfill_policy=WHOLE_HISTORY,
    deps=[raw_legisinfo__bills],
    check_specs=[fetch_spec("raw_legisinfo__bill_details")],
)
def raw_legisinfo__bill_details(context: dg.AssetExecutionContext, loading: dg.ResourceParam[Loading]) -> Materialized:
    """LEGISinfo's record of each listed bill: stages, publications, sponsor. Not every session has them."""
    with our_errors():
        for session in context.partition_keys:
            fetched = fetch_details(loading, session)
            context.add_asset_metadata(fetch_metadata(loading, fetched, BILL_DETAIL, session), partition_key=session)
        return dg.MaterializeResult(check_results=[fetch_check(loading, BILL_DETAIL)])


@dg.asset(
    group_name=GROUP,
    kinds={"postgres"},
    owners=OWNERS,
    op_tags=FIRST,
    partitions_def=SESSIONS,
    backfill_policy=WHOLE_HISTORY,
    code_version=LOADED_BY,
    deps=[raw_legisinfo__bills, raw_legisinfo__bill_details, "core_legisinfo__sessions"],
    check_specs=load_specs("core_legisinfo__bills", CHECKS),
)
def core_legisinfo__bills(context: dg.AssetExecutionContext, loading: dg.ResourceParam[Loading]) -> Materialized:
    """Every bill with its stages: one row on its shard and one row in the change log."""
    sessions = context.partition_keys
    with our_errors():
        for session in sessions:
            report = load_bills(loading, session)
            url = loading.addresses.bill_list(session, "json")
            metadata = load_metadata(loading, report, url=url, also=[f"provisional/{session}"])
            statuses = counts.bill_statuses(loading.stores.shards, session)
            metadata |= plot(plots.bars(statuses, f"Bills of {session} by status"))
            context.add_asset_metadata(metadata, partition_key=session)
        return dg.MaterializeResult(check_results=list(load_checks(loading, BILLS, CHECKS, sessions)))
