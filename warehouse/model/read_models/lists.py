"""What a change does to a list table."""

from typing import Any, NamedTuple

ListRow = tuple[Any, ...]
"""A row for a list table; key and revision come first."""


class ListChange(NamedTuple):
    """The row a change makes."""

    table: str
    row: ListRow
    is_withdrawn: bool = False
    """The entity is gone: its row is closed, and this one is kept unseen, so that no older change brings it back."""
