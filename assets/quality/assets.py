"""The report in the graph: after everything that a run loads, and never in its way."""

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
    """What is doubtful, quarantined and incomplete, as `/quality` shows it: a point of the trend, and Data Docs."""
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
            "completeness": plots.stacked_bars(_completeness(report), "Votes by session: complete, and what lacks"),
            "lag": plots.bars(_waiting(loading), "Changes that wait, by read model"),
        }
        metadata |= {name: plot(markdown)["plot"] for name, markdown in drawn.items() if markdown}
        return dg.MaterializeResult(metadata=metadata | plot(plots.bars(opened, "Open findings by rule")))


def _completeness(report: QualityReport) -> dict[tuple[str, str], int]:
    """Votes of each session: in both languages and with ballots, else what is missing first."""
    found = {}
    for each in report.sessions:
        without = each.votes_without_ballots
        lacking_french = min(each.votes_without_french, each.votes - without)
        found[each.session, "no ballots"] = without
        found[each.session, "no French"] = lacking_french
        found[each.session, "complete"] = each.votes - without - lacking_french
    return {place: votes for place, votes in found.items() if votes}


def _waiting(loading: Loading) -> dict[str, int]:
    """Changes that each read model, and the relay, has not taken yet."""
    found: dict[str, int] = {}
    for each in read_status(loading.stores.catalog, loading.stores.shards).positions:
        found[each.reader] = found.get(each.reader, 0) + each.waiting
    return found
