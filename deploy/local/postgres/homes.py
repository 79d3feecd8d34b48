"""Homes below /var/lib/openpolicy, for servers started by root whose account cannot reach the data folder.

Each home has a label with the path of its folder. A home is only deleted by name, because its folder may be missing for
other reasons: it was moved, or its disk is not mounted.
"""

import hashlib
import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec

from deploy.local.postgres import postmaster
from deploy.local.system import accounts
from deploy.local.system.accounts import Account, can, open_state_folder, own_folder, state_refusal
from deploy.local.system.disk import NEW_BYTES, require_space
from deploy.local.system.files import write_atomically
from warehouse.runtime.errors import DataFolderUnusable

NOTE = "server.json"
_UNFINISHED = "unfinished"
"""A marker in a home until its folder's note names it; until then no password is known and nothing is stored."""


class Home(msgspec.Struct, frozen=True):
    """A home below /var/lib/openpolicy."""

    name: str
    folder: str
    """Its folder, as of the last start of its server."""
    size: int
    """Bytes."""
    is_orphaned: bool
    """Whether that folder is missing, or uses another home."""
    is_running: bool


def choose(folder: Path, account: Account | None) -> Path:
    """A new home for a server: `folder` itself, unless its account cannot reach it.

    Raises:
        DataFolderUnusable: it cannot be created, or its disk is full.
    """
    if account is None:
        return folder
    own_folder(folder, account)
    if can(account, ["test", "-w", folder]):
        return folder
    os.chown(folder, os.geteuid(), os.getegid())
    open_state_folder()
    require_space(accounts.STATE_FOLDER, needed=NEW_BYTES, fix="Free space there, or run as a user who is not root.")
    home = _free_home(hashlib.sha256(os.fsencode(folder)).hexdigest()[:16])
    try:
        own_folder(home, account)
        label(home, folder)
    except OSError as error:
        raise state_refusal(error) from error
    return home


def _free_home(name: str) -> Path:
    """A free place, or one left by a killed start. A finished home is never reused: it has somebody's data."""
    for number in itertools.count(1):
        home = accounts.STATE_FOLDER / (name if number == 1 else f"{name}-{number}")
        if home.exists() and not holds_data(home):
            remove(home)
        if not home.exists():
            return home
    raise AssertionError("unreachable: numbers do not end")


def holds_data(home: Path) -> bool:
    """Whether a server was completely set up here; leftovers of a killed start are not data."""
    return (home / "data" / "PG_VERSION").exists() and not (home / _UNFINISHED).exists()


def begin(home: Path) -> None:
    """Mark that a server is being set up here."""
    write_atomically(home / _UNFINISHED, b"")


def finish(home: Path) -> None:
    """Remove the marker, once the folder's note names the home."""
    (home / _UNFINISHED).unlink(missing_ok=True)


def label(home: Path, folder: Path) -> None:
    """Record the folder of a home, which may have been moved."""
    if home.parent == accounts.STATE_FOLDER:
        write_atomically(_label(home), os.fsencode(folder), mode=0o600)


def remove(home: Path) -> None:
    """Stop a home's server and delete its files and label."""
    postmaster.stop(home / "data")
    shutil.rmtree(home, ignore_errors=True)
    if home.parent == accounts.STATE_FOLDER:
        _label(home).unlink(missing_ok=True)


def list_homes() -> list[Home]:
    """Every home on this machine that this user may see."""
    return [_described(home) for home in _homes()]


def remove_by_name(name: str) -> Home:
    """Delete the home of a folder that no longer exists; returns its description.

    Raises:
        DataFolderUnusable: there is no home with this name, or a folder uses it.
    """
    found = next((each for each in list_homes() if each.name == name), None)
    if found is None:
        raise DataFolderUnusable(
            f"There is no home {name!r} in {accounts.STATE_FOLDER}.", fix="`openpolicy homes list` shows them."
        )
    if not found.is_orphaned:
        raise DataFolderUnusable(
            f"The home {name} is in use by {found.folder}.",
            fix="Delete that folder first, if its data is no longer wanted.",
        )
    if found.is_running:
        raise DataFolderUnusable(
            f"A PostgreSQL server runs in the home {name}; its folder was {found.folder}.",
            fix="If that folder was moved, start OpenPolicy there once: the home is then known by its new path.",
        )
    remove(accounts.STATE_FOLDER / name)
    return found


def _homes() -> Iterator[Path]:
    try:
        entries = sorted(accounts.STATE_FOLDER.iterdir())
    except OSError:
        return
    for entry in entries:
        try:
            if entry.is_dir() and (_label(entry).exists() or (entry / "data" / "PG_VERSION").exists()):
                yield entry
        except PermissionError:
            continue


def _described(home: Path) -> Home:
    try:
        folder = os.fsdecode(_label(home).read_bytes())
    except OSError:
        folder = ""
    return Home(
        name=home.name,
        folder=folder,
        size=_size(home),
        is_orphaned=not (folder and _uses(Path(folder), home)),
        is_running=postmaster.main_process(home / "data") is not None,
    )


def _uses(folder: Path, home: Path) -> bool:
    try:
        note = msgspec.json.decode((folder / NOTE).read_bytes())
    except (OSError, msgspec.DecodeError):
        return False
    return isinstance(note, dict) and note.get("home") == str(home)


def _size(folder: Path) -> int:
    total = 0
    for path, _folders, files in os.walk(folder):
        for name in files:
            try:
                total += (Path(path) / name).lstat().st_size
            except OSError:
                continue
    return total


def _label(home: Path) -> Path:
    return home.with_suffix(".folder")
