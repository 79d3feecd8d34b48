"""The lists in the graph: what the API lists and filters, one narrow row each in the catalog.

One projection fills all three. Each asset runs it, because a refused bill list must not hold up the list of votes; the
second and third find nothing left to do.
"""

from collections.abc import Sequence

import dagster as dg

from assets.graph.shared import OWNERS, Materialized, our_errors
from assets.ingest import project
from assets.loading import Loading
from warehouse.postgres.catalog import counts


def _list(name: str, thing: str, deps: Sequence[str], description: str) -> dg.AssetsDefinition:
    @dg.asset(
        name=name,
        group_name="lists",
        kinds={"postgres"},
        owners=OWNERS,
        code_version="1",
        deps=deps,
        description=description,
    )
    def listed(loading: dg.ResourceParam[Loading]) -> Materialized:
        with our_errors():
            applied = project(loading)
            rows = counts.list_rows(loading.stores.catalog)[thing]
            return dg.MaterializeResult(metadata={"dagster/row_count": rows, "applied": applied})

    return listed


out_catalog__bill_list = _list(
    "out_catalog__bill_list", "bills", ["core_legisinfo__bills"], "Every bill as the API lists it."
)
out_catalog__vote_list = _list(
    "out_catalog__vote_list", "votes", ["core_ourcommons__votes"], "Every recorded vote as the API lists it."
)
out_catalog__member_list = _list(
    "out_catalog__member_list", "members", ["core_ourcommons__members"], "Every member as the API lists them."
)
