"""Small files that are either the old one or the new one, never half of it."""

import os
from pathlib import Path


def write_atomically(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write a file so that a reader, also after a crash, sees all of it or the former one."""
    # With the machine: in containers that share a volume, two processes may have the same number.
    fresh = path.with_name(f".{path.name}.{os.uname().nodename}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        os.write(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    fresh.replace(path)
