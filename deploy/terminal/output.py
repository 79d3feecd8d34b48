"""What commands print: facts on stdout, as one JSON document with `--json`; everything else on stderr."""

import os
import shutil
import sys
from collections.abc import Sequence
from typing import Any

import msgspec

from deploy.terminal.invocation import runnable
from warehouse.runtime.errors import OpenPolicyError
from warehouse.runtime.printable import one_line, printable


def say(line: str) -> None:
    """Report progress to a person."""
    print(printable(runnable(line)), file=sys.stderr, flush=True)


def print_json(facts: Any) -> None:
    """The facts as indented JSON."""
    text = msgspec.json.format(msgspec.json.encode(facts), indent=2).decode()
    print(text, flush=True)


def print_error(error: OpenPolicyError, *, as_json: bool) -> None:
    """One clear line with the cause and the next step; with `--json` the same as an object on stdout."""
    if as_json:
        print_json({"error": {"code": error.code, "message": error.message, "fix": runnable(error.fix)}})
    say(f"openpolicy: {' '.join(str(error).split())}")  # the name of the program, as every tool begins its errors


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table: drawn on a terminal, aligned plain text in a pipe. Numbers go to the right."""
    cells = [[_text(value) for value in row] for row in rows]
    is_number = [bool(rows) and all(isinstance(row[i], int | float) for row in rows) for i in range(len(columns))]
    if sys.stdout.isatty():
        _draw(title, columns, cells, is_number)
        return
    widths = [max(len(line[i]) for line in [list(columns), *cells]) for i in range(len(columns))]
    print(title)
    for line in [list(columns), *cells]:
        padded = [
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(line, widths, is_number, strict=True)
        ]
        print(("  " + "  ".join(padded)).rstrip())


def _draw(title: str, columns: Sequence[str], cells: list[list[str]], is_number: list[bool]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column, right in zip(columns, is_number, strict=True):
        table.add_column(column, justify="right" if right else "left", overflow="fold")
    for line in cells:
        table.add_row(*map(escape, line))
    width = shutil.get_terminal_size().columns
    Console(width=width, no_color="NO_COLOR" in os.environ).print(table)


def _text(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.1f}" if isinstance(value, float) else one_line(str(value))


def age(seconds: float) -> str:
    """How long ago, in the largest unit that still says something."""
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit} ago"
    return f"{max(seconds, 0):.0f} s ago"
