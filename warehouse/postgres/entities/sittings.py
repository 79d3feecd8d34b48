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
"""The readings in the order of the column `reading_days`."""


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
    """The readings that bills passed in a chamber on a sitting day, and then what received royal assent on it.

    Raises:
        StoreUnavailable: the catalog does not answer.
    """
    readings = await catalog.fetch(queries(_FILE)["readings_of_day"], {"chamber": chamber, "on": on})
    assents = await catalog.fetch(queries(_FILE)["assents_of_day"], {"on": on})
    passed = [StepOfDay(bill, title_en, title_fr, _READINGS[place - 1]) for bill, title_en, title_fr, place in readings]
    return [*passed, *(StepOfDay(bill, title_en, title_fr, ASSENT) for bill, title_en, title_fr in assents)]
