"""The rows of the queries in `sql/clickhouse/queries/statistics.sql`, with a field for each column."""

import datetime as dt
from typing import NamedTuple


class VoteRow(NamedTuple):
    """A division, with the columns that tell which ballots belong to it."""

    key: str
    session: str
    chamber: str
    number: int
    held_on: dt.date
    result: str
    subject_en: str | None
    subject_fr: str | None
    bill: str | None
    bill_type: str
    kind: str
    disputed: bool
    yeas: int | None
    nays: int | None
    paired: int | None
    batch: int
    """Of its ballots."""
    recorded_at: dt.datetime
    was_cast: bool | None
    """Whether there must be ballots."""
    roster: tuple[int, int]
    """The version of the roster when it was read."""


class NameRow(NamedTuple):
    """The latest known name of a member."""

    person_id: int
    name: str


class SeatRow(NamedTuple):
    """A membership."""

    parliament: int
    person_id: int
    caucus: str
    province: str
    riding: str
    from_on: dt.date
    to_on: dt.date | None


class OfficeRow(NamedTuple):
    """An office that a member held."""

    person_id: int
    office: str
    office_in_cabinet: bool
    office_from: dt.date
    office_to: dt.date | None


class HolderRow(NamedTuple):
    """A member who sat on a day."""

    person_id: int
    caucus: str
    province: str
    riding: str


class SessionRow(NamedTuple):
    """A session and its divisions; zeros or nulls if there are none."""

    session: str
    opened_on: dt.date | None
    closed_on: dt.date | None
    divisions: int | None
    highest: int | None
    with_ballots: int | None
    first_on: dt.date | None
    last_on: dt.date | None


class BillRow(NamedTuple):
    """A bill. Empty texts mean unknown."""

    key: str
    session: str
    number: str
    type: str
    status: str
    sponsor_person_id: int | None
    sponsor_name: str | None
    introduced_on: dt.date | None
    is_reinstated: bool | None
    provisional: bool
    sponsor_basis: str
    sponsor_caucus: str
    outcome: str
    passed_house_first_on: dt.date | None
    passed_house_second_on: dt.date | None
    passed_house_third_on: dt.date | None
    passed_senate_first_on: dt.date | None
    passed_senate_second_on: dt.date | None
    passed_senate_third_on: dt.date | None
    royal_assent_on: dt.date | None
    stage_reached: str
    recorded_at: dt.datetime


class LatestRow(NamedTuple):
    """When an entity of a kind was last recorded; the instant has no meaning if there are no rows."""

    kind: str
    rows: int
    latest: dt.datetime
