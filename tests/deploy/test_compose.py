"""The compose file has the topology that the tests of the cluster run, and processes of ours that can start."""

import json
import os
import re
import shlex
import subprocess
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
import typer
import yaml
from packaging.specifiers import SpecifierSet

from deploy.cli.app import app
from deploy.local import redis as redis_server
from deploy.local.postgres.programs import programs
from deploy.local.postgres.server import TEXT_OPTIONS, PostgresServer
from deploy.local.supervisor import SHARDS
from deploy.local.system import children
from deploy.local.system.accounts import server_account
from deploy.local.system.ports import free_port
from deploy.servers.elasticsearch.install import VERSION
from deploy.servers.kafka.cluster import CLUSTER_ID
from deploy.servers.kafka.install import HERE
from tests.support.processes.streaming import wait_until
from warehouse.kafka.addresses import bootstrap, client_settings
from warehouse.postgres import roles
from warehouse.postgres.migrate import migrate
from warehouse.runtime.settings import PREFIX, Settings, read_settings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "deploy" / "compose"
IMAGE = ROOT / "deploy" / "image" / "Dockerfile"


SECRETS = {
    "POSTGRES_PASSWORD": "of-postgres", "API_PASSWORD": "of-api", "LOADER_PASSWORD": "of-loader",
    "RELAY_PASSWORD": "of-relay", "CONSUMER_PASSWORD": "of-consumer", "DAGSTER_PASSWORD": "of-dagster",
    "KAFKA_PASSWORD": "of-kafka", "ELASTIC_PASSWORD": "of-elastic", "CLICKHOUSE_PASSWORD": "of-clickhouse",
    "REDIS_PASSWORD": "of-redis", "CURSOR_SECRET": "of-cursors",
}  # fmt: skip
ROLE_OF = {
    "migrate": "openpolicy", "api": roles.API, "relay": roles.RELAY, "consume": roles.CONSUMER,
    "dagster-web": roles.LOADER, "dagster-daemon": roles.LOADER,
}  # fmt: skip


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((COMPOSE / "compose.yaml").read_text(encoding="utf-8")))


def own_services() -> dict[str, dict[str, Any]]:
    """Those that are our image."""
    return {name: service for name, service in compose()["services"].items() if service["image"] == "openpolicy"}


def instructions(wanted: str) -> list[list[str]]:
    """The words of each instruction of one kind in the image's file, in order."""
    text = re.sub(r"(?m)^#.*\n", "", IMAGE.read_text(encoding="utf-8")).replace("\\\n", " ")
    given = [line.split(maxsplit=1)[1] for line in text.splitlines() if line.startswith(f"{wanted} ")]
    return [
        [*shlex.split(line.partition("[")[0]), *json.loads("[" + line.partition("[")[2])]
        if "[" in line
        else line.split()
        for line in given
    ]


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def parse(arguments: list[str]) -> None:
    """Parse as `openpolicy` would, and call nothing.

    Raises:
        Exception: there is no such command, option or argument; Typer does not export the class.
    """
    command: Any = typer.main.get_command(app)
    context = command.make_context("openpolicy", list(arguments))
    while hasattr(command, "resolve_command"):
        name, command, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        context = command.make_context(name, rest, parent=context)


def filled(value: str, secrets: Mapping[str, str]) -> str:
    """What compose puts in place of `${NAME:?why}`; a name that has no value may not be left out silently."""
    return re.sub(r"\$\{(\w+):\?[^}]+\}", lambda match: secrets[match[1]], value)


def test_three_brokers_know_each_other() -> None:
    services = compose()["services"]
    brokers = {name: service for name, service in services.items() if name.startswith("kafka")}
    servers = {"kafka-1", "kafka-2", "kafka-3", "postgres", "redis", "elasticsearch", "clickhouse"}
    assert set(services) - set(own_services()) == servers
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
        assert re.search(rf"create database {name}( owner openpolicy_dagster)?;", made)


def test_every_process_of_ours_is_the_image_with_a_command_that_exists() -> None:
    ours = own_services()
    for service in ours.values():
        assert service["build"] == {"context": "../..", "dockerfile": "deploy/image/Dockerfile"}
        assert service["image"] == "openpolicy"
        parse(service["command"])
    started = {service["command"][0] for service in ours.values()}
    assert started == {"migrate", "serve", "relay", "consume", "dagster"}
    assert {service["command"][1] for service in ours.values() if service["command"][0] == "dagster"} == {
        "web",
        "daemon",
    }
    assert ours["consume"]["command"][1] == "all"
    parse([*instructions("ENTRYPOINT")[0][1:], *instructions("CMD")[0]])


@pytest.mark.parametrize(
    "command", [["migrat"], ["serve", "--hots", "0.0.0.0"], ["relay", "all"], ["dagster", "web", "x"]]
)
def test_a_command_that_does_not_exist_is_noticed(command: list[str]) -> None:
    with pytest.raises(Exception, match=r"No such (command|option)|unexpected extra argument"):
        parse(command)


def test_every_variable_is_one_that_is_read_and_has_a_value_that_is_allowed() -> None:
    known = {PREFIX + name.upper() for name in Settings.__struct_fields__}
    by_image = dict(text.split("=", 1) for text in instructions("ENV")[-1])
    assert set(by_image) - known == {"PATH", "PYTHONUNBUFFERED", "DAGSTER_HOME"}
    databases = set(re.findall(r"create database (\w+)", (COMPOSE / "databases.sql").read_text(encoding="utf-8")))
    found = {}
    for name, service in own_services().items():
        given = {name: filled(value, SECRETS) for name, value in service["environment"].items()}
        assert set(given) <= known
        settings = read_settings({**by_image, **given})
        assert settings.rate_limit == (("60/minute", "1000/hour") if name == "api" else ())
        stores = {field: getattr(settings, field) for field in Settings.__struct_fields__ if field.endswith("_url")}
        found[name] = {field for field, url in stores.items() if not url}
        if name.startswith("dagster"):
            assert urlsplit(settings.dagster_url).path == "/dagster"
            assert urlsplit(settings.dagster_url).username == "openpolicy_dagster"
        named = [settings.catalog_url, *settings.shard_urls]
        assert {urlsplit(url).username for url in named} == {ROLE_OF[name]}
        assert [urlsplit(url).path for url in settings.shard_urls] == [f"/shard_{number}" for number in range(SHARDS)]
        assert {urlsplit(url).path.removeprefix("/") for url in named} == databases - {"dagster"}
        hosts = {address.partition(":")[0] for address in bootstrap(settings.kafka_url)}
        hosts |= {urlsplit(url).hostname or "" for url in (*named, settings.search_url, settings.clickhouse_url)}
        hosts.add(urlsplit(settings.redis_url).hostname or "")
        assert hosts == set(compose()["services"]) - set(own_services())
        client = client_settings(settings.kafka_url)
        jaas = filled(
            compose()["x-broker"]["environment"]["KAFKA_LISTENER_NAME_INTERNAL_PLAIN_SASL_JAAS_CONFIG"], SECRETS
        )
        assert client["sasl_mechanism"] == compose()["x-broker"]["environment"]["KAFKA_SASL_ENABLED_MECHANISMS"]
        assert f'user_{client["sasl_plain_username"]}="{client["sasl_plain_password"]}"' in jaas
        servers = (settings.redis_url, settings.search_url, settings.clickhouse_url)
        assert [urlsplit(url).password for url in servers] == ["of-redis", "of-elastic", "of-clickhouse"]
    assert all(unset == set() for name, unset in found.items() if name.startswith("dagster"))
    assert all(unset == {"dagster_url"} for name, unset in found.items() if not name.startswith("dagster"))


def test_every_server_wants_a_password_and_none_is_on_a_command_line() -> None:
    services = compose()["services"]
    for service in services.values():
        for words in (service.get("command", []), service.get("healthcheck", {}).get("test", [])):
            assert not any("${" in word for word in words), "compose would write the password into the command"
    brokers = compose()["x-broker"]["environment"]
    protocols = dict(each.split(":") for each in brokers["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"].split(","))
    assert set(protocols.values()) == {"SASL_PLAINTEXT"}
    for listener in protocols:
        assert "user_openpolicy=" in brokers[f"KAFKA_LISTENER_NAME_{listener}_PLAIN_SASL_JAAS_CONFIG"]
    assert services["elasticsearch"]["environment"]["xpack.security.enabled"] == "true"
    for name, variable in (
        ("elasticsearch", "ELASTIC_PASSWORD"),
        ("redis", "REDIS_PASSWORD"),
        ("postgres", "POSTGRES_PASSWORD"),
        ("clickhouse", "CLICKHOUSE_PASSWORD"),
    ):
        assert services[name]["environment"][variable] == f"${{{variable}:?choose one}}"


def test_the_first_lines_name_every_password() -> None:
    text = (COMPOSE / "compose.yaml").read_text(encoding="utf-8")
    wanted = set(re.findall(r"\$\{(\w+):\?", text))
    assert wanted == set(SECRETS)
    made = text.partition("for name in ")[2].partition("do echo")[0]
    assert set(re.findall(r"[A-Z_]+", made)) == wanted


@pytest.mark.redis
def test_redis_as_it_is_started_wants_its_password(tmp_path: Path) -> None:
    """The command itself, with a stand-in for the program that keeps what it is given; then that, for real."""
    program = redis_server.find_program()
    if program is None:
        pytest.skip("This machine has no Redis.")
    stand_in = tmp_path / "redis-server"
    stand_in.write_text(f'#!/bin/sh\n[ "$*" = - ] && exec cat > "{tmp_path}/config"\n', encoding="utf-8")
    stand_in.chmod(0o700)
    command = [word.replace("$$", "$") for word in compose()["services"]["redis"]["command"]]
    password = {"REDIS_PASSWORD": "of-redis", "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    subprocess.run(command, env=password, check=True)
    port = free_port()
    config = (tmp_path / "config").read_text() + f"bind 127.0.0.1\nport {port}\n"
    with subprocess.Popen([program, "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=tmp_path) as server:
        try:
            assert server.stdin is not None
            server.stdin.write(config.encode())
            server.stdin.close()
            wait_until(children.accepts(port), "Redis answers", 60)
            with pytest.raises(redis.AuthenticationError):
                redis.Redis(port=port).get("a")
            with pytest.raises(redis.AuthenticationError):
                redis.Redis(port=port, password="another").get("a")
            tier = redis.Redis.from_url(f"redis://:of-redis@127.0.0.1:{port}/0")
            assert tier.set("a", "b")
            assert tier.config_get("maxmemory-policy") == {"maxmemory-policy": "allkeys-lru"}
        finally:
            server.terminate()


@pytest.mark.slow
@pytest.mark.postgres
def test_postgres_as_it_is_made_has_roles_that_only_do_their_work() -> None:
    """The file as psql reads it in the image, in a server of its own; then what `migrate` adds."""
    folder = Path(tempfile.mkdtemp(prefix="openpolicy-compose-"))
    folder.chmod(0o711)  # root's server runs as another account, which must get here
    server = PostgresServer(folder / "postgres", durable=False)
    try:
        server.start()
        psql = programs(server_account(None)) / "psql"
        script = (COMPOSE / "databases.sql").read_text(encoding="utf-8")
        command = [psql, "--no-psqlrc", "--set", "ON_ERROR_STOP=1", server.url("postgres")]
        subprocess.run(command, input=script, text=True, env=SECRETS, check=True, capture_output=True)
        owned = [server.url(name) for name in ("catalog", *(f"shard_{number}" for number in range(SHARDS)))]
        assert migrate(owned[0], owned[1:])
        for role, password, mine, closed in (
            ("api", "of-api", "catalog", "dagster"),
            ("loader", "of-loader", "shard_0", "dagster"),
            ("relay", "of-relay", "shard_3", "postgres"),
            ("consumer", "of-consumer", "catalog", "dagster"),
            ("dagster", "of-dagster", "dagster", "catalog"),
        ):
            host = urlsplit(server.url("")).netloc.rpartition("@")[2]
            url = f"postgresql://openpolicy_{role}:{password}@{host}"
            with psycopg.connect(f"{url}/{mine}", autocommit=True) as connection:
                connection.execute(
                    "select * from change_log" if mine != "dagster" else "create table runs (id integer)"
                )
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute("copy (select 1) to program 'true'")
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(f"{url}/{closed}")
    finally:
        server.remove()
        folder.rmdir()


def test_nothing_starts_before_what_it_cannot_do_without() -> None:
    services = compose()["services"]
    for name, service in services.items():
        for other, wanted in service.get("depends_on", {}).items():
            if wanted["condition"] == "service_healthy":
                assert "test" in services[other]["healthcheck"], f"{name} would wait for {other} for ever"
    assert services["migrate"]["depends_on"].keys() == {"postgres", "clickhouse"}
    assert services["migrate"]["restart"] == "no"
    migrated = {"condition": "service_completed_successfully"}
    assert all(each["depends_on"]["migrate"] == migrated for name, each in own_services().items() if name != "migrate")


def test_each_process_is_asked_on_the_port_on_which_it_answers() -> None:
    """The image asks the API; a process of another kind that kept that question would never be healthy."""
    services = own_services()
    [asked] = instructions("HEALTHCHECK")
    assert "http://127.0.0.1:8000/health" in asked[-1]
    assert "healthcheck" not in services["api"]
    assert services["migrate"]["healthcheck"] == {"disable": True}
    for name in ("relay", "consume"):
        port = services[name]["command"][-1]
        assert f"http://127.0.0.1:{port}/metrics" in services[name]["healthcheck"]["test"][-1]
    assert ":3000/server_info" in services["dagster-web"]["healthcheck"]["test"][-1]
    assert services["dagster-daemon"]["healthcheck"]["test"] == ["CMD", "dagster-daemon", "liveness-check"]
    for program in (asked[-1], services["relay"]["healthcheck"]["test"][-1]):
        compile(program, "healthcheck", "exec")


def test_what_the_image_is_made_of_exists_and_reaches_the_builder() -> None:
    allowed = {
        line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"
    }
    copied = {source for copy in instructions("COPY") if copy[0][:2] != "--" for source in copy[:-1]}
    assert copied == allowed
    assert all((ROOT / source).exists() for source in copied)
    wheel = project()["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {*wheel["packages"], *wheel["force-include"]} <= copied


def test_the_image_has_a_python_that_the_project_and_the_lock_are_for() -> None:
    bases = [base[0] for base in instructions("FROM")]
    [version] = {re.fullmatch(r"python:(\d+\.\d+)-slim-\w+", base)[1] for base in bases}  # type: ignore[index]
    assert SpecifierSet(project()["project"]["requires-python"]).contains(version)
    assert f"--python-version {version} " in (ROOT / "Makefile").read_text(encoding="utf-8").replace("\t", " ")


def test_the_image_installs_what_is_locked_and_does_not_run_as_root() -> None:
    installs = [" ".join(run) for run in instructions("RUN") if "requirements.lock" in run]
    assert len(installs) == 2
    assert all("--require-hashes" in run for run in installs)
    [user] = instructions("USER")
    uid, _, gid = user[0].partition(":")
    assert int(uid) > 0
    assert int(gid) > 0
    assert f"--uid {uid} " in " ".join(instructions("RUN")[-1])
    [home] = [text.partition("=")[2] for text in instructions("ENV")[-1] if text.startswith("DAGSTER_HOME=")]
    assert all(service["volumes"] == ["data:/data"] for service in own_services().values())
    assert home.startswith("/data/")


def test_text_is_ordered_as_in_the_databases_of_the_tests() -> None:
    arguments = compose()["services"]["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]
    assert tuple(arguments.split()) == TEXT_OPTIONS
