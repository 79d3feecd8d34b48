"""Caucuses over a period: how united they are, and how alike."""

import datetime as dt
from collections.abc import Collection

import msgspec
import numpy as np

from serving.core.answers.code_names import YeaMeans, caucus_of, yea_means
from serving.core.answers.texts import Coded, View
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
    """A caucus over a period; every figure is a mean over votes in which at least two of it voted.
    / Un caucus sur une période; chaque chiffre est une moyenne des votes où au moins deux de ses membres ont voté."""

    caucus: Coded
    """The caucus on the ballots, as a code of `caucuses`. / Le caucus inscrit avec les voix, un code de `caucuses`."""
    rice: Figure
    """Mean unity after Rice, 0 to 1. Small caucuses look united by it: see `pair`.
    / L’unité moyenne selon Rice, de 0 à 1. Les petits caucus y paraissent unis : voir `pair`."""
    rice_contested: Figure
    """The same over contested votes, whose losing side had 10 % or more.
    / De même pour les votes contestés, où le côté perdant a eu au moins 10 %."""
    rice_closeness_weighted: Figure
    """The same, close votes weighing more: Σ w·R/Σ w, w = 1−|2·yea/(yea+nay)−1|.
    / De même, les votes serrés pesant plus : Σ w·R/Σ w, w = 1−|2·pour/(pour+contre)−1|."""
    pair: Figure
    """Mean probability that two voting members drawn at random agree, not biased by size.
    / La probabilité moyenne que deux votants tirés au hasard s’accordent, sans biais de taille."""
    hnr: Figure
    """Mean unity after Hix, Noury and Roland; never compare the House with the Senate by it.
    / L’unité moyenne selon Hix, Noury et Roland; ne comparez pas la Chambre au Sénat."""
    attina: Figure
    """Mean unity after Attinà; for replication only.
    / L’unité moyenne selon Attinà; pour reproduire d’anciens travaux."""
    ballots: int
    """How many ballots its members cast in the period. / Combien de voix ses membres ont données dans la période."""


class PartyPairOut(msgspec.Struct, frozen=True, kw_only=True):
    """Two caucuses over a period. / Deux caucus sur une période."""

    one: Coded
    """One caucus, as a code of `caucuses`. / Un caucus, un code de `caucuses`."""
    other: Coded
    """The other caucus, as a code of `caucuses`. / L’autre caucus, un code de `caucuses`."""
    same_line: Figure
    """The share of votes with the same line, of those in which both have one.
    / La part des votes de même ligne, parmi ceux où les deux en ont une."""
    pairwise: Figure
    """The mean share of pairs, one member of each, that voted alike.
    / La part moyenne des paires, un membre de chacun, votant de même."""
    likeness: Figure
    """Likeness after Rice: the mean of 1−|y1−y2|, y the share of yeas of each.
    / La ressemblance selon Rice : la moyenne de 1−|y1−y2|, y étant la part de pour de chacun."""


class SplitRow(msgspec.Struct, frozen=True, kw_only=True):
    """A caucus with members on both sides of a vote. / Un caucus ayant des membres de chaque côté d’un vote."""

    vote: str
    """The key of the vote. / La clé du vote."""
    held_on: dt.date
    """The sitting day of the vote, an Ottawa date. / Le jour de séance du vote, une date d’Ottawa."""
    subject: str | None
    """What was voted on, in one language; null where Parliament has published none.
    / L’objet du vote, dans une langue; nul si le Parlement n’en a pas publié."""
    kind: Kind
    """The kind of motion, as a code of `motions`. / Le genre de motion, un code de `motions`."""
    result: Coded
    """The result that was announced, as a code of `results`. / Le résultat annoncé, un code de `results`."""
    yea_means: YeaMeans
    """What a yea adopts or rejects, with the rule. / Ce qu’un pour adopte ou rejette, avec la règle."""
    bill: str | None
    """The key of the bill voted on; null where Parliament names none.
    / La clé du projet de loi mis aux voix; nul si le Parlement n’en nomme pas."""
    caucus: Coded
    """The caucus on the ballots, as a code of `caucuses`. / Le caucus inscrit avec les voix, un code de `caucuses`."""
    yeas: int
    """Its yeas, without members on both lists. / Ses pour, sans les membres sur les deux listes."""
    nays: int
    """Its nays, without members on both lists. / Ses contre, sans les membres sur les deux listes."""
    minority: int
    """Members on the smaller side; half of the caucus where both are equal.
    / Membres du côté minoritaire; la moitié du caucus si les deux sont égaux."""
    minority_share: float
    """`minority` as a share of the yeas and nays of the caucus, up to 0.5.
    / `minority` en part des pour et des contre du caucus, jusqu’à 0,5."""


class FreeVoteRow(msgspec.Struct, frozen=True, kw_only=True):
    """A vote that looks free for a caucus, or was declared so.
    / Un vote qui a l’air libre pour un caucus, ou a été déclaré tel."""

    vote: str
    """The key of the vote. / La clé du vote."""
    subject: str | None
    """What was voted on, in one language; null where Parliament has published none.
    / L’objet du vote, dans une langue; nul si le Parlement n’en a pas publié."""
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
