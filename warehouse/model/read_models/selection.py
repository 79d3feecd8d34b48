"""What a reader wants of a list: which entries, in which order, from which place on. Says nothing of SQL."""

from typing import Any, Literal

import msgspec

Listing = Literal[
    "sessions",
    "bills",
    "votes",
    "members",
    "ballots",
    "member_ballots",
    "past_ballots",
    "history",
    "bill_statistics",
    "ridings",
    "sittings",
]
Operator = Literal["eq", "ne", "gt", "gte", "lt", "lte", "range", "isnull", "contains", "startswith"]


class Condition(msgspec.Struct, frozen=True):
    """One condition. `eq` and `ne` take any number of values, `range` two, `isnull` a boolean, the others one."""

    field: str
    operator: Operator
    values: tuple[Any, ...]


class Order(msgspec.Struct, frozen=True):
    """One sort field; what is missing comes last either way."""

    field: str
    descending: bool = False


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a list. The key is always the last sort field, so that no two entries are in the same place."""

    listing: Listing
    scope: dict[str, Any] = {}
    """What the list is of, where it is a part of something: the bucket and id of a vote, the id of a person."""
    conditions: tuple[Condition, ...] = ()
    order: tuple[Order, ...] = ()
    limit: int = 50
    offset: int = 0
    place: tuple[Any, ...] | None = None
    """The sort values and key of the entry beside the page; the page begins after it."""
    backwards: bool = False
    """The page ends before `place` instead."""
    version: int | None = None
    """The version of the list tables to read."""
    is_counted: bool = False
    """Count the whole list in the same read. Not for versioned lists, whose counts are kept by version."""


class PageOf(msgspec.Struct, frozen=True):
    """The rows of a page in list order, each with its place, and whether there are more in the direction of travel."""

    rows: list[tuple[Any, ...]]
    places: list[tuple[Any, ...]]
    more: bool
    count: int | None = None
    """How many entries the whole list has, where that was asked for and is known."""
