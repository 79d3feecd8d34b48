"""Ports of this machine."""

import shlex
from collections.abc import Container

from deploy.local.system import processes
from warehouse.runtime.errors import PortTaken
from warehouse.runtime.ports import LOOPBACK, free_port, is_free

__all__ = ["LOOPBACK", "free_port", "is_free", "require_free"]


def require_free(port: int, option: str, purpose: str, *, sessions: Container[int] = ()) -> None:
    """Refuse to start if a promised port is in use, unless by a process of these sessions.

    Raises:
        PortTaken: names the process that uses it, if that is visible.
    """
    if is_free(port):
        return
    pid = processes.listener(port)
    if pid is not None and processes.session_id(pid) in sessions:
        return
    owner = f" by {processes.describe(pid)}" if pid else ""
    raise PortTaken(
        f"Port {port} for {purpose} is in use{owner}.",
        fix=f"{_how_to_end(pid)}, or choose another port with {option}.",
    )


def _how_to_end(pid: int | None) -> str:
    """OpenPolicy's servers have their data folder as current folder."""
    folder = processes.working_folder(pid) if pid is not None else None
    if folder is not None and (folder / "instance.json").exists():
        return f"End that OpenPolicy with `openpolicy stop --data-dir {shlex.quote(str(folder))}`"
    return "End that program"
