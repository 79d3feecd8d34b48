"""`openpolicy release …`: everything that is held, as files to take away."""

from typing import Annotated

import typer

from deploy.cli.options import AsJson, Commands, DataDir, run_example

app = typer.Typer(
    cls=Commands,
    name="release",
    help="Make dataset releases (Parquet, CSV and NDJSON of every session), list them, and prove that they are whole.",
    no_args_is_help=True,
)


@app.command(epilog=run_example("release make", "release make --json"))
def make(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Make a release of what is held now. What has not changed since the last one is not written again."""
    from deploy.commands import releases
    from deploy.terminal.output import print_json, say
    from deploy.terminal.progress import open_progress
    from warehouse.runtime.settings import read_settings

    made = releases.make(data_dir, read_settings(), open_progress(), say)
    if as_json:
        print_json(made)
    elif made.is_new:
        print(
            f"Release {made.release}: {made.rows} rows, {made.bytes} bytes; {len(made.written)} tables written, "
            f"{made.taken_over} as before."
        )
    else:
        print(f"Nothing has changed since release {made.release}.")


@app.command(name="list", epilog=run_example("release list", "release list --json"))
def list_(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List the releases, newest first."""
    from deploy.commands import releases
    from deploy.terminal.output import print_json, print_table, say
    from warehouse.runtime.settings import read_settings

    found = releases.list_releases(data_dir, read_settings(), say)
    if as_json:
        print_json(found)
    elif not found:
        print("There is no release yet. Make one: `openpolicy release make`.")
    else:
        rows = [(each.release, each.dataset, each.parts, each.rows, each.bytes, each.changed) for each in found]
        print_table("Releases", ("release", "dataset", "tables", "rows", "bytes", "changed"), rows)


@app.command(epilog=run_example("release verify", "release verify 2026-01-31 --json"))
def verify(
    release: Annotated[str | None, typer.Argument(help="Default: the latest.", show_default=False)] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Read every file of a release and hold it against its SHA-256. Exits with 9 where one is damaged."""
    from deploy.commands import releases
    from deploy.terminal.output import print_json, say
    from warehouse.objects.release_store import ReleaseDamaged
    from warehouse.runtime.settings import read_settings

    verdict = releases.verify(data_dir, read_settings(), say, release)
    if as_json:
        print_json(verdict)
    else:
        for line in verdict.damage:
            print(line)
        whole = f"{len(verdict.damage)} are damaged" if verdict.damage else "all are whole"
        print(f"Release {verdict.release}: {verdict.files} files, {verdict.bytes} bytes; {whole}.")
        if verdict.outdated:
            print(f"Changed since then: {', '.join(verdict.outdated)}. The next release will have it.")
    raise typer.Exit(ReleaseDamaged.exit_code if verdict.damage else 0)
