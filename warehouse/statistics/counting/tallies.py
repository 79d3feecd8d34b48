"""How many members of each group took each position in each division."""

import msgspec
import numpy as np

from warehouse.model.vocabulary.codes import INDEPENDENTS
from warehouse.statistics.counting import formulas
from warehouse.statistics.counting.formulas import ABSTAIN, BOTH, Codes, Counts, Flags, Floats
from warehouse.statistics.counting.sheets import Groups, Sheet

INDEPENDENT = INDEPENDENTS | {""}
"""Members of no caucus: they share a word but are not a group, so they have neither cohesion nor a line."""


class Tallies(msgspec.Struct, frozen=True, kw_only=True):
    """Matrices of divisions by groups, in the order of `groups`."""

    groups: tuple[str, ...]
    yea: Counts
    nay: Counts
    both: Counts
    """Members on both lists, who are in `yea` and in `nay`."""
    abstain: Counts
    paired: Counts
    """Members who were paired and cast no ballot."""
    casting: Counts
    """Ballots from the Chair, which are in none of the others."""

    @property
    def cast(self) -> Counts:
        """Ballots cast, each once."""
        return self.yea + self.nay - self.both + self.abstain

    @property
    def is_caucus(self) -> Flags:
        """Groups that are caucuses; members without a caucus are not one."""
        return np.array([name not in INDEPENDENT for name in self.groups], dtype=np.bool_)

    def rice(self) -> Floats:
        """Rice's index of each group in each division."""
        return formulas.rice(self.yea, self.nay)

    def hnr(self) -> Floats:
        """The index of Hix, Noury and Roland."""
        return formulas.hnr(self.yea, self.nay, self.abstain)

    def attina(self) -> Floats:
        """Attinà's index."""
        return formulas.attina(self.yea, self.nay, self.abstain)

    def pair(self) -> Floats:
        """The probability that two members agree."""
        return formulas.pair(self.yea, self.nay, self.abstain)

    def line(self) -> Codes:
        """The line of each caucus; none for independents."""
        found: Codes = np.where(self.is_caucus, formulas.line(self.yea, self.nay, self.abstain), formulas.NONE)
        return found.astype(np.int8)

    def totals(self) -> tuple[Counts, Counts]:
        """Yeas and nays of each division, of all groups together."""
        return self.yea.sum(axis=1), self.nay.sum(axis=1)


def tally(sheet: Sheet, groups: Groups, names: tuple[str, ...]) -> Tallies:
    """Count a sheet by one of its groupings. Members in no group are not counted."""
    size = len(names)
    bins = _bins(groups, size)
    return Tallies(
        groups=names,
        yea=_counted(sheet.yea, bins, size),
        nay=_counted(sheet.nay, bins, size),
        both=_counted(sheet.position == BOTH, bins, size),
        abstain=_counted(sheet.position == ABSTAIN, bins, size),
        paired=_counted(sheet.is_paired, bins, size),
        casting=_counted(sheet.casting != formulas.NONE, bins, size),
    )


def by_caucus(sheet: Sheet) -> Tallies:
    """The tallies by the caucus on the ballot."""
    return tally(sheet, sheet.caucus, sheet.names.caucus)


def count(wanted: Flags, groups: Groups, size: int) -> Counts:
    """How many of the wanted cells each group has in each division."""
    return _counted(wanted, _bins(groups, size), size)


def _bins(groups: Groups, size: int) -> Counts:
    """Where each cell is counted, by division and group; what is in no group is behind all of them."""
    rows = len(groups)
    return np.where(groups >= 0, np.arange(rows)[:, None] * size + groups, rows * size)


def _counted(wanted: Flags, bins: Counts, size: int) -> Counts:
    total = len(bins) * size
    counts = np.bincount(bins[wanted], minlength=total + 1)[:total]
    return counts.reshape(len(bins), size).astype(np.int64)
