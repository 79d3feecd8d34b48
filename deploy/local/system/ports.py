"""Ports of this machine."""

import shlex
from collections.abc import Container

from deploy.local.system import processes
from warehouse.runtime.errors import PortTaken
from warehouse.runtime.ports import LOOPBACK, free_port, is_free

__all__ = ["LOOPBACK", "free_port", "is_free", "require_free"]


def require_free(port: int, option: str, purpose: str, *, sessions: Container[int] = ()) -> None:
    """Refuse to start where a port we promise is in use, unless by a process of these sessions.

    Raises:
        PortTaken: names who has it, where we may see that.
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
    """Our own servers work in their data folder."""
    folder = processes.working_folder(pid) if pid is not None else None
    if folder is not None and (folder / "instance.json").exists():
        return f"End that OpenPolicy with `openpolicy stop --data-dir {shlex.quote(str(folder))}`"
    return "End that program"
