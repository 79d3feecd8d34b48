"""Writes small files atomically."""

import os
from pathlib import Path


def write_atomically(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write a file so that readers, even after a crash, see either all of it or the former one."""
    # With the machine's name: in containers that share a volume, two processes may have the same pid.
    fresh = path.with_name(f".{path.name}.{os.uname().nodename}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        fresh.replace(path)
    except BaseException:  # leave no partial file on a full disk
        fresh.unlink(missing_ok=True)
        raise
