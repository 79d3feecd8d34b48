"""What assets receive: plain objects, made from the settings when a run starts, so that no secret is configuration."""

from collections.abc import Generator
from contextlib import contextmanager

import dagster as dg

from assets.checking.expectations import validate
from assets.ingest import open_loading
from assets.loading import Loading
from assets.progress import Silent
from warehouse.runtime.settings import read_settings


class LoadingResource(dg.ConfigurableResource[Loading]):
    """The stores and the way upstream, opened once a run and closed with it. Great Expectations judges."""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Generator[Loading, None, None]:
        """Open everything for as long as the run takes."""
        with open_loading(read_settings(), Silent(), validate) as (loading, held):
            if context.log is not None:
                context.log.info(f"upstream holds {held.kind} documents of {len(held.sessions)} sessions")
            yield loading
