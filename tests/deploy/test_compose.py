"""The compose file has the topology that the tests of the cluster run."""

from pathlib import Path
from typing import Any

import yaml

from deploy.local.supervisor import SHARDS
from deploy.servers.elasticsearch.install import VERSION
from deploy.servers.kafka.cluster import CLUSTER_ID
from deploy.servers.kafka.install import HERE

COMPOSE = Path(__file__).resolve().parents[2] / "deploy" / "compose"


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((COMPOSE / "compose.yaml").read_text(encoding="utf-8")))


def test_three_brokers_know_each_other() -> None:
    services = compose()["services"]
    brokers = {name: service for name, service in services.items() if name.startswith("kafka")}
    assert set(services) == {"kafka-1", "kafka-2", "kafka-3", "postgres", "redis", "elasticsearch", "clickhouse"}
    voters = ",".join(f"{number}@{name}:9093" for number, name in enumerate(sorted(brokers), start=1))
    version = (HERE / "pom.xml").read_text(encoding="utf-8").partition("kafka_2.13</artifactId><version>")[2]
    for number, (name, broker) in enumerate(sorted(brokers.items()), start=1):
        settings = broker["environment"]
        port = f"{number}9092"
        assert (settings["KAFKA_NODE_ID"], settings["CLUSTER_ID"]) == (str(number), CLUSTER_ID)
        assert settings["KAFKA_CONTROLLER_QUORUM_VOTERS"] == voters
        assert settings["KAFKA_ADVERTISED_LISTENERS"] == f"INTERNAL://{name}:9092,EXTERNAL://127.0.0.1:{port}"
        assert broker["ports"] == [f"127.0.0.1:{port}:{port}"]
        assert broker["image"] == f"apache/kafka:{version.partition('<')[0]}"


def test_brokers_are_set_as_the_tests_own_are() -> None:
    shared = compose()["x-broker"]["environment"]
    lines = (HERE / "server.properties").read_text(encoding="utf-8").replace("@REPLICATION@", "3").split()
    tested = dict(line.replace("@IN_SYNC@", "2").split("=", 1) for line in lines)
    for name, value in shared.items():
        key = name.removeprefix("KAFKA_").lower().replace("_", ".")
        if key.endswith((".factor", ".isr", ".replicas", ".enable")):
            assert tested[key] == value


def test_elasticsearch_is_the_version_that_the_tests_run() -> None:
    assert compose()["services"]["elasticsearch"]["image"] == f"elasticsearch:{VERSION}"


def test_what_keeps_facts_has_a_volume_and_what_answers_over_http_says_whether_it_does() -> None:
    described = compose()
    for name in ("postgres", "elasticsearch", "clickhouse"):
        service = described["services"][name]
        assert service["volumes"][0].partition(":")[0] in described["volumes"]
        assert service["healthcheck"]["test"][0] == "CMD"


def test_nothing_is_open_to_other_machines() -> None:
    for service in compose()["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_every_database_of_an_installation_is_made() -> None:
    made = (COMPOSE / "databases.sql").read_text(encoding="utf-8")
    for name in ("catalog", "dagster", *(f"shard_{number}" for number in range(SHARDS))):
        assert f"create database {name};" in made
