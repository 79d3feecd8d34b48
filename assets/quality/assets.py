"""The report in the graph: after everything that a run loads, and never in its way."""

import dagster as dg

from assets import plots
from assets.graph import OWNERS, Materialized, our_errors, plot
from assets.loading import Loading
from assets.quality.data_docs import pages
from warehouse.postgres import quality


@dg.asset(
    group_name="quality", kinds={"greatexpectations", "postgres"}, owners=OWNERS, code_version="1",
    deps=["out_catalog__bill_list", "out_catalog__vote_list", "out_catalog__member_list"],
)  # fmt: skip
def out_catalog__quality(loading: dg.ResourceParam[Loading]) -> Materialized:
    """What is doubtful, parked and incomplete, as `/quality` shows it: a point of the trend, and Data Docs."""
    catalog = loading.stores.catalog
    with our_errors():
        quality.record_run(catalog)
        made = pages(quality.judged(catalog))
        quality.keep_data_docs(catalog, made)
        report = quality.read_report(catalog)
        opened = {rule.rule: rule.open for rule in report.rules}
        metadata = {
            "dagster/row_count": sum(opened.values()), "parked": report.parked_count,
            "disputed": len(report.disputed), "data_docs": len(made),
        }  # fmt: skip
        return dg.MaterializeResult(metadata=metadata | plot(plots.bars(opened, "Open findings by rule")))
