"""What is shipped: the lock, and names that nobody else claims."""

import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("pipelines", "assets", "serving", "warehouse", "deploy")


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_has_hashes_and_neither_hosts_nor_paths(name: str) -> None:
    lock = (ROOT / name).read_text()
    assert "://" not in lock
    assert not re.search(r"(?m)(^|\s)/\w", lock)
    pins = re.findall(r"(?m)^([a-z0-9._-]+)==\S+(?: ;[^\\]+)? \\\n    --hash=sha256:", lock)
    assert len(pins) == len(re.findall(r"(?m)^[a-z]", lock))


def test_the_locks_have_every_dependency_and_what_runs_has_no_tool_of_development() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    runs, develops = _pins("requirements.lock"), _pins("requirements-dev.lock")
    assert _names([*project["dependencies"], *extras["local"], *extras["setup"]]) <= runs.keys(), "make lock"
    assert _names(extras["dev"]) <= develops.keys(), "make lock"
    assert runs.items() <= develops.items(), "what is tested is what runs"
    assert not {"pytest", "mypy", "ruff", "moto", "fastapi"} & runs.keys()


def _pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"(?m)^([a-z0-9._-]+)==(\S+)", (ROOT / name).read_text()))


def _names(requirements: list[str]) -> set[str]:
    return {found[0].lower() for text in requirements if (found := re.match(r"[A-Za-z0-9._-]+", text))}


def test_no_dependency_claims_one_of_our_packages() -> None:
    claimed = packages_distributions()
    for package in PACKAGES:
        assert set(claimed.get(package, [])) <= {"openpolicy"}
