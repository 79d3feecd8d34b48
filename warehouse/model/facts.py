"""Facts: what statistics are counted from, as rows of one entity's change."""

from typing import Any, Literal, NamedTuple

import msgspec

from warehouse.model.keys import EntityType

Side = Literal["government", "opposition", ""]
"""Empty where it is not known who governed, or a ballot has no caucus."""


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
