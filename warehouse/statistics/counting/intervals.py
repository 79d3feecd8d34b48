"""Confidence intervals of shares, and the number of trials below which a rate is not reliable."""

import math
from typing import Final, Literal

import numpy as np

from warehouse.statistics.counting.formulas import Floats

Z_95: Final = 1.959963984540054
"""The 97.5th percentile of the standard normal distribution."""
FEWEST_RELIABLE: Final = 30
"""A rate over fewer divisions is published as not reliable."""


def wilson(successes: int, trials: int) -> tuple[float, float] | None:
    """The 95 % interval of a share after Wilson (1927); None without trials. 8 of 928 is 0.44 % to 1.69 %."""
    if trials == 0:
        return None
    share, z2 = successes / trials, Z_95 * Z_95
    middle = share + z2 / (2 * trials)
    reach = Z_95 * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials * trials))
    under = 1 + z2 / trials
    return max(0.0, (middle - reach) / under), min(1.0, (middle + reach) / under)


def percentiles(values: Floats, wanted: tuple[float, ...] = (25, 50, 75, 90)) -> dict[str, float]:
    """Percentiles of the defined values, interpolated linearly between the nearest ranks; empty if there are none."""
    defined = values[~np.isnan(values)]
    if not defined.size:
        return {}
    return {
        f"p{percent:g}": float(found) for percent, found in zip(wanted, np.percentile(defined, wanted), strict=True)
    }


def is_reliable(trials: int) -> bool:
    """Whether there are enough trials for a reliable rate."""
    return trials >= FEWEST_RELIABLE


Band = Literal["above", "below", "not_distinguishable"]


def band(successes: int, trials: int, reference: float) -> Band:
    """Compare a share with a reference: `not_distinguishable` if its interval contains the reference. A ranking of
    hundreds of members always has a first and a last, but most of them do not differ."""
    interval = wilson(successes, trials)
    if interval is None or interval[0] <= reference <= interval[1]:
        return "not_distinguishable"
    return "above" if interval[0] > reference else "below"
