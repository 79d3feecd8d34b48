"""Cohesion of groups over a period: means over divisions, with the number of divisions."""

import msgspec
import numpy as np

from warehouse.statistics.counting import formulas
from warehouse.statistics.counting.formulas import Counts, Flags, Floats
from warehouse.statistics.counting.tallies import Tallies


class Mean(msgspec.Struct, frozen=True):
    """A mean over divisions; None over none."""

    value: float | None
    n: int


class Cohesion(msgspec.Struct, frozen=True, kw_only=True):
    """One group over a period. Every mean leaves out divisions in which fewer than two of the group voted."""

    group: str
    rice: Mean
    rice_contested: Mean
    rice_closeness_weighted: Mean
    hnr: Mean
    attina: Mean
    pair: Mean
    n_ballots: int
    below_two: int
    """Divisions left out because one member of the group voted in them."""


def over_period(tallies: Tallies) -> list[Cohesion]:
    """The cohesion of every caucus that cast a ballot, in the order of the groups."""
    return over_divisions(tallies, *tallies.totals())


def over_divisions(tallies: Tallies, yeas: Counts, nays: Counts) -> list[Cohesion]:
    """As `over_period`, with the totals of the divisions given separately."""
    cast, is_caucus = tallies.cast, tallies.is_caucus
    contested = formulas.contested(yeas, nays)
    weights = formulas.closeness_weight(yeas, nays)
    rice, hnr, attina, pair = tallies.rice(), tallies.hnr(), tallies.attina(), tallies.pair()
    found = []
    for column, group in enumerate(tallies.groups):
        if not is_caucus[column] or not cast[:, column].any():
            continue
        counted = cast[:, column] >= 2
        found.append(
            Cohesion(
                group=group,
                rice=mean(rice[:, column], counted),
                rice_contested=mean(rice[:, column], counted & contested),
                rice_closeness_weighted=weighted_mean(rice[:, column], weights, counted),
                hnr=mean(hnr[:, column], counted),
                attina=mean(attina[:, column], counted),
                pair=mean(pair[:, column], counted),
                n_ballots=int(cast[:, column].sum()),
                below_two=int((cast[:, column] == 1).sum()),
            )
        )
    return found


def mean(values: Floats, counted: Flags) -> Mean:
    """The unweighted mean of the defined values that count."""
    wanted = values[counted & ~np.isnan(values)]
    return Mean(float(wanted.mean()) if wanted.size else None, int(wanted.size))


def weighted_mean(values: Floats, weights: Floats, counted: Flags) -> Mean:
    """Σ w·x / Σ w; None where all weights are 0. Only divisions with some weight are in `n`."""
    used = counted & ~np.isnan(values) & (weights > 0)
    total = float(weights[used].sum())
    return Mean(float((weights[used] * values[used]).sum() / total) if total else None, int(used.sum()))
