"""The command line without any server: help, settings, and every refusal with cause, next step and exit code."""

import io
import json
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.commands.shards import Added
from deploy.local.folder import DataFolder, Instance
from deploy.terminal.exit_codes import MEANINGS, in_words
from deploy.terminal.invocation import program
from tests.deploy.conftest import Cli
from warehouse.runtime.errors import OpenPolicyError

COMMANDS = ("run", "status", "stop", "ingest", "serve", "upstream", "migrate", "verify", "settings", "doctor")
HEAVY = {
    "dagster",
    "litestar",
    "polars",
    "pandas",
    "psycopg",
    "great_expectations",
    "rich",
    "granian",
    "lxml",
    "psutil",
}


def test_help_imports_nothing_that_one_command_needs() -> None:
    program = (
        "import sys; sys.argv = ['openpolicy', '--help']\n"
        "from deploy.cli.app import main\n"
        "try: main()\nexcept SystemExit: print('LOADED', *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.rpartition("LOADED")[2].split())
    assert "typer" in loaded
    assert not loaded & HEAVY


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_examples(cli: Cli, command: str) -> None:
    shown = cli(command, "--help")
    assert shown.code == 0
    assert f"  {program()} {command}" in shown.out.partition("Examples:")[2], "as it can be typed here"


def test_help_names_every_command(cli: Cli) -> None:
    shown = cli("--help").out
    assert all(f"  {command} " in shown for command in COMMANDS)


def test_no_line_of_help_is_cut_off(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for group in ((), ("dlq",), ("override",), ("shards",), ("log",), ("homes",), ("dagster",)):
        shown = cli(*group, "--help").out
        assert "..." not in shown.partition("Commands:")[2]
        assert max(map(len, shown.splitlines())) <= 80


def test_what_is_advised_can_be_typed(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """There is no `openpolicy` on the path after `make run`."""
    program.cache_clear()
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    try:
        advised = cli("status").err.partition("`")[2].partition("`")[0]
        words = shlex.split(advised)
        assert words[1:] == ["run"]
        done = subprocess.run([*words, "--help"], cwd=tmp_path, capture_output=True, text=True, check=True)
        assert "Usage" in done.stdout
    finally:
        program.cache_clear()


def test_exit_codes_are_told_in_words_and_in_the_readme() -> None:
    readme = " ".join((Path(__file__).resolve().parents[3] / "README.md").read_text().split())
    told = readme.partition("Exit codes: ")[2].partition(".")[0]
    assert told == ", ".join(f"{code} {meaning}" for code, meaning in MEANINGS.items())
    codes = {kind.exit_code for kind in _all_errors(OpenPolicyError)}
    assert codes <= MEANINGS.keys()
    assert in_words(7) == "Exit code 7: port taken."


def _all_errors(kind: type[OpenPolicyError]) -> Iterator[type[OpenPolicyError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _all_errors(below)


def test_version(cli: Cli) -> None:
    assert cli("--version").out.startswith("openpolicy ")


def test_settings_hide_secrets(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENPOLICY_CATALOG_URL", "postgresql://me:hidden@db/catalog")
    monkeypatch.setenv("OPENPOLICY_SHARD_URLS", "postgresql://me:hidden@db/a,postgresql://me:hidden@db/b")
    monkeypatch.setenv("OPENPOLICY_CURSOR_SECRET", "hidden")
    for shown in (cli("settings").out, cli("settings", "--json").out):
        assert "hidden" not in shown
        assert "postgresql://me:***@db/a" in shown
    assert json.loads(cli("settings", "--json").out)["cursor_secret"] == "***"
    assert "# OPENPOLICY_REDIS_URL is not set" in cli("settings").out


@pytest.mark.parametrize(
    ("variable", "value"),
    [("CATALOG_URL", "mysql://x"), ("LOG_LEVEL", "loud"), ("CACHE_MB", "0"), ("BALLOT_FORMAT", "pdf")],
)
def test_a_wrong_setting_is_named(cli: Cli, monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(f"OPENPOLICY_{variable}", value)
    refused = cli("run", "--source", "demo")
    assert refused.code == 2
    assert f"OPENPOLICY_{variable}" in refused.err
    assert refused.err.count("\n") == 1


def test_errors_are_json_too(cli: Cli) -> None:
    refused = cli("status", "--json")
    assert refused.code == 6
    assert json.loads(refused.out)["error"]["code"] == "data_folder_unusable"


def test_usage_errors_exit_2(cli: Cli) -> None:
    assert cli("run", "--port", "0").code == 2
    assert cli("nothing").code == 2
    refused = cli("run", "--source", "demo", "--sessions", "45")
    assert refused.code == 2
    assert "45-1" in refused.err


def test_an_unknown_session_names_what_there_is(cli: Cli, tmp_path: Path, free_ports: tuple[str, ...]) -> None:
    refused = cli("run", "--source", "demo", "--sessions", "45-1", *free_ports)
    assert refused.code == 3
    assert "has no session 45-1" in refused.err
    assert "91-1" in refused.err
    assert not list(tmp_path.iterdir())


def test_a_folder_without_documents(cli: Cli, tmp_path: Path, free_ports: tuple[str, ...]) -> None:
    (tmp_path / "empty").mkdir()
    refused = cli("run", "--source", "empty", *free_ports)
    assert refused.code == 3
    assert "empty" in refused.err
    assert not (tmp_path / ".openpolicy").exists()
    assert cli("run", "--source", "nowhere").code == 3


def test_a_taken_port_names_its_owner_and_starts_nothing(cli: Cli, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = cli("run", "--source", "demo", "--port", port)
        assert cli("serve", "--port", port).code == 7
        assert cli("upstream", "--source", "demo", "--port", port).code == 7
    assert refused.code == 7
    assert port in refused.err
    assert "--port" in refused.err
    assert not (tmp_path / ".openpolicy").exists()


def test_a_folder_that_is_not_ours_is_left_alone(cli: Cli, tmp_path: Path, free_ports: tuple[str, ...]) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    refused = cli("run", "--source", "demo", "--data-dir", "mine", *free_ports)
    assert refused.code == 6
    assert "not empty" in refused.err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_a_folder_of_another_version(cli: Cli, tmp_path: Path, free_ports: tuple[str, ...]) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "instance.json").write_text('{"format": 99, "kind": "demo"}')
    for command in (("run", "--source", "demo", *free_ports), ("status",), ("stop",)):
        refused = cli(*command, "--data-dir", "old")
        assert refused.code == 6
        assert "format 99" in refused.err


def test_a_folder_of_another_source(cli: Cli, tmp_path: Path, free_ports: tuple[str, ...]) -> None:
    (tmp_path / "data").mkdir()
    DataFolder(tmp_path / "data").write(Instance(version="0", kind="live", source="live"))
    refused = cli("run", "--source", "demo", "--data-dir", "data", *free_ports)
    assert refused.code == 6
    assert "never mixed" in refused.err


def test_without_a_folder_the_choices_are_named(cli: Cli, tmp_path: Path) -> None:
    assert f"`{program()} run`" in cli("status").err
    for kind in ("demo", "live"):
        folder = tmp_path / ".openpolicy" / kind
        folder.mkdir(parents=True)
        DataFolder(folder).write(Instance(version="0", kind=kind, source=kind))
    refused = cli("status")
    assert refused.code == 6
    assert ".openpolicy/demo, .openpolicy/live" in refused.err
    assert "stopped" in cli("status", "--data-dir", ".openpolicy/live").out
    assert cli("stop", "--data-dir", ".openpolicy/live").code == 0


@pytest.mark.postgres
def test_an_unreachable_database(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENPOLICY_CATALOG_URL", "postgresql://me:hidden@127.0.0.1:1/catalog")
    monkeypatch.setenv("OPENPOLICY_SHARD_URLS", "postgresql://me:hidden@127.0.0.1:1/shard_0")
    for command in ("status", "migrate"):
        refused = cli(command)
        assert refused.code == 5
        assert "127.0.0.1:1/catalog" in refused.err
        assert "hidden" not in refused.err


def test_doctor_names_each_fix(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / ".openpolicy" / "demo"
    folder.mkdir(parents=True)
    (folder / "instance.json").write_text("{}")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        examined = cli("doctor", "--port", str(taken.getsockname()[1]), "--json")
    assert examined.code == 1
    bad = {item["name"]: item for item in json.loads(examined.out) if not item["good"]}
    assert {"port", "data folder"} <= bad.keys()
    assert all(item["fix"] for item in bad.values())


def test_a_password_on_the_command_line_is_refused(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every user of a machine can read command lines. The variable and the input take the same URL."""
    url = "postgresql://openpolicy:hunter2@127.0.0.1:1/shard_4"
    shown = cli("shards", "add", url)
    assert shown.code == 2
    assert "OPENPOLICY_NEW_SHARD_URL" in shown.err
    assert "hunter2" not in shown.out + shown.err

    added: list[str | None] = []

    def add(url: str | None, *_: object) -> Added:
        added.append(url)
        return Added(shard="shard_4", database="", planned=0, next="")

    monkeypatch.setattr("deploy.commands.shards.add", add)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{url}\n"))
    assert cli("shards", "add", "-").code == 0
    monkeypatch.setenv("OPENPOLICY_NEW_SHARD_URL", url)
    assert cli("shards", "add").code == 0
    monkeypatch.delenv("OPENPOLICY_NEW_SHARD_URL")
    assert cli("shards", "add", "postgresql://openpolicy@127.0.0.1:1/shard_4").code == 0
    assert cli("shards", "add").code == 0
    assert added == [url, url, "postgresql://openpolicy@127.0.0.1:1/shard_4", None]
