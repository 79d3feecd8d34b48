"""Logs go to stderr as it is when a line is written."""

import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests.conftest import ROOT
from warehouse.runtime import logging


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def test_a_logger_outlives_the_stderr_that_it_first_wrote_to(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", first)
    logging.configure()
    log = logging.get_logger("tests")
    log.info("one")
    assert json.loads(first.getvalue())["event"] == "one"
    monkeypatch.setattr(sys, "stderr", second)
    first.close()
    log.info("two")
    logging.get_logger("others").info("three")
    assert [json.loads(line)["event"] for line in second.getvalue().splitlines()] == ["two", "three"]


def test_a_thread_that_dies_says_why_without_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    text = io.StringIO()
    monkeypatch.setattr(sys, "stderr", text)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    logging.configure()
    logging.log_uncaught()

    def die() -> None:
        raise RuntimeError("redis://:hunter2@127.0.0.1:6379")

    thread = threading.Thread(target=die, name="warming")
    thread.start()
    thread.join()
    line = json.loads(text.getvalue())
    assert (line["event"], line["thread"]) == ("thread died", "warming")
    assert "RuntimeError" in line["exception"]
    assert "hunter2" not in text.getvalue()


API = "from serving import asgi\ntry: asgi._create()\nexcept Exception: pass"
COMMANDS = (
    "import sys; sys.argv = ['openpolicy', 'settings']\nfrom deploy.cli.app import app\napp(standalone_mode=False)"
)


@pytest.mark.parametrize("start", [API, COMMANDS, "import pipelines.definitions"], ids=["api", "commands", "dagster"])
def test_every_kind_of_process_logs_json_without_passwords(start: str, tmp_path: Path) -> None:
    """The API; relay, consumers and loaders, which are commands; the code servers of Dagster."""
    program = (
        f"{start}\n"
        "from warehouse.runtime.logging import get_logger\n"
        "try: raise RuntimeError('postgresql://openpolicy:hunter2@127.0.0.1/catalog')\n"
        "except RuntimeError as error: get_logger('tests').error('it failed', exc_info=error, url=str(error))\n"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENPOLICY_")}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=kept | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    line = json.loads(done.stderr.splitlines()[-1])
    assert (line["event"], line["url"]) == ("it failed", "postgresql://openpolicy:***@127.0.0.1/catalog")
    assert "RuntimeError" in line["exception"]
    assert "hunter2" not in done.stdout + done.stderr
