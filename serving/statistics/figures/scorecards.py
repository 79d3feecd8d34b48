"""A scorecard as published: what it holds, and every member's score by three methods."""

from typing import Final

import msgspec
import numpy as np

from serving.core.answers.code_names import caucus_of
from serving.core.answers.envelope import PersonRef
from serving.core.answers.texts import Coded, Text, View
from serving.statistics.figures.frame import Figure, figure
from serving.statistics.figures.votes import person_ref
from warehouse.statistics.inputs import LoadedSheet
from warehouse.statistics.members.scorecards import Choice, Direction, Scorecard, scores

METHODS: Final = ("score/1", "publicwhip/1", "tvfy/1")


class ChosenVote(msgspec.Struct, frozen=True, kw_only=True):
    """A vote on the card. / Un vote de la fiche."""

    vote: str
    """The key of the vote. / La clé du vote."""
    subject: Text
    """What was voted on, in Parliament’s words. / L’objet du vote, dans les mots du Parlement."""
    direction: Direction
    """How the author of the card would have voted, not what is good for a bill.
    / Comment l’auteur de la fiche aurait voté, et non ce qui est bon pour un projet de loi."""
    weight: float
    """How much it counts in `score/1`. / Combien il compte dans `score/1`."""
    strong: bool
    """Whether it counts as strong in `publicwhip/1` and `tvfy/1`, which have two weights.
    / S’il compte comme fort dans `publicwhip/1` et `tvfy/1`, qui ont deux poids."""


class MemberScore(msgspec.Struct, frozen=True, kw_only=True):
    """A member on the card, by three methods. / Une personne sur la fiche, selon trois méthodes."""

    member: PersonRef
    """The member. / La personne."""
    caucus: Coded
    """The caucus of the last ballot or seat among these votes, as a code of `caucuses`.
    / Le caucus de la dernière voix ou du dernier siège parmi ces votes, un code de `caucuses`."""
    agreed: int
    """Votes in which the member voted as the author would have.
    / Les votes où la personne a voté comme l’auteur l’aurait fait."""
    differed: int
    """Votes in which the member voted the other way. / Les votes où la personne a voté autrement."""
    absent: int
    """Votes in which the member was eligible and cast neither yea nor nay; paired members are among them.
    / Les votes où la personne était habilitée à voter et n’a voté ni pour ni contre; les pairés en sont."""
    score: Figure
    """`score/1`: the weighted share of agreeing votes, 0 to 1, of those in which the member voted.
    / `score/1` : la part pondérée de votes conformes, de 0 à 1, parmi ceux où la personne a voté."""
    publicwhip: Figure
    """`publicwhip/1`: distance, 0 for full agreement to 1.
    / `publicwhip/1` : la distance, de 0 pour un accord complet à 1."""
    tvfy: Figure
    """`tvfy/1`: agreement, 0 to 1, absences counting half.
    / `tvfy/1` : l’accord, de 0 à 1, les absences comptant pour moitié."""
    category: str | None
    """The category of `tvfy/1`, as `generally_for`; null below two votes without a strong one.
    / La catégorie de `tvfy/1`, comme `generally_for`; nul sous deux votes sans vote fort."""


class ScorecardOut(msgspec.Struct, frozen=True, kw_only=True):
    """A scorecard by the hash of its content: the same content has the same address.
    / Une fiche de notation par le condensé de son contenu : le même contenu a la même adresse."""

    hash: str
    """The SHA-256 of its content, in hexadecimal digits. / Le SHA-256 de son contenu, en hexadécimal."""
    title: Text
    """Its title, as the author wrote it. / Son titre, tel que l’auteur l’a écrit."""
    votes: list[ChosenVote]
    """Its votes that are still available. / Ses votes encore disponibles."""
    members: list[MemberScore]
    """Everybody who was eligible in any of them. / Toutes les personnes habilitées à voter dans l’un d’eux."""


def scorecard(loaded: LoadedSheet, card: Scorecard, digest: str, view: View) -> ScorecardOut:
    """Score everybody who was eligible in any of the card's divisions that are still held."""
    choice_of = {choice.vote: choice for choice in card.votes}
    choices = tuple(choice_of[division.key] for division in loaded.sheet.divisions)
    return ScorecardOut(
        hash=digest,
        title=view.text(card.title_en, card.title_fr),
        votes=[
            ChosenVote(
                vote=choice.vote,
                subject=view.text(division.subject, division.subject_fr),
                direction=choice.direction,
                weight=choice.weight,
                strong=choice.strong,
            )
            for division, choice in zip(loaded.sheet.divisions, choices, strict=True)
        ],
        members=_members(loaded, choices, view),
    )


def _members(loaded: LoadedSheet, choices: tuple[Choice, ...], view: View) -> list[MemberScore]:
    found, sheet = scores(loaded.sheet, choices), loaded.sheet
    rows = []
    for at, person_id in enumerate(found.persons.tolist()):
        agreed, differed, absent = (int(column[at]) for column in (found.agreed, found.differed, found.absent))
        if not agreed + differed + absent:
            continue
        groups = sheet.caucus[:, at]
        known = np.nonzero(groups >= 0)[0]
        caucus = sheet.names.caucus[int(groups[known[-1]])] if known.size else ""
        everything = agreed + differed + absent
        rows.append(
            MemberScore(
                member=person_ref(loaded, person_id),
                caucus=caucus_of(caucus, view),
                agreed=agreed,
                differed=differed,
                absent=absent,
                score=figure(float(found.score[at]), "score/1", agreed + differed),
                publicwhip=figure(float(found.publicwhip_distance[at]), "publicwhip/1", everything),
                tvfy=figure(float(found.tvfy_agreement[at]), "tvfy/1", everything),
                category=found.category[at],
            )
        )
    return rows
