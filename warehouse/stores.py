"""All stores that a loader needs, opened together from the settings and closed together."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from warehouse.objects.archive import Archive
from warehouse.objects.past_states import ParquetStates
from warehouse.postgres.catalog.documents import DocumentRegister
from warehouse.postgres.catalog.loads import open_shards
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.errors import SettingInvalid
from warehouse.runtime.settings import Settings


class Stores(msgspec.Struct, frozen=True):
    """The stores of one installation."""

    catalog: Database
    shards: Shards
    archive: Archive
    documents: DocumentRegister
    settings: Settings
    """The settings they were opened with. With Kafka, its consumers update the read models, so loaders do not."""


@contextmanager
def open_stores(settings: Settings) -> Iterator[Stores]:
    """The stores named by the settings.

    Raises:
        SettingInvalid: a store has no URL; `openpolicy run` sets them for the servers it starts.
        StoreUnavailable: a database cannot be reached or was not migrated.
    """
    for name in ("catalog_url", "shard_urls", "objects_url"):
        if not getattr(settings, name):
            raise SettingInvalid(
                f"OPENPOLICY_{name.upper()} is not set.", fix="Set it, or use `openpolicy run`, which starts its own."
            )
    past = ParquetStates(settings.objects_url)
    catalog = Database(settings.catalog_url, shards=len(settings.shard_urls), past=past)
    try:
        shards = open_shards(catalog, settings.shard_urls)
        try:
            yield Stores(catalog, shards, Archive(settings.objects_url), DocumentRegister(catalog), settings)
        finally:
            shards.close()
    finally:
        catalog.close()
