"""The data folder: one supervisor at a time, whole files, stale locks taken over."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.folder import DataFolder, Instance, ServerProcess, find_folder, recorded_kind
from deploy.local.system.files import write_atomically
from deploy.local.system.processes import own_mark
from warehouse.runtime.errors import DataFolderUnusable

_HOLD = """
import sys, time
from pathlib import Path
from deploy.local.folder import DataFolder
DataFolder(Path(sys.argv[1])).lock()
print("locked", flush=True)
time.sleep(300)
"""


def test_a_second_supervisor_is_refused_and_a_dead_ones_lock_taken_over(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    holder = subprocess.Popen([sys.executable, "-c", _HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "locked\n"
    with pytest.raises(DataFolderUnusable, match=f"in use by process {holder.pid}"):
        folder.lock()
    holder.kill()
    holder.wait()
    owner = folder.lock_owner()
    assert owner is not None
    assert owner.pid == holder.pid
    folder.lock()
    assert folder.lock_owner() == own_mark()
    folder.unlock()
    assert folder.lock_owner() is None


def test_only_the_owner_may_read_passwords(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.write(Instance(version="1", kind="demo", source="demo", environment={"OPENPOLICY_CATALOG_URL": "secret"}))
    assert (tmp_path / "instance.json").stat().st_mode & 0o777 == 0o600
    assert folder.read() == Instance(
        version="1", kind="demo", source="demo", environment={"OPENPOLICY_CATALOG_URL": "secret"}
    )
    assert json.loads((tmp_path / "instance.json").read_text())["format"] == 1


def test_a_write_that_dies_leaves_the_former_file(tmp_path: Path) -> None:
    target = tmp_path / "note"
    write_atomically(target, b"first")
    with pytest.raises(TypeError):
        write_atomically(target, None)  # type: ignore[arg-type]
    assert target.read_bytes() == b"first"
    write_atomically(target, b"second")
    assert target.read_bytes() == b"second"
    assert [path.name for path in tmp_path.iterdir()] == ["note"]


def test_two_recorded_folders_are_two_kinds(tmp_path: Path) -> None:
    one, two = recorded_kind(tmp_path / "one"), recorded_kind(tmp_path / "two")
    assert one != two
    assert one == recorded_kind(tmp_path / "two" / ".." / "one")
    assert one.startswith("recorded-")


def test_the_running_one_is_found_among_several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPENPOLICY_DATA_DIR", raising=False)
    for kind in ("demo", "live"):
        (tmp_path / ".openpolicy" / kind).mkdir(parents=True)
        servers = (ServerProcess("api", own_mark(), ""),) if kind == "live" else ()
        DataFolder(tmp_path / ".openpolicy" / kind).write(
            Instance(version="1", kind=kind, source=kind, servers=servers, state="detached")
        )
    assert find_folder(None).path.name == "live"
    monkeypatch.setenv("OPENPOLICY_DATA_DIR", str(tmp_path / ".openpolicy" / "demo"))
    assert find_folder(None).path.name == "demo"
