"""What another user of this machine can learn of a running installation: no password and no secret."""

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import psutil
import pytest

from deploy.local.folder import DataFolder, Instance
from deploy.local.system.ports import free_port
from tests.conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.timeout(1200)]

NOBODY = 65534


class Running(msgspec.Struct):
    """An installation with everything in it, Dagster too."""

    here: Path
    folder: DataFolder
    instance: Instance

    def secrets(self) -> set[str]:
        """Every password and secret of it."""
        found = {self.instance.cursor_secret}
        for value in self.instance.environment.values():
            found |= {password for url in value.split(",") if (password := urlsplit(url).password)}
        note = json.loads((self.folder.path / "postgres" / "server.json").read_bytes())
        return found | {note["password"], *note.get("roles", {}).values()}

    def command_lines(self) -> dict[int, list[str]]:
        """The words of what was started, and of everything that this started, by process id; without what has ended."""
        found: dict[int, list[str]] = {}
        for server in self.instance.alive():
            # Dagster starts short-lived processes all the time: any of them may end between two of these lines.
            with contextlib.suppress(psutil.NoSuchProcess):
                leader = psutil.Process(server.process.pid)
                for process in (leader, *leader.children(recursive=True)):
                    with contextlib.suppress(psutil.NoSuchProcess):
                        found[process.pid] = process.cmdline()
        return found


def openpolicy(here: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENPOLICY_")}
    return subprocess.run(
        [sys.executable, "-m", "deploy.cli", *arguments],
        cwd=here,
        env=kept | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def as_another_user(path: Path) -> bytes | None:
    """What another user reads in a file; None where they may not. We only can be another user if we are root."""
    options = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    done = subprocess.run(["cat", path], capture_output=True, check=False, cwd="/", **options)  # type: ignore[call-overload]
    return bytes(done.stdout) if done.returncode == 0 else None


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with tempfile.TemporaryDirectory(prefix="openpolicy-secrets-") as folder:
        Path(folder).chmod(0o755)
        here = Path(folder)
        ports = ("--port", str(free_port()), "--dagster-port", str(free_port()))
        started = openpolicy(here, "run", "--source", "demo", "--sessions", "91-1", "--detach", *ports)
        assert started.returncode == 0, started.stderr
        data = DataFolder(here / ".openpolicy" / "demo")
        instance = data.read()
        assert instance is not None
        found = Running(here, data, instance)
        assert not any(secret in started.stdout + started.stderr for secret in found.secrets())
        yield found
        openpolicy(here, "stop")


def test_no_command_line_and_no_readable_environment_has_a_secret(running: Running) -> None:
    secrets = [secret.encode() for secret in running.secrets()]
    assert len(secrets) > 3
    end = time.monotonic() + 240
    while not (code_servers := [pid for pid, words in running.command_lines().items() if "grpc" in words]):
        assert time.monotonic() < end, "Dagster started no code server"
        time.sleep(0.5)
    shown = [as_another_user(Path(f"/proc/{pid}/cmdline")) for pid in running.command_lines()]
    assert len([line for line in shown if line]) > len(code_servers) + 4
    assert any(b"--instance-ref" in line for line in shown if line), "the storage of Dagster is on its command line"
    for line in filter(None, shown):
        assert not any(secret in line for secret in secrets), line
    environments = [as_another_user(Path(f"/proc/{pid}/environ")) for pid in running.command_lines()]
    if os.geteuid() == 0:
        assert not any(environments), "another user reads an environment"


def test_no_log_has_a_secret_and_only_their_owner_reads_logs(running: Running) -> None:
    logs = sorted(running.folder.logs.iterdir())
    assert {"api.log", "postgres.log", "dagster-webserver.log"} <= {log.name for log in logs}
    for log in logs:
        content = log.read_bytes()
        assert not any(secret.encode() in content for secret in running.secrets()), log.name
        assert log.stat().st_mode & 0o077 == 0, log.name
    assert running.folder.logs.stat().st_mode & 0o777 == 0o700


def test_nobody_else_gets_into_the_data_folder(running: Running) -> None:
    path = running.folder.path
    assert path.stat().st_mode & 0o007 == 0
    for secret in ("instance.json", "postgres/server.json", "dagster/pgpass", "dagster/dagster.yaml"):
        assert (path / secret).stat().st_mode & 0o077 == 0, secret
    if os.geteuid() == 0:
        for file in ("instance.json", "logs/api.log", "dagster/workspace.yaml", "lock"):
            assert (path / file).exists()
            assert as_another_user(path / file) is None


@pytest.mark.parametrize(
    "command", [("status",), ("status", "--json"), ("doctor",), ("doctor", "--json"), ("settings",)]
)
def test_reports_show_no_secret(running: Running, command: tuple[str, ...]) -> None:
    done = openpolicy(running.here, *command)
    assert not any(secret in done.stdout + done.stderr for secret in running.secrets())
    assert re.search(r"\w", done.stdout)


def test_a_folder_of_an_earlier_version_is_closed(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "demo")
    folder.logs.mkdir(parents=True, mode=0o755)
    (folder.logs / "api.log").touch(mode=0o644)
    folder.path.chmod(0o755)
    folder.write(Instance(version="0", kind="demo", source="demo"))
    folder.open_for("demo", "demo")
    assert folder.path.stat().st_mode & 0o007 == 0
    assert folder.logs.stat().st_mode & 0o777 == 0o700
    assert (folder.logs / "api.log").stat().st_mode & 0o777 == 0o600
