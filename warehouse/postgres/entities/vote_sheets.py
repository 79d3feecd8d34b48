"""One vote laid out for counting, from its row and its ballots; and the roster, from the members."""

import asyncio
import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import msgspec
import numpy as np

from warehouse.model.curated import governing_caucus
from warehouse.model.entities import Membership, Office
from warehouse.model.keys import SessionCode, bucket_of, entity_id
from warehouse.model.read_models.facts import bill_type_of, side_of
from warehouse.model.vocabulary.codes import CAUCUSES, PROVINCES, CodeList
from warehouse.model.vocabulary.motions import kind_of
from warehouse.postgres.readers.readers import Readers
from warehouse.runtime.sqlfiles import queries
from warehouse.statistics.counting.formulas import POSITIONS
from warehouse.statistics.counting.offices import OfficeTerm
from warehouse.statistics.counting.roster import Roster, roster_of
from warehouse.statistics.counting.sheets import NO_GROUP, Ballots, Division, Groups, Names, Seat, build, with_sides
from warehouse.statistics.inputs import LoadedSheet

_VOTES: Final = "postgres/shard/queries/read_votes.sql"
_MEMBERS: Final = "postgres/catalog/queries/read_members.sql"
_DIVISION: Final = 13
"""So many columns are of the vote itself, the last of them the instant it was recorded."""
_offices = msgspec.json.Decoder(list[Office])
_memberships = msgspec.json.Decoder(list[Membership])


async def vote_row(readers: Readers, key: str) -> tuple[Any, ...] | None:
    """A vote with its ballots, as `sheet_of_row` takes it; None when there is no such vote.

    Raises:
        StoreUnavailable: its shard is unavailable.
    """
    rows = await readers.shard_of(key).fetch(queries(_VOTES)["with_ballots"], (bucket_of(key), entity_id("vote", key)))
    return rows[0] if rows else None


async def vote_rows(readers: Readers, keys: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """Votes with their ballots as `vote_row` gives one, by key: one statement for each shard that has any.

    Raises:
        StoreUnavailable: a shard is unavailable.
    """
    by_shard: dict[str, list[str]] = {}
    for key in keys:
        by_shard.setdefault(readers.shard_of(key).name, []).append(key)
    sources = {source.name: source for source in readers.shards}
    query = queries(_VOTES)["many_with_ballots"]
    answers = await asyncio.gather(
        *(
            sources[name].fetch(query, ([bucket_of(key) for key in own], [entity_id("vote", key) for key in own]))
            for name, own in by_shard.items()
        )
    )
    return {row[0]: row[1:] for rows in answers for row in rows}


def day_of_row(row: Sequence[Any]) -> tuple[int, dt.date]:
    """The Parliament and the sitting day of a vote's row."""
    return SessionCode.parse(row[0]).parliament, row[3]


def sheet_of_row(key: str, row: Sequence[Any], of_day: Roster) -> LoadedSheet:
    """The sheet of one division, as the facts give it too; `of_day` is the roster of its day."""
    division = _division(key, row)
    persons, positions, paired, caucuses, provinces = (column or [] for column in row[_DIVISION:])
    (seats,) = of_day.seats.values()
    caucus, caucus_names = _groups(caucuses, CAUCUSES, {seat.caucus for seat in seats})
    province, province_names = _groups(provinces, PROVINCES, {seat.province for seat in seats})
    governing = governing_caucus(division.held_on)
    side_of_caucus = [side_of(name, governing) for name in caucus_names]
    side_names = tuple(sorted({side for side in side_of_caucus if side}))
    sides = np.array([*(side_names.index(side) if side else NO_GROUP for side in side_of_caucus), NO_GROUP], np.int16)
    ballots = Ballots(
        vote=np.zeros(len(persons), np.int64),
        person=np.array(persons, np.int64),
        position=np.array([POSITIONS[position] for position in positions], np.int8),
        paired=np.array(paired, np.bool_),
        caucus=caucus,
        province=province,
        side=sides[caucus],  # -1, for no caucus, is the last
    )
    names = Names(caucus=caucus_names, province=province_names, side=side_names)
    ballots, names = with_sides(ballots, names, [division], of_day.prime_ministers)
    sheet = build([division], ballots, names, seats, of_day.chairs, offices=of_day.offices)
    return LoadedSheet(sheet=sheet, watermark=row[_DIVISION - 1], names=of_day.names)


def _division(key: str, row: Sequence[Any]) -> Division:
    session, chamber, number, held_on, result, en, fr, bill, disputed, yeas, nays, paired = row[: _DIVISION - 1]
    return Division(
        key=key,
        session=session,
        chamber=chamber,
        number=number,
        held_on=held_on,
        result=result,
        subject=en,
        subject_fr=fr,
        bill=bill,
        bill_type=bill_type_of(bill),
        kind=kind_of(en),
        disputed=disputed,
        yeas=yeas,
        nays=nays,
        paired=paired,
    )


def _groups(words: Sequence[str], codes: CodeList, seated: set[str]) -> tuple[Groups, tuple[str, ...]]:
    """The numbers of recorded words, by their codes in alphabetical order, and the codes, with those that only members
    without a ballot have; no word is no group."""
    code_of = {word: codes.code_or_text(word) for word in {*words}}
    names = sorted({*code_of.values(), *seated} - {""})
    number_of = {word: names.index(code) if code else NO_GROUP for word, code in code_of.items()}
    return np.array([number_of[word] for word in words], np.int16), tuple(names)


async def read_roster(readers: Readers) -> Roster:
    """Everybody who is or was a member.

    Raises:
        StoreUnavailable: the catalog is unavailable.
    """
    names: dict[int, str] = {}
    seats: dict[int, list[Seat]] = {}
    offices: list[OfficeTerm] = []
    for person_id, name, held, sat in await readers.catalog.fetch(queries(_MEMBERS)["roster"], ()):
        names[person_id] = name
        offices += [
            OfficeTerm(
                person_id=person_id,
                office=each.office,
                in_cabinet=each.in_cabinet,
                from_on=each.from_on,
                to_on=each.to_on,
            )
            for each in _offices.decode(held)
        ]
        for each in _memberships.decode(sat):
            seat = Seat(
                person_id=person_id,
                caucus=CAUCUSES.code_or_text(each.caucus),
                province=PROVINCES.code_or_text(each.province),
                from_on=each.from_on,
                to_on=each.to_on,
                riding=each.riding or "",
            )
            seats.setdefault(each.parliament, []).append(seat)
    return roster_of(names, seats, offices)


async def members_changed_at(readers: Readers) -> dt.datetime | None:
    """When a member was last recorded, corrected or withdrawn; None while there are none."""
    rows = await readers.catalog.fetch(queries(_MEMBERS)["latest"], ())
    latest: dt.datetime | None = rows[0][0]
    return latest
