"""`openpolicy shards …`: what each shard holds, a further one, and buckets that move."""

from typing import Annotated

import typer

from deploy.cli.options import AsJson, Commands, DataDir, run_example

app = typer.Typer(
    cls=Commands,
    name="shards",
    help="The databases that hold bills and votes: what each has, one more, and moving buckets while everything runs.",
    no_args_is_help=True,
)


@app.command("list", epilog=run_example("shards list", "shards list --json"))
def list_(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Every shard with its buckets, entities and bytes, and every open move."""
    from deploy.commands import shards
    from deploy.terminal.output import print_json, print_table, say
    from warehouse.runtime.settings import read_settings

    found = shards.placement(data_dir, read_settings(), say)
    if as_json:
        print_json(shards.as_json(found))
        return
    print_table(
        "Shards",
        ("shard", "buckets", "bills", "votes", "ballots", "bytes", "arriving", "leaving", "database"),
        [
            (
                each.shard,
                each.buckets,
                each.bills,
                each.votes,
                each.ballots,
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


@app.command(epilog=run_example("shards add postgresql://user@host/shard_4", "shards add --data-dir .openpolicy/demo"))
def add(
    url: Annotated[
        str | None, typer.Argument(metavar="[URL]", help="Its database. Default: one more of the embedded server.")
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Make a new database the next shard, and plan which buckets move to it. Nothing moves yet."""
    from deploy.commands import shards
    from deploy.terminal.output import print_json, say
    from warehouse.runtime.settings import read_settings

    added = shards.add(url, data_dir, read_settings(), say)
    if as_json:
        print_json(added)
    else:
        print(f"{added.shard} is {added.database}; {added.planned} buckets are to move to it.\n{added.next}")


@app.command(epilog=run_example("shards move", "shards move --buckets 17,402 --to 4", "shards move --grace 60 --json"))
def move(  # noqa: PLR0917
    buckets: Annotated[str, typer.Option(metavar="1,2,…", help="Only these buckets. Default: every open move.")] = "",
    to: Annotated[int | None, typer.Option(min=0, help="Plan to move --buckets to this shard first.")] = None,
    grace: Annotated[float, typer.Option(min=5, help="Seconds that the former owner keeps its rows.")] = 30,
    patience: Annotated[
        float, typer.Option(min=0.1, max=30, help="Seconds that a switch may take before it is given up.")
    ] = 10,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Move buckets under reads and writes; ended at any point, said again it goes on from there."""
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
            f"Moved {done.switched} buckets in {done.seconds:.1f} s; nobody could write one for at most "
            f"{done.longest_switch_s:.2f} s. Deleted {done.deleted} where they were."
        )


def _buckets(text: str) -> list[int]:
    from warehouse.model.keys import BUCKETS

    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isdigit() and int(part) < BUCKETS for part in parts):
        raise typer.BadParameter(f"Buckets are numbers from 0 to {BUCKETS - 1}.", param_hint="--buckets")
    return [int(part) for part in parts]
