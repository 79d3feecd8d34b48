"""The wheel in an empty environment, in an empty folder: what it needs is in it."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.system import children
from deploy.local.system.ports import free_port
from tests.support.processes.streaming import wait_until

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.timeout(1200)]


def _run(*command: str | Path, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("OPENPOLICY_", "PYTHON", "VIRTUAL_"))
    }
    return subprocess.run(command, cwd=cwd, env=kept | variables, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="openpolicy-wheel-") as here:
        Path(here).chmod(0o711)  # root's server runs as another account, which must get here
        yield Path(here)


@pytest.fixture(scope="module")
def wheel(folder: Path) -> Path:
    """What `make build` makes."""
    done = _run(sys.executable, "-m", "hatchling", "build", "-d", folder / "dist", cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert list((folder / "dist").glob("openpolicy-*.tar.gz"))
    return next((folder / "dist").glob("openpolicy-*.whl"))


def test_the_wheel_holds_the_packages_and_no_test(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "pipelines",
        "assets",
        "serving",
        "warehouse",
        "deploy",
    }


def test_the_demo_runs_from_the_wheel_in_an_empty_folder(wheel: Path, folder: Path) -> None:
    environment, here = folder / "environment", folder / "empty"
    here.mkdir()
    uv = shutil.which("uv") or ROOT / ".tools" / "bin" / "uv"
    python = environment / "bin" / "python"
    for command in (
        [uv, "venv", "--quiet", "--python", sys.executable, environment],
        [uv, "pip", "sync", "--quiet", "--python", python, "--require-hashes", ROOT / "requirements.lock"],
        [uv, "pip", "install", "--quiet", "--python", python, "--no-deps", wheel],
    ):
        done = _run(*command, cwd=here)
        assert done.returncode == 0, done.stderr
    openpolicy, port = environment / "bin" / "openpolicy", free_port()
    try:
        options = ("--source", "demo", "--sessions", "91-1", "--no-dagster", "--detach", "--port", str(port))
        done = _run(openpolicy, "run", *options, cwd=here)
        assert done.returncode == 0, done.stdout + done.stderr
        url = f"http://127.0.0.1:{port}/api/v1/votes?limit=1"
        wait_until(children.answers(url), "the API answers")
        with urllib.request.urlopen(url, timeout=60) as response:
            assert json.load(response)["data"][0]["session"] == "91-1"
    finally:
        assert _run(openpolicy, "stop", cwd=here).returncode == 0
