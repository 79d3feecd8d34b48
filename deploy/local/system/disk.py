"""Errors of file systems as one line with cause and next step."""

import errno
import shutil
from pathlib import Path

from warehouse.runtime.errors import DataFolderUnusable

_FIXES = {
    errno.ENOSPC: "Free space there, or choose another folder with --data-dir.",
    errno.EDQUOT: "Free space there, or choose another folder with --data-dir.",
    errno.EROFS: "Mount it writable, or choose another folder with --data-dir.",
    errno.EACCES: "Run as its owner, or choose another folder with --data-dir.",
    errno.EPERM: "Run as its owner, or choose another folder with --data-dir.",
    errno.ENOTDIR: "Choose another folder with --data-dir.",
    errno.EEXIST: "Choose another folder with --data-dir.",
}
NEW_BYTES = 256 * 1024**2
"""Twice the space that a new installation needs: the demo with its databases takes 120 MB."""


def refusal(error: OSError, *, place: Path | None = None, fix: str = "") -> DataFolderUnusable | None:
    """The error with its next step; None if it is not from a file system."""
    if error.errno not in _FIXES:
        return None
    where = place or error.filename2 or error.filename
    what = f"{where} cannot be written" if where else "A file cannot be written"
    return DataFolderUnusable(f"{what}: {error.strerror}.", fix=fix or _FIXES[error.errno])


def require_space(place: Path, *, needed: int, fix: str) -> None:
    """Refuse to start if the disk has too little space.

    Raises:
        DataFolderUnusable: names the place and its free space.
    """
    free = shutil.disk_usage(place).free
    if free < needed:
        mib = 1024**2
        raise DataFolderUnusable(
            f"Only {free // mib} MiB are free at {place}; a new installation needs {needed // mib} MiB.", fix=fix
        )
