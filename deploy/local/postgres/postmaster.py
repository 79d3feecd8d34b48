"""The main process of a PostgreSQL server, found by the pid file in its data."""

import contextlib
import os
import signal
import time
from pathlib import Path

import psutil

from deploy.local.system import processes
from deploy.local.system.processes import ProcessMark

_STOP_S = 30.0


def main_process(data: Path) -> ProcessMark | None:
    """The main process that serves these files, distinguished from another process that got its pid later."""
    lines = pid_file(data)
    if len(lines) < 3 or not lines[0].isdigit():
        return None
    found = processes.mark(int(lines[0]))
    if found is None:
        return None
    with contextlib.suppress(psutil.Error):
        words = psutil.Process(found.pid).cmdline()
        return found if any(Path(word) == data for word in words) else None
    return None


def forget_stranger(data: Path) -> None:
    """Remove a pid file if its pid belongs to another process now: PostgreSQL would think that the server still runs.

    If no process has the pid, PostgreSQL handles the file and also looks for shared memory of old children.
    """
    lines = pid_file(data)
    if lines and lines[0].isdigit() and processes.mark(int(lines[0])) and main_process(data) is None:
        (data / "postmaster.pid").unlink(missing_ok=True)


def pid_file(data: Path) -> list[str]:
    """The lines of `postmaster.pid`: pid, folder, start, port, …, and last whether it is ready."""
    try:
        return (data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
    except (FileNotFoundError, PermissionError):
        return []


def stop(data: Path) -> None:
    """Stop the server of these files: connections are cut, no data is lost."""
    running = main_process(data)
    if running is None:
        return
    for number, seconds in ((signal.SIGINT, _STOP_S), (signal.SIGQUIT, _STOP_S)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(running.pid, number)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            processes.reap_one(running.pid)
            if not processes.is_alive(running):
                return
            time.sleep(0.03)
