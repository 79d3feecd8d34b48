"""`openpolicy log …`: the months of the change logs, and their archived changes."""

from typing import Annotated

import typer

from deploy.cli.options import AsJson, Commands, DataDir, run_example

app = typer.Typer(
    cls=Commands,
    name="log",
    help="Show the change logs by month, and move old months to the object store, where they stay readable.",
    no_args_is_help=True,
)


@app.command("list", epilog=run_example("log list", "log list --json"))
def list_(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List the months of each log: changes, archived changes, and the space they take in either place."""
    from deploy.commands import log as log_months
    from deploy.terminal.output import print_json, print_table, say
    from warehouse.runtime.settings import read_settings

    found = log_months.list_months(data_dir, read_settings(), say)
    if as_json:
        print_json(found)
        return
    rows = [
        (log, f"{each.month:%Y-%m}", each.changes, each.archived, each.table_bytes, each.objects, each.object_bytes)
        for log, months in found.items()
        for each in months
    ]
    columns = ("log", "month", "changes", "archived", "table bytes", "objects", "object bytes")
    print_table("Change logs", columns, rows)


@app.command(epilog=run_example("log archive", "log archive --keep-months 6", "log archive --before 2025-01 --json"))
def archive(
    before: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="Archive months before this one; overrides --keep-months.")
    ] = None,
    keep_months: Annotated[
        int, typer.Option(min=1, max=1200, help="Whole months before the current one to keep in the database.")
    ] = 12,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Move the states of old changes to the object store as Parquet. If it is interrupted, run it again; it resumes."""
    from deploy.commands import log as log_months
    from deploy.terminal.output import print_json, say
    from deploy.terminal.progress import open_progress
    from warehouse.runtime.settings import read_settings

    report = log_months.archive(data_dir, read_settings(), open_progress(), say, keep_months=keep_months, before=before)
    if as_json:
        print_json(report)
        return
    for made in report.archived:
        print(f"{made.log} {made.month}: {made.changes} changes in {made.bytes} bytes, change_log/{made.name}.parquet")
    for each in report.waiting:
        print(f"{each.log} {each.month}: {each.changes} changes stay, {each.why}")
    if not report.archived and not report.waiting:
        print(f"Nothing before {report.before} has to be archived.")
