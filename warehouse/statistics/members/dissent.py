"""Members who voted differently from most of their caucus. Whips are not published, so this is never called
defiance."""

from typing import Final, Literal

import msgspec
import numpy as np

from warehouse.statistics.counting import formulas
from warehouse.statistics.counting.formulas import ABSTAIN, NAY, NONE, YEA, Codes, Flags
from warehouse.statistics.counting.sheets import Sheet
from warehouse.statistics.counting.tallies import Tallies, by_caucus, count, tally

LineOption = Literal["party", "leave-one-out", "cabinet"]
LINE_OPTIONS: Final[tuple[LineOption, ...]] = ("party", "leave-one-out", "cabinet")
"""The available definitions of a line."""


def lines(sheet: Sheet, option: LineOption = "party") -> Codes:
    """The line that each ballot is compared with; `NONE` without a line or a ballot, and for members on both lists."""
    if not sheet.names.caucus:  # no ballots at all
        return np.full(sheet.position.shape, NONE, np.int8)
    tallies = by_caucus(sheet)
    in_group = sheet.took_position & (sheet.caucus >= 0) & ~perhaps_both(sheet, tallies)
    found = np.full(sheet.position.shape, NONE, np.int8)
    rows, columns = np.nonzero(in_group)
    groups = sheet.caucus[rows, columns]
    if option == "party":
        found[rows, columns] = tallies.line()[rows, groups]
    elif option == "cabinet":
        found[rows, columns] = _of_cabinet(sheet, tallies)[rows, groups]
    else:
        found[rows, columns] = _of_others(sheet, tallies, rows, columns)
    return found


def has_cabinet(sheet: Sheet) -> Flags:
    """By division: whether the documents show an eligible member in the cabinet."""
    found: Flags = np.any(sheet.cabinet & sheet.eligible, axis=1)
    return found


def _of_cabinet(sheet: Sheet, tallies: Tallies) -> Codes:
    """`line/cabinet`: for a caucus with ministers, the plurality of its ministers; for others, their own plurality. On
    days without a known minister nobody has a line."""
    ministers = tally(
        msgspec.structs.replace(sheet, position=np.where(sheet.cabinet, sheet.position, NONE)),
        sheet.caucus,
        sheet.names.caucus,
    )
    of_ministers = formulas.line(ministers.yea, ministers.nay, ministers.abstain)
    size = count(sheet.cabinet & sheet.eligible, sheet.caucus, len(sheet.names.caucus))
    drawn = np.where(size > 0, of_ministers, tallies.line())
    return np.where(has_cabinet(sheet)[:, None], drawn, NONE).astype(np.int8)


def _of_others(
    sheet: Sheet,
    tallies: Tallies,
    rows: np.ndarray[tuple[int], np.dtype[np.intp]],
    columns: np.ndarray[tuple[int], np.dtype[np.intp]],
) -> Codes:
    """`line/leave-one-out`: the plurality of the other members; a caucus of two has one other."""
    own, groups = sheet.position[rows, columns], sheet.caucus[rows, columns]
    yea = tallies.yea[rows, groups] - (own == YEA)
    nay = tallies.nay[rows, groups] - (own == NAY)
    abstain = tallies.abstain[rows, groups] - (own == ABSTAIN)
    found = formulas.line(yea, nay, abstain, smallest=1)
    return np.where(tallies.is_caucus[groups], found, NONE).astype(np.int8)


def dissents(sheet: Sheet, drawn: Codes) -> Flags:
    """Where a ballot differs from the line it is compared with."""
    found: Flags = sheet.took_position & (drawn != NONE) & (sheet.position != drawn)
    return found


def perhaps_both(sheet: Sheet, tallies: Tallies) -> Flags:
    """Ballots against the caucus that may be those of members on both lists.

    The House's CSV prints only one side for such a member, so the other side falls short of the announced total. If the
    ballots that differ from the line of their caucus are no more than the missing ones of the other side (41-1 no. 699:
    seven yeas of one caucus, seven nays missing), they may well be these members' ballots.
    """
    groups = np.maximum(sheet.caucus, 0)
    line = np.where(sheet.caucus >= 0, np.take_along_axis(tallies.line(), groups, axis=1), NONE)
    found = np.zeros(sheet.position.shape, np.bool_)
    announced = [[each.yeas for each in sheet.divisions], [each.nays for each in sheet.divisions]]
    for own, other, listed, total in ((YEA, NAY, sheet.nay, announced[1]), (NAY, YEA, sheet.yea, announced[0])):
        ballots = listed.sum(axis=1) + (sheet.casting == other).sum(axis=1)
        missing = np.array([0 if each is None else each for each in total], np.int64) - ballots
        against = (sheet.position == own) & (line == other)
        found |= against & ((against.sum(axis=1) <= missing) & (missing > 0))[:, None]
    return found
