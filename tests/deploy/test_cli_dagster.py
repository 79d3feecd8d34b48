"""`openpolicy dagster` up to the moment at which the process becomes Dagster's own program."""

import json
import os
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from tests.deploy.conftest import Cli


class Became(SystemExit):
    """In place of the program that the process would become."""


@pytest.mark.parametrize("command", ["web", "daemon"])
def test_every_command_shows_examples(cli: Cli, command: str) -> None:
    shown = cli("dagster", command, "--help")
    assert shown.code == 0
    assert f"  openpolicy dagster {command}" in shown.out.partition("Examples:")[2]


@pytest.mark.parametrize("missing", ["OPENPOLICY_DAGSTER_URL", "DAGSTER_HOME"])
def test_without_a_place_to_keep_things_it_is_refused(cli: Cli, monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setenv("OPENPOLICY_DAGSTER_URL", "postgresql://me:hidden@db/dagster")
    monkeypatch.setenv("DAGSTER_HOME", "home")
    monkeypatch.delenv(missing)
    refused = cli("dagster", "daemon")
    assert refused.code == 2
    assert f"{missing} is not set." in refused.err


@pytest.mark.parametrize("command", ["web", "daemon"])
def test_the_settings_are_written_before_the_program_starts(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    commands: list[list[str]] = []

    def become(_program: str, arguments: list[str]) -> None:
        commands.append(arguments)
        raise Became(0)

    monkeypatch.setattr(os, "execv", become)
    monkeypatch.setenv("OPENPOLICY_DAGSTER_URL", "postgresql://me:hidden@db/dagster")
    monkeypatch.setenv("DAGSTER_HOME", "home")
    assert cli("dagster", command).code == 0
    [(_, _, module, *_, workspace)] = commands
    assert find_spec(module) is not None
    assert "hidden" not in json.dumps(commands)
    settings = yaml.safe_load((tmp_path / "home" / "dagster.yaml").read_text(encoding="utf-8"))
    assert settings["storage"]["postgres"]["postgres_url"] == "postgresql+psycopg2://me:hidden@db/dagster"
    assert Path(workspace) == Path(os.environ["DAGSTER_HOME"]) / "workspace.yaml"
    assert Path(workspace).is_file()
