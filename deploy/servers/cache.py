"""The cache of servers' programs, outside the repository, so that all checkouts and test runs share it."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path


def cache_folder() -> Path:
    """`OPENPOLICY_SERVERS_CACHE`, else `openpolicy/servers` in the user's cache folder."""
    if named := os.environ.get("OPENPOLICY_SERVERS_CACHE"):
        return Path(named).absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "openpolicy" / "servers"


def provide(name: str, fill: Callable[[Path], None], *, cache: Path | None = None) -> Path:
    """The folder `name` of the cache, filled by `fill` if it is missing; never partial, even if a process is killed."""
    cache = cache or cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    found = cache / name
    with (cache / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not found.exists():
            fresh = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=cache))
            try:
                fill(fresh)
                fresh.chmod(0o755)
                fresh.rename(found)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)
    return found
