"""`openpolicy relay` and `openpolicy consume`: one process each, in the foreground, until a signal comes."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client import start_http_server

from assets.progress import Progress
from deploy.local.attached import databases, found_stores
from deploy.local.supervisor import Say
from deploy.local.system import ports
from warehouse.kafka.topics import reconcile
from warehouse.postgres.roles import CONSUMER, RELAY
from warehouse.runtime import telemetry
from warehouse.runtime.errors import SettingInvalid, StoreUnavailable
from warehouse.runtime.settings import Settings
from warehouse.workers.read_models.registry import READ_MODELS, select_read_models
from warehouse.workers.stream.consumers import Consumers
from warehouse.workers.stream.lag import StreamStatus, read_stream
from warehouse.workers.stream.metrics import Measures, StreamCollector
from warehouse.workers.stream.relay import Relay
from warehouse.workers.stream.threads import ThreadGroup
from warehouse.workers.upkeep.rebuild import Rebuilt, entities
from warehouse.workers.upkeep.rebuild import rebuild as build

_RETRY_S = 2.0


def require_kafka(settings: Settings) -> str:
    """The URL of Kafka.

    Raises:
        SettingInvalid: it is not set.
    """
    if not settings.kafka_url:
        raise SettingInvalid(
            "OPENPOLICY_KAFKA_URL is not set.",
            fix="Set it to kafka://host:port,…; without Kafka, consumers read the change logs and no relay is needed.",
        )
    return settings.kafka_url


def relay(data_dir: Path | None, settings: Settings, say: Say, *, metrics_port: int | None = None) -> None:
    """Publish every change log until a signal comes.

    Raises:
        SettingInvalid: there is no Kafka to publish to.
        StoreUnavailable: the relay of a log ended by itself, which should never happen.
    """
    kafka_url = require_kafka(settings)
    with found_stores(data_dir, settings, say, RELAY) as found, databases(found) as (catalog, shards):
        telemetry.start("relay")
        measures = Measures()
        running = Relay(catalog, shards, kafka_url, measures)
        with _until_a_signal(running, "The relay of a change log ended."):
            _serve_metrics(metrics_port, measures, lambda: read_stream(found, catalog, shards), say)
            _make_topics(kafka_url, say)
            running.start()
            say(f"Relaying {len(shards.databases) + 1} change logs. Ctrl-C stops it.")


def consume(name: str, data_dir: Path | None, settings: Settings, say: Say, *, metrics_port: int | None = None) -> None:
    """Keep one read model, or all, up to date until a signal comes.

    Raises:
        SettingInvalid: there is no such consumer.
        StoreUnavailable: a consumer ended by itself, which should never happen.
    """
    with (
        found_stores(data_dir, settings, say, CONSUMER) as found,
        databases(found, size=len(READ_MODELS) + 2) as (
            catalog,
            shards,
        ),  # one for each thread, and one for the metrics
    ):
        telemetry.start("consumer")
        names = select_read_models(name, found)
        measures = Measures()
        running = Consumers(names, found, catalog, shards, measures)
        with _until_a_signal(running, "A consumer ended."):
            _serve_metrics(metrics_port, measures, lambda: read_stream(found, catalog, shards), say)
            if found.kafka_url:
                _make_topics(found.kafka_url, say)
            running.start()
            say(f"Consuming for {', '.join(names)} from {_origin(found)}. Ctrl-C stops it.")


@contextmanager
def _until_a_signal(running: ThreadGroup, ended: str) -> Iterator[None]:
    """Run the consumers that the body starts until a signal comes. One that ends by itself is an error.

    Raises:
        StoreUnavailable: one ended by itself; the message is `ended`.
    """
    try:
        yield
        while running.is_alive():
            time.sleep(0.5)
        raise StoreUnavailable(ended, fix="Its log says why; start it again.")
    except KeyboardInterrupt:
        pass
    finally:
        running.stop()


def rebuild(
    name: str, data_dir: Path | None, settings: Settings, *, progress: Progress, say: Say
) -> dict[str, Rebuilt]:
    """Rebuild one read model, or all; returns the results.

    Raises:
        SettingInvalid: there is no such read model.
    """
    with found_stores(data_dir, settings, say, CONSUMER) as found, databases(found) as (catalog, shards):
        done = {}
        for read_model in select_read_models(name, found):
            progress.start(f"rebuild {read_model}", entities(catalog, shards))
            done[read_model] = build(read_model, found, catalog, shards, read=progress.advance)
            progress.done()
        return done


def _serve_metrics(port: int | None, measures: Measures, read: Callable[[], StreamStatus], say: Say) -> None:
    """If a port is given, serve Prometheus metrics on it, on this machine only, while this process lives."""
    if port is None:
        return
    ports.require_free(port, "--metrics-port", "the metrics")
    measures.registry.register(StreamCollector(read))
    start_http_server(port, addr=ports.LOOPBACK, registry=measures.registry)
    say(f"Metrics: http://{ports.LOOPBACK}:{port}/metrics")


def _origin(settings: Settings) -> str:
    return "Kafka" if settings.kafka_url else "the change logs"


def _make_topics(kafka_url: str, say: Say) -> None:
    """Create the topics as declared; waits for Kafka, which may start later."""
    while True:
        try:
            report = reconcile(kafka_url)
            break
        except StoreUnavailable as error:
            say(f"Waiting: {error.message}")
            time.sleep(_RETRY_S)
    for what, lines in (
        ("created", report.created),
        ("changed", report.changed),
        ("NOT AS DECLARED", report.differing),
    ):
        for line in lines:
            say(f"topic {what}: {line}")
