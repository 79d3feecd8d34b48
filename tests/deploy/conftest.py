"""The command line called in this process, in an empty folder, with an environment of its own."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from deploy.cli import app as commands
from deploy.local.system.ports import free_port


class Result(NamedTuple):
    """What a command left."""

    code: int
    out: str
    err: str


Cli = Callable[..., Result]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Cli]:
    """Call a command; the current folder is empty, and no variable of ours is set."""
    for name in list(os.environ):
        if name.startswith("OPENPOLICY_") and name != "OPENPOLICY_TEST_SERVERS":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)  # a command sets its own
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}

    def call(*arguments: str) -> Result:
        monkeypatch.setattr(sys, "argv", ["openpolicy", *arguments])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            commands.main()
        out, err = capfd.readouterr()
        return Result(int(ended.value.code or 0), out, err)

    yield call
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def free_ports() -> tuple[str, ...]:
    """Options that name two free ports, so that a running OpenPolicy on this machine does not disturb."""
    return ("--port", str(free_port()), "--dagster-port", str(free_port()))
