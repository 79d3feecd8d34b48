"""The report in the graph: it follows everything that a run loads and never blocks it."""

import dagster as dg

from assets.graph import plots
from assets.graph.shared import OWNERS, Materialized, our_errors, plot
from assets.loading import Loading
from assets.quality.data_docs import pages
from warehouse.model.quality import QualityReport
from warehouse.postgres.catalog import quality
from warehouse.postgres.status import read_status


@dg.asset(
    group_name="quality",
    kinds={"greatexpectations", "postgres"},
    owners=OWNERS,
    code_version="1",
    deps=[
        "out_catalog__bill_list",
        "out_catalog__vote_list",
        "out_catalog__member_list",
        "out_catalog__bill_statistics",
        "out_search__documents",
        "out_clickhouse__facts",
    ],
)
def out_catalog__quality(loading: dg.ResourceParam[Loading]) -> Materialized:
    """The data of `/quality`: findings, quarantined records and completeness, a point of the trend, and Data Docs."""
    catalog = loading.stores.catalog
    with our_errors():
        quality.record_run(catalog)
        made = pages(quality.judged(catalog))
        quality.keep_data_docs(catalog, made)
        report = quality.read_report(catalog)
        opened = {rule.rule: rule.open for rule in report.rules}
        metadata = {
            "dagster/row_count": sum(opened.values()),
            "quarantined": report.quarantined_count,
            "disputed": len(report.disputed),
            "data_docs": len(made),
        }
        drawn = {
            "completeness": plots.stacked_bars(_completeness(report), "Votes by session: complete, or what is missing"),
            "lag": plots.bars(_waiting(loading), "Waiting changes by read model"),
        }
        metadata |= {name: plot(markdown)["plot"] for name, markdown in drawn.items() if markdown}
        return dg.MaterializeResult(metadata=metadata | plot(plots.bars(opened, "Open findings by rule")))


def _completeness(report: QualityReport) -> dict[tuple[str, str], int]:
    """Votes of each session: complete (both languages and ballots), else the first thing that is missing."""
    found = {}
    for each in report.sessions:
        without = each.votes_without_ballots
        lacking_french = min(each.votes_without_french, each.votes - without)
        found[each.session, "no ballots"] = without
        found[each.session, "no French"] = lacking_french
        found[each.session, "complete"] = each.votes - without - lacking_french
    return {place: votes for place, votes in found.items() if votes}


def _waiting(loading: Loading) -> dict[str, int]:
    """Changes that each read model and the relay have not applied yet."""
    found: dict[str, int] = {}
    for each in read_status(loading.stores.catalog, loading.stores.shards).positions:
        found[each.reader] = found.get(each.reader, 0) + each.waiting
    return found
