"""Options that several commands have in common."""

from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print the facts as JSON.")]
DataDir = Annotated[
    Path | None,
    typer.Option(help="Where everything is kept. Default: OPENPOLICY_DATA_DIR, else .openpolicy/KIND here."),
]


def run_example(*lines: str) -> str:
    """Examples below a command's help, one a line."""
    return "\b\nExamples:\n" + "\n".join(f"  openpolicy {line}" for line in lines)
