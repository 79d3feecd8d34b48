"""`openpolicy dagster …`: Dagster's servers for installations that start each process separately, such as clusters."""

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from deploy.cli.options import Commands, run_example

app = typer.Typer(
    cls=Commands,
    name="dagster",
    help="Run one of Dagster's servers in the foreground; `openpolicy run` starts both. Both need "
    "OPENPOLICY_DAGSTER_URL, and the same folder in DAGSTER_HOME, which holds the logs of runs.",
    no_args_is_help=True,
)


@app.command(epilog=run_example("dagster web", "dagster web --host 0.0.0.0 --port 3000"))
def web(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 3000,
) -> None:
    """Run the Dagster UI."""
    _become("deploy.dagster_ui", host, str(port))


@app.command(epilog=run_example("dagster daemon"))
def daemon() -> None:
    """Run the Dagster daemon: schedules, sensors and the run queue."""
    _become("dagster._daemon", "run", "--workspace")


def _become(module: str, *arguments: str) -> NoReturn:
    """Write Dagster's settings, and replace this process by one of its servers, so that it receives signals directly.

    The workspace file is its last argument.

    Raises:
        SettingInvalid: a variable for Dagster's storage is not set.
    """
    from deploy.local.dagster_home import write_home
    from warehouse.runtime.errors import SettingInvalid
    from warehouse.runtime.settings import read_settings

    found = {"OPENPOLICY_DAGSTER_URL": read_settings().dagster_url, "DAGSTER_HOME": os.environ.get("DAGSTER_HOME", "")}
    for variable, value in found.items():
        if not value:
            raise SettingInvalid(f"{variable} is not set.", fix=f"Set it, see `openpolicy {app.info.name} --help`.")
    home = Path(found["DAGSTER_HOME"]).absolute()
    write_home(home, found["OPENPOLICY_DAGSTER_URL"])
    os.environ["DAGSTER_HOME"] = str(home)  # Dagster refuses a relative one
    command = [sys.executable, "-m", module, *arguments, str(home / "workspace.yaml")]
    os.execv(command[0], command)  # noqa: S606 (no shell is wanted)
