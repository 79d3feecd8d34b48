"""A name of the code that runs, for what it keeps longer than a process lives."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from warehouse.runtime.sqlfiles import sql_root

_PACKAGES: Final = ("serving", "warehouse")
_COMPILED: Final = ".pyc"


@cache
def fingerprint() -> str:
    """The same for the same code, another one after any change of what answers are made by."""
    root = Path(__file__).resolve().parents[2]
    digest = hashlib.sha256()
    for folder in (*(root / package for package in _PACKAGES), sql_root()):
        for path in sorted(path for path in folder.rglob("*") if path.suffix != _COMPILED and path.is_file()):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(folder.parent).as_posix()}\n{content}\n".encode())
    return digest.hexdigest()[:16]
