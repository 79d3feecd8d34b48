"""Entities as polars frames, one row for each entity, for checks on whole columns."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import polars as pl

from warehouse.model.entities import Bill, Member, Vote

_TEXT, _INT, _DAY, _FLAG = pl.String(), pl.Int32(), pl.Date(), pl.Boolean()
_BILL_NUMBERS = ("sponsor_person_id", "statute_year", "statute_chapter", "legisinfo_id")
_BILL_FLAGS = ("is_reinstated", "provisional")
BILLS = pl.Schema(
    [
        (
            name,
            _INT if name in _BILL_NUMBERS else _FLAG if name in _BILL_FLAGS else _DAY if name[-3:] == "_on" else _TEXT,
        )
        for name in Bill.__struct_fields__
        if name not in ("publications", "stages", "former_sponsors")
    ]
)
_VOTE_KINDS: Mapping[str, pl.DataType] = {
    "held_at": pl.Datetime("us", "UTC"),
    "held_on": _DAY,
    "disputed": _FLAG,
    **dict.fromkeys(("number", "yeas", "nays", "paired", "counted_yeas", "counted_nays", "counted_paired"), _INT),
}
VOTES = pl.Schema(
    [(name, _VOTE_KINDS.get(name, _TEXT)) for name in Vote.__struct_fields__ if name not in ("ballots", "caucuses")]
)
BALLOTS = pl.Schema(
    [
        ("key", _TEXT),
        ("vote", _TEXT),
        ("person_id", _INT),
        ("position", _TEXT),
        ("paired", _FLAG),
        ("name", _TEXT),
        ("caucus", _TEXT),
        ("riding", _TEXT),
        ("province", _TEXT),
    ]
)
MEMBERS = pl.Schema(
    [
        ("key", _TEXT),
        ("person_id", _INT),
        ("name", _TEXT),
        ("caucus", _TEXT),
        ("riding", _TEXT),
        ("province", _TEXT),
        ("is_sitting", _FLAG),
        ("memberships", _INT),
        ("first_from_on", _DAY),
        ("last_to_on", _DAY),
    ]
)


def bills_frame(bills: Iterable[Bill]) -> pl.DataFrame:
    """One row a bill, without its stages and publications."""
    return _frame(bills, BILLS)


def votes_frame(votes: Iterable[Vote]) -> pl.DataFrame:
    """One row a vote, without its ballots."""
    return _frame(votes, VOTES)


def ballots_frame(votes: Iterable[Vote]) -> pl.DataFrame:
    """One row a ballot; its key is the vote's and the PersonId: `45-1/commons/43/89156`."""
    pairs = [(vote.key, ballot) for vote in votes for ballot in vote.ballots]
    columns: dict[str, list[Any]] = {
        "key": [f"{key}/{ballot.person_id}" for key, ballot in pairs],
        "vote": [key for key, _ in pairs],
    }
    columns |= {name: [getattr(ballot, name) for _, ballot in pairs] for name in BALLOTS if name not in columns}
    return pl.DataFrame(columns, schema=BALLOTS)


def members_frame(members: Iterable[Member]) -> pl.DataFrame:
    """One row a member: how many memberships, the first day of the first and the end of the last."""
    rows = [
        {
            **{name: getattr(member, name) for name in MEMBERS if name in Member.__struct_fields__},
            "memberships": len(member.memberships),
            "first_from_on": member.memberships[0].from_on if member.memberships else None,
            "last_to_on": member.memberships[-1].to_on if member.memberships else None,
        }
        for member in members
    ]
    return pl.DataFrame(rows, schema=MEMBERS, orient="row")


def _frame(structs: Iterable[msgspec.Struct], schema: pl.Schema) -> pl.DataFrame:
    found = list(structs)
    return pl.DataFrame({name: [getattr(struct, name) for struct in found] for name in schema}, schema=schema)
