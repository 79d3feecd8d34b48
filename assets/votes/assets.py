"""Votes in the graph: the House's lists of divisions, the ballots of each, and the votes on their shards."""

import dagster as dg

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
from assets.members.load import provinces
from assets.upstream.addresses import BALLOTS, VOTES
from assets.votes.checks import CHECKS
from assets.votes.load import fetch_ballots, fetch_lists, load_votes
from warehouse.postgres.catalog import counts

GROUP = "votes"


@dg.asset(
    group_name=GROUP,
    kinds={"xml"},
    owners=OWNERS,
    partitions_def=SESSIONS,
    backfill_policy=WHOLE_HISTORY,
    check_specs=[fetch_spec("raw_ourcommons__votes")],
)
def raw_ourcommons__votes(context: dg.AssetExecutionContext, loading: dg.ResourceParam[Loading]) -> Materialized:
    """The House's list of the divisions of a session, in English and French, as published, in the archive."""
    with our_errors():
        for session in context.partition_keys:
            fetched = fetch_lists(loading, session)
            context.add_asset_metadata(fetch_metadata(loading, fetched, VOTES, session), partition_key=session)
        return dg.MaterializeResult(check_results=[fetch_check(loading, VOTES)])


@dg.asset(
    group_name=GROUP,
    kinds={"csv"},
    owners=OWNERS,
    partitions_def=SESSIONS,
    backfill_policy=WHOLE_HISTORY,
    deps=[raw_ourcommons__votes],
    check_specs=[fetch_spec("raw_ourcommons__ballots")],
)
def raw_ourcommons__ballots(context: dg.AssetExecutionContext, loading: dg.ResourceParam[Loading]) -> Materialized:
    """How every member voted: one document for each listed division."""
    with our_errors():
        for session in context.partition_keys:
            fetched = fetch_ballots(loading, session, loading.ballot_form)
            context.add_asset_metadata(fetch_metadata(loading, fetched, BALLOTS, session), partition_key=session)
        return dg.MaterializeResult(check_results=[fetch_check(loading, BALLOTS)])


@dg.asset(
    group_name=GROUP,
    kinds={"postgres"},
    owners=OWNERS,
    partitions_def=SESSIONS,
    backfill_policy=WHOLE_HISTORY,
    code_version=LOADED_BY,
    # Does not depend on the bills: a refused bill list must not hold up the day's votes, which only name bills.
    deps=[raw_ourcommons__votes, raw_ourcommons__ballots, "raw_ourcommons__members", "core_legisinfo__sessions"],
    check_specs=load_specs("core_ourcommons__votes", CHECKS),
)
def core_ourcommons__votes(context: dg.AssetExecutionContext, loading: dg.ResourceParam[Loading]) -> Materialized:
    """Every recorded vote with all its ballots, together on one shard, and a row in the change log."""
    sessions = context.partition_keys
    with our_errors():
        province_of = provinces(loading)
        for session in sessions:
            report = load_votes(loading, session, province_of)
            metadata = load_metadata(loading, report, url=loading.addresses.vote_list(session))
            by_month = counts.vote_months(loading.stores.shards, session)
            metadata |= plot(plots.months(by_month, f"Votes of {session} by month and result"))
            context.add_asset_metadata(metadata, partition_key=session)
        return dg.MaterializeResult(check_results=list(load_checks(loading, VOTES, CHECKS, sessions)))
