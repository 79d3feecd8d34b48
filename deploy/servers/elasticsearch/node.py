"""One Elasticsearch node below one folder. The running process is recorded there and stopped by its pid."""

import contextlib
import os
import shutil
import signal
from pathlib import Path

import msgspec

from deploy.local.system import children, ports, processes
from deploy.local.system.accounts import Account, can, own_folder, server_account
from deploy.local.system.files import write_atomically
from deploy.local.system.processes import ProcessMark
from deploy.servers.elasticsearch.install import HERE, install
from deploy.servers.elasticsearch.jdk import find_jdk
from warehouse.runtime.errors import DataFolderUnusable

_READY_S = 180.0
_HEAP = "512m"


class NodePlace(msgspec.Struct, frozen=True):
    """The state of a node on this machine; `process` is its launcher, None while it does not run."""

    port: int
    transport_port: int
    process: ProcessMark | None = None


class ElasticsearchNode:
    """The node of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._file = self.folder / "node.json"
        self._place: NodePlace | None = None
        if self._file.exists():
            self._place = msgspec.json.decode(self._file.read_bytes(), type=NodePlace)

    @property
    def url(self) -> str:
        """The value of `OPENPOLICY_SEARCH_URL` for this node; empty before its first start."""
        return f"http://{ports.LOOPBACK}:{self._place.port}" if self._place else ""

    @property
    def group(self) -> int:
        """The process group of launcher and server; 0 while nothing runs."""
        return self._place.process.pid if self._place and self._place.process else 0

    def start(self) -> None:
        """Start the node, with its former data and port if there are any; it answers when this returns.

        Raises:
            StoreUnavailable: it ended at its start, or Elasticsearch or its Java is not available.
            DataFolderUnusable: this process is root, and the account of the node cannot reach the folder.
        """
        if self.is_running():
            return
        account = server_account(self.folder)
        home = install(account)
        if self._place is None:
            self._place = NodePlace(ports.free_port(), ports.free_port())
        self._prepare(home, account)
        environment = {
            **os.environ,
            "ES_JAVA_HOME": str(find_jdk()),
            "ES_PATH_CONF": str(self.folder / "config"),
            "ES_TMPDIR": str(self.folder / "tmp"),
            "ES_JAVA_OPTS": f"-Xms{_HEAP} -Xmx{_HEAP} -Xlog:disable -Xlog:all=warning:stderr:utctime,level,tags",
        }
        child = children.start(
            "elasticsearch",
            [str(home / "bin" / "elasticsearch")],
            logs=self.folder / "logs",
            environment=environment,
            cwd=self.folder,
            account=account,
        )
        self._note(child.mark)
        child.wait_until(children.answers(f"{self.url}/_cluster/health?wait_for_status=yellow"), _READY_S)

    def is_running(self) -> bool:
        """Whether the node's launcher, and so the node, runs."""
        return bool(self._place and self._place.process and processes.is_alive(self._place.process))

    def freeze(self) -> None:
        """Freeze it like a machine that hangs: its port accepts connections, but nothing answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen node continue."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """Kill it, as in a crash."""
        self._signal(signal.SIGKILL)
        self._ended()

    def stop(self) -> bool:
        """Stop it; the data stays. Returns whether it ran."""
        running = self.is_running()
        self._signal(signal.SIGCONT)  # a frozen one would not handle the next signal
        self._ended()
        return running

    def _ended(self) -> None:
        """Kill remaining processes, and record that nothing runs."""
        if self._place is not None and self._place.process is not None:
            processes.stop_session(self._place.process, grace_s=30.0)
            self._note(None)

    def _signal(self, number: signal.Signals) -> None:
        """Send a signal to the launcher and to the server it started."""
        if self._place is None or self._place.process is None:
            return
        for member in processes.session_of(self._place.process):
            with contextlib.suppress(ProcessLookupError):
                os.kill(member.pid, number)

    def _prepare(self, home: Path, account: Account | None) -> None:
        """Create its settings, and its folders, writable for the account that runs it."""
        config = self.folder / "config"
        for folder in (self.folder, config, self.folder / "data", self.folder / "logs", self.folder / "tmp"):
            own_folder(folder, account)
        if not can(account, ["test", "-w", config]):
            raise DataFolderUnusable(
                f"Elasticsearch does not run as root, and its account cannot get to {self.folder}.",
                fix="Choose another folder with --folder.",
            )
        for name in ("jvm.options", "log4j2.properties", "roles.yml", "users", "users_roles", "role_mapping.yml"):
            shutil.copyfile(home / "config" / name, config / name)
        assert self._place is not None
        values = {"PORT": self._place.port, "TRANSPORT_PORT": self._place.transport_port, "FOLDER": self.folder}
        text = (HERE / "elasticsearch.yml").read_text(encoding="utf-8")
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        (config / "elasticsearch.yml").write_text(text, encoding="utf-8")

    def _note(self, process: ProcessMark | None) -> None:
        assert self._place is not None
        self._place = msgspec.structs.replace(self._place, process=process)
        write_atomically(self._file, msgspec.json.encode(self._place))
