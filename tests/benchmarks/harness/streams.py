"""What the measurements of the stream share: databases of their own, the processes that follow the change logs."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import msgspec

from deploy.local.system.ports import free_port
from deploy.servers.kafka.cluster import KafkaCluster
from deploy.servers.kafka.install import install
from tests.benchmarks.harness.installation import SHARDS, Installation, child
from tests.support.servers.clickhouse import Endpoint
from warehouse.clickhouse.migrate import migrate as migrate_clickhouse
from warehouse.postgres.catalog import loads
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.migrate import create_database, migrate
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.errors import StoreUnavailable


class Stream(msgspec.Struct, frozen=True):
    """An installation of one measurement and what its processes are told."""

    catalog: Database
    shards: Shards
    urls: list[str]
    variables: dict[str, str]
    folder: Path


@contextmanager
def stream(installed: Installation, name: str, *, kafka: bool, stores: bool = True) -> Iterator[Stream]:
    """Empty databases and, with `stores`, an index and ClickHouse's local endpoint; with `kafka` one broker."""
    folder = installed.folder / name
    folder.mkdir()
    urls = [installed.server.url(f"{name}_{each}") for each in ("catalog", *range(SHARDS))]
    for url in urls:
        create_database(url)
    migrate(urls[0], urls[1:])
    variables = installed.environment | {
        "OPENPOLICY_CATALOG_URL": urls[0],
        "OPENPOLICY_SHARD_URLS": ",".join(urls[1:]),
        "OPENPOLICY_OBJECTS_URL": (folder / "archive").as_uri(),
    }
    with ExitStack() as stack:
        if stores:
            endpoint = Endpoint(folder)
            stack.callback(endpoint.end)
            endpoint.start()
            migrate_clickhouse(endpoint.url)
            variables |= {
                "OPENPOLICY_SEARCH_URL": f"tantivy:{folder / 'search'}",
                "OPENPOLICY_CLICKHOUSE_URL": endpoint.url,
            }
        if kafka:
            cluster = KafkaCluster(folder / "kafka")
            stack.callback(cluster.stop)
            cluster.start(1)
            variables["OPENPOLICY_KAFKA_URL"] = cluster.url
        catalog = stack.enter_context(closing(Database(urls[0])))
        loads.claim_dataset(catalog, "simulated")
        shards = stack.enter_context(closing(loads.open_shards(catalog, urls[1:])))
        yield Stream(catalog, shards, urls, variables, folder)


@contextmanager
def serving(found: Stream, **variables: str) -> Iterator[str]:
    """The API in a process of its own; its address."""
    port = free_port()
    command = [sys.executable, "-m", "deploy.cli", "serve", "--port", str(port)]
    with child("serve", command, found.folder, found.variables | variables, port):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def following(found: Stream, *command: str) -> Iterator[int]:
    """`relay`, or `consume all`, in a process of its own until the block ends; its pid."""
    port = free_port()
    arguments = [sys.executable, "-m", "deploy.cli", *command, "--metrics-port", str(port)]
    with child(command[0], arguments, found.folder, found.variables, port) as pid:
        yield pid


def has_kafka() -> bool:
    """Whether this machine can have brokers."""
    try:
        install()
    except StoreUnavailable:
        return False
    return True
