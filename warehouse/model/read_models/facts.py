"""Facts: what statistics are counted from, as rows of one entity's change."""

from typing import Any, Final, Literal, NamedTuple

import msgspec

from warehouse.model.keys import BillNumber
from warehouse.model.kinds import EntityType

Side = Literal["government", "opposition", ""]
"""Empty where it is not known who governed, or a ballot has no caucus."""
_PRIVATE: Final = 201
_PRIVATE_BILL: Final = 1001
"""By convention, numbers from 201 are of members who are no ministers, and from 1001 of private bills."""


class Fact(msgspec.Struct, frozen=True):
    """One revision of one entity, in the order of the columns of its tables."""

    entity: EntityType
    key: str
    revision: int
    is_withdrawn: bool
    row: tuple[Any, ...]
    """What its own table has of it, besides key, revision, batch and whether it is withdrawn."""
    shared: tuple[Any, ...] = ()
    """What all its parts have in common: the vote of its ballots, the bill of its stages, the person of memberships."""
    parts: tuple[tuple[Any, ...], ...] = ()
    """Ballots, stages, memberships; a session has none."""


class SessionTotals(NamedTuple):
    """Sums over the votes of a session; the same wherever they are counted."""

    votes: int = 0
    ballots: int = 0
    yeas: int = 0
    nays: int = 0
    checksum: int = 0
    """Of each ballot's vote, person, position, pairing, name and riding."""


def side_of(caucus: str, governing: str | None) -> Side:
    """The side of a caucus while another, or itself, governs. The invented caucuses of simulated data have none."""
    if not caucus or governing is None or caucus.startswith("simulated-"):
        return ""
    return "government" if caucus == governing else "opposition"


def bill_type_of(bill: str | None) -> str:
    """The type of a bill, by its key (`45-1/C-3`); empty where there is no bill, or its number says nothing."""
    if bill is None:
        return ""
    try:
        number = BillNumber.parse(bill.rpartition("/")[2])
    except ValueError:
        return ""
    types = {
        "C": ("house-government", "private-member", ""),
        "S": ("senate-government", "senate-public", "senate-private"),
    }[number.prefix]
    return types[(number.number >= _PRIVATE) + (number.number >= _PRIVATE_BILL)]
