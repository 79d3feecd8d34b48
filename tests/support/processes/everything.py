"""A whole installation with Kafka: relay and consumers as processes, every store, and whether all agree."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import msgspec

from tests.support.processes.killable import Killable
from tests.support.processes.streaming import wait_until
from warehouse.postgres.catalog.loads import open_shards
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.settings import Settings
from warehouse.workers.read_models.registry import READ_MODELS, configured, open_read_model
from warehouse.workers.upkeep.verify import verify
from warehouse.workers.upkeep.verify_read_models import compare_opened


class Everything:
    """Processes by name: `relay`, and each read model. What ended is started again by who ended it."""

    def __init__(self, settings: Settings, catalog: Database, shards: Shards) -> None:
        self.settings, self.catalog, self.shards = settings, catalog, shards
        self.running: dict[str, Killable] = {}

    def start(self, name: str, failpoint: str = "") -> Killable:
        """Start the relay, a second one (`relay 2`), or the consumer of a read model."""
        role, read_model = ("consume", name) if name in READ_MODELS else ("relay", "")
        self.running[name] = Killable(role, self.settings, read_model=read_model, failpoint=failpoint)  # type: ignore[arg-type]
        return self.running[name]

    def ingest(self, upstream_url: str, failpoint: str = "") -> Killable:
        """Start an ingestion."""
        asked = msgspec.structs.replace(self.settings, legisinfo_url=upstream_url, ourcommons_url=upstream_url)
        return Killable("ingest", asked, failpoint=failpoint)

    def stop(self) -> None:
        """End every process, all at the same time."""
        for process in self.running.values():
            process.end()
        for process in self.running.values():
            process.join()

    def problems(self) -> list[str]:
        """What `verify` finds, without taking a read model away from who leads it."""
        report = verify(self.catalog, self.shards)
        found = [] if report.clean else report.lines
        for name in configured(self.settings):
            with closing(open_read_model(name, self.settings, self.catalog)) as read_model:
                found += compare_opened(read_model, self.catalog, self.shards).problems
        return found

    def wait_until_clean(self, what: str, seconds: float = 240) -> None:
        """Wait until every store shows the newest of every log, and nothing else."""
        problems: list[str] = []

        def clean() -> bool:
            problems[:] = self.problems()
            return not problems

        try:
            wait_until(clean, what, seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}; {'; '.join(problems[:8])}") from error


def everything(kafka_url: str, database_urls: list[str], clickhouse_url: str, folder: Path) -> Iterator[Everything]:
    """Everything running, until the caller is done."""
    settings = Settings(
        catalog_url=database_urls[0],
        shard_urls=tuple(database_urls[1:]),
        kafka_url=kafka_url,
        objects_url=(folder / "archive").as_uri(),
        search_url=f"tantivy:{folder / 'search'}",
        clickhouse_url=clickhouse_url,
    )
    with ExitStack() as stack:
        catalog = stack.enter_context(closing(Database(settings.catalog_url)))
        shards = stack.enter_context(closing(open_shards(catalog, settings.shard_urls)))
        found = Everything(settings, catalog, shards)
        stack.callback(found.stop)
        for name in ("relay", *configured(settings)):
            found.start(name)
        yield found
