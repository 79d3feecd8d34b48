"""Three real brokers for a test run; each test finds the declared topics, empty."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from deploy.servers.kafka.cluster import KafkaCluster
from warehouse.kafka.addresses import bootstrap
from warehouse.kafka.topics import reconcile
from warehouse.model.changes.topics import TOPICS
from warehouse.workers.read_models.registry import READ_MODELS, group_of

BROKERS = 3
_PREFIX = "openpolicy-kafka-"


@pytest.fixture(scope="session")
def brokers() -> Iterator[KafkaCluster]:
    """Three brokers on this machine; a test that ends one starts it again."""
    _remove_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    cluster = KafkaCluster(folder)
    try:
        cluster.start(BROKERS)
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned() -> None:
    """End the brokers of runs that were killed: their folders carry the run's pid."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if pid.isdigit() and not psutil.pid_exists(int(pid)) and os.access(folder, os.W_OK):
            KafkaCluster(folder).stop()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def kafka_url(brokers: KafkaCluster) -> str:
    """The brokers, all of them running, with the declared topics and nothing in them."""
    return emptied(brokers)


def emptied(brokers: KafkaCluster) -> str:
    """The same, for fixtures of a wider scope."""
    for broker in brokers.brokers:
        if not brokers.is_running(broker.number):
            brokers.restart(broker.number)
    admin = KafkaAdminClient(bootstrap_servers=bootstrap(brokers.url), request_timeout_ms=15_000)
    try:
        _empty(admin)
    finally:
        admin.close()
    reconcile(brokers.url)
    return brokers.url


def _empty(admin: Any) -> None:
    names = {topic.name for topic in TOPICS}
    if existing := names & set(admin.list_topics()):
        admin.delete_topics(list(existing))
    end = time.monotonic() + 90
    while names & set(admin.list_topics()):
        assert time.monotonic() < end, "the topics of the last test are still there"
        time.sleep(0.1)
    for name in READ_MODELS:
        while True:
            try:
                admin.delete_groups([group_of(name)])
                break
            except KafkaError as error:  # not there, or its last member is just leaving
                if "NotFound" in type(error).__name__ or time.monotonic() > end:
                    break
                time.sleep(0.2)
