"""`openpolicy override …`: an editor's corrections of what Parliament publishes."""

from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.options import AsJson, Commands, DataDir, run_example

if TYPE_CHECKING:
    from warehouse.model.overrides import Override

app = typer.Typer(
    cls=Commands,
    name="override",
    help="Manage editors' corrections: values that replace Parliament's, and withdrawn entities. They apply until "
    "Parliament fixes the value, or the correction is removed or expires. Readers see which values are overridden and "
    "why; the author is not published.",
    no_args_is_help=True,
)

Entity = Annotated[str, typer.Argument(metavar="ENTITY", help="bill, vote, member or session.")]
Key = Annotated[str, typer.Argument(metavar="KEY", help="As in its address: 45-1/C-3, 41-1/commons/699, 89156.")]
Author = Annotated[str, typer.Option("--author", help="Author. Stored, not published.")]
Reason = Annotated[str, typer.Option("--reason", help="The reason, published.")]
Expires = Annotated[str, typer.Option("--expires", metavar="30d|DATE|INSTANT", help="When it ends. Default: never.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="As `override list` shows it.")]


@app.command(
    "set",
    epilog=run_example(
        "override set vote 41-1/commons/699 /ballots/89156/position nay --author desk --reason 'Hansard, 2013-05-29'",
        "override set bill 45-1/C-3 /short_title_en 'Citizenship Act' --author desk --reason Typo --expires 30d",
        "override set vote 41-1/commons/699 /ballots/25453 null --author desk --reason 'Not a member that day'",
    ),
)
def set_(  # noqa: PLR0917
    entity: Entity,
    key: Key,
    field: Annotated[str, typer.Argument(metavar="FIELD", help="/title_en, /ballots/89156/position, /stages/2/state")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="A text as it is, or JSON: 12, true, null, an object.")],
    author: Author = "",
    reason: Reason = "",
    expires: Expires = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Replace a value of Parliament's, now and in every later load."""
    from deploy.commands import overrides
    from deploy.terminal.output import say

    made = overrides.make(
        entity, key, field or "/", value, author=author, reason=reason, expires=expires, data_dir=data_dir, say=say
    )
    _tell(made, as_json=as_json)


@app.command(
    epilog=run_example("override withdraw bill 45-1/C-999 --author desk --reason 'Named by a vote that misspelt it'")
)
def withdraw(  # noqa: PLR0917
    entity: Entity,
    key: Key,
    author: Author = "",
    reason: Reason = "",
    expires: Expires = "",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Withdraw an entity. Its history stays, and later loads do not restore it."""
    from deploy.commands import overrides
    from deploy.terminal.output import say

    made = overrides.make(
        entity, key, "", "", author=author, reason=reason, expires=expires, data_dir=data_dir, say=say
    )
    _tell(made, as_json=as_json)


@app.command(epilog=run_example("override remove 6f9619ff-8b86-4d01-b42d-00cf4fc964ff"))
def remove(override_id: Id, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Remove an override: Parliament's value applies again. Also resolves the finding of a settled override."""
    from deploy.commands import overrides
    from deploy.terminal.output import say

    _tell(overrides.remove(override_id, data_dir, say), as_json=as_json)


@app.command("list", epilog=run_example("override list", "override list --all --json"))
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Include overrides that have ended.")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List overrides, newest first."""
    from deploy.commands import overrides
    from deploy.terminal.output import print_json, print_table, say

    found = [overrides.facts(each) for each in overrides.list_overrides(data_dir, say, everything=everything)]
    if as_json:
        print_json(found)
    elif found:
        columns = ("id", "entity", "key", "field", "state", "outdated", "expires_at", "author", "reason")
        print_table("Overrides", columns, [[facts[column] for column in columns] for facts in found])
    else:
        print("Overrides: none")


@app.command(epilog=run_example("override show 6f9619ff-8b86-4d01-b42d-00cf4fc964ff --json"))
def show(override_id: Id, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Show an override, with what Parliament said then and says now."""
    from deploy.commands import overrides
    from deploy.terminal.output import say

    _tell(overrides.find_override(override_id, data_dir, say), as_json=as_json)


@app.command(epilog=run_example("override expire"))
def expire(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """End expired overrides and finish interrupted commands. Loads do this too."""
    from deploy.commands import overrides
    from deploy.terminal.output import print_json, say

    ended = overrides.expire(data_dir, say)
    if as_json:
        print_json({"expired": ended})
    else:
        print(f"Expired: {ended}.")


def _tell(override: "Override", *, as_json: bool) -> None:
    from deploy.commands import overrides
    from deploy.terminal.output import print_json

    known = overrides.facts(override)
    if as_json:
        print_json(known)
        return
    for name, fact in known.items():
        print(f"{name}: {fact}")
