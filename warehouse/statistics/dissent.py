"""Who voted differently from most of their caucus. Whips are not published, so this is never called defiance."""

from typing import Final, Literal

import numpy as np

from warehouse.statistics import formulas
from warehouse.statistics.formulas import ABSTAIN, NAY, NONE, YEA, Codes, Flags
from warehouse.statistics.sheets import Sheet
from warehouse.statistics.tallies import Tallies, by_caucus

LineOption = Literal["party", "leave-one-out"]
LINE_OPTIONS: Final[tuple[LineOption, ...]] = ("party", "leave-one-out")
"""The lines that can be drawn. A line of the cabinet needs ministers by date, which no feed held here gives."""


def lines(sheet: Sheet, option: LineOption = "party") -> Codes:
    """The line that each ballot is compared with; `NONE` where there is none, and where no ballot was cast."""
    tallies = by_caucus(sheet)
    in_group = sheet.cast & (sheet.caucus >= 0)
    found = np.full(sheet.position.shape, NONE, np.int8)
    rows, columns = np.nonzero(in_group)
    groups = sheet.caucus[rows, columns]
    if option == "party":
        found[rows, columns] = tallies.line()[rows, groups]
    else:
        found[rows, columns] = _of_others(sheet, tallies, rows, columns)
    return found


def _of_others(
    sheet: Sheet, tallies: Tallies, rows: np.ndarray[tuple[int], np.dtype[np.intp]],
    columns: np.ndarray[tuple[int], np.dtype[np.intp]],
) -> Codes:  # fmt: skip
    """`line/leave-one-out`: the plurality of the other members; a caucus of two has one other."""
    own, groups = sheet.position[rows, columns], sheet.caucus[rows, columns]
    yea = tallies.yea[rows, groups] - (own == YEA)
    nay = tallies.nay[rows, groups] - (own == NAY)
    abstain = tallies.abstain[rows, groups] - (own == ABSTAIN)
    found = formulas.line(yea, nay, abstain, smallest=1)
    return np.where(tallies.is_caucus[groups], found, NONE).astype(np.int8)


def dissents(sheet: Sheet, drawn: Codes) -> Flags:
    """Where a ballot differs from the line it is compared with."""
    found: Flags = sheet.cast & (drawn != NONE) & (sheet.position != drawn)
    return found
