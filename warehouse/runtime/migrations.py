"""Numbered SQL files, each applied once, forward only. An applied file may not change."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from warehouse.runtime.errors import DataFolderUnusable
from warehouse.runtime.sqlfiles import sql_root


def migration_files(store: str, folders: Sequence[str] = ("",)) -> dict[str, Path]:
    """The migrations below `sql/<store>`, by folder and in order, under the names that databases record."""
    return {
        f"{folder}/{file.name}".lstrip("/"): file
        for folder in folders
        for file in sorted((sql_root() / store / folder / "migrations").glob("*.sql"))
    }


def digest(text: str) -> str:
    """The digest that is recorded for an applied migration."""
    return hashlib.sha256(text.encode()).hexdigest()


def refuse_foreign(database: str, known: Mapping[str, str], files: Mapping[str, Path]) -> None:
    """Refuse a database with applied migrations (name → digest) that are not among these files.

    Raises:
        DataFolderUnusable: a newer or an edited version made it.
    """
    for name, applied in known.items():
        if name not in files:
            raise DataFolderUnusable(
                f"Database {database} was made by a newer version: it has migration {name}.",
                fix="Use that version, or another data folder.",
            )
        if digest(files[name].read_text(encoding="utf-8")) != applied:
            raise DataFolderUnusable(
                f"Migration {name} was changed after it was applied to database {database}.",
                fix="Use the version that made the data, or start with an empty data folder.",
            )
