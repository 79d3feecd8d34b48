"""Ports of this machine."""

import shlex
import socket
from collections.abc import Container

from deploy.local.system import processes
from warehouse.runtime.errors import PortTaken

LOOPBACK = "127.0.0.1"


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(1)
        except OSError:
            return False
    return True


def free_port(preferred: int | None = None) -> int:
    """`preferred` if it is free, else one that the system gives."""
    if preferred is not None and is_free(preferred):
        return preferred
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind((LOOPBACK, 0))
        return int(listener.getsockname()[1])


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
