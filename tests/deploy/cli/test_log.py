"""`openpolicy log` without any server: help, and months that are refused before anything is opened."""

import json

import pytest

from tests.deploy.conftest import Cli


@pytest.mark.parametrize("command", ["list", "archive"])
def test_every_command_shows_examples(cli: Cli, command: str) -> None:
    shown = cli("log", command, "--help")
    assert shown.code == 0
    assert f"openpolicy log {command}" in shown.out.partition("Examples:")[2]


@pytest.mark.parametrize(("before", "cause"), [("2999-01", "stay in the log"), ("yesterday", "is not a month")])
def test_a_month_that_must_stay_is_refused(cli: Cli, before: str, cause: str) -> None:
    shown = cli("log", "archive", "--before", before, "--json")
    assert shown.code == 2
    error = json.loads(shown.out)["error"]
    assert cause in error["message"]
    assert error["fix"]
