"""What the commands of every server for a developer's shell have in common."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from warehouse.runtime.errors import OpenPolicyError

Folder = Annotated[Path, typer.Option(help="Where the server keeps what it has.")]


def shell() -> typer.Typer:
    """An empty command line."""
    return typer.Typer(no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)


@contextmanager
def whole_or_ended(stop: Callable[[], object]) -> Iterator[None]:
    """A start that fails half-way leaves nothing running."""
    try:
        yield
    except BaseException:
        stop()
        raise


def run(app: typer.Typer) -> None:
    """Run one command; its errors are one line, and its exit code says which kind."""
    try:
        app()
    except OpenPolicyError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
