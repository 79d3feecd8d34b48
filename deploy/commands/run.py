"""`openpolicy run` and `openpolicy stop`."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Container
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from assets.progress import Progress
from deploy.local.folder import DataFolder
from deploy.local.sources import ChosenSource, SessionChoice, folder_for, open_upstream, require_sessions
from deploy.local.supervisor import Say, Supervisor, end_servers
from deploy.local.system import interrupts, ports, processes
from deploy.terminal.heartbeat import Heartbeat
from deploy.terminal.invocation import program
from deploy.terminal.stopwatch import Stopwatch, cpu_seconds
from warehouse.postgres.roles import LOADER
from warehouse.runtime.errors import DataFolderUnusable, PortTaken, StoreUnavailable
from warehouse.runtime.settings import Settings

_STOP_S = 90.0
_CONSUMED_S = 120.0


class RunOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options of `run`."""

    source: ChosenSource
    sessions: SessionChoice = None
    data_dir: Path | None = None
    port: int = 8000
    dagster_port: int = 3000
    with_dagster: bool = True
    detach: bool = False

    def as_arguments(self) -> list[str]:
        """The same options as command-line arguments, with their chosen values."""
        words = ["--source", self.source.name, *(["--size", self.source.size] if self.source.size else [])]
        if isinstance(self.sessions, list):
            words += ["--sessions", ",".join(map(str, self.sessions))]
        elif self.sessions:
            words += ["--sessions", self.sessions]
        if self.data_dir is not None:
            words += ["--data-dir", str(self.data_dir.absolute())]
        defaults = RunOptions(source=self.source)
        words += ["--port", str(self.port)] if self.port != defaults.port else []
        words += ["--dagster-port", str(self.dagster_port)] if self.dagster_port != defaults.dagster_port else []
        words += [] if self.with_dagster else ["--no-dagster"]
        return words + (["--detach"] if self.detach else [])


def run(options: RunOptions, voice: Heartbeat, *, announce: Callable[[dict[str, Any]], None]) -> None:
    """Start everything, load, print the addresses, and run until interrupted; with `detach`, return and leave it
    running.

    Raises:
        OpenPolicyError: something did not start; everything else was stopped again.
    """
    interrupts.install()
    say = voice.say
    folder = folder_for(options.source, options.data_dir)
    _check_before_anything_starts(options, folder)
    supervisor = Supervisor(folder, options.source, say=say, options=options.as_arguments())
    supervisor.open()
    try:
        _require_ports(options)
        with voice.beating():
            facts = _start(supervisor, options, voice, say)
        if options.detach:
            supervisor.leave_running()
        else:
            announce(facts)
            _stay(supervisor, say)
    except BaseException as reason:
        if isinstance(reason, KeyboardInterrupt):
            say("Interrupted; stopping what was started …")
        supervisor.close()
        if isinstance(reason, DataFolderUnusable | PortTaken):
            supervisor.discard()
        raise
    if options.detach:
        announce(facts)


def _stay(supervisor: Supervisor, say: Say) -> None:
    """Wait until Ctrl-C, the normal end."""
    try:
        say("Ctrl-C stops everything.")
        supervisor.watch(time.sleep, "running")
    except KeyboardInterrupt:
        say("Stopping …")
    supervisor.close()


def watch(folder: DataFolder, say: Say) -> None:
    """Restart servers of a folder that end, until a signal ends this process and all of them.

    Raises:
        DataFolderUnusable: another process has the folder, or nothing runs there.
    """
    interrupts.install()
    supervisor = Supervisor.of_running(folder, say=say)
    with contextlib.suppress(KeyboardInterrupt):
        supervisor.watch(time.sleep, "detached")
    supervisor.close()


def _require_ports(options: RunOptions, sessions: Container[int] = ()) -> None:
    ports.require_free(options.port, "--port", "the API", sessions=sessions)
    if options.with_dagster:
        ports.require_free(options.dagster_port, "--dagster-port", "the Dagster UI", sessions=sessions)


def _check_before_anything_starts(options: RunOptions, folder: DataFolder) -> None:
    """Ports in use by an earlier run of the same folder are allowed: this run ends those servers."""
    known = folder.read()
    left = {server.process.pid for server in known.servers} if known else set()
    left |= {leader.pid for leader in processes.sessions_that_log_in(folder.logs.resolve())} if known else set()
    _require_ports(options, left)
    if options.source.name != "live":
        require_sessions(open_upstream(options.source), options.sessions)


def _start(supervisor: Supervisor, options: RunOptions, progress: Progress, say: Say) -> dict[str, Any]:
    """Start in parallel where possible: first what the API needs, Dagster's servers last."""
    watch = Stopwatch()
    watch.lap("before")
    say(f"Source: {options.source}")
    say(f"Data folder: {supervisor.folder.path}")
    say("Starting the stores …")
    supervisor.start_upstream()
    supervisor.start_stores(with_dagster=options.with_dagster)
    watch.lap("stores")
    say("Migrating the databases …")
    supervisor.migrate_postgres()
    watch.lap("databases")
    say("Starting the API …")
    threading.Thread(target=_import_loaders, args=(options.with_dagster,), daemon=True).start()
    facts: dict[str, Any] = {"source": options.source.name, "data_dir": str(supervisor.folder.path)}
    facts["api"] = supervisor.start_api(options.port)
    watch.lap("API")
    say(f"API: {facts['api']}/api/v1 answers; loading continues.")
    facts["workers"] = supervisor.start_consumers()
    home = supervisor.prepare_dagster() if options.with_dagster else None
    facts["ingest"] = first_ingestion(supervisor.settings_for(LOADER), options.sessions, progress, say, home)
    if supervisor.settings.kafka_url:
        _await_consumers(supervisor.settings, say)
    watch.lap("load")
    if options.with_dagster:
        say("Starting Dagster …")
        facts["dagster"] = supervisor.start_dagster(options.dagster_port)
        watch.lap("Dagster")
        say(f"Dagster: {facts['dagster']}")
    say(f"Started in {watch.total:.1f} s: {watch}.")
    facts["servers"] = {server.name: server.process.pid for server in supervisor.servers}
    facts["seconds"] = watch.laps
    facts["cpu_seconds"] = cpu_seconds((server.name, server.process) for server in supervisor.servers)
    return facts


def _import_loaders(with_dagster: bool) -> None:
    """Import the modules of the load, which takes seconds, while the API starts, which also takes seconds.

    If a module cannot be imported, the load will import it again and report the error.
    """
    with contextlib.suppress(Exception):
        for module in ("pipelines.refresh", "great_expectations") if with_dagster else ("assets.ingest",):
            import_module(module)


def _await_consumers(settings: Settings, say: Say) -> None:
    """With Kafka, loaded data becomes visible after relay and consumers have processed it; if they are slow, they
    continue."""
    from deploy.local.attached import databases
    from warehouse.workers.read_models.registry import configured
    from warehouse.workers.stream.wait import wait_until_applied

    with databases(settings) as (catalog, shards):
        for name in configured(settings):
            try:
                wait_until_applied(name, settings, catalog, shards, wait_s=_CONSUMED_S)
            except StoreUnavailable as error:
                say(f"{name} is not up to date yet: {error}")
            else:
                say(f"{name}: up to date.")


def show(facts: dict[str, Any]) -> None:
    """The addresses, for people."""
    print(f"API      {facts['api']}/api/v1")
    if "dagster" in facts:
        print(f"Dagster  {facts['dagster']}")
    print(f"Data     {facts['data_dir']}")
    option = DataFolder(Path(facts["data_dir"])).option
    print(f"State    {program()} status{option}")
    print(f"End      {program()} stop{option}", flush=True)


def first_ingestion(
    settings: Settings, sessions: SessionChoice, progress: Progress, say: Say, dagster_home: Path | None
) -> Any:
    """Load the source in this process, with Dagster as a run of its graph, so that the UI shows it. Returns the report
    as plain objects."""
    if dagster_home is None:
        from assets.ingest import ingest

        report = ingest(settings, sessions=sessions, progress=progress)
    else:
        from pipelines.refresh import open_instance, refresh_all

        with open_instance(dagster_home) as instance:
            report = refresh_all(settings, instance, sessions=sessions, progress=progress)
    for line in report.summary:
        say(line)
    return report.as_dict()


def stop(folder: DataFolder) -> list[str]:
    """Stop the servers of a folder; returns the names of the stopped servers, none if nothing ran.

    Raises:
        DataFolderUnusable: the process that supervises the folder does not end.
    """
    instance = folder.read()
    if instance is None:
        return []
    ended = [server.name for server in instance.alive()]
    owner = folder.lock_owner()
    if owner is not None and processes.is_alive(owner):
        os.kill(owner.pid, signal.SIGTERM)
        _wait_for(folder, owner)
    folder.lock()
    try:
        ended += [name for name in end_servers(folder, folder.read() or instance) if name not in ended]
    finally:
        folder.unlock()
    return ended


def _wait_for(folder: DataFolder, owner: processes.ProcessMark) -> None:
    end = time.monotonic() + _STOP_S
    while processes.is_alive(owner):
        if time.monotonic() > end:
            raise DataFolderUnusable(
                f"{processes.describe(owner.pid)} that uses {folder.path} did not end within {_STOP_S:.0f} s.",
                fix=f"End it with `kill -9 {owner.pid}` and run `openpolicy stop` again.",
            )
        time.sleep(0.1)
