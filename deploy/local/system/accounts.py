"""PostgreSQL and Elasticsearch refuse to run as root. For root they run as a system account, in folders that it can
reach."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

import msgspec

from deploy.local.system.disk import refusal
from warehouse.runtime.errors import StoreUnavailable

NAME = "openpolicy"
STATE_FOLDER = Path("/var/lib/openpolicy")
"""Where servers started by root keep files that their account could not reach elsewhere, such as below a closed
/root."""


class Account(msgspec.Struct, frozen=True):
    """An account that runs a server."""

    uid: int
    gid: int


class AsAccount(TypedDict, total=False):
    """The arguments of `subprocess` that change the user."""

    user: int
    group: int
    extra_groups: list[int]


def server_account(existing: Path | None) -> Account | None:
    """The account that a server must run as: the owner of its data if there is any, else the system account; None for
    the account of this process.

    Raises:
        StoreUnavailable: this process is root, and the account cannot be created.
    """
    if os.geteuid() != 0:
        return None
    if existing is not None and existing.exists() and (owner := existing.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    return existing_account() or _create()


def existing_account() -> Account | None:
    """The account of servers started by root; None if this process is not root, or no server has needed it yet."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid)


def _create() -> Account:
    commands = (
        [
            "useradd",
            "--system",
            "--user-group",
            "--no-create-home",
            "--home-dir",
            str(STATE_FOLDER),
            "--shell",
            "/usr/sbin/nologin",
            NAME,
        ],
        ["adduser", "-S", "-D", "-H", "-h", str(STATE_FOLDER), "-s", "/sbin/nologin", NAME],
    )
    for command in commands:
        if shutil.which(command[0]) and subprocess.run(command, capture_output=True, check=False).returncode == 0:
            entry = pwd.getpwnam(NAME)
            return Account(entry.pw_uid, entry.pw_gid)
    raise StoreUnavailable(
        f"The server does not run as root, and the account {NAME!r} could not be made.",
        fix="Run openpolicy as a user who is not root, or set OPENPOLICY_CATALOG_URL and OPENPOLICY_SHARD_URLS.",
    )


def as_account(account: Account | None) -> AsAccount:
    """The arguments of `subprocess` to run a program as this account."""
    return AsAccount(user=account.uid, group=account.gid, extra_groups=[]) if account else AsAccount()


def can(account: Account | None, command: Sequence[str | Path]) -> bool:
    """Whether a command succeeds as this account. This tests permissions without interpreting modes and access
    lists."""
    try:
        done = subprocess.run(command, capture_output=True, check=False, cwd="/", **as_account(account))
    except (PermissionError, FileNotFoundError, NotADirectoryError):
        return False
    return done.returncode == 0


def open_state_folder() -> None:
    """Create the folder for servers started by root, which every account may enter regardless of the umask.

    Raises:
        DataFolderUnusable: it cannot be created.
    """
    try:
        STATE_FOLDER.mkdir(parents=True, exist_ok=True)
        STATE_FOLDER.chmod(0o755)
    except OSError as error:
        raise state_refusal(error) from error


def state_refusal(error: OSError) -> Exception:
    """The error if that folder cannot be written; `error` itself if it is not from a file system."""
    fix = (
        "Make it writable and free 256 MiB there, run as a user who is not root, or clone OpenPolicy to a folder that "
        f"the account {NAME} can enter."
    )
    return refusal(error, place=STATE_FOLDER, fix=fix) or error


def own_folder(folder: Path, account: Account | None) -> None:
    """Create a folder that only the account may enter."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account is not None:
        os.chown(folder, account.uid, account.gid)
