"""Bill statistics in the graph: updates the kept table, refreshes the view, and compares both."""

import time

import dagster as dg

from assets.graph.shared import OWNERS, Materialized, our_errors
from assets.loading import Loading
from warehouse.postgres.catalog import bill_statistics
from warehouse.workers.read_models.bill_statistics import BillStatisticsReadModel
from warehouse.workers.stream.apply import catch_up

PARITY = "view_equals_kept_rows"


@dg.asset(
    group_name="statistics",
    kinds={"postgres"},
    owners=OWNERS,
    code_version="1",
    deps=["core_legisinfo__bills", "core_ourcommons__votes"],
    check_specs=[
        dg.AssetCheckSpec(
            PARITY,
            asset="out_catalog__bill_statistics",
            description="The materialized view, counted anew, has the rows that were kept as votes arrived.",
        )
    ],
)
def out_catalog__bill_statistics(loading: dg.ResourceParam[Loading]) -> Materialized:
    """Votes counted by bill: how many, by whom, and the approval in each chamber's decisive vote."""
    catalog, shards = loading.stores.catalog, loading.stores.shards
    with our_errors():
        applied = catch_up(BillStatisticsReadModel.name, lambda: BillStatisticsReadModel(catalog), catalog, shards)
        began = time.perf_counter()
        bill_statistics.refresh_view(catalog)
        seconds = time.perf_counter() - began
        rows, age_s = bill_statistics.view_age(catalog) or (0, 0.0)
        differing = bill_statistics.view_parity(catalog)
        return dg.MaterializeResult(
            metadata={"dagster/row_count": rows, "applied": applied, "refresh_s": seconds, "age_s": age_s},
            check_results=[
                dg.AssetCheckResult(
                    check_name=PARITY,
                    passed=not differing,
                    metadata={"differing": ", ".join(differing)},
                    severity=dg.AssetCheckSeverity.WARN,  # a vote may arrive between counting and refreshing
                )
            ],
        )
