"""`openpolicy homes …`: PostgreSQL data of servers started by root, outside their data folders."""

from typing import Annotated

import typer

from deploy.cli.options import AsJson, Commands, run_example

app = typer.Typer(
    cls=Commands,
    name="homes",
    help="Manage PostgreSQL data below /var/lib/openpolicy, where a server started by root stores it if its account "
    "cannot enter the data folder.",
    no_args_is_help=True,
)


@app.command("list", epilog=run_example("homes list", "homes list --json"))
def list_(as_json: AsJson = False) -> None:
    """List homes with their data folder, size, and whether the folder still exists and uses them."""
    from deploy.local.postgres import homes
    from deploy.terminal.output import print_json, print_table

    found = homes.list_homes()
    if as_json:
        print_json(found)
        return
    rows = [(each.name, each.size, "orphaned" if each.is_orphaned else "in use", each.folder) for each in found]
    print_table("Homes", ("name", "bytes", "state", "folder"), rows)


@app.command(epilog=run_example("homes remove 0123456789abcdef"))
def remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The home, as `homes list` shows it.")],
    as_json: AsJson = False,
) -> None:
    """Delete one orphaned home with all its data. A folder that was moved, or whose disk is not mounted, needs its
    home: start OpenPolicy there once, and it is in use again."""
    from deploy.local.postgres import homes
    from deploy.terminal.output import print_json

    removed = homes.remove_by_name(name)
    if as_json:
        print_json(removed)
    else:
        print(f"Removed {removed.name}: {removed.size:,} bytes of {removed.folder or 'an unknown folder'}.")
