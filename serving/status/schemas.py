"""The public shape of freshness."""

import datetime as dt

import msgspec

from serving.core.answers.envelope import Meta
from serving.core.answers.texts import Text


class SourceFreshness(msgspec.Struct, frozen=True, kw_only=True):
    """One source of Parliament's: when it was last asked, and when something of it was last loaded."""

    source: str
    checked_at: dt.datetime | None
    checked_s: float | None
    """Seconds since."""
    loaded_at: dt.datetime | None
    documents: int
    not_published: int
    """Documents that Parliament has not published yet."""
    broken: int
    """Documents whose last fetch failed; what was loaded before stays in force."""


class ReadModelFreshness(msgspec.Struct, frozen=True, kw_only=True):
    """One read model: how many changes it has not taken yet, and the age of the oldest of them."""

    name: str
    title: Text
    waiting: int
    oldest_s: float


class FreshnessOut(msgspec.Struct, frozen=True, kw_only=True):
    """How new everything is."""

    lists_made_at: dt.datetime | None
    """When the newest version of the lists was made."""
    stale: bool
    """Whether a database is away, so that answers may be out of date."""
    sources: list[SourceFreshness]
    read_models: list[ReadModelFreshness]
    """As read within the last ten seconds; none where a broker keeps the positions, whose own tools show them."""


class Freshness(msgspec.Struct, frozen=True, kw_only=True):
    """The answer."""

    data: FreshnessOut
    meta: Meta
