"""Processes by pid and start time, so that a pid the system gave to somebody else is never signalled."""

import contextlib
import os
import signal
import time
from pathlib import Path

import msgspec
import psutil

_SAME_START_S = 2.0
"""How far two readings of one start may be apart: the clock of the boot, from which it is counted, is corrected."""


class ProcessMark(msgspec.Struct, frozen=True):
    """One process on this machine for all time: its pid and when it started (seconds since 1970)."""

    pid: int
    started: float


def mark(pid: int) -> ProcessMark | None:
    """The mark of a running process; None when there is none (a zombie is none)."""
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
    """Whether this very process runs, not another with its pid."""
    current = mark(process.pid)
    return current is not None and abs(current.started - process.started) < _SAME_START_S


def describe(pid: int) -> str:
    """What runs under a pid, for a message to a person."""
    try:
        words = psutil.Process(pid).cmdline()
    except psutil.Error:
        return f"process {pid}"
    command = " ".join([Path(words[0]).name, *words[1:3]]) if words else "?"
    return f"process {pid} ({command})"


def listener(port: int) -> int | None:
    """The pid that listens on a port of this machine, where we may see it."""
    with contextlib.suppress(psutil.Error):
        for connection in psutil.net_connections(kind="tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port:
                return int(connection.pid) if connection.pid else None
    return None


def stop_group(process: ProcessMark, *, grace_s: float = 10.0, first: signal.Signals = signal.SIGTERM) -> bool:
    """End a process we started as the leader of its own group, with all its children: `first`, then SIGKILL.

    Returns whether everything ended by itself.
    """
    if not is_alive(process):
        return True
    members = [ProcessMark(process.pid, process.started), *_children(process.pid)]
    _signal_group(process.pid, first)
    if _gone(members, grace_s):
        return True
    _signal_group(process.pid, signal.SIGKILL)
    for member in members:
        if is_alive(member):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(member.pid, signal.SIGKILL)
    _gone(members, 5.0)
    return False


def _children(pid: int) -> list[ProcessMark]:
    try:
        return [ProcessMark(child.pid, child.create_time()) for child in psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return []


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


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
    """Take the exit of a child of ours that ended: until then it stays as a zombie."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
