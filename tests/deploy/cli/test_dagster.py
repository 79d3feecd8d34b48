"""`openpolicy dagster`: what it needs, and both of Dagster's servers for real."""

import json
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psutil
import pytest
import urllib3

from deploy.local.system import children, processes
from deploy.local.system.ports import free_port
from tests.deploy.conftest import Cli
from tests.support.processes.streaming import wait_until
from tests.support.servers.postgres import in_database
from warehouse.postgres.migrate import create_database


@pytest.mark.parametrize("command", ["web", "daemon"])
def test_every_command_shows_examples(cli: Cli, command: str) -> None:
    shown = cli("dagster", command, "--help")
    assert shown.code == 0
    assert f"openpolicy dagster {command}" in shown.out.partition("Examples:")[2]


@pytest.mark.parametrize("missing", ["OPENPOLICY_DAGSTER_URL", "DAGSTER_HOME"])
def test_without_a_place_to_keep_things_it_is_refused(cli: Cli, monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setenv("OPENPOLICY_DAGSTER_URL", "postgresql://me:hidden@db/dagster")
    monkeypatch.setenv("DAGSTER_HOME", "home")
    monkeypatch.delenv(missing)
    refused = cli("dagster", "daemon")
    assert refused.code == 2
    assert f"{missing} is not set." in refused.err


@pytest.mark.slow
@pytest.mark.postgres
def test_both_servers_run_each_by_itself_and_see_each_other(postgres_url: str, tmp_path: Path) -> None:
    """On an empty database, at the same time, as on a cluster; a signal ends Dagster's own program."""
    url = in_database(postgres_url, "dagster_by_itself")
    create_database(url)
    port = free_port()
    variables = {"OPENPOLICY_DAGSTER_URL": url, "DAGSTER_HOME": "home"}
    programs = {"web": ("--port", str(port)), "daemon": ()}
    started = {}
    try:
        for name, options in programs.items():
            command = children.own_command("dagster", name, *options)
            environment = children.child_environment(variables)
            started[name] = children.start(name, command, logs=tmp_path, environment=environment, cwd=tmp_path)
        web = f"http://127.0.0.1:{port}"
        started["web"].wait_until(children.answers(f"{web}/server_info"), 240)
        wait_until(lambda: set(_daemons(web)) > {"SCHEDULER", "SENSOR"}, "the daemon is alive", 240)
        password = urlsplit(url).password or ""
        assert password
        assert not any(password in " ".join(psutil.Process(each.mark.pid).cmdline()) for each in started.values())
        assert "dagster" in " ".join(psutil.Process(started["daemon"].mark.pid).cmdline()[:3])
        _is_closed_to_other_sites(web)
    finally:
        for child in started.values():
            processes.stop_session(child.mark)
    assert not any(processes.is_alive(child.mark) for child in started.values())


def _is_closed_to_other_sites(web: str) -> None:
    mutation = 'mutation{deletePipelineRun(runId:"none"){__typename}}'
    own = {"Content-Type": "application/json"}
    for headers, status in (
        (own, 200),
        (own | {"Host": "evil.example"}, 403),
        (own | {"Origin": "https://evil.example"}, 403),
        ({"Content-Type": "text/plain"}, 415),
    ):
        body = json.dumps({"query": mutation})
        answer = urllib3.request("POST", f"{web}/graphql", body=body, headers=headers)
        assert answer.status == status, headers
    assert urllib3.request("GET", f"{web}/graphql?{urlencode({'query': mutation})}").status == 405
    page = urllib3.request("GET", f"{web}/", headers={"Accept": "text/html"})
    assert (page.status, page.headers["x-frame-options"]) == (200, "DENY")


def _daemons(web: str) -> list[str]:
    """The parts of the daemon that Dagster's web server knows to be healthy."""
    query = "{instance{daemonHealth{allDaemonStatuses{daemonType healthy}}}}"
    answer = urllib3.request("POST", f"{web}/graphql", json={"query": query}).json()
    statuses = answer["data"]["instance"]["daemonHealth"]["allDaemonStatuses"]
    return [each["daemonType"] for each in statuses if each["healthy"]]
