"""How alike members vote: every pair, the nearest and the furthest, and one member's."""

from typing import Final

import msgspec
import numpy as np

from serving.core.answers.envelope import PersonRef
from serving.statistics.figures.votes import person_ref
from warehouse.statistics.counting.sheets import Sheet, first_applied
from warehouse.statistics.inputs import LoadedSheet
from warehouse.statistics.members.agreement import Agreement, Pair, Variant, agreement, ranked

METHODS: Final = ("agreement/1",)
MOST_RANKED: Final = 500
MOST_SHARED: Final = 100_000


class Matrix(msgspec.Struct, frozen=True, kw_only=True):
    """Every two members once, row by row above the diagonal: `same[k]` and `both[k]` belong to the k-th pair of (0,1),
    (0,2), …, (1,2), …. Counts of sessions add up; the share is same/both.
    / Chaque paire de membres une fois, ligne par ligne au-dessus de la diagonale : `same[k]` et `both[k]` sont de la
    k-ième paire de (0,1), (0,2), …, (1,2), …. Les comptes des sessions s’additionnent; la part est same/both."""

    members: list[PersonRef]
    """The members, in the order of the rows. / Les membres, dans l’ordre des lignes."""
    same: list[int]
    """Votes in which both took the same position, by pair.
    / Les votes où les deux ont pris la même position, par paire."""
    both: list[int]
    """Votes in which both took a position, by pair. / Les votes où les deux ont pris position, par paire."""


class PairOut(msgspec.Struct, frozen=True, kw_only=True):
    """Two members who share enough votes to be compared.
    / Deux membres ayant assez de votes communs pour être comparés."""

    rank: int
    """Their place among all pairs, from 1 for the most alike.
    / Leur rang parmi toutes les paires, à partir de 1 pour la plus semblable."""
    one: PersonRef
    """One member. / Un membre."""
    other: PersonRef
    """The other member. / L’autre membre."""
    agreement: float
    """`same`/`both`, 0 to 1. / `same`/`both`, de 0 à 1."""
    same: int
    """Votes in which both took the same position. / Les votes où les deux ont pris la même position."""
    both: int
    """Votes in which both took a position. / Les votes où les deux ont pris position."""
    method: str
    """The id of the method. / L’identifiant de la méthode."""


class AgreementOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options of a request for agreement."""

    variant: Variant
    fewest: int
    limit: int
    applied_once: bool
    of: int | None = None


def counted(loaded: LoadedSheet, wanted: AgreementOptions) -> tuple[Sheet, Agreement]:
    """The counts of every pair, and the divisions they were counted from."""
    sheet = loaded.sheet.only(first_applied(loaded.sheet)) if wanted.applied_once else loaded.sheet
    return sheet, agreement(sheet, wanted.variant)


def matrix(loaded: LoadedSheet, wanted: AgreementOptions) -> tuple[Matrix, dict[str, int]]:
    """The whole matrix, of all members who cast a ballot, and what was left out."""
    sheet, found = counted(loaded, wanted)
    voted = np.nonzero(np.diagonal(found.both) > 0)[0]
    upper = np.triu_indices(len(voted), k=1)
    data = Matrix(
        members=[person_ref(loaded, int(found.persons[at])) for at in voted],
        same=found.same[np.ix_(voted, voted)][upper].tolist(),
        both=found.both[np.ix_(voted, voted)][upper].tolist(),
    )
    return data, _left_out(loaded, sheet, wanted)


def pairs(loaded: LoadedSheet, wanted: AgreementOptions) -> tuple[list[PairOut], dict[str, int]]:
    """The nearest and then the furthest pairs, up to the limit for each, and what was left out."""
    sheet, found = counted(loaded, wanted)
    column = None if wanted.of is None else sheet.column(wanted.of)
    ranking = ranked(found, of=column, fewest=wanted.fewest, limit=wanted.limit)
    met = np.triu(found.both > 0, k=1)
    compared = int(met.sum()) if column is None else int(met[column].sum() + met[:, column].sum())
    first = ranking.total - len(ranking.furthest) + 1
    out = [*_out(loaded, ranking.nearest, 1), *_out(loaded, ranking.furthest, first)]
    return out, {"few_shared": compared - ranking.total} | _left_out(loaded, sheet, wanted)


def _out(loaded: LoadedSheet, found: list[Pair], first: int) -> list[PairOut]:
    return [
        PairOut(
            rank=rank,
            one=person_ref(loaded, pair.one),
            other=person_ref(loaded, pair.other),
            agreement=pair.share,
            same=pair.same,
            both=pair.both,
            method="agreement/1",
        )
        for rank, pair in enumerate(found, start=first)
    ]


def _left_out(loaded: LoadedSheet, sheet: Sheet, wanted: AgreementOptions) -> dict[str, int]:
    found = {"no_ballots": int((~sheet.cast.any(axis=1)).sum())}
    if wanted.applied_once:
        found["applied"] = len(loaded.sheet.divisions) - len(sheet.divisions)
    if wanted.variant == "contested":
        yeas, nays = sheet.totals()
        found["uncontested"] = int(((yeas + nays > 0) & (10 * np.minimum(yeas, nays) < yeas + nays)).sum())
    return found
