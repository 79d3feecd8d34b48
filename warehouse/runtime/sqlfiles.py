"""Finds SQL files, in a checkout (`sql/`) and in an installed wheel (`warehouse/_sql`), and reads named queries."""

import re
from functools import cache
from pathlib import Path
from typing import LiteralString, cast

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)

_NAMES: dict[str, str] = {}
"""Names by statement, for every file that was read; the number of files limits it."""


@cache
def sql_root() -> Path:
    """The folder that holds `postgres/`."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "_sql"
    return installed if installed.is_dir() else package.parent / "sql"


@cache
def queries(relative: str) -> dict[str, LiteralString]:
    """The named queries of one file, `-- name: merge_votes` above each.

    The files are part of the program and never built from input, which is what `LiteralString` promises to psycopg.
    """
    text = (sql_root() / relative).read_text(encoding="utf-8")
    parts = _NAME.split(text)[1:]
    found = {name: cast("LiteralString", body.strip()) for name, body in zip(parts[::2], parts[1::2], strict=True)}
    for name, body in found.items():
        remember(body, relative, name)
    return found


def remember(query: str, relative: str, name: str) -> None:
    """Register a statement under its name, such as `read_bills.by_id`, including statements with columns filled in."""
    _NAMES[query] = f"{Path(relative).stem}.{name}"


def name_of(query: str) -> str:
    """The file and name of a statement; for one built for a request, its first word, such as `select`."""
    return _NAMES.get(query) or query.split(None, 1)[0].lower()
