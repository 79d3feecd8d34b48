"""Dataset releases in the graph: an asset made of all that is stored, and a check that reads every file back."""

from typing import Any

import dagster as dg

from assets.graph.shared import OWNERS, Materialized, our_errors
from assets.loading import Loading
from warehouse.objects.release_store import ReleaseStore
from warehouse.runtime.clock import now
from warehouse.workers.releases.make import make
from warehouse.workers.releases.verify import verify

_WHOLE = "every_file_is_whole"
_NAME = "out_objects__release"


@dg.asset(
    name=_NAME,
    group_name="releases",
    kinds={"parquet"},
    owners=OWNERS,
    code_version="1",
    deps=["core_legisinfo__sessions", "core_legisinfo__bills", "core_ourcommons__votes", "core_ourcommons__members"],
    check_specs=[
        dg.AssetCheckSpec(_WHOLE, asset=_NAME, description="Every file of the release has the SHA-256 that it says.")
    ],
    description="Everything that is held, as Parquet, CSV and NDJSON in the object store. What has not changed since "
    "the last release is not written again.",
)
def out_objects__release(loading: dg.ResourceParam[Loading]) -> Materialized:
    """Makes a release, and proves it."""
    stores = loading.stores
    store = ReleaseStore(stores.settings.objects_url)
    with our_errors():
        made = make(stores.catalog, stores.shards, store, now())
        verdict = verify(stores.catalog, stores.shards, store)
    whole = dg.AssetCheckResult(
        check_name=_WHOLE,
        passed=not verdict.damage,
        description="; ".join(verdict.damage[:3]) or None,
        metadata={"files": verdict.files, "bytes": verdict.bytes},
    )
    metadata: dict[str, Any] = {
        "dagster/row_count": made.rows,
        "release": made.release,
        "is_new": made.is_new,
        "tables_written": len(made.written),
        "tables_as_before": made.taken_over,
        "bytes": made.bytes,
    }
    return dg.MaterializeResult(metadata=metadata, check_results=[whole])
