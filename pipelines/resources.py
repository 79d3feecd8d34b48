"""The resources that assets receive: plain objects, made from the settings when a run starts, so that no secret is in
Dagster's configuration."""

from collections.abc import Generator
from contextlib import contextmanager

import dagster as dg

from assets.checking.expectations import validate
from assets.ingest import open_loading
from assets.loading import Loading
from assets.progress import Silent
from warehouse.runtime.settings import read_settings


class LoadingResource(dg.ConfigurableResource[Loading]):
    """Stores and access to upstream, opened and closed with each run. Suites are evaluated by Great Expectations."""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Generator[Loading, None, None]:
        """Open everything for the duration of the run."""
        with open_loading(read_settings(), Silent(), validate) as (loading, held):
            if context.log is not None:
                context.log.info(f"upstream holds {held.kind} documents of {len(held.sessions)} sessions")
            yield loading
