"""The data folder of one installation on one machine: its contents, and the lock of the process that runs it."""

import contextlib
import fcntl
import hashlib
import os
import shlex
from pathlib import Path
from typing import Literal

import msgspec

from deploy.local.system import processes
from deploy.local.system.accounts import existing_account
from deploy.local.system.disk import refusal
from deploy.local.system.files import write_atomically
from deploy.local.system.processes import ProcessMark
from warehouse.runtime.errors import DataFolderUnusable

FORMAT = 1
"""Raise it if files below the data folder change their meaning; databases have their own migrations."""
DEFAULT_PARENT = Path(".openpolicy")
_FILE = "instance.json"

State = Literal["stopped", "starting", "running", "detached"]


class ServerProcess(msgspec.Struct, frozen=True):
    """One process of an installation, the leader of its own process group."""

    name: str
    process: ProcessMark
    address: str
    """Its address for people, without a password."""
    command: tuple[str, ...] = ()
    """The command that restarts it; empty for the stores, which are restarted in another way."""
    restarts: int = 0
    """Restarts since `run`."""
    trouble: str = ""
    """When and why it last ended unexpectedly, for people."""


class Instance(msgspec.Struct, frozen=True, kw_only=True):
    """The content of `instance.json`. It has passwords, so only its owner may read it."""

    format: int = FORMAT
    version: str
    kind: str
    """`demo`, `live`, or `recorded-` and the beginning of a hash of the folder's path."""
    source: str
    """`live`, `demo`, or the absolute path of a folder of recorded documents."""
    size: str = ""
    """Size of the demo, if one was chosen."""
    state: State = "stopped"
    started_at: str = ""
    ports: dict[str, int] = {}
    """The ports of the last run, which are tried first, so that addresses stay the same."""
    cursor_secret: str = ""
    environment: dict[str, str] = {}
    """The `OPENPOLICY_…` variables of the running servers."""
    options: tuple[str, ...] = ()
    """The options of the `run` that started them."""
    servers: tuple[ServerProcess, ...] = ()

    def alive(self) -> list[ServerProcess]:
        """The servers that run now."""
        return [server for server in self.servers if processes.is_alive(server.process)]

    def ended(self) -> list[ServerProcess]:
        """The servers that should run but do not."""
        return [server for server in self.servers if not processes.is_alive(server.process)]

    def is_running(self) -> bool:
        """Whether any of its servers runs."""
        return bool(self.alive())

    @property
    def run_command(self) -> str:
        """The command that starts it with the same options, in backticks."""
        return f"`{shlex.join(['openpolicy', 'run', *self.options])}`"


class DataFolder:
    """One data folder."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._lock: int | None = None

    @property
    def option(self) -> str:
        """The option that names this folder; empty if commands find it by themselves from here."""
        if self.path.parent == DEFAULT_PARENT.absolute() and len(list(self.path.parent.glob(f"*/{_FILE}"))) < 2:
            return ""
        return f" --data-dir {shlex.quote(str(self.path))}"

    @property
    def logs(self) -> Path:
        """The folder with the servers' logs."""
        return self.path / "logs"

    def read(self) -> Instance | None:
        """The content of the folder's instance file; None for a new folder.

        Raises:
            DataFolderUnusable: it is from another version, or is not a data folder.
        """
        try:
            content = (self.path / _FILE).read_bytes()
        except FileNotFoundError:
            return None
        except (PermissionError, NotADirectoryError) as error:
            raise DataFolderUnusable(
                f"{self.path} is not readable.", fix="Run as its owner, or choose another folder with --data-dir."
            ) from error
        try:
            found = msgspec.json.decode(content)
            version = found.get("format") if isinstance(found, dict) else None
            if version == FORMAT:
                return msgspec.convert(found, Instance)
        except (msgspec.DecodeError, msgspec.ValidationError):
            version = None
        which = f"format {version}" if version is not None else "no format we know"
        raise DataFolderUnusable(
            f"{self.path} was made by another version: its {_FILE} has {which}, this version needs {FORMAT}.",
            fix="Use that version, choose another folder with --data-dir, or delete this one and load again.",
        )

    def write(self, instance: Instance) -> None:
        """Replace the folder's instance file."""
        write_atomically(self.path / _FILE, msgspec.json.format(msgspec.json.encode(instance), indent=2), mode=0o600)

    def open_for(self, kind: str, source: str) -> Instance | None:
        """The folder's instance file, if the folder may be used for this kind of source; creates a new folder.

        Raises:
            DataFolderUnusable: it holds something else.
        """
        try:
            instance = self.read()
            if instance is None and self.path.exists() and any(self.path.iterdir()) and not self._only_lock():
                raise DataFolderUnusable(
                    f"{self.path} is not empty and has no {_FILE}: it is not an OpenPolicy data folder.",
                    fix="Choose an empty or a new folder with --data-dir.",
                )
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise refusal(error, place=self.path) or error from error
        if instance is not None and instance.kind != kind:
            raise DataFolderUnusable(
                f"{self.path} holds data of the source {instance.source}, not of {source}; the two are never mixed.",
                fix="Choose another folder with --data-dir, or leave it out.",
            )
        self._close_to_others()
        return instance

    def _close_to_others(self) -> None:
        """Restrict access to the owner: the folder has passwords, logs and documents. Earlier versions left it open.

        The account that runs root's servers may pass through if its files are in here.
        """
        account = existing_account()
        with contextlib.suppress(OSError):  # `lock` refuses a folder that cannot be written, with the reason
            if account is not None:
                os.chown(self.path, -1, account.gid)
            self.path.chmod(0o700 if account is None else 0o710)
            if self.logs.is_dir():
                self.logs.chmod(0o700)
                for log in self.logs.iterdir():
                    log.chmod(0o600)

    def _only_lock(self) -> bool:
        return {entry.name for entry in self.path.iterdir()} <= {"lock"}

    def lock(self) -> None:
        """Make this process the only one that starts or stops servers here. The lock of a dead process is ignored.

        Raises:
            DataFolderUnusable: another process has it; the message names it.
        """
        try:
            descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise refusal(error, place=self.path) or error from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise self._in_use() from error
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, msgspec.json.encode(processes.own_mark()), 0)
        self._lock = descriptor

    def is_there(self) -> bool:
        """Whether the locked folder is still in place."""
        try:
            return self._lock is not None and os.path.samestat(os.fstat(self._lock), os.stat(self.path / "lock"))
        except OSError:
            return False

    def unlock(self) -> None:
        """Release the folder."""
        if self._lock is not None:
            os.truncate(self._lock, 0)
            os.close(self._lock)
            self._lock = None

    def _in_use(self) -> DataFolderUnusable:
        owner, instance = self.lock_owner(), self.read()
        if owner and instance and instance.state in {"running", "detached"}:
            return DataFolderUnusable(
                f"OpenPolicy already runs in {self.path}.",
                fix=f"Run `openpolicy status{self.option}`, end it with `openpolicy stop{self.option}`, or use "
                "another --data-dir.",
            )
        name = processes.describe(owner.pid) if owner else "another process"
        return DataFolderUnusable(
            f"{self.path} is in use by {name}.",
            fix=f"Wait for it, end it with `openpolicy stop{self.option}`, or choose another folder with --data-dir.",
        )

    def is_watched(self) -> bool:
        """Whether a process watches the folder and restarts servers that end."""
        owner = self.lock_owner()
        return owner is not None and processes.is_alive(owner)

    def next_step(self, instance: Instance) -> str:
        """The next step for servers that have ended."""
        if self.is_watched():
            return "It is being restarted; check again in a minute."
        return f"Run {instance.run_command} to restart it."

    def lock_owner(self) -> ProcessMark | None:
        """The process that wrote the lock; it may have ended."""
        try:
            return msgspec.json.decode((self.path / "lock").read_bytes(), type=ProcessMark)
        except (FileNotFoundError, msgspec.DecodeError):
            return None


def recorded_kind(folder: Path) -> str:
    """The kind of a folder of recorded documents: two folders are two installations."""
    return f"recorded-{hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:8]}"


def named_folder(data_dir: Path | None) -> Path | None:
    """The folder the user named by option or OPENPOLICY_DATA_DIR."""
    named = str(data_dir) if data_dir is not None else os.environ.get("OPENPOLICY_DATA_DIR", "")
    return Path(named).expanduser() if named else None


def find_folder(data_dir: Path | None) -> DataFolder:
    """The folder to use if no source is given: the named one, the running one, or the only one.

    Raises:
        DataFolderUnusable: there is none, or more than one to choose from.
    """
    if named := named_folder(data_dir):
        folder = DataFolder(named)
        if folder.read() is None:
            raise DataFolderUnusable(f"{folder.path} holds no data.", fix="Start with `openpolicy run --data-dir …`.")
        return folder
    found = [DataFolder(path.parent) for path in sorted(DEFAULT_PARENT.glob(f"*/{_FILE}"))]
    running = [folder for folder in found if (instance := folder.read()) and instance.is_running()]
    choices = running or found
    if len(choices) == 1:
        return choices[0]
    if not choices:
        raise DataFolderUnusable(
            f"There is no data folder below {DEFAULT_PARENT.absolute()}.",
            fix="Start with `openpolicy run`, or name a folder with --data-dir.",
        )
    names = ", ".join(os.path.relpath(folder.path) for folder in choices)
    state = "are running" if running else "exist"
    raise DataFolderUnusable(f"Several data folders {state}: {names}.", fix="Name one with --data-dir.")
