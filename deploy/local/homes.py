"""Where a server that root starts keeps its files when its account cannot reach the data folder: /var/lib/openpolicy.

Beside each such home is a file with the path of the folder it belongs to, so that homes of deleted folders are found.
"""

import hashlib
import os
import shutil
import time
from pathlib import Path

from deploy.local import postmaster
from deploy.local.accounts import STATE_FOLDER, Account, can, own_folder
from deploy.local.files import write_atomically

NOTE = "server.json"
_YOUNG_S = 600
"""A home this young may belong to a server that is just being made."""


def choose(folder: Path, account: Account | None) -> Path:
    """A new home for a server: `folder` itself, unless its account cannot get there."""
    if account is None:
        return folder
    own_folder(folder, account)
    if can(account, ["test", "-w", folder]):
        return folder
    os.chown(folder, os.geteuid(), os.getegid())
    STATE_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
    _remove_forgotten()
    home = STATE_FOLDER / hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    _remove(home)  # of a folder of this name that was deleted: nobody knows its password any more
    write_atomically(_label(home), os.fsencode(folder))
    own_folder(home, account)
    return home


def _remove_forgotten() -> None:
    """Remove the homes whose folders were deleted."""
    for label in STATE_FOLDER.glob("*.folder"):
        folder = Path(os.fsdecode(label.read_bytes()))
        if time.time() - label.stat().st_mtime > _YOUNG_S and not (folder / NOTE).exists():
            _remove(label.with_suffix(""))


def _remove(home: Path) -> None:
    postmaster.stop(home / "data")
    shutil.rmtree(home, ignore_errors=True)
    _label(home).unlink(missing_ok=True)


def _label(home: Path) -> Path:
    return home.with_suffix(".folder")


def remove(home: Path) -> None:
    """Delete a server's files and what names them."""
    shutil.rmtree(home, ignore_errors=True)
    if home.parent == STATE_FOLDER:
        _label(home).unlink(missing_ok=True)
