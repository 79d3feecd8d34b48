"""Which past state of an entity is wanted, and where the states of archived changes are."""

import datetime as dt
from collections.abc import Iterable
from typing import Final, Protocol

import msgspec


class Past(msgspec.Struct, frozen=True):
    """One revision, or what was known here at an instant: one of the two is set."""

    revision: int | None = None
    known_at: dt.datetime | None = None
    """An aware instant in UTC: the last revision recorded at or before it."""


Address = str
"""Where the state of an archived change is: the name of the object that holds it, `#`, and its row there from 0. The
log gives it in the place of the state, which is a JSON object and so begins otherwise."""
ADDRESS_MARK: Final = "#"


def is_address(text: str) -> bool:
    """Whether what the log gave for a state is the address of an archived one."""
    return not text.startswith("{")


class PastStates(Protocol):
    """The states of archived changes."""

    def read(self, addresses: Iterable[Address], *, whole: bool) -> dict[Address, str]:
        """The states at these addresses as the log had them; of votes with their ballots if `whole`. Blocks.

        Raises:
            StoreUnavailable: what holds them is unavailable.
            StateLost: one of them is missing there, or was altered.
        """
