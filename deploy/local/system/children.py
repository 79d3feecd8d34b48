"""Servers as child processes, each in its own session, so that it outlives the terminal, with its log in a file."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import deploy
from deploy.local.system import ports, processes
from deploy.local.system.accounts import Account, as_account
from deploy.local.system.processes import ProcessMark
from warehouse.runtime.errors import StoreUnavailable

_CHECKOUT = Path(deploy.__file__).resolve().parents[1]


class Child:
    """A server that is a child of this process."""

    def __init__(self, name: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self.name, self.log = name, log
        self._process = process
        self.mark = processes.mark(process.pid) or ProcessMark(process.pid, time.time())

    def ended(self) -> int | None:
        """Its exit status, if it has ended."""
        return self._process.poll()

    def wait_until(self, is_ready: Callable[[], bool], seconds: float) -> None:
        """Wait until it answers.

        Raises:
            StoreUnavailable: it ended or did not answer; the message has the last line of its log.
        """
        end = time.monotonic() + seconds
        while not is_ready():
            status = self.ended()
            if status is not None or time.monotonic() > end:
                what = f"ended with status {status}" if status is not None else f"did not answer within {seconds:.0f} s"
                raise StoreUnavailable(f"The server {self.name} {what}: {last_line(self.log)}", fix=f"See {self.log}.")
            time.sleep(0.05)


def start(
    name: str,
    command: Sequence[str],
    *,
    logs: Path,
    environment: Mapping[str, str],
    cwd: Path,
    stdin: bytes = b"",
    account: Account | None = None,
) -> Child:
    """Start a server. Text on `stdin` does not appear in the list of processes."""
    logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = logs / f"{name}.log"
    with open_log(log) as output:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            umask=0o077,
            **as_account(account),
        )
    if process.stdin is not None:
        process.stdin.write(stdin)
        process.stdin.close()
    return Child(name, process, log)


def open_log(path: Path) -> BinaryIO:
    """A log file to append to, readable only by its owner."""
    log = open(path, "ab", opener=lambda name, flags: os.open(name, flags, 0o600))  # noqa: SIM115 (its caller closes it)
    path.chmod(0o600)
    return log


def own_command(*arguments: str) -> list[str]:
    """This command line, run by this interpreter."""
    return [sys.executable, "-m", "deploy.cli", *arguments]


def child_environment(variables: Mapping[str, str]) -> dict[str, str]:
    """The environment with these variables. In a checkout that is not installed, children still find the packages."""
    environment = {**os.environ, **variables, "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}
    if (_CHECKOUT / "pyproject.toml").exists():
        inherited = os.environ.get("PYTHONPATH")
        environment["PYTHONPATH"] = os.pathsep.join([str(_CHECKOUT), *([inherited] if inherited else [])])
    return environment


def accepts(port: int) -> Callable[[], bool]:
    """Whether something listens on a port."""

    def connected() -> bool:
        try:
            socket.create_connection((ports.LOOPBACK, port), timeout=1).close()
        except OSError:
            return False
        return True

    return connected


def answers(url: str) -> Callable[[], bool]:
    """Whether a URL on this machine answers with 200."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def answered() -> bool:
        try:
            with opener.open(url, timeout=5) as response:
                return bool(response.status == 200)
        except (OSError, urllib.error.URLError, ValueError):
            return False

    return answered


def last_line(log: Path) -> str:
    """The last line of a server's log."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    return next((line.strip() for line in reversed(lines) if line.strip()), "no output")
