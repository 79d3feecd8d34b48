"""Past states of an entity: which one is requested, and where the states of archived changes are."""

import datetime as dt
from collections.abc import Iterable
from typing import Final, Protocol

import msgspec


class Past(msgspec.Struct, frozen=True):
    """One revision, or the state known at an instant, or a version of the lists: exactly one of the three is set."""

    revision: int | None = None
    known_at: dt.datetime | None = None
    """An aware instant in UTC: the last revision recorded at or before it."""
    version: int | None = None
    """A version of the list tables: what they say of the entity. Of what has no list, what was known when that version
    was made."""
    made_at: dt.datetime | None = None
    """When that version was made, in UTC."""
    is_newest: bool = False
    """Whether that version was not asked for, but is the newest there is."""


Address = str
"""The address of an archived state: the name of its object, `#`, and its row there, counted from 0. The log returns it
instead of the state; a state is a JSON object, so the two cannot be confused."""
ADDRESS_MARK: Final = "#"


def is_address(text: str) -> bool:
    """Whether a state returned by the log is the address of an archived one."""
    return not text.startswith("{")


class PastStates(Protocol):
    """The states of archived changes."""

    def read(self, addresses: Iterable[Address], *, whole: bool) -> dict[Address, str]:
        """The states at these addresses as the log had them; votes with their ballots if `whole`. Blocking.

        Raises:
            StoreUnavailable: the object store is unavailable.
            StateLost: one of them is missing or was altered.
        """
