"""`openpolicy dlq …`: inspect and settle messages that could not be processed."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.cli.options import AsJson, Commands, DataDir, run_example

if TYPE_CHECKING:
    from deploy.commands.dlq import Box

app = typer.Typer(
    cls=Commands,
    name="dlq",
    help="Inspect, replay or drop messages that could not be processed (dead letters).",
    no_args_is_help=True,
)

Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="As `dlq list` shows them.")]
All = Annotated[bool, typer.Option("--all", help="Every dead letter.")]


@app.command("list", epilog=run_example("dlq list", "dlq list --json"))
def list_(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List the dead letters, oldest first."""
    from deploy.terminal.output import print_json, print_table

    box = _box(data_dir)
    found = [box.facts(item) for item in box.waiting().values()]
    if as_json:
        print_json(found)
    elif found:
        columns = ("id", "key", "bytes", "received_at", "reason")
        print_table("Dead letters", columns, [[facts[column] for column in columns] for facts in found])
    else:
        print("Dead letters: none")


@app.command(epilog=run_example("dlq show lists:bill.events/3/1234", "dlq show lists:shard_0/12 --raw"))
def show(
    letter_id: Annotated[str, typer.Argument(metavar="ID", help="As `dlq list` shows it.")],
    raw: Annotated[bool, typer.Option("--raw", help="Print only the message's raw bytes.")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Show a dead letter with its reason, headers and value."""
    from deploy.commands import dlq
    from deploy.terminal.output import print_json

    box = _box(data_dir)
    item = dlq.select_dead_letters(box, [letter_id], everything=False)[0]
    value = box.value(item)
    if raw:
        sys.stdout.buffer.write(value)
        return
    facts = box.facts(item) | {"value": value.decode(errors="replace")}
    if as_json:
        print_json(facts)
        return
    for name, fact in facts.items():
        print(f"{name}: {fact}")


@app.command(epilog=run_example("dlq replay --all", "dlq replay lists:bill.events/3/1234"))
def replay(ids: Ids = None, everything: All = False, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Process dead letters again, from the change log if it has them. Exits with 1 if some still fail."""
    from deploy.commands import dlq
    from deploy.terminal.output import print_json

    box = _box(data_dir)
    done = box.replay(dlq.select_dead_letters(box, ids or [], everything=everything))
    if as_json:
        print_json(done)
    else:
        print(f"Sent again: {len(done.sent)}. Left: {len(done.left)}.")
        for name, why in done.left.items():
            print(f"{name}: {why}")
    raise typer.Exit(1 if done.left else 0)


@app.command(epilog=run_example("dlq drop lists:bill.events/3/1234"))
def drop(ids: Ids = None, everything: All = False, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Drop dead letters without processing them again."""
    from deploy.commands import dlq
    from deploy.terminal.output import print_json

    box = _box(data_dir)
    dropped = box.drop(dlq.select_dead_letters(box, ids or [], everything=everything))
    if as_json:
        print_json({"dropped": dropped})
    else:
        print(f"Dropped {len(dropped)}.")


def _box(data_dir: Path | None) -> "Box[Any]":
    from deploy.commands.dlq import open_box
    from deploy.terminal.output import say
    from warehouse.runtime.settings import read_settings

    return open_box(data_dir, read_settings(), say)
