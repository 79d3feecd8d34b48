"""Which past state of an entity is wanted."""

import datetime as dt

import msgspec


class Past(msgspec.Struct, frozen=True):
    """One revision, or what was known here at an instant: one of the two is set."""

    revision: int | None = None
    known_at: dt.datetime | None = None
    """An aware instant in UTC: the last revision recorded at or before it."""
