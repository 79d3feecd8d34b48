"""The golden fixture, every number of it."""

import numpy as np
import pytest

from tests.support.data.golden import PERSONS, golden
from warehouse.statistics.counting import formulas
from warehouse.statistics.counting.formulas import NONE, YEA
from warehouse.statistics.counting.intervals import wilson
from warehouse.statistics.counting.sheets import Sheet
from warehouse.statistics.counting.tallies import by_caucus
from warehouse.statistics.members.agreement import VARIANTS, Variant, agreement
from warehouse.statistics.members.dissent import dissents, lines
from warehouse.statistics.members.pairs import side_by_side
from warehouse.statistics.members.participation import participation
from warehouse.statistics.parties.cohesion import over_period

A, B, C, INDEPENDENT = 0, 1, 2, 3


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    return golden()


def column(sheet: Sheet, name: str) -> int:
    found = sheet.column(PERSONS[name])
    assert found is not None
    return found


def test_totals_and_eligible(sheet: Sheet) -> None:
    yeas, nays = sheet.totals()
    assert yeas.tolist() == [6, 5, 12, 5]
    assert nays.tolist() == [6, 6, 0, 3]
    assert sheet.is_paired.sum(axis=1).tolist() == [0, 0, 0, 2]
    assert sheet.eligible.sum(axis=1).tolist() == [12, 12, 12, 11]
    assert formulas.contested(yeas, nays).tolist() == [True, True, False, True]


def test_the_casting_vote_stands_apart(sheet: Sheet) -> None:
    assert [formulas.NAMES[code] for code in sheet.casting[:, column(sheet, "a6")]] == ["nay"] + ["no_vote"] * 3
    assert np.count_nonzero(sheet.casting) == 1


def test_cohesion_of_d2_party_a(sheet: Sheet) -> None:
    tallies = by_caucus(sheet)
    assert tallies.rice()[1, A] == pytest.approx(0.2, abs=1e-15)
    assert tallies.hnr()[1, A] == pytest.approx(0.4, abs=1e-15)
    assert tallies.pair()[1, A] == pytest.approx(0.4, abs=1e-15)
    assert tallies.line()[1, A] == YEA


def test_dissent_of_d2(sheet: Sheet) -> None:
    dissent = dissents(sheet, lines(sheet))
    assert {int(sheet.persons[place]) for place in np.nonzero(dissent[1])[0]} == {PERSONS["a4"], PERSONS["a5"]}


def test_d1_party_c_is_split(sheet: Sheet) -> None:
    tallies = by_caucus(sheet)
    assert tallies.rice()[0, C] == 0
    assert tallies.hnr()[0, C] == 0.25
    assert tallies.line()[0, C] == NONE


def test_d4_of_small_parties(sheet: Sheet) -> None:
    tallies = by_caucus(sheet)
    eligible = sheet.eligible[3] & (sheet.caucus[3] == B)
    assert int(eligible.sum()) == 3
    assert tallies.rice()[3, B] == 1
    assert tallies.cast[3, C] == 1
    assert tallies.rice()[3, C] == 1
    assert np.isnan(tallies.pair()[3, C])
    assert tallies.line()[3, C] == NONE
    period = {each.group: each for each in over_period(tallies)}
    assert (period["C"].rice.n, period["C"].below_two) == (3, 1)


@pytest.mark.parametrize(
    ("name", "dissented", "with_line", "low", "high"),
    [("a4", 1, 4, 0.0456, 0.6994), ("a1", 0, 4, 0.0, 0.4899), ("b4", 0, 3, 0.0, 0.5615)],
)
def test_rebellion(sheet: Sheet, name: str, dissented: int, with_line: int, low: float, high: float) -> None:
    drawn, place = lines(sheet), column(sheet, name)
    assert int(dissents(sheet, drawn)[:, place].sum()) == dissented
    assert int((drawn[:, place] != NONE).sum()) == with_line
    interval = wilson(dissented, with_line)
    assert interval is not None
    assert (round(interval[0], 4), round(interval[1], 4)) == (low, high)


def test_b4_is_split_over_two_parties(sheet: Sheet) -> None:
    place = column(sheet, "b4")
    cast = sheet.cast[:, place]
    assert sheet.caucus[cast, place].tolist() == [B, B, A]


@pytest.mark.parametrize(
    ("name", "cast", "eligible", "paired"),
    [("b4", 3, 4, 0), ("a2", 3, 4, 1), ("c1", 3, 4, 0), ("a3", 3, 3, 0), ("a6", 0, 0, 0), ("i1", 4, 4, 0)],
)
def test_participation(sheet: Sheet, name: str, cast: int, eligible: int, paired: int) -> None:
    found, place = participation(sheet), column(sheet, name)
    assert (found.cast[place], found.eligible[place], found.paired[place]) == (cast, eligible, paired)


def test_participation_shares(sheet: Sheet) -> None:
    found = participation(sheet)
    assert found.share[column(sheet, "b4")] == 0.75
    assert found.share[column(sheet, "a2")] == 1
    assert found.presence_any[column(sheet, "a2")] == 1
    assert found.share[column(sheet, "c1")] == 0.75
    assert np.isnan(found.share[column(sheet, "a6")])


def test_lines_of_c1_and_i1(sheet: Sheet) -> None:
    drawn = lines(sheet)
    assert int((drawn[:, column(sheet, "c1")] != NONE).sum()) == 2
    assert not drawn[:, column(sheet, "i1")].any()


@pytest.mark.parametrize(
    ("one", "other", "variant", "same", "both"),
    [
        ("a1", "b1", "all", 1, 4),
        ("a1", "b1", "contested", 0, 3),
        ("a1", "c1", "all", 3, 3),
        ("a1", "c1", "contested", 2, 2),
        ("a1", "i1", "all", 2, 4),
        ("b1", "b4", "all", 2, 3),
        ("a4", "b1", "all", 2, 4),
    ],
)
def test_agreement(sheet: Sheet, one: str, other: str, variant: Variant, same: int, both: int) -> None:
    found = agreement(sheet, variant)
    at = column(sheet, one), column(sheet, other)
    assert (found.same[at], found.both[at]) == (same, both)


@pytest.mark.parametrize(
    ("one", "other", "variant", "same", "both"),
    [
        ("a1", "b1", "all", 1, 4), ("a1", "b1", "contested", 0, 3), ("a1", "c1", "all", 3, 3),
        ("a1", "c1", "contested", 2, 2), ("a1", "i1", "all", 2, 4), ("b1", "b4", "all", 2, 3),
        ("a4", "b1", "all", 2, 4),
    ],
)  # fmt: skip
def test_two_members_side_by_side(sheet: Sheet, one: str, other: str, variant: Variant, same: int, both: int) -> None:
    side = side_by_side(sheet, column(sheet, one), column(sheet, other), variant)
    assert (int(side.same.sum()), int(side.both.sum())) == (same, both)


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_pair_side_by_side_is_that_of_the_matrix(sheet: Sheet, variant: Variant) -> None:
    matrix = agreement(sheet, variant)
    for one in range(len(sheet.persons)):
        for other in range(len(sheet.persons)):
            side = side_by_side(sheet, one, other, variant)
            assert int(side.same.sum()) == matrix.same[one, other]
            assert int(side.both.sum()) == matrix.both[one, other]
