"""Options that several commands share."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperCommand, TyperGroup

from deploy.terminal.invocation import program


class Commands(TyperGroup):
    """A group that lists its commands with their whole first sentence, on as many lines as needed."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands; typer would cut each at the end of its line."""
        named = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        rows = [(name, command.get_short_help_str(10_000)) for name, command in named if command and not command.hidden]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


class WithFaults(TyperCommand):
    """A command that lists the simulator's faults below its help; they are loaded only for that."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the faults and the usual epilog."""
        from assets.upstream.simulator import Fault

        with formatter.section("Faults"):
            formatter.write_dl([(fault.value, fault.meaning) for fault in Fault])
        super().format_epilog(ctx, formatter)


AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Size = Annotated[
    Literal["small", "medium", "large"] | None,
    typer.Option(help="Size of the demo: 20, 120 or 338 seats; 12, 60 or 300 bills a session.  [default: medium]"),
]
DataDir = Annotated[
    Path | None,
    typer.Option(help="Data folder. Default: OPENPOLICY_DATA_DIR, or .openpolicy/KIND in the current folder."),
]


def run_example(*lines: str) -> str:
    """Examples below a command's help, one on each line."""
    return "\b\nExamples:\n" + "\n".join(f"  {program()} {line}" for line in lines)
