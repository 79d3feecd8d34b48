"""Members in the graph: the House's lists, and the members with their memberships in the catalog."""

import dagster as dg

from assets.graph import plots
from assets.graph.partitions import SESSIONS, in_order, sessions_of_run
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
from assets.members.checks import CHECKS
from assets.members.load import SESSION, fetch_members, listed_members, load_members
from assets.members.roles import fetch_roles
from assets.upstream.addresses import MEMBERS, ROLES
from warehouse.postgres.catalog import ballot_runs, counts

GROUP = "members"


@dg.asset(group_name=GROUP, kinds={"xml", "csv"}, owners=OWNERS, check_specs=[fetch_spec("raw_ourcommons__members")])
def raw_ourcommons__members(context: dg.AssetExecutionContext, loading: dg.ResourceParam[Loading]) -> Materialized:
    """The House's lists of members: the sitting ones, and those of the Parliaments that are loaded."""
    with our_errors():
        existing = in_order(context.instance.get_dynamic_partitions(str(SESSIONS.name)))
        stored = {session.key for session in ballot_runs.sessions(loading.stores.catalog)}
        fetched = fetch_members(loading, sorted(stored | {*sessions_of_run(context.run.tags, existing)}))
        return dg.MaterializeResult(
            metadata=fetch_metadata(loading, fetched, MEMBERS, SESSION), check_results=[fetch_check(loading, MEMBERS)]
        )


@dg.asset(
    group_name=GROUP,
    kinds={"xml"},
    owners=OWNERS,
    deps=[raw_ourcommons__members, "core_ourcommons__votes"],
    check_specs=[fetch_spec("raw_ourcommons__member_roles")],
)
def raw_ourcommons__member_roles(loading: dg.ResourceParam[Loading]) -> Materialized:
    """Roles documents (dated terms, caucuses and offices) of everybody with a ballot or in a list; fetched over several
    runs."""
    with our_errors():
        fetched = fetch_roles(loading, listed_members(loading))
        return dg.MaterializeResult(
            metadata=fetch_metadata(loading, fetched, ROLES, SESSION), check_results=[fetch_check(loading, ROLES)]
        )


@dg.asset(
    group_name=GROUP,
    kinds={"postgres"},
    owners=OWNERS,
    code_version=LOADED_BY,
    deps=[raw_ourcommons__members, raw_ourcommons__member_roles, "core_ourcommons__votes"],
    check_specs=load_specs("core_ourcommons__members", CHECKS),
)
def core_ourcommons__members(loading: dg.ResourceParam[Loading]) -> Materialized:
    """Every member with ridings and caucuses by period, derived from ballots, lists and roles."""
    with our_errors():
        metadata = load_metadata(loading, load_members(loading), url=loading.addresses.members("xml", "en"))
        metadata |= plot(plots.bars(counts.seats(loading.stores.catalog), "Seats by caucus"))
        checks = list(load_checks(loading, MEMBERS, CHECKS, [SESSION]))
        return dg.MaterializeResult(metadata=metadata, check_results=checks)
