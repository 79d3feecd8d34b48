"""Durations when some have not ended yet: the estimator of Kaplan and Meier (1958)."""

from collections.abc import Iterable

import msgspec


class Spell(msgspec.Struct, frozen=True, kw_only=True):
    """A time spent waiting, in days. If `ended` is false, it was still open, or was cut short, after that many days."""

    days: int
    ended: bool


class Survival(msgspec.Struct, frozen=True, kw_only=True):
    """The median of a set of spells, and what it rests on."""

    n: int
    ended: int
    median_days: int | None
    """The first day by which at least half have ended; None while that has not been reached."""
    at_risk: int | None
    """The number still waiting when the median was reached."""


def kaplan_meier(spells: Iterable[Spell]) -> Survival:
    """`kaplan-meier/1`: the product over days of (1 - ended/at risk). Spells censored on a day are at risk on that
    day."""
    ordered = sorted(spells, key=lambda spell: spell.days)
    at_risk, survival, place = len(ordered), 1.0, 0
    median: tuple[int, int] | None = None
    while place < len(ordered) and median is None:
        day = ordered[place].days
        same_day = [spell for spell in ordered[place:] if spell.days == day]
        ended = sum(spell.ended for spell in same_day)
        survival *= 1 - ended / at_risk
        if ended and survival <= 0.5 + 1e-12:
            median = (day, at_risk)
        at_risk -= len(same_day)
        place += len(same_day)
    return Survival(
        n=len(ordered),
        ended=sum(spell.ended for spell in ordered),
        median_days=median[0] if median else None,
        at_risk=median[1] if median else None,
    )
