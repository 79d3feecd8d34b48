"""Caucuses over a period: how united they are, and how alike."""

import datetime as dt
from collections.abc import Collection
from typing import Annotated

import msgspec
import numpy as np

from serving.core.answers.code_names import YeaMeans, caucus_of, yea_means
from serving.core.answers.texts import Coded, View, described
from serving.statistics.figures.frame import Figure, of_mean
from serving.statistics.figures.votes import FreeVoteOut, free_vote_out
from warehouse.model.curated import free_votes
from warehouse.model.vocabulary.codes import RESULTS
from warehouse.model.vocabulary.motions import Kind, kind_of
from warehouse.statistics.counting.tallies import Tallies
from warehouse.statistics.inputs import LoadedTallies
from warehouse.statistics.members.agreement import of_caucuses
from warehouse.statistics.parties.cohesion import over_period
from warehouse.statistics.parties.free_votes import labels

COHESION_METHODS = ("rice/1", "hnr/1", "attina/1", "pair/1", "mean/1", "mean-contested/1", "mean-closeness/1")
PAIR_METHODS = ("same-line/1", "line/1", "pairwise/1", "likeness/1")
SPLIT_METHODS = ("split/1",)
FREE_VOTE_METHODS = ("free_vote/declared", "free_vote/suspected")


class PartyOut(msgspec.Struct, frozen=True, kw_only=True):
    """A caucus over a period; every figure is a mean over divisions in which at least two of it voted."""

    caucus: Coded
    rice: Figure
    rice_contested: Figure
    rice_closeness_weighted: Figure
    pair: Figure
    hnr: Figure
    attina: Figure
    ballots: int


class PartyPairOut(msgspec.Struct, frozen=True, kw_only=True):
    """Two caucuses over a period."""

    one: Coded
    other: Coded
    same_line: Figure
    pairwise: Figure
    likeness: Figure


class SplitRow(msgspec.Struct, frozen=True, kw_only=True):
    """A caucus with members on both sides of a division."""

    vote: str
    held_on: dt.date
    subject: str | None
    kind: Kind
    result: Coded
    yea_means: YeaMeans
    bill: str | None
    caucus: Coded
    yeas: int
    nays: int
    minority: Annotated[
        int,
        described(
            "Members on the smaller side; half of the caucus where both are equal.",
            "Membres du côté minoritaire; la moitié du caucus si les deux sont égaux.",
        ),
    ]
    minority_share: Annotated[
        float,
        described("Of the yeas and nays of the caucus.", "Sur les pour et les contre du caucus."),
    ]


class FreeVoteRow(msgspec.Struct, frozen=True, kw_only=True):
    """A division that looks free for a caucus, or was declared so."""

    vote: str
    subject: str | None
    free_vote: FreeVoteOut


def parties(loaded: LoadedTallies, view: View) -> list[PartyOut]:
    """The caucuses of a period, those with the most ballots first."""
    found = sorted(over_period(loaded.tallies), key=lambda each: -each.n_ballots)
    return [
        PartyOut(
            caucus=caucus_of(each.group, view),
            rice=of_mean(each.rice, "rice/1"),
            rice_contested=of_mean(each.rice_contested, "rice/1"),
            rice_closeness_weighted=of_mean(each.rice_closeness_weighted, "rice/1"),
            pair=of_mean(each.pair, "pair/1"),
            hnr=of_mean(each.hnr, "hnr/1"),
            attina=of_mean(each.attina, "attina/1"),
            ballots=each.n_ballots,
        )
        for each in found
    ]


def party_pairs(loaded: LoadedTallies, view: View) -> list[PartyPairOut]:
    """Every two caucuses of a period."""
    return [
        PartyPairOut(
            one=caucus_of(each.one, view),
            other=caucus_of(each.other, view),
            same_line=of_mean(each.same_line, "same-line/1"),
            pairwise=of_mean(each.pairwise, "pairwise/1"),
            likeness=of_mean(each.likeness, "likeness/1"),
        )
        for each in of_caucuses(loaded.tallies)
    ]


def free_vote_rows(loaded: LoadedTallies, view: View) -> list[FreeVoteRow]:
    """The labels of a period, in the order of its divisions."""
    subjects = {each.key: view.one(each.subject, each.subject_fr) for each in loaded.divisions}
    return [
        FreeVoteRow(vote=label.vote, subject=subjects[label.vote], free_vote=free_vote_out(label, view))
        for label in labels(loaded.divisions, loaded.tallies, free_votes())
    ]


def split_rows(loaded: LoadedTallies, caucuses: Collection[str] | None, fewest: int, view: View) -> list[SplitRow]:
    """The splits of a period, or those of some caucuses, with at least so many members on the smaller side. Who stands
    on both lists of a division is on neither side."""
    tallies = loaded.tallies
    yea, nay = tallies.yea - tallies.both, tallies.nay - tallies.both
    smaller = np.where(tallies.is_caucus, np.minimum(yea, nay), 0)
    rows = []
    for at, group in np.argwhere(smaller >= fewest):
        division, caucus = loaded.divisions[int(at)], tallies.groups[int(group)]
        if caucuses is not None and caucus not in caucuses:
            continue
        yeas, nays, minority = (int(each[at, group]) for each in (yea, nay, smaller))
        kind, known = kind_of(division.subject), RESULTS.get(division.result)
        rows.append(
            SplitRow(
                vote=division.key,
                held_on=division.held_on,
                subject=view.one(division.subject, division.subject_fr),
                kind=kind,
                result=view.coded(division.result, known.en if known else None, known.fr if known else None),
                yea_means=yea_means(kind, view),
                bill=division.bill,
                caucus=caucus_of(caucus, view),
                yeas=yeas,
                nays=nays,
                minority=minority,
                minority_share=minority / (yeas + nays),
            )
        )
    return sorted(rows, key=lambda row: -row.minority)


def left_out(tallies: Tallies) -> dict[str, int]:
    """What cohesion does not count."""
    cast = tallies.cast
    return {
        "no_ballots": int((cast.sum(axis=1) == 0).sum()),
        "independent_ballots": int(cast[:, ~tallies.is_caucus].sum()),
        "below_two": int(((cast == 1) & tallies.is_caucus).sum()),
        "casting_ballots": int(np.count_nonzero(tallies.casting)),
    }
