"""`openpolicy doctor`: checks what would prevent start-up on this machine and how to fix it."""

import os
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import msgspec
from packaging.requirements import Requirement

from deploy.local import clickhouse, redis
from deploy.local.folder import DEFAULT_PARENT, DataFolder, named_folder
from deploy.local.postgres import homes
from deploy.local.system import accounts, ports, processes
from warehouse.runtime.errors import OpenPolicyError, PortTaken

_FREE_BYTES = 5 * 1024**3
"""Twice the size of the whole history with its documents and write-ahead log."""


class Diagnosis(msgspec.Struct, frozen=True):
    """The result of one check."""

    name: str
    good: bool
    message: str
    fix: str = ""


def examine(data_dir: Path | None, port: int, dagster_port: int) -> list[Diagnosis]:
    """Check everything that may prevent a start."""
    folders = _folders(data_dir)
    found = [_python(), _packages(), *_ports({"--port": port, "--dagster-port": dagster_port}, folders), _disk(folders)]
    found += [finding for folder in folders for finding in _folder(folder)]
    return [*found, _redis(), _clickhouse(), *_homes()]


def _folders(data_dir: Path | None) -> list[DataFolder]:
    if named := named_folder(data_dir):
        return [DataFolder(named)]
    return [DataFolder(path) for path in sorted(DEFAULT_PARENT.glob("*")) if path.is_dir()]


def _python() -> Diagnosis:
    found = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    return Diagnosis("python", good, f"Python {found}", "" if good else "Install Python 3.11 or newer.")


def _packages() -> Diagnosis:
    wrong = [problem for text in requires("openpolicy") or [] if (problem := _unmet(Requirement(text)))]
    if wrong:
        return Diagnosis("packages", False, "; ".join(wrong), "Install what requirements.lock says: make setup.")
    return Diagnosis("packages", True, f"openpolicy {version('openpolicy')} with every package in its range")


def _unmet(requirement: Requirement) -> str | None:
    """The fault of an installed package; packages of extras may be missing."""
    extra = requirement.marker is not None and "extra" in str(requirement.marker)
    if requirement.marker is not None and not extra and not requirement.marker.evaluate():
        return None
    try:
        found = version(requirement.name)
    except PackageNotFoundError:
        return None if extra else f"{requirement.name} is missing"
    return None if requirement.specifier.contains(found, prereleases=True) else f"{requirement.name} is {found}"


def _ports(wanted: dict[str, int], folders: list[DataFolder]) -> Iterator[Diagnosis]:
    own = {process.pid for folder in folders for process in _alive(folder)}
    for option, port in wanted.items():
        try:
            ports.require_free(port, option, option.lstrip("-").replace("-", " "))
            yield Diagnosis("port", True, f"Port {port} is free")
        except PortTaken as error:
            pid = processes.listener(port)
            if pid is not None and (pid in own or _session(pid) in own):
                yield Diagnosis("port", True, f"Port {port} is OpenPolicy's own")
            else:
                yield Diagnosis("port", False, error.message, error.fix)


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return -1


def _alive(folder: DataFolder) -> list[processes.ProcessMark]:
    try:
        instance = folder.read()
    except OpenPolicyError:
        return []
    return [server.process for server in instance.alive()] if instance else []


def _disk(folders: list[DataFolder]) -> Diagnosis:
    place = next((folder.path for folder in folders if folder.path.exists()), Path.cwd())
    free = shutil.disk_usage(place).free
    message = f"{free / 1024**3:.1f} GiB free at {place}"
    return Diagnosis(
        "disk", free >= _FREE_BYTES, message, "" if free >= _FREE_BYTES else "Free 5 GiB, or use --data-dir."
    )


def _folder(folder: DataFolder) -> Iterator[Diagnosis]:
    try:
        instance = folder.read()
    except OpenPolicyError as error:
        yield Diagnosis("data folder", False, error.message, error.fix)
        return
    if instance is None:
        yield Diagnosis("data folder", True, f"{folder.path} is new")
        return
    alive = {server.name for server in instance.alive()}
    dead = [server.name for server in instance.ended()]
    yield Diagnosis("data folder", True, f"{folder.path}: {instance.kind}, {len(alive)} servers running")
    if dead:
        yield Diagnosis("servers", False, f"{', '.join(dead)} ended in {folder.path}", folder.next_step(instance))
    elif alive and not folder.is_watched():
        what = f"Servers that end in {folder.path} are not restarted"
        yield Diagnosis("servers", False, what, folder.next_step(instance))
    owner = folder.lock_owner()
    if owner is not None and not processes.is_alive(owner):
        yield Diagnosis(
            "lock",
            True,
            f"{folder.path / 'lock'} is of process {owner.pid}, which has ended; the next run takes it over",
        )


def _homes() -> Iterator[Diagnosis]:
    """Data whose folder is missing: only a person may decide to delete it."""
    for home in homes.list_homes():
        if home.is_orphaned:
            yield Diagnosis(
                "homes",
                True,
                f"{accounts.STATE_FOLDER / home.name} holds {home.size / 1024**2:.0f} MiB of PostgreSQL data of "
                f"{home.folder or 'an unknown folder'}, which is not there or uses other data",
                f"Start OpenPolicy where that folder is now, or delete the data: `openpolicy homes remove {home.name}`",
            )


def _redis() -> Diagnosis:
    program = redis.find_program()
    return Diagnosis(
        "redis", True, f"Redis: {program}" if program else "Redis: none; the second cache tier is left out"
    )


def _clickhouse() -> Diagnosis:
    if not clickhouse.is_available():
        return Diagnosis(
            "clickhouse", True, "ClickHouse: no engine (chdb); without OPENPOLICY_CLICKHOUSE_URL no statistics"
        )
    return Diagnosis("clickhouse", True, f"ClickHouse: chdb {version('chdb-core')}")
