"""Two members side by side: the divisions in which both took a position, and those in which it was the same."""

import msgspec

from warehouse.statistics.counting import formulas
from warehouse.statistics.counting.formulas import NONE, Flags
from warehouse.statistics.counting.sheets import Sheet
from warehouse.statistics.members.agreement import Variant
from warehouse.statistics.members.dissent import lines


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """For each division of a sheet, whether two members can be compared and whether they voted the same."""

    both: Flags
    same: Flags


def side_by_side(sheet: Sheet, one: int, other: int, variant: Variant = "all") -> Side:
    """Compare two columns of a sheet by the rule of `agreement/1`, as in the matrix of all pairs."""
    taken, position = sheet.took_position, sheet.position
    both: Flags = taken[:, one] & taken[:, other]
    if variant == "contested":
        both = both & formulas.contested(*sheet.totals())
    if variant == "excl_own_party_line":
        drawn = lines(sheet)
        loyal = (drawn != NONE) & (position == drawn)
        both = both & ~(loyal[:, one] & loyal[:, other])
    same: Flags = both & (position[:, one] == position[:, other])
    return Side(both=both, same=same)
