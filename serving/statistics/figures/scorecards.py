"""A scorecard as published: what it holds, and every member's score by three methods."""

from typing import Final

import msgspec
import numpy as np

from serving.core.answers.code_names import caucus_of
from serving.core.answers.envelope import PersonRef
from serving.core.answers.texts import Coded, Text, View
from serving.statistics.figures.frame import Figure, figure
from serving.statistics.figures.votes import person
from warehouse.statistics.inputs import LoadedSheet
from warehouse.statistics.members.scorecards import Choice, Direction, Scorecard, scores

METHODS: Final = ("score/1", "publicwhip/1", "tvfy/1")


class ChosenVote(msgspec.Struct, frozen=True, kw_only=True):
    """A division of the card; `direction` is how its author would have voted, not what is good for a bill."""

    vote: str
    subject: Text
    direction: Direction
    weight: float
    strong: bool


class MemberScore(msgspec.Struct, frozen=True, kw_only=True):
    """A member on the card: agreement by `score` and `tvfy`, distance by `publicwhip`; all from 0 to 1."""

    member: PersonRef
    caucus: Coded
    """That of the last ballot or seat among these divisions."""
    agreed: int
    differed: int
    absent: int
    score: Figure
    publicwhip: Figure
    tvfy: Figure
    category: str | None
    """In the words of `tvfy/1`; null where there is not enough to say."""


class ScorecardOut(msgspec.Struct, frozen=True, kw_only=True):
    """A card by the hash of its content: the same content has the same address."""

    hash: str
    title: Text
    votes: list[ChosenVote]
    members: list[MemberScore]


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
                member=person(loaded, person_id),
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
