"""Processes by pid and start time, so that a reused pid is never signalled."""

import contextlib
import os
import signal
import time
from pathlib import Path

import msgspec
import psutil

_SAME_START_S = 2.0
"""How far two readings of one start time may differ, because the clock of the boot is corrected."""


class ProcessMark(msgspec.Struct, frozen=True):
    """A unique identity of a process on this machine: its pid and its start (seconds since 1970)."""

    pid: int
    started: float


def mark(pid: int) -> ProcessMark | None:
    """The mark of a running process; None if there is none. A zombie does not count."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return ProcessMark(pid, process.create_time())
    except psutil.Error:
        return None


def own_mark() -> ProcessMark:
    """The mark of this process."""
    return ProcessMark(os.getpid(), psutil.Process().create_time())


def is_alive(process: ProcessMark) -> bool:
    """Whether this process runs, not another one with its pid."""
    current = mark(process.pid)
    return current is not None and abs(current.started - process.started) < _SAME_START_S


def describe(pid: int) -> str:
    """A description of the process with a pid, for messages."""
    try:
        words = psutil.Process(pid).cmdline()
    except psutil.Error:
        return f"process {pid}"
    command = " ".join([Path(words[0]).name, *words[1:3]]) if words else "?"
    return f"process {pid} ({command})"


def working_folder(pid: int) -> Path | None:
    """The current folder of a process, if it is visible."""
    try:
        return Path(psutil.Process(pid).cwd())
    except psutil.Error:
        return None


def listener(port: int) -> int | None:
    """The pid that listens on a port of this machine, if it is visible."""
    with contextlib.suppress(psutil.Error):
        for connection in psutil.net_connections(kind="tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port:
                return int(connection.pid) if connection.pid else None
    return None


def session_id(pid: int) -> int:
    """The session of a process: the pid of its leader, even if that has ended; -1 if there is none."""
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return -1


def session_of(process: ProcessMark) -> list[ProcessMark]:
    """The living processes of the session that a process leads or led: itself and its descendants."""
    leader = mark(process.pid)
    if leader is not None and not is_alive(process):
        return []  # the pid belongs to another process by now
    members = [found for pid in psutil.pids() if session_id(pid) == process.pid and (found := mark(pid))]
    return [member for member in members if member.started > process.started - _SAME_START_S]


def sessions_that_log_in(logs: Path) -> list[ProcessMark]:
    """The leaders of sessions that have a file in this folder open for writing, if visible.

    Without the own session, whose output may go there too.
    """
    found, own = [], os.getsid(0)
    for pid in psutil.pids():
        with contextlib.suppress(psutil.Error, OSError):
            if (
                pid != own
                and session_id(pid) == pid
                and _writes_in(logs, psutil.Process(pid))
                and (leader := mark(pid))
            ):
                found.append(leader)
    return found


def _writes_in(folder: Path, process: psutil.Process) -> bool:
    return any(Path(file.path).parent == folder and getattr(file, "mode", "a") != "r" for file in process.open_files())


def stop_session(process: ProcessMark, *, grace_s: float = 15.0) -> None:
    """Stop a process that leads its own session, and its descendants: first the leader alone, so that it can stop them
    itself."""
    members = {member.pid: member for member in session_of(process)}
    _signal([process], signal.SIGTERM)
    _gone([process], grace_s)
    members |= {member.pid: member for member in session_of(process)}
    for number, seconds in ((signal.SIGTERM, 3.0), (signal.SIGKILL, 5.0)):
        left = [member for member in members.values() if is_alive(member)]
        if not left:
            return
        _signal(left, number)
        _gone(left, seconds)


def _signal(members: list[ProcessMark], number: signal.Signals) -> None:
    for member in members:
        if is_alive(member):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(member.pid, number)


def _gone(members: list[ProcessMark], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for member in members:
            reap_one(member.pid)
        if not any(is_alive(member) for member in members):
            return True
        time.sleep(0.05)
    return False


def reap_one(pid: int) -> None:
    """Collect the exit status of a child that ended; until then it is a zombie."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
