"""How often two members, or two caucuses, vote alike.

Counts of every pair come from products of matrices: a join of ballots with themselves costs a hundred times as much.
They are whole numbers below 2^24, so single precision holds them exactly.
"""

from typing import Final, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from warehouse.statistics.counting import formulas
from warehouse.statistics.counting.formulas import ABSTAIN, NAY, NONE, YEA, Counts, Flags, Floats, ratio
from warehouse.statistics.counting.sheets import Sheet
from warehouse.statistics.counting.tallies import Tallies
from warehouse.statistics.members.dissent import lines
from warehouse.statistics.parties.cohesion import Mean, mean

FEWEST_SHARED: Final = 20
"""Two members with fewer divisions in common are not compared."""
Variant = Literal["all", "contested", "excl_own_party_line"]
VARIANTS: Final[tuple[Variant, ...]] = ("all", "contested", "excl_own_party_line")


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """For each pair of persons: the divisions in which both took a position, and those in which it was the same."""

    persons: NDArray[np.int64]
    same: Counts
    both: Counts

    def shares(self, fewest: int = FEWEST_SHARED) -> Floats:
        """same/both; undefined where too few divisions are shared."""
        found: Floats = np.where(self.both >= max(fewest, 1), ratio(self.same, self.both), np.nan)
        return found


def agreement(sheet: Sheet, variant: Variant = "all") -> Agreement:
    """The counts of every pair, in the order of the sheet's persons. Counts of several periods can be added.

    `contested` uses contested divisions only. `excl_own_party_line` leaves out, for each pair, the divisions in which
    both followed the line of their own caucus, so that at least one of the two did not follow a line or had none.
    """
    if variant == "contested":
        sheet = sheet.only(formulas.contested(*sheet.totals()))
    same, both = _counts(sheet, sheet.took_position)
    if variant == "excl_own_party_line":
        drawn = lines(sheet)
        loyal_same, loyal_both = _counts(sheet, (drawn != NONE) & (sheet.position == drawn))
        same, both = same - loyal_same, both - loyal_both
    return Agreement(persons=sheet.persons, same=same, both=both)


def _counts(sheet: Sheet, wanted: Flags) -> tuple[Counts, Counts]:
    """Same and both, over the wanted cells. With s the sum of agreeing minus disagreeing, same = (both + s)/2."""
    taken = wanted.astype(np.float32)
    both = taken.T @ taken
    signed = ((sheet.position == YEA) & wanted).astype(np.float32) - ((sheet.position == NAY) & wanted)
    abstained = ((sheet.position == ABSTAIN) & wanted).astype(np.float32)
    if not abstained.any():
        return ((both + signed.T @ signed) / 2).astype(np.int64), both.astype(np.int64)
    chosen = np.abs(signed)
    same = (chosen.T @ chosen + signed.T @ signed) / 2 + abstained.T @ abstained
    return same.astype(np.int64), both.astype(np.int64)


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """Two persons who share enough divisions."""

    one: int
    other: int
    share: float
    same: int
    both: int


class Ranking(msgspec.Struct, frozen=True, kw_only=True):
    """The two ends of a ranking, each from the nearest to the furthest, and how many pairs it has."""

    nearest: list[Pair]
    furthest: list[Pair]
    total: int


def ranked(found: Agreement, *, of: int | None = None, fewest: int = FEWEST_SHARED, limit: int = 10) -> Ranking:
    """Pairs by their share; equal shares by more shared divisions, then by PersonId.

    `of` is the column of a person whose pairs are wanted; every pair once otherwise. A pair is at one end only.
    """
    shares = found.shares(fewest)
    wanted = np.triu(np.ones(shares.shape, np.bool_), k=1)
    if of is not None:
        wanted[:] = False
        wanted[of, :] = True
        wanted[of, of] = False
    rows, columns = np.nonzero(wanted & ~np.isnan(shares))
    order = np.lexsort(
        (found.persons[columns], found.persons[rows], -found.both[rows, columns], -shares[rows, columns])
    )
    rows, columns = rows[order], columns[order]
    last = max(len(rows) - limit, min(limit, len(rows)))

    def pairs(begin: int, end: int) -> list[Pair]:
        places = zip(rows[begin:end].tolist(), columns[begin:end].tolist(), strict=True)
        return [_pair(found, one, other) for one, other in places]

    return Ranking(nearest=pairs(0, limit), furthest=pairs(last, len(rows)), total=len(rows))


def _pair(found: Agreement, one: int, other: int) -> Pair:
    same, both = int(found.same[one, other]), int(found.both[one, other])
    return Pair(one=int(found.persons[one]), other=int(found.persons[other]), share=same / both, same=same, both=both)


class CaucusPair(msgspec.Struct, frozen=True, kw_only=True):
    """Two caucuses over a period."""

    one: str
    other: str
    same_line: Mean
    """Among divisions in which both have a line, the share in which it is the same."""
    pairwise: Mean
    """Mean over divisions of the share of pairs, one member of each caucus, that voted alike."""
    likeness: Mean
    """Mean over divisions of Rice's likeness."""


def of_caucuses(tallies: Tallies) -> list[CaucusPair]:
    """Every two caucuses, once."""
    drawn, cast, found = tallies.line(), tallies.cast, []
    columns = [int(n) for n in np.nonzero(tallies.is_caucus & cast.any(axis=0))[0]]
    for place, one in enumerate(columns):
        for other in columns[place + 1 :]:
            both_lines = (drawn[:, one] != NONE) & (drawn[:, other] != NONE)
            alike = (drawn[:, one] == drawn[:, other]).astype(np.float64)
            found.append(
                CaucusPair(
                    one=tallies.groups[one],
                    other=tallies.groups[other],
                    same_line=mean(alike, both_lines),
                    pairwise=mean(_pairwise(tallies, one, other), cast[:, one] > 0),
                    likeness=mean(
                        formulas.likeness(
                            tallies.yea[:, one], tallies.nay[:, one], tallies.yea[:, other], tallies.nay[:, other]
                        ),
                        cast[:, one] > 0,
                    ),
                )
            )
    return found


def _pairwise(tallies: Tallies, one: int, other: int) -> Floats:
    """Members on both lists are in no pair."""
    sides = (tallies.yea - tallies.both, tallies.nay - tallies.both, tallies.abstain)
    same, cast = sum(matrix[:, one] * matrix[:, other] for matrix in sides), tallies.cast - tallies.both
    return ratio(np.asarray(same, dtype=np.int64), cast[:, one] * cast[:, other])
