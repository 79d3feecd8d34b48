"""Formulas on counts, element by element. Counts are members; undefined results are NaN, never 0."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int8]

NONE: Final = 0
YEA: Final = 1
NAY: Final = 2
ABSTAIN: Final = 3
PAIRED: Final = 4
BOTH: Final = 5
"""On both lists of a division: each list counts the ballot, which takes no side."""
POSITIONS: Final = {"yea": YEA, "nay": NAY, "both": BOTH, "abstain": ABSTAIN, "paired": PAIRED, "no_vote": NONE}
"""The codes of positions in columns; `NONE` is also the position of people without a ballot."""
NAMES: Final = {code: name for name, code in POSITIONS.items()}


def rice(yea: Counts, nay: Counts) -> Floats:
    """`rice/1`: |Y-N|/(Y+N); undefined where nobody voted yea or nay."""
    return ratio(np.abs(yea - nay), yea + nay)


def hnr(yea: Counts, nay: Counts, abstain: Counts) -> Floats:
    """`hnr/1`: (m - (T-m)/2)/T, m being the largest of the three. An even split of two options gives 0.25, not 0."""
    most, total = np.maximum(np.maximum(yea, nay), abstain), yea + nay + abstain
    return ratio(3 * most - total, 2 * total)


def attina(yea: Counts, nay: Counts, abstain: Counts) -> Floats:
    """`attina/1`: (m - (T-m))/T, for replication of older work only."""
    most, total = np.maximum(np.maximum(yea, nay), abstain), yea + nay + abstain
    return ratio(2 * most - total, total)


def pair(yea: Counts, nay: Counts, abstain: Counts) -> Floats:
    """`pair/1`: the probability that two members drawn at random agree; undefined below two members. Its expectation
    does not depend on the size of the group, as Rice's does."""
    total = yea + nay + abstain
    same = yea * (yea - 1) + nay * (nay - 1) + abstain * (abstain - 1)
    return ratio(same, total * (total - 1))


def line(yea: Counts, nay: Counts, abstain: Counts, *, smallest: int = 2) -> Codes:
    """`line/1`: the position with strictly the most members among those who cast a ballot, if there are at least
    `smallest`; `NONE` on a tie. Absent and paired members do not count."""
    stacked = np.stack([yea, nay, abstain])
    most = stacked.max(axis=0)
    is_single = (stacked == most).sum(axis=0) == 1
    chosen = stacked.argmax(axis=0).astype(np.int8) + YEA
    found: Codes = np.where(is_single & (stacked.sum(axis=0) >= smallest), chosen, NONE).astype(np.int8)
    return found


def closeness(yea: Counts, nay: Counts) -> Floats:
    """`closeness/1`: |yea-nay|/(yea+nay) of a whole division: 0 for a tie, 1 for unanimity."""
    return rice(yea, nay)


def closeness_weight(yea: Counts, nay: Counts) -> Floats:
    """The weight of a division in closeness-weighted means: 1 - |2·yea/(yea+nay) - 1|; 0 for unanimity."""
    return 1.0 - closeness(yea, nay)


def contested(yea: Counts, nay: Counts) -> Flags:
    """Whether the losing side of a division has at least a tenth of yeas and nays. A unanimous division is not
    contested."""
    total = yea + nay
    found: Flags = (total > 0) & (10 * np.minimum(yea, nay) >= total)
    return found


def likeness(yea_one: Counts, nay_one: Counts, yea_two: Counts, nay_two: Counts) -> Floats:
    """`likeness/1`, Rice's likeness of two groups in a division: 1 - |y1-y2|, y being each group's share of yeas."""
    return 1.0 - np.abs(ratio(yea_one, yea_one + nay_one) - ratio(yea_two, yea_two + nay_two))


def minority_share(yea: Counts, nay: Counts) -> Floats:
    """min(Y,N)/(Y+N) of a caucus in a division."""
    return ratio(np.minimum(yea, nay), yea + nay)


def effective_number(seats: Counts) -> float | None:
    """`enp/1`, Laakso and Taagepera: 1/Σs², s being shares of seats; None for no seats."""
    total = int(seats.sum())
    return None if total == 0 else float(total * total / int((seats * seats).sum()))


def fractionalisation(seats: Counts) -> float | None:
    """`rae/1`: 1 - Σs²; None for no seats."""
    total = int(seats.sum())
    return None if total == 0 else float(1.0 - int((seats * seats).sum()) / (total * total))


def ratio(over: Counts, under: Counts) -> Floats:
    """The quotient; NaN where the denominator is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(under > 0, over / under, np.nan)
