"""`openpolicy shards …`: list shards, add one, and move buckets."""

import sys
from typing import Annotated

import typer

from deploy.cli.options import AsJson, Commands, DataDir, run_example

NEW_SHARD = "OPENPOLICY_NEW_SHARD_URL"
app = typer.Typer(
    cls=Commands,
    name="shards",
    help="Manage the shards: list them, add one, and move buckets while everything runs.",
    no_args_is_help=True,
)


@app.command("list", epilog=run_example("shards list", "shards list --json"))
def list_(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List shards with their buckets, entities and bytes, and open moves."""
    from deploy.commands import shards
    from deploy.terminal.output import print_json, print_table, say
    from warehouse.model.kinds import shard_tables
    from warehouse.runtime.settings import read_settings

    found = shards.placement(data_dir, read_settings(), say)
    if as_json:
        print_json(shards.as_json(found))
        return
    print_table(
        "Shards",
        ("shard", "buckets", *shard_tables(), "bytes", "arriving", "leaving", "database"),
        [
            (
                each.shard,
                each.buckets,
                *each.rows.values(),
                each.bytes,
                each.arriving,
                each.leaving,
                each.database,
            )
            for each in found.shards
        ],
    )
    if found.moves:
        print_table(
            "Open moves",
            ("bucket", "from", "to", "state", "given up"),
            [
                (each.bucket, f"shard_{each.source}", f"shard_{each.target}", each.state, each.given_up or None)
                for each in found.moves
            ],
        )
    else:
        print("Open moves: none")


@app.command(epilog=run_example("shards add - < url.txt", "shards add --data-dir .openpolicy/demo"))
def add(
    context: typer.Context,
    url: Annotated[
        str | None,
        typer.Argument(
            metavar="[URL]",
            envvar=NEW_SHARD,
            help="URL of its database; - reads it from standard input. Default: the variable, or else a new database "
            "on the embedded server. Do not write a password here; use the variable or standard input.",
        ),
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Add a database as the next shard and plan which buckets move to it. Does not move them yet."""
    from deploy.commands import shards
    from deploy.terminal.output import print_json, say
    from warehouse.runtime.settings import read_settings

    source = context.get_parameter_source("url")
    if url is not None and source is not None and source.name == "COMMANDLINE":
        url = sys.stdin.readline().strip() if url == "-" else _without_password(url)
    added = shards.add(url, data_dir, read_settings(), say)
    if as_json:
        print_json(added)
    else:
        print(f"{added.shard} is {added.database}; {added.planned} buckets are to move to it.\n{added.next}")


@app.command(epilog=run_example("shards move", "shards move --buckets 17,402 --to 4", "shards move --grace 60 --json"))
def move(  # noqa: PLR0917
    buckets: Annotated[str, typer.Option(metavar="1,2,…", help="Only these buckets. Default: every open move.")] = "",
    to: Annotated[int | None, typer.Option(min=0, help="Plan to move --buckets to this shard first.")] = None,
    grace: Annotated[float, typer.Option(min=5, help="Seconds before the old rows are removed.")] = 30,
    patience: Annotated[
        float, typer.Option(min=0.1, max=30, help="Maximum seconds for a switch; it is cancelled beyond that.")
    ] = 10,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Move buckets while they are read and written. If it is interrupted, run it again; it resumes."""
    from deploy.commands import shards
    from deploy.terminal.output import print_json, say
    from deploy.terminal.progress import open_progress
    from warehouse.runtime.settings import read_settings

    chosen = _buckets(buckets)
    if to is not None and not chosen:
        raise typer.BadParameter("Name the buckets to move.", param_hint="--buckets")
    done = shards.move((chosen, to), data_dir, read_settings(), (grace, patience), progress=open_progress(), say=say)
    if as_json:
        print_json(done)
    else:
        print(
            f"Moved {done.switched} buckets in {done.seconds:.1f} s; writes paused for at most "
            f"{done.longest_switch_s:.2f} s. Removed {done.deleted} old copies."
        )


def _without_password(url: str) -> str:
    """The URL, if it has no password: every user of a machine can read command lines."""
    from warehouse.runtime.errors import SettingInvalid
    from warehouse.runtime.masking import mask_url

    if mask_url(url) != url:
        raise SettingInvalid(
            "Every user of this machine can read a password on a command line.",
            fix=f"Set {NEW_SHARD} to the URL instead, or give - and the URL on standard input.",
        )
    return url


def _buckets(text: str) -> list[int]:
    from warehouse.model.keys import BUCKETS

    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isdigit() and int(part) < BUCKETS for part in parts):
        raise typer.BadParameter(f"Buckets are numbers from 0 to {BUCKETS - 1}.", param_hint="--buckets")
    return [int(part) for part in parts]
