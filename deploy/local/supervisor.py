"""Starts the servers without a URL, in order, restarts those that end, and stops all in reverse order.

Started servers are recorded at once, so that the next command can stop them whatever happens to this process.
"""

import contextlib
import datetime as dt
import os
import secrets
import shutil
import textwrap
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote, urlsplit

import msgspec

from deploy.local import clickhouse, dagster_home, redis
from deploy.local.folder import DEFAULT_PARENT, DataFolder, Instance, ServerProcess, State
from deploy.local.postgres import roles as database_roles
from deploy.local.postgres.server import PostgresServer
from deploy.local.sources import ChosenSource
from deploy.local.system import children, interrupts, ports, processes
from deploy.local.system.children import Child
from deploy.local.system.disk import NEW_BYTES, require_space
from deploy.local.system.processes import ProcessMark
from deploy.local.system.restarts import Restarts
from warehouse.postgres import roles
from warehouse.runtime.errors import DataFolderUnusable, OpenPolicyError, StoreUnavailable
from warehouse.runtime.settings import PREFIX, Settings, read_settings

SHARDS = 4
"""Shards of a new installation; `openpolicy shards add` creates the databases of further ones."""
_API_S, _DAGSTER_S, _UPSTREAM_S, _REDIS_S, _CLICKHOUSE_S, _WATCHER_S = 90.0, 180.0, 30.0, 20.0, 60.0, 30.0
_ROLES = {"api": roles.API, "relay": roles.RELAY, "consumers": roles.CONSUMER}
"""The roles with which servers connect to the databases; Dagster's servers run loads, so they are loaders."""
_NEEDS_NO_STORE = frozenset({"upstream"})
_WORKERS = {"relay": children.own_command("relay"), "consumers": children.own_command("consume", "all")}
_WATCHER = "supervisor"
_WHY = 160
"""Length of the last log line of a server in messages; the log has all of it."""

Say = Callable[[str], None]


class Supervisor:
    """The servers of one data folder, while this object is used."""

    def __init__(self, folder: DataFolder, source: ChosenSource, *, say: Say, options: Sequence[str] = ()) -> None:
        """`options` are those of this `run`; messages name them if it has to be run again."""
        self.folder, self.source = folder, source
        self._say = say
        self._children: list[Child] = []
        self._awaited: list[Callable[[], None]] = []
        """Servers that were started and may not answer yet."""
        self._variables: dict[str, str] = {}
        self._is_new = self._is_migrated = False
        self._instance = Instance(
            version=version("openpolicy"), kind=source.kind, source=source.name, options=tuple(options)
        )

    @classmethod
    def of_running(cls, folder: DataFolder, *, say: Say) -> "Supervisor":
        """Take over the running servers of a folder, for `watch`.

        Raises:
            DataFolderUnusable: another process has the folder, or nothing runs there.
        """
        instance = folder.read()
        if instance is None or not instance.servers:
            raise DataFolderUnusable(f"Nothing runs in {folder.path}.", fix="Start it with `openpolicy run`.")
        folder.lock()
        supervisor = cls(folder, ChosenSource.of(instance), say=say)
        supervisor._instance, supervisor._variables = instance, dict(instance.environment)
        return supervisor

    @property
    def environment(self) -> dict[str, str]:
        """The environment with the URLs of the started servers."""
        return {**os.environ, **self._variables}

    @property
    def settings(self) -> Settings:
        """The settings with the started servers."""
        return read_settings(self.environment)

    def settings_for(self, role: str) -> Settings:
        """The settings of a process that connects to the embedded PostgreSQL as a role."""
        return database_roles.settings_for(PostgresServer(self.folder.path / "postgres"), role, self.settings)

    @property
    def servers(self) -> tuple[ServerProcess, ...]:
        """The started servers, in order."""
        return self._instance.servers

    def open(self) -> None:
        """Lock the folder for this kind of source, after stopping servers that a killed predecessor left.

        Raises:
            DataFolderUnusable: it has other data, another process uses it, or its disk is full.
        """
        known = self.folder.open_for(self.source.kind, self.source.name)
        self._is_new = known is None
        if known is not None and self.source.size not in {"", known.size or "medium"}:
            raise DataFolderUnusable(
                f"{self.folder.path} holds a demo of size {known.size or 'medium'}, not {self.source.size}.",
                fix="Choose another folder with --data-dir, or leave out --size.",
            )
        self.folder.lock()
        if known is None:
            fix = "Free space there, or choose another folder with --data-dir."
            try:
                require_space(self.folder.path, needed=NEW_BYTES, fix=fix)
            except DataFolderUnusable:
                self.discard()
                raise
        else:
            if known.is_running():
                self._say("Servers left by an earlier run are stopped first.")
            end_servers(self.folder, known)
        self._instance = msgspec.structs.replace(
            self._instance,
            started_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            ports=known.ports if known else {},
            cursor_secret=known.cursor_secret if known else secrets.token_hex(32),
            size=known.size if known else self.source.size,
        )
        self._set("cursor_secret", self._instance.cursor_secret)
        self._set("objects_url", (self.folder.path / "objects").as_uri())
        self._set("search_url", f"tantivy:{quote(str(self.folder.path / 'search'))}")
        self._mark_state("starting")

    def start_stores(self, *, with_redis: bool = True, with_dagster: bool = True, with_clickhouse: bool = True) -> None:
        """Start PostgreSQL with its databases, and Redis and ClickHouse's engine if this machine has them."""
        settings = self.settings
        if with_clickhouse and not settings.clickhouse_url:
            self._start_clickhouse()
        wanted = {"catalog_url": ["catalog"], "shard_urls": [f"shard_{number}" for number in range(SHARDS)]}
        if with_dagster:
            wanted["dagster_url"] = ["dagster"]
        missing = {field: names for field, names in wanted.items() if not getattr(settings, field)}
        if missing:
            self._start_postgres(missing)
        if with_redis and not settings.redis_url:
            self._start_redis()

    def _start_postgres(self, wanted: Mapping[str, list[str]]) -> None:
        from warehouse.postgres.migrate import create_database, shards_on

        server = PostgresServer(self.folder.path / "postgres", log=self.folder.logs / "postgres.log")
        with interrupts.deferred():
            mark = server.start()
            self._note("postgres", mark, urlsplit(server.url("")).netloc.rpartition("@")[2])
        added = range(SHARDS, shards_on(server.url("postgres")))
        databases = {field: list(names) for field, names in wanted.items()}
        databases.get("shard_urls", []).extend(f"shard_{number}" for number in added)
        for names in databases.values():
            for name in names:
                create_database(server.url(name))
        database_roles.prepare(server, [name for names in databases.values() for name in names])
        for field, names in databases.items():
            urls = [server.url(name) for name in names]
            if field == "dagster_url":
                urls = [server.as_role(database_roles.DAGSTER, url) for url in urls]
            self._set(field, ",".join(urls))

    def _start_redis(self) -> None:
        program = redis.find_program()
        if program is None:
            self._say("Redis: none on this machine; answers are cached in memory only.")
            return
        port = self._free_port("redis")
        with interrupts.deferred():
            child, url = redis.start(
                program,
                port=port,
                folder=self.folder.path / "redis",
                logs=self.folder.logs,
                environment=children.child_environment({}),
            )
            self._adopt(child, f"{ports.LOOPBACK}:{port}")
        self._awaited.append(lambda: child.wait_until(children.accepts(port), _REDIS_S))
        self._set("redis_url", url)

    def _start_clickhouse(self) -> None:
        """It takes seconds to start and is not used before `settle`, which waits for it."""
        if not clickhouse.is_available():
            self._say("ClickHouse: its engine (chdb) is not installed; statistics answer 503.")
            return
        port = self._free_port("clickhouse")
        with interrupts.deferred():
            child, url = clickhouse.start(
                port=port,
                folder=self.folder.path / "clickhouse",
                logs=self.folder.logs,
                environment=children.child_environment({}),
            )
            self._adopt(child, f"{ports.LOOPBACK}:{port}")
        self._set("clickhouse_url", url)
        self._awaited.append(lambda: child.wait_until(children.accepts(port), _CLICKHOUSE_S))

    def _restart(self, server: ServerProcess) -> None:
        """Restart a server with the address and password that the others know."""
        processes.stop_session(server.process)  # its children may still use its port
        environment = children.child_environment(self._variables_of(server.name))
        address = urlsplit(server.address if "//" in server.address else f"//{server.address}")
        with interrupts.deferred():
            if server.name == "postgres":
                log = self.folder.logs / "postgres.log"
                self._note(server.name, PostgresServer(self.folder.path / "postgres", log=log).start(same_port=True))
            elif server.name == "redis" and (program := redis.find_program()):
                child, _url = redis.start(
                    program,
                    port=address.port or 0,
                    folder=self.folder.path / "redis",
                    logs=self.folder.logs,
                    environment=children.child_environment({}),
                    password=urlsplit(self._variables[PREFIX + "REDIS_URL"]).password or "",
                )
                self._adopt(child)
            elif server.name == "clickhouse":
                child, _url = clickhouse.start(
                    port=address.port or 0,
                    folder=self.folder.path / "clickhouse",
                    logs=self.folder.logs,
                    environment=children.child_environment({}),
                    password=urlsplit(self._variables[PREFIX + "CLICKHOUSE_URL"]).password or "",
                )
                self._adopt(child)
            elif server.command:
                child = children.start(
                    server.name, server.command, logs=self.folder.logs, environment=environment, cwd=self.folder.path
                )
                self._adopt(child)

    def start_upstream(self) -> None:
        """Start the server that answers in place of Parliament, for a folder or the demo; the live sites need none."""
        if self.source.name == "live":
            return
        port = self._free_port("upstream")
        url = f"http://{ports.LOOPBACK}:{port}"
        size = ["--size", self._instance.size] if self._instance.size else []
        command = children.own_command("upstream", "--source", self.source.name, "--port", str(port), *size)
        child = self._start("upstream", command, url)
        self._awaited.append(lambda: child.wait_until(children.accepts(port), _UPSTREAM_S))
        self._set("legisinfo_url", url)
        self._set("ourcommons_url", url)

    def migrate(self) -> list[str]:
        """Wait until all started servers answer, and migrate every database; returns the applied migrations."""
        return self.migrate_postgres() + self.settle()

    def migrate_postgres(self) -> list[str]:
        """Migrate the catalog and the shards to this version; returns the applied migrations."""
        from warehouse.postgres.migrate import migrate

        settings = self.settings
        applied = migrate(settings.catalog_url, settings.shard_urls)
        self._is_migrated = True
        return applied

    def settle(self) -> list[str]:
        """Wait until all started servers answer, and migrate ClickHouse; returns the applied migrations.

        An unavailable ClickHouse stops only statistics: its consumer migrates it when it is back.
        """
        from warehouse.clickhouse.migrate import migrate

        while self._awaited:
            self._awaited.pop(0)()
        url = self.settings.clickhouse_url
        try:
            return migrate(url) if url else []
        except StoreUnavailable as error:
            self._say(f"{error.message} Statistics wait for it.")
            return []

    def start_api(self, port: int) -> str:
        """Start the API; it answers when this returns its address. Earlier servers become ready meanwhile."""
        url = f"http://{ports.LOOPBACK}:{port}"
        child = self._start("api", children.own_command("serve", "--port", str(port)), url)
        self.settle()
        child.wait_until(children.answers(f"{url}/health"), _API_S)
        return url

    def start_consumers(self) -> list[str]:
        """Start the consumers of all read models and, with Kafka, the relay; returns the started servers."""
        names = ["relay", "consumers"] if self.settings.kafka_url else ["consumers"]
        for name in names:
            self._start(name, _WORKERS[name], "")
        return names

    def prepare_dagster(self) -> Path:
        """Write Dagster's settings, which its servers and the first load share; returns their folder."""
        home = self.folder.path / "dagster"
        dagster_home.write_home(home, self.settings.dagster_url)
        self._set_plain("DAGSTER_HOME", str(home))
        return home

    def start_dagster(self, port: int) -> str:
        """Start the Dagster web server and daemon; the web server answers when this returns its address."""
        home = self.prepare_dagster()
        url = f"http://{ports.LOOPBACK}:{port}"
        workspace = str(home / "workspace.yaml")
        web = self._start(
            "dagster-webserver", [*_module("deploy.dagster_ui"), ports.LOOPBACK, str(port), workspace], url
        )
        daemon = self._start("dagster-daemon", [*_module("dagster._daemon"), "run", "-w", workspace], "")
        web.wait_until(children.answers(f"{url}/server_info"), _DAGSTER_S)
        daemon.wait_until(lambda: daemon.ended() is None, 1)
        return url

    def leave_running(self) -> None:
        """Hand the servers over to a separate process that watches them, so that this one may end.

        Raises:
            StoreUnavailable: that process did not start.
        """
        self._mark_state("detached")
        self.folder.unlock()
        watcher = children.start(
            _WATCHER,
            children.own_command("watch", "--data-dir", str(self.folder.path)),
            logs=self.folder.logs,
            environment=children.child_environment({}),
            cwd=self.folder.path,
        )
        watcher.wait_until(lambda: self.folder.lock_owner() == watcher.mark, _WATCHER_S)

    def watch(self, pause: Callable[[float], None], state: State) -> None:
        """Restart servers that end, until an interrupt, or until the data folder is gone."""
        self._mark_state(state)
        restarts: dict[str, Restarts] = {}
        while self.folder.is_there():
            for child in self._children:
                child.ended()  # collects the exit status; otherwise the process stays as a zombie
            for server in self._instance.servers:
                if not processes.is_alive(server.process):
                    self._restart_when_due(server, restarts.setdefault(server.name, Restarts()))
            pause(0.5)
        self._say(f"{self.folder.path} was deleted or moved; its servers are stopped.")

    def _restart_when_due(self, server: ServerProcess, restarts: Restarts) -> None:
        if restarts.due_at is None:
            self._trouble(server, children.last_line(self.folder.logs / f"{server.name}.log"), restarts)
        elif restarts.is_due():
            try:
                self._restart(server)
            except (OpenPolicyError, OSError) as error:
                self._trouble(server, str(error), restarts)
            else:
                restarts.started()

    def _trouble(self, server: ServerProcess, why: str, restarts: Restarts) -> None:
        why = textwrap.shorten(why, _WHY)
        self._say(f"{server.name} ended: {why} It is restarted in {restarts.ended():.0f} s.")
        instant = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        with contextlib.suppress(OSError):  # on a full disk it is restarted in any case
            self._replace(msgspec.structs.replace(server, trouble=f"{instant}: {why}"))

    def discard(self) -> None:
        """Remove a folder that this start created if nothing was stored in it; other folders stay."""
        if not self._is_new or self._is_migrated:
            return
        PostgresServer(self.folder.path / "postgres").remove()
        self.folder.unlock()
        shutil.rmtree(self.folder.path, ignore_errors=True)
        with contextlib.suppress(OSError):
            if self.folder.path.parent == DEFAULT_PARENT.absolute():
                self.folder.path.parent.rmdir()

    def close(self) -> None:
        """Stop everything that was started, last first, and release the folder. Cannot be interrupted."""
        with interrupts.ignored():
            try:
                end_servers(self.folder, self._instance)
            except OSError as error:  # on a full disk, ended servers are recognized by their missing processes
                self._say(f"{self.folder.path} could not be updated: {error.strerror}.")
            self._instance = msgspec.structs.replace(self._instance, servers=())
            self.folder.unlock()

    def _start(self, name: str, command: list[str], address: str) -> Child:
        with interrupts.deferred():
            child = children.start(
                name,
                command,
                logs=self.folder.logs,
                environment=children.child_environment(self._variables_of(name)),
                cwd=self.folder.path,
            )
            self._adopt(child, address, command)
        return child

    def _variables_of(self, name: str) -> dict[str, str]:
        """The environment of a server: the URLs of the stores that it needs, with its role."""
        if name in _NEEDS_NO_STORE:
            return {}
        settings = self.settings_for(_ROLES.get(name, roles.LOADER))
        own = {"catalog_url": settings.catalog_url, "shard_urls": ",".join(settings.shard_urls)}
        given = self._variables | {PREFIX + field.upper(): value for field, value in own.items() if value}
        if name in _ROLES:
            given.pop(f"{PREFIX}DAGSTER_URL", None)
        return given

    def _adopt(self, child: Child, address: str | None = None, command: Sequence[str] = ()) -> None:
        self._children = [each for each in self._children if each.ended() is None]
        self._children.append(child)
        self._note(child.name, child.mark, address, command)

    def _note(self, name: str, mark: ProcessMark, address: str | None = None, command: Sequence[str] = ()) -> None:
        """Record a server; one without an address is a restarted one."""
        former = next((each for each in self._instance.servers if each.name == name), None)
        if address is None and former is not None:
            self._replace(msgspec.structs.replace(former, process=mark, restarts=former.restarts + 1))
            return
        others = tuple(each for each in self._instance.servers if each.name != name)
        server = ServerProcess(name, mark, address or "", tuple(command))
        self._instance = msgspec.structs.replace(self._instance, servers=(*others, server))
        self.folder.write(self._instance)

    def _replace(self, server: ServerProcess) -> None:
        servers = tuple(server if each.name == server.name else each for each in self._instance.servers)
        self._instance = msgspec.structs.replace(self._instance, servers=servers)
        self.folder.write(self._instance)

    def _mark_state(self, state: State) -> None:
        self._instance = msgspec.structs.replace(self._instance, state=state, environment=dict(self._variables))
        self.folder.write(self._instance)

    def _free_port(self, name: str) -> int:
        port = ports.free_port(self._instance.ports.get(name))
        self._instance = msgspec.structs.replace(self._instance, ports={**self._instance.ports, name: port})
        return port

    def _set(self, field: str, value: str) -> None:
        """Set a variable unless the user has set it."""
        variable = PREFIX + field.upper()
        if field in {"legisinfo_url", "ourcommons_url"} or not os.environ.get(variable):
            self._set_plain(variable, value)

    def _set_plain(self, variable: str, value: str) -> None:
        self._variables[variable] = value
        self._mark_state(self._instance.state)


def _module(name: str) -> list[str]:
    return [children.own_command()[0], "-m", name]


def end_servers(folder: DataFolder, instance: Instance) -> list[str]:
    """Stop the servers of an instance, last started first; returns the names of those that ran."""
    ended = []
    for server in reversed(instance.servers):
        if server.name != "postgres" and processes.session_of(server.process):
            processes.stop_session(server.process)
            ended.append(server.name)
    # Last, and by its own files: it may have been started by a process that was killed before it recorded it.
    postgres = PostgresServer(folder.path / "postgres")
    if postgres.process() is not None:
        postgres.stop()
        ended.append("postgres")
    # For the same reason. After PostgreSQL, because every process of it leads a session and writes the log.
    for left in processes.sessions_that_log_in(folder.logs.resolve()):
        ended.append(processes.describe(left.pid))
        processes.stop_session(left)
    folder.write(msgspec.structs.replace(instance, state="stopped", servers=(), environment={}))
    return ended
