"""Creates and updates topics as declared. Differences that cannot be changed safely are reported; nothing is ever
deleted."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from kafka.errors import KafkaError, TopicAlreadyExistsError

from warehouse.kafka.addresses import bootstrap, client_settings, unavailable
from warehouse.model.changes.topics import TOPICS, Topic
from warehouse.runtime.errors import StoreUnavailable

_REPLICAS = 3


class Reconciled(msgspec.Struct, frozen=True, kw_only=True):
    """Differences found and changes made, one line each."""

    created: list[str] = []
    changed: list[str] = []
    differing: list[str] = []
    """Differences that were left alone."""


@contextmanager
def _admin(url: str) -> Iterator[Any]:
    try:
        admin = KafkaAdminClient(**client_settings(url), client_id="openpolicy")
        try:
            yield admin
        finally:
            admin.close()
    except KafkaError as error:
        raise unavailable(url, error) from error


def reconcile(url: str, topics: Sequence[Topic] = TOPICS) -> Reconciled:
    """Create missing topics, and set the others' settings as declared.

    Replication is 3 if there are three brokers, else 1. No topic is created while fewer brokers answer than the URL
    names, because it would keep too few replicas. Partitions are never added, because keys would move to another
    partition and lose the order of their events; a shorter retention would delete messages. Both are reported.

    Raises:
        StoreUnavailable: no broker answers, one refuses, or some are not up yet.
    """
    report = Reconciled()
    with _admin(url) as admin:
        brokers = len(admin.describe_cluster()["brokers"])
        replicas = _REPLICAS if brokers >= _REPLICAS else 1
        existing = set(admin.list_topics())
        missing = [topic for topic in topics if topic.name not in existing]
        if missing and brokers < (named := min(_REPLICAS, len(bootstrap(url)))):
            raise StoreUnavailable(
                f"Kafka has {brokers} of {named} brokers, too few to make topics.", fix="Wait for them, or start them."
            )
        _create(admin, missing, replicas, report)
        known = [topic for topic in topics if topic.name in existing]
        if known:
            _compare_shapes(admin, known, replicas, report)
            _compare_settings(admin, known, report)
    return report


def _create(admin: Any, missing: Sequence[Topic], replicas: int, report: Reconciled) -> None:
    for topic in missing:
        wanted = {"num_partitions": topic.partitions, "replication_factor": replicas, "configs": topic.config}
        try:
            admin.create_topics({topic.name: wanted})
        except TopicAlreadyExistsError:
            continue  # another process has just created it, from the same declaration
        report.created.append(f"{topic.name}: {topic.partitions} partitions, {replicas} replicas")
    admin.wait_for_topics([topic.name for topic in missing], timeout_ms=30_000)


def _compare_shapes(admin: Any, topics: Sequence[Topic], replicas: int, report: Reconciled) -> None:
    found = {topic["name"]: topic["partitions"] for topic in admin.describe_topics([topic.name for topic in topics])}
    for topic in topics:
        partitions = found[topic.name]
        if len(partitions) != topic.partitions:
            report.differing.append(f"{topic.name}: {len(partitions)} partitions, declared {topic.partitions}")
        fewest = min(len(partition["replica_nodes"]) for partition in partitions)
        if fewest < replicas:
            report.differing.append(f"{topic.name}: {fewest} replicas, declared {replicas}")


def _compare_settings(admin: Any, topics: Sequence[Topic], report: Reconciled) -> None:
    resources = [ConfigResource(ConfigResourceType.TOPIC, topic.name) for topic in topics]
    described = admin.describe_configs(resources, config_filter="all")["topic"]
    for topic in topics:
        found = {name: setting["value"] for name, setting in described[topic.name].items()}
        different = {name: value for name, value in topic.config.items() if found.get(name) != value}
        unsafe = {name for name in different if _would_lose(name, found.get(name), different[name])}
        report.differing.extend(
            f"{topic.name}: {name} is {found.get(name)}, declared {different[name]}" for name in unsafe
        )
        safe = {name: value for name, value in different.items() if name not in unsafe}
        if safe:
            admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic.name, safe)])
            report.changed.extend(f"{topic.name}: {name} = {value}" for name, value in safe.items())


def _would_lose(name: str, found: str | None, declared: str) -> bool:
    """Whether applying a setting could delete messages, or refuse messages that are accepted now."""
    if name == "cleanup.policy":
        return True
    if name in {"retention.ms", "max.message.bytes"} and found is not None:
        return int(found) == -1 or int(found) > int(declared)
    return False
