"""What happened on a sitting day."""

import datetime as dt
from typing import Final

import msgspec

from warehouse.model.keys import Chamber
from warehouse.model.vocabulary.readings import ASSENT, way
from warehouse.postgres.connections.watched import WatchedDatabase
from warehouse.runtime.sqlfiles import queries

_FILE: Final = "postgres/catalog/queries/sittings.sql"
_READINGS: Final = way("commons")[:6]
"""The readings in the order of `reading_days`."""


class VoteOfDay(msgspec.Struct, frozen=True):
    """A division of the day."""

    key: str
    number: int
    held_at: dt.datetime
    subject_en: str | None
    subject_fr: str | None
    result: str
    bill: str | None


class StepOfDay(msgspec.Struct, frozen=True):
    """What a bill passed that day: a reading in the chamber, or royal assent."""

    bill: str
    title_en: str | None
    title_fr: str | None
    step: str
    """A code of `warehouse.model.vocabulary.readings`."""


async def votes_of(catalog: WatchedDatabase, chamber: Chamber, on: dt.date) -> list[VoteOfDay]:
    """The divisions of a day, by number.

    Raises:
        StoreUnavailable: the catalog does not answer.
    """
    rows = await catalog.fetch(queries(_FILE)["votes_of_day"], {"chamber": chamber, "on": on})
    return [VoteOfDay(*row) for row in rows]


async def steps_of(catalog: WatchedDatabase, chamber: Chamber, on: dt.date) -> list[StepOfDay]:
    """The readings that bills passed in a chamber on a day, and what received royal assent, bill by bill.

    Raises:
        StoreUnavailable: the catalog does not answer.
    """
    found: list[StepOfDay] = []
    rows = await catalog.fetch(queries(_FILE)["bills_of_day"], {"on": on})
    for key, title_en, title_fr, reading_days, royal_assent_on in rows:
        days = dict(zip(_READINGS, reading_days or (), strict=False))
        steps = [step for step, day in days.items() if day == on and step.startswith(_PREFIX[chamber])]
        steps += [ASSENT] if royal_assent_on == on else []
        found += [StepOfDay(key, title_en, title_fr, step) for step in steps]
    return found


_PREFIX: Final[dict[Chamber, str]] = {"commons": "house-", "senate": "senate-"}
