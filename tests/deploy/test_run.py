"""`openpolicy run` from outside: it answers, it ends, and it leaves no process behind, whatever happened to it."""

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest

from deploy.local.folder import DataFolder
from deploy.local.system.ports import free_port, is_free
from warehouse.model.keys import bucket_of

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.timeout(1200)]


class Installation:
    """One data folder and the command line on it; paths have a space."""

    def __init__(self, here: Path) -> None:
        self.here = here / "open policy"
        self.here.mkdir()
        self.port = free_port()

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "deploy.cli", *arguments]

    def environment(self, **variables: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENPOLICY_")}
        return kept | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])} | variables

    def call(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            cwd=self.here,
            env=self.environment(**variables),
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    def run_options(self, *more: str) -> tuple[str, ...]:
        return ("run", "--source", "demo", "--sessions", "91-1", "--no-dagster", "--port", str(self.port), *more)

    def start(self, *more: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            self.command(*self.run_options(*more)),
            cwd=self.here,
            env=self.environment(),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def get(self, path: str) -> Any:
        """What it answers, once it does: where a busy machine delays its polls it says 503 for a moment."""
        url = f"http://127.0.0.1:{self.port}{path}"
        _until(lambda: _ask(url))
        with urllib.request.urlopen(url, timeout=60) as response:
            return json.load(response)

    def status(self) -> Any:
        return json.loads(self.call("status", "--json").stdout)

    def processes(self) -> list[str]:
        """Everything on this machine that works in or for the folder."""
        return [found for process in psutil.process_iter() if (found := _concerns(process, str(self.here)))]

    def left(self) -> list[str]:
        """The same, once what is just ending has ended."""
        end = time.monotonic() + 60
        while (found := self.processes()) and time.monotonic() < end:
            time.sleep(0.1)
        return found


def _concerns(process: psutil.Process, folder: str) -> str:
    try:
        command = " ".join(process.cmdline())
        return command if folder in command or process.cwd().startswith(folder) else ""
    except psutil.Error:
        return ""


@pytest.fixture
def installation() -> Iterator[Installation]:
    with tempfile.TemporaryDirectory(prefix="openpolicy-run-") as here:
        Path(here).chmod(0o711)  # root's server runs as another account, which must get here
        made = Installation(Path(here))
        yield made
        made.call("stop")
        assert made.left() == []


def test_run_answers_and_stop_leaves_no_process(installation: Installation) -> None:
    started = installation.call(*installation.run_options("--detach", "--json"))
    assert started.returncode == 0, started.stderr
    assert "\x1b[" not in started.stdout + started.stderr
    facts = json.loads(started.stdout)
    assert facts["api"] == f"http://127.0.0.1:{installation.port}"
    assert installation.get("/health")
    assert installation.get("/ready")["ready"] is True

    status = json.loads(installation.call("status", "--json").stdout)
    assert status["state"] == "detached"
    assert all(server["running"] for server in status["servers"])
    assert "clickhouse" in {server["name"] for server in status["servers"]}
    assert status["stores"]["dataset"] == "simulated"
    assert sum(shard["votes"] for shard in status["stores"]["shards"]) > 0
    assert all(position["waiting"] == 0 for position in status["stores"]["positions"])
    assert "shard_3" in installation.call("status").stdout

    again = installation.call(*installation.run_options())
    other_port = installation.call("run", "--source", "demo", "--no-dagster", "--port", str(free_port()))
    for refused in (again, other_port):  # its own port is no stranger's: what is in the way is that it runs
        assert refused.returncode == 6
        assert "already runs" in refused.stderr
    elsewhere = installation.call(*installation.run_options("--data-dir", "other"))
    assert elsewhere.returncode == 7
    assert f"stop --data-dir '{installation.here / '.openpolicy' / 'demo'}'" in elsewhere.stderr
    assert not (installation.here / "other").exists()
    assert installation.get("/health")

    unchanged = json.loads(installation.call("ingest", "--sessions", "91-1", "--json").stdout)
    assert sum(load["changed"] for load in unchanged["loads"]) == 0
    verified = installation.call("verify")
    assert verified.returncode == 0
    assert "Everything agrees." in verified.stdout

    stopped = installation.call("stop")
    assert stopped.returncode == 0
    assert "postgres" in stopped.stdout
    assert installation.left() == []
    assert is_free(installation.port)
    assert "Nothing runs" in installation.call("stop").stdout
    assert "stopped" in installation.call("status").stdout


def test_one_more_shard_of_the_embedded_server(installation: Installation) -> None:
    """Without a URL it is one more database of the server that is there, also after that was stopped."""

    def told(*arguments: str) -> Any:
        done = installation.call("shards", *arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def start() -> None:
        started = installation.call(*installation.run_options("--detach"))
        assert started.returncode == 0, started.stderr

    start()
    keys = [each["key"] for each in installation.get("/api/v1/votes?limit=500")["data"]]
    added = told("add")
    assert added["shard"] == "shard_4"
    assert added["database"].endswith("/shard_4")
    assert added["planned"] == len(told("list")["moves"]) > 150
    early = installation.call("shards", "move")
    assert (early.returncode, "shard_4 is not in it" in early.stderr) == (2, True), "it runs without the new one yet"
    assert installation.call("stop").returncode == 0

    start()
    before = told("list")
    assert [shard["shard"] for shard in before["shards"]] == [f"shard_{number}" for number in range(5)]
    assert before["shards"][4]["buckets"] == 0
    moving = sorted({bucket_of(key) for key in keys} & {each["bucket"] for each in before["moves"]})[:20]
    assert len(moving) > 3
    done = told("move", "--buckets", ",".join(map(str, moving)), "--grace", "5")
    assert (done["switched"], done["deleted"]) == (len(moving), len(moving))
    assert installation.call("stop").returncode == 0

    start()
    after = told("list")
    assert after["shards"][4]["buckets"] == len(moving)
    assert after["shards"][4]["votes"] >= len(moving)
    for field in ("bills", "votes", "ballots"):
        assert sum(shard[field] for shard in after["shards"]) == sum(shard[field] for shard in before["shards"])
    assert len(after["moves"]) == added["planned"] - len(moving)
    assert [each["key"] for each in installation.get("/api/v1/votes?limit=500")["data"]] == keys
    for key in (key for key in keys if bucket_of(key) in moving):
        assert installation.get(f"/api/v1/votes/{key}")["data"]["key"] == key
    verified = installation.call("verify")
    assert (verified.returncode, "Everything agrees." in verified.stdout) == (0, True), verified.stdout


def test_consumers_that_are_killed_are_started_again(installation: Installation) -> None:
    process = installation.start()
    _wait_for(process, "Ctrl-C stops everything")
    first = _pid_of(installation, "consumers")
    assert first is not None
    os.kill(first, signal.SIGKILL)
    _wait_for(process, "consumers ended")
    end = time.monotonic() + 180
    while _pid_of(installation, "consumers") in {None, first}:
        assert time.monotonic() < end, "they were not started again"
        time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    assert process.wait(180) == 0
    assert installation.left() == []


def _pid_of(installation: Installation, name: str) -> int | None:
    servers = json.loads(installation.call("status", "--json").stdout)["servers"]
    return next((server["pid"] for server in servers if server["name"] == name and server["running"]), None)


def test_whatever_ends_after_detach_is_started_again(installation: Installation) -> None:
    started = installation.call(*installation.run_options("--detach"))
    assert started.returncode == 0, started.stderr
    before = installation.status()
    assert before["is_watched"] is True
    assert before["down"] == []
    killed = {server["name"]: server["pid"] for server in before["servers"]}
    for pid in killed.values():
        with contextlib.suppress(ProcessLookupError):  # without what was killed before it, it may have ended by itself
            os.kill(pid, signal.SIGKILL)
    end = time.monotonic() + 240
    while True:
        after = installation.status()
        running = {server["name"]: server["pid"] for server in after["servers"] if server["running"]}
        if running.keys() == killed.keys() and all(running[name] != killed[name] for name in killed):
            break
        assert time.monotonic() < end, after
        time.sleep(0.5)
    assert all(server["restarts"] >= 1 and server["trouble"] for server in after["servers"])
    shown = installation.call("status")
    assert (shown.returncode, "api ended by itself, last at 20" in shown.stdout) == (0, True)
    _answers(installation, "/api/v1/votes?limit=1")
    assert {server["address"] for server in after["servers"]} == {server["address"] for server in before["servers"]}
    verified = installation.call("verify")
    assert (verified.returncode, "Everything agrees." in verified.stdout) == (0, True), verified.stderr
    assert installation.call("stop").returncode == 0
    assert installation.left() == []


def test_with_api_database_and_watcher_dead_one_command_is_named_and_mends(installation: Installation) -> None:
    assert installation.call(*installation.run_options("--detach")).returncode == 0
    folder = DataFolder(installation.here / ".openpolicy" / "demo")
    watcher, instance = folder.lock_owner(), folder.read()
    assert watcher is not None
    assert instance is not None
    pids = {server.name: server.process.pid for server in instance.servers}
    for pid in (watcher.pid, pids["api"], pids["postgres"]):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    _until(lambda: "postgres" in {server.name for server in instance.ended()})
    for command, code in (("status", 5), ("doctor", 1), ("verify", 5), ("ingest", 5)):
        told = installation.call(command, *(("--port", str(installation.port)) if command == "doctor" else ()))
        assert told.returncode == code, told
        text = told.stdout + told.stderr
        assert "postgres" in text.lower()
        advised = next(part for part in text.split("`") if " run " in part)
    words = shlex.split(advised)
    assert sorted(words[1:]) == sorted(installation.run_options("--detach")), "the very run that it was"
    mended = installation.call(*words[1:])
    assert mended.returncode == 0, mended.stderr
    assert installation.status()["down"] == []
    assert installation.get("/api/v1/votes?limit=1")["data"]


def test_one_killed_worker_of_four_does_not_end_the_api(installation: Installation) -> None:
    """Twenty readers; nobody is refused for more than two seconds, and the API is whole again."""
    assert installation.call(*installation.run_options("--detach")).returncode == 0
    port = free_port()
    log = (installation.here / "serve.log").open("wb")
    serve = subprocess.Popen(
        installation.command("serve", "--workers", "4", "--port", str(port)),
        cwd=installation.here,
        env=installation.environment(),
        stdout=log,
        stderr=log,
    )
    try:
        url = f"http://127.0.0.1:{port}/api/v1/votes?limit=1"
        _until(lambda: _ask(url))
        workers = _until(lambda: (found := psutil.Process(serve.pid).children()) and len(found) >= 4 and found)
        answered, failed = list[float](), list[float]()
        """When the questions began that were answered, and those that were not."""
        over = threading.Event()

        def read() -> None:
            while not over.is_set():
                began = time.monotonic()
                (answered if _ask(url, seconds=120) else failed).append(began)  # to wait is not to be refused
                time.sleep(0.02)

        readers = [threading.Thread(target=read) for _ in range(20)]
        for reader in readers:
            reader.start()
        _until(lambda: len(answered) > 40)
        victim = workers[-1]
        victim.kill()
        killed_at = time.monotonic()
        _until(lambda: len([each for each in psutil.Process(serve.pid).children() if each.pid != victim.pid]) >= 4)
        _until(lambda: len([began for began in answered if began > killed_at + 2]) > 100)
        over.set()
        for reader in readers:
            reader.join()
        assert all(began - killed_at < 2 for began in failed), [began - killed_at for began in failed]
        assert serve.poll() is None
        assert _ask(url)
    finally:
        serve.terminate()
        serve.wait(180)
        log.close()


def _ask(url: str, seconds: float = 30) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=seconds) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def _until(found: Callable[[], Any], seconds: float = 240) -> Any:
    end = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < end
        time.sleep(0.1)
    return value


def _answers(installation: Installation, path: str) -> None:
    _until(lambda: _ask(f"http://127.0.0.1:{installation.port}{path}"))


def test_a_signal_ends_all(installation: Installation) -> None:
    process = installation.start()
    _wait_for(process, "Ctrl-C stops everything")
    assert installation.get("/health")
    process.send_signal(signal.SIGTERM)
    assert process.wait(180) == 0
    assert installation.left() == []


def test_a_signal_while_it_starts_ends_all(installation: Installation) -> None:
    process = installation.start()
    _wait_for(process, "Data folder")
    process.send_signal(signal.SIGINT)
    assert process.wait(180) == 130
    assert installation.left() == []


def test_stop_ends_what_a_killed_run_left(installation: Installation) -> None:
    process = installation.start()
    _wait_for(process, "answers; loading continues")
    process.kill()
    process.wait()
    assert installation.processes() != []
    assert installation.call("stop").returncode == 0
    assert installation.left() == []


def test_stop_ends_what_a_run_had_not_written_down(installation: Installation) -> None:
    """As when it was killed between the start of a server and the note of it."""
    process = installation.start()
    _wait_for(process, "Ctrl-C stops everything")
    folder = DataFolder(installation.here / ".openpolicy" / "demo")
    process.kill()
    process.wait()
    noted = folder.read()
    assert noted is not None
    assert len(noted.servers) > 2
    folder.write(msgspec.structs.replace(noted, servers=()))
    assert installation.call("stop").returncode == 0
    assert installation.left() == []


def test_run_takes_over_from_a_killed_run(installation: Installation) -> None:
    process = installation.start()
    _wait_for(process, "answers; loading continues")
    folder = DataFolder(installation.here / ".openpolicy" / "demo")
    before = folder.read()
    assert before is not None
    process.kill()
    process.wait()
    assert not is_free(installation.port), "its API holds the port that the same command needs"
    again = installation.call(*installation.run_options("--detach"))
    assert again.returncode == 0, again.stderr
    assert "stopped first" in again.stderr
    after = folder.read()
    assert after is not None
    assert before.cursor_secret == after.cursor_secret
    assert not {server.process.pid for server in before.alive()} - {server.process.pid for server in after.alive()}
    assert installation.call("verify").returncode == 0


def test_what_cannot_start_leaves_nothing(installation: Installation) -> None:
    failed = installation.call(*installation.run_options(), OPENPOLICY_SHARD_URLS="postgresql://me@127.0.0.1:1/shard")
    assert failed.returncode == 5
    assert "127.0.0.1:1/shard" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert installation.left() == []


def _wait_for(process: "subprocess.Popen[str]", words: str) -> None:
    assert process.stdout is not None
    end = time.monotonic() + 240
    for line in process.stdout:
        if words in line:
            return
        assert time.monotonic() < end, f"{words!r} did not come"
    raise AssertionError(f"{words!r} did not come; it ended with {process.wait()}")
