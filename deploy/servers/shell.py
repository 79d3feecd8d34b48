"""Shared by the developer commands of all servers."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from warehouse.runtime.errors import OpenPolicyError

Folder = Annotated[Path, typer.Option(help="The server's data folder.")]


def shell() -> typer.Typer:
    """An empty command line."""
    return typer.Typer(no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)


@contextmanager
def whole_or_ended(stop: Callable[[], object]) -> Iterator[None]:
    """If a start fails half-way, nothing is left running."""
    try:
        yield
    except BaseException:
        stop()
        raise


def run(app: typer.Typer) -> None:
    """Run one command. An error is one line, and the exit code gives its kind."""
    try:
        app()
    except OpenPolicyError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
