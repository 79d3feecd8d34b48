"""What is shipped: the lock, and names that nobody else claims."""

import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("pipelines", "assets", "serving", "warehouse", "deploy")


def test_the_lock_has_hashes_and_neither_hosts_nor_paths() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    assert not re.search(r"(?m)(^|\s)/\w", lock)
    pins = re.findall(r"(?m)^([a-z0-9._-]+)==\S+(?: ;[^\\]+)? \\\n    --hash=sha256:", lock)
    assert len(pins) == len(re.findall(r"(?m)^[a-z]", lock))


def test_the_lock_has_every_dependency_of_the_project() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [
        *project["dependencies"],
        *(text for extra in project["optional-dependencies"].values() for text in extra),
    ]
    for text in wanted:
        name = re.match(r"[A-Za-z0-9._-]+", text)
        assert name is not None
        assert re.search(rf"(?m)^{re.escape(name[0].lower())}==", lock), f"{name[0]} is not in the lock: make lock"


def test_no_dependency_claims_one_of_our_packages() -> None:
    claimed = packages_distributions()
    for package in PACKAGES:
        assert set(claimed.get(package, [])) <= {"openpolicy"}
