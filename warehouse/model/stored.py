"""An entity together with what the store knows about it."""

import datetime as dt
from typing import Generic, TypeVar

import msgspec

from warehouse.model.entities import Ballot, Provenance, Vote

T = TypeVar("T")


class Stored(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One revision as it is served."""

    entity: T
    revision: int
    provenance: Provenance
    recorded_at: dt.datetime
    """When this revision became visible, in UTC."""


class Withdrawn(msgspec.Struct, frozen=True, kw_only=True):
    """A withdrawn entity. Its past can be read, and it may come back."""

    revision: int
    """The revision of the withdrawal; the one before it is the last state."""
    reason: str
    withdrawn_at: dt.datetime


class RecordedBallot(msgspec.Struct, frozen=True, kw_only=True):
    """A ballot with the vote it was cast in; the vote's own ballots are left out."""

    ballot: Ballot
    vote: Stored[Vote]
