"""Divisions that were applied: by unanimous consent the ballots of one are recorded for the next. Real, but not
independent.

No feed held here says which divisions were applied. What shows is that on one day everybody's ballots are the same.
"""

import numpy as np

from warehouse.statistics.counting.formulas import Flags
from warehouse.statistics.counting.sheets import Sheet


def once(sheet: Sheet) -> Flags:
    """Which divisions are the first of their day in which every member has the same position."""
    seen: set[tuple[object, str, bytes]] = set()
    first = np.zeros(len(sheet.divisions), np.bool_)
    for row, division in enumerate(sheet.divisions):
        what = (division.held_on, division.chamber, sheet.position[row].tobytes())
        first[row] = what not in seen
        seen.add(what)
    return first
