"""Members on both lists of a division: counted on both sides, on neither, and never against their caucus."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from assets.sources.ourcommons_ballots.parse import parse_ballots
from tests.support.data.golden import DAYS, PERSONS, division, sheet_of
from tests.support.upstream.documents import ballot_documents
from warehouse.statistics.counting.formulas import BOTH, NONE
from warehouse.statistics.counting.sheets import Sheet
from warehouse.statistics.counting.tallies import by_caucus
from warehouse.statistics.members.agreement import agreement, of_caucuses
from warehouse.statistics.members.dissent import dissents, lines
from warehouse.statistics.members.participation import participation
from warehouse.statistics.members.scorecards import Choice, scores

SPLIT = {"a1": "yea", "a2": "yea", "a3": "both", "b1": "nay", "b2": "nay"}


def column(sheet: Sheet, name: str) -> int:
    found = sheet.column(PERSONS[name])
    assert found is not None
    return found


@pytest.fixture
def sheet() -> Sheet:
    return sheet_of([SPLIT])


def test_both_lists_count_the_ballot_and_it_is_cast_once(sheet: Sheet) -> None:
    yeas, nays = sheet.totals()
    assert (yeas.tolist(), nays.tolist(), int(sheet.cast.sum())) == ([3], [3], 5)
    tallies = by_caucus(sheet)
    assert (tallies.yea[0, 0], tallies.nay[0, 0], tallies.both[0, 0], tallies.cast[0, 0]) == (3, 1, 1, 3)
    part = participation(sheet)
    place = column(sheet, "a3")
    assert (part.cast[place], part.silent[place]) == (1, 0)


@pytest.mark.parametrize("option", ["party", "leave-one-out"])
def test_who_is_on_both_lists_never_dissents_and_has_no_line(sheet: Sheet, option: str) -> None:
    drawn = lines(sheet, option)  # type: ignore[arg-type]
    assert drawn[0, column(sheet, "a3")] == NONE
    assert not dissents(sheet, drawn).any()


def test_who_is_on_both_lists_agrees_with_nobody_and_differs_from_nobody(sheet: Sheet) -> None:
    found = agreement(sheet)
    a1, a2, a3, b1 = (column(sheet, name) for name in ("a1", "a2", "a3", "b1"))
    assert (found.same[a1, a2], found.both[a1, a2], found.both[a1, a3], found.both[a3, b1]) == (1, 1, 0, 0)
    (pair,) = of_caucuses(by_caucus(sheet))
    assert pair.pairwise.value == 0


def test_a_scorecard_leaves_out_who_is_on_both_lists(sheet: Sheet) -> None:
    found = scores(sheet, (Choice(vote="45-1/commons/1", direction="yea"),))
    place = column(sheet, "a3")
    assert (found.agreed[place], found.differed[place], found.absent[place]) == (0, 0, 0)
    assert np.isnan(found.score[place])


def short(missing_nays: int, *, yeas: int = 1) -> Sheet:
    """Six of A vote nay and some yea, while more nays were announced than there are ballots."""
    said = {f"a{n}": "yea" if n <= yeas else "nay" for n in range(1, 6)}
    nays = list(said.values()).count("nay")
    announced = msgspec.structs.replace(division(1, DAYS[0]), yeas=yeas, nays=nays + missing_nays)
    return sheet_of([said], divisions=[announced])


def test_ballots_that_may_be_of_both_lists_are_no_dissent() -> None:
    for sheet, count in ((short(0), 1), (short(1), 0), (short(2), 0), (short(1, yeas=2), 2)):
        assert int(dissents(sheet, lines(sheet)).sum()) == count


@pytest.mark.recorded
@pytest.mark.parametrize(("number", "nays"), [(699, 120), (742, 115)])
def test_nobody_dissents_in_41_1_699_where_csv_prints_one_side(recorded_data: Path, number: int, nays: int) -> None:
    ballots = parse_ballots(ballot_documents(recorded_data, "41-1")[number]).records
    against = [ballot for ballot in ballots if ballot.caucus == "NDP" and ballot.position == "yea"]
    assert len(against) == nays - sum(ballot.position == "nay" for ballot in ballots)
    assert BOTH not in {ballot.position for ballot in ballots}
