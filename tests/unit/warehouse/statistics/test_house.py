"""The House's bounds, its offices and the line of its cabinet, in sheets."""

import datetime as dt

import numpy as np

from tests.support.data.golden import DAYS, PERSONS, sheet_of
from warehouse.model.curated import chairs
from warehouse.statistics.counting.formulas import NAY, NONE, YEA
from warehouse.statistics.counting.offices import CaucusTerm, OfficeTerm, presiding
from warehouse.statistics.counting.sheets import NO_GROUP, Ballots, Division, Names, Seat, build, with_sides
from warehouse.statistics.members.dissent import dissents, has_cabinet, lines
from warehouse.statistics.members.participation import participation

D = dt.date


START = D(2026, 1, 1)


def seat(person_id: int, riding: str, from_on: dt.date = START, to_on: dt.date | None = None) -> Seat:
    return Seat(person_id=person_id, caucus="A", province="ON", from_on=from_on, to_on=to_on, riding=riding)


def division(number: int, held_on: dt.date) -> Division:
    return Division(key=f"45-1/commons/{number}", session="45-1", chamber="commons", number=number, held_on=held_on)


def ballots(*rows: tuple[int, int, int, int]) -> Ballots:
    """Ballots of (division, person, position, caucus)."""
    vote, person, position, caucus = (np.array(column) for column in zip(*rows, strict=True))
    none = np.full(len(rows), NO_GROUP, np.int16)
    return Ballots(
        vote=vote.astype(np.int64),
        person=person.astype(np.int64),
        position=position.astype(np.int8),
        paired=np.zeros(len(rows), np.bool_),
        caucus=caucus.astype(np.int16),
        province=none,
        side=none,
    )


NAMES = Names(caucus=("A", "B"), province=(), side=())
TWO = (division(1, D(2026, 2, 1)), division(2, D(2026, 3, 1)))


def test_two_holders_of_a_riding_make_a_day_doubtful_and_its_rates_are_left_out() -> None:
    seats = [seat(1, "Perth", to_on=D(2026, 2, 10)), seat(2, "Perth", from_on=D(2026, 1, 20)), seat(3, "Huron")]
    sheet = build(TWO, ballots((0, 1, YEA, 0), (0, 3, YEA, 0), (1, 3, YEA, 0)), NAMES, seats, ())
    assert sheet.doubtful.tolist() == [True, False]
    part = participation(sheet)
    assert part.eligible.tolist() == [0, 1, 1]
    assert part.cast.tolist() == [0, 0, 1]
    assert sheet.only(np.array([False, True])).doubtful.tolist() == [False]


def test_more_members_than_seats_make_a_day_doubtful() -> None:
    seats = [seat(number, f"R {number}") for number in range(1, 344)]
    none = ballots((0, 1, YEA, 0))
    assert build(TWO, none, NAMES, seats, ()).doubtful.tolist() == [False, False]
    crowd = [*seats, seat(999, "R 999", to_on=D(2026, 2, 15))]
    assert build(TWO, none, NAMES, crowd, ()).doubtful.tolist() == [True, False]


def test_documented_speakers_replace_the_curated_days_they_cover() -> None:
    documented = OfficeTerm(person_id=7, office="speaker", in_cabinet=False, from_on=D(2012, 1, 1), to_on=D(2013, 1, 1))
    found = presiding([documented])
    on = {
        day: [each.person_id for each in found if each.from_on <= day < (each.to_on or D.max)]
        for day in (D(2011, 12, 31), D(2012, 1, 1), D(2012, 12, 31), D(2013, 1, 1), D(2026, 1, 1))
    }
    assert on == {
        D(2011, 12, 31): [25454],
        D(2012, 1, 1): [7],
        D(2012, 12, 31): [7],
        D(2013, 1, 1): [25454],
        D(2026, 1, 1): [25453],
    }
    assert [(each.person_id, each.from_on) for each in presiding([])] == [
        (each.person_id, each.from_on) for each in chairs()
    ]


def test_the_side_follows_the_prime_minister_where_a_document_dates_one() -> None:
    cast = ballots((0, 1, YEA, 0), (0, 2, NAY, 1), (1, 1, YEA, 0))
    known = Names(caucus=("A", "B"), province=(), side=("government",))
    given = Ballots(
        **{name: getattr(cast, name) for name in cast.__struct_fields__ if name != "side"},
        side=np.array([NO_GROUP, 0, 0], np.int16),
    )
    term = CaucusTerm(caucus="A", from_on=D(2026, 1, 1), to_on=D(2026, 2, 15))
    found, names = with_sides(given, known, TWO, [term])
    assert [names.side[side] for side in found.side] == ["government", "opposition", "government"]
    assert with_sides(given, known, TWO, []) == (given, known)


def test_the_line_of_the_cabinet_is_that_of_its_ministers() -> None:
    rows = [(0, person, YEA if person <= 2 else NAY, 0) for person in range(1, 7)] + [(0, 8, NAY, 1), (0, 9, NAY, 1)]
    ministers = [
        OfficeTerm(person_id=person, office="minister", in_cabinet=True, from_on=D(2026, 1, 1), to_on=D(2026, 2, 15))
        for person in (1, 2)
    ]
    later = [(1, person, NAY, 0) for person in (1, 2)]
    sheet = build(TWO, ballots(*rows, *later), NAMES, [], (), offices=ministers)
    assert has_cabinet(sheet).tolist() == [True, False]
    drawn = lines(sheet, "cabinet")
    assert drawn[0].tolist() == [YEA] * 6 + [NAY] * 2
    assert drawn[1].tolist() == [NONE] * 8
    assert dissents(sheet, drawn)[0].tolist() == [False, False, True, True, True, True, False, False]
    assert lines(sheet, "party")[0].tolist() == [NAY] * 8


def test_a_sheet_without_offices_has_no_cabinet() -> None:
    sheet = sheet_of([{"a1": "yea", "a2": "yea"}])
    assert not has_cabinet(sheet).any()
    assert (lines(sheet, "cabinet") == NONE).all()
    assert (PERSONS["a1"], DAYS[0]) == (int(sheet.persons[0]), sheet.divisions[0].held_on)
