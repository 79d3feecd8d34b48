"""Makes the topics what the declaration says. What cannot be changed safely is reported; nothing is ever destroyed."""

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
    """What was found and done, one line each."""

    created: list[str] = []
    changed: list[str] = []
    differing: list[str] = []
    """What is not as declared and was left alone."""


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
    """Create the topics that are missing, and bring the others' settings to the declaration.

    Replication is 3 where there are three brokers, else 1. While fewer are there than the URL names, no topic is made:
    it would keep the few replicas it began with. Partitions are never added: a key would go to another one, and the
    order of its events would be lost; a shorter retention would delete what is kept: both are reported.

    Raises:
        StoreUnavailable: no broker answers, one refuses, or some are not there yet.
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
            continue  # another process made it just now, from the same declaration
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
    """Whether applying a setting could delete messages, or refuse some that are taken now."""
    if name == "cleanup.policy":
        return True
    if name in {"retention.ms", "max.message.bytes"} and found is not None:
        return int(found) == -1 or int(found) > int(declared)
    return False
