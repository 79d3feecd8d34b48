"""What the README tells people to type, typed: on the demo that it starts, with other ports and in another folder."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from deploy.local.system.ports import free_port
from tests.support import readme

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.clickhouse, pytest.mark.timeout(1200)]
ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = {
    r"make run": ".ci/run: what `auto` finds is not known here",
    r"make test(-first-contact|-cluster)?|make check|make bench|make lock": "they run this test, or are long",
    r"make build": "test_wheel builds and runs what it makes",
    r"make run .*\.\./shared/data.*": "tests/end_to_end",
    r"python -m deploy\.servers\.kafka .*|export OPENPOLICY_KAFKA_URL=.*": "tests/cluster",
    r"openpolicy (relay|consume all|dlq list)": "tests/cluster",
    r"\(umask 077; .*|docker compose .*": "tests/deploy/test_compose.py: there is no Docker here",
}
"""Commands that are tried elsewhere, and where."""
READS = (
    "status", "quality", "verify", "settings", "doctor --port {port} --dagster-port {dagster}", "migrate", "ingest",
    "rebuild all", "dlq list", "override list", "shards list", "log list", "release list", "homes list", "kong",
    "nginx",
)  # fmt: skip
"""Of the commands in the README's table those that end by themselves, as they are typed while the demo runs."""
STAYS = {"run", "stop", "serve", "upstream", "relay", "consume", "dagster"}
"""Those that stay, or that end everything: tried by tests of their own."""


class Typist:
    """Types the README's lines in a shell: the checkout's commands, our ports, our folder."""

    def __init__(self, home: Path) -> None:
        self.data = home / "data"
        self.port, self.dagster, self.upstream = free_port(), free_port(), free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENPOLICY_")}
        self.environment = kept | {"PYTHONPATH": str(ROOT)}

    def type(self, command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", self.here(command)],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    def here(self, command: str) -> str:
        """The same command on this machine: no port and no folder that somebody may use."""
        ours = f"{shlex.quote(sys.executable)} -m deploy.cli"
        if found := re.fullmatch(r'make run ARGS="(.*)"', command):
            command = f".venv/bin/openpolicy run {found[1]} --port {self.port} --dagster-port {self.dagster}"
        if " --data-dir" not in command and "openpolicy" in command and " upstream " not in command:
            command += f" --data-dir {shlex.quote(str(self.data))}"
        command = command.replace(".openpolicy/faults", shlex.quote(str(self.data) + "-faults"))
        command = re.sub(r"\b8100\b", str(self.upstream), command).replace(":8000", f":{self.port}")
        return re.sub(r"^\.venv/bin/openpolicy", ours, command)


@pytest.fixture(scope="module")
def typist() -> Iterator[Typist]:
    """The demo as the README starts it, less Dagster, whose own tests are beside."""
    with tempfile.TemporaryDirectory(prefix="openpolicy-readme-") as home:
        Path(home).chmod(0o711)
        made = Typist(Path(home))
        (command,) = [each for each in readme.commands() if "--source demo --detach" in each]
        started = made.type(command.replace("--detach", "--detach --no-dagster"))
        assert started.returncode == 0, started.stderr
        yield made
        assert made.type(".venv/bin/openpolicy stop").returncode == 0


def test_every_query_finds_something_in_the_demo(typist: Typist) -> None:
    queries = [command for block in readme.blocks() for command in block if command.startswith("curl ")]
    asked = queries[: len(readme.demo_queries())]
    assert len(asked) > 5
    for command in asked:
        words = shlex.split(typist.here(command))
        if shutil.which("curl") is None:
            pytest.skip("the README's queries are typed with curl, which is not here")
        body = subprocess.run([*words, "--fail", "--silent", "--retry", "30"], capture_output=True, check=True).stdout
        rows = body.splitlines()[1:] if "text/csv" in command else msgspec.json.decode(body)["data"]
        assert rows, command


@pytest.mark.parametrize("command", READS)
def test_every_command_of_the_table_works(typist: Typist, command: str) -> None:
    filled = command.format(port=typist.port, dagster=typist.dagster)
    needs_no_folder = command.startswith(("settings", "homes", "kong", "nginx"))
    words = f"{shlex.quote(sys.executable)} -m deploy.cli {filled}"
    done = typist.type(words if needs_no_folder else f"{words} --data-dir {shlex.quote(str(typist.data))}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    if not needs_no_folder:
        assert done.stdout.strip()


def test_the_table_names_every_command() -> None:
    tried = {command.split()[0] for command in READS}
    assert set(readme.table("Command line")) == tried | STAYS
    shown = subprocess.run(
        [sys.executable, "-m", "deploy.cli", "--help"], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.partition("Commands:")[2]
    assert set(re.findall(r"(?m)^  ([a-z]+) ", shown)) == tried | STAYS


def test_a_run_is_pointed_at_a_parliament_with_faults(typist: Typist) -> None:
    (block,) = [each for each in readme.blocks() if any(" upstream " in command for command in each)]
    upstream, variables, run, quality, stop = block
    faulty = subprocess.Popen(
        ["bash", "-c", f"exec {typist.here(upstream)}"], cwd=ROOT, env=typist.environment, stderr=subprocess.PIPE
    )
    try:
        assert faulty.stderr is not None
        assert b"answers on" in faulty.stderr.readline()
        ours, typist.port, typist.dagster = (typist.port, typist.dagster), free_port(), free_port()
        exports = typist.here(variables)
        started = typist.type(f"{exports}; {typist.here(run)} --no-dagster")
        typist.port, typist.dagster = ours
        assert started.returncode == 0, started.stderr
        shown = typist.type(quality)
        assert shown.returncode == 0, shown.stderr
        assert "The document breaks off" in shown.stdout
        assert typist.type(stop).returncode == 0
    finally:
        faulty.terminate()
        faulty.wait(90)
        faulty.stderr.close() if faulty.stderr else None


def test_every_command_is_tried_somewhere() -> None:
    typed = {command for block in readme.blocks() if any(" upstream " in each for each in block) for command in block}
    typed |= {command for command in readme.commands() if command.startswith("curl ")}
    typed |= {command for command in readme.commands() if "--source demo --detach" in command}
    for command in readme.commands():
        assert command in typed or any(re.fullmatch(pattern, command) for pattern in ELSEWHERE), command
    for pattern in ELSEWHERE:
        assert any(re.fullmatch(pattern, command) for command in readme.commands()), (
            f"{pattern} is in no block any more"
        )
