"""One division: who voted how by caucus, province and side, and what it says of each caucus."""

import msgspec
import numpy as np

from serving.core.answers.code_names import YeaMeans, caucus_of, province_of, yea_means
from serving.core.answers.envelope import PersonRef
from serving.core.answers.texts import Coded, Text, View
from serving.statistics.figures.frame import Figure, figure
from warehouse.model.curated import free_votes
from warehouse.model.vocabulary.codes import RESULTS
from warehouse.model.vocabulary.motions import Kind, kind_of
from warehouse.statistics.counting import formulas
from warehouse.statistics.counting.formulas import ABSTAIN, NAMES, NONE
from warehouse.statistics.counting.sheets import Groups, Sheet
from warehouse.statistics.counting.tallies import Tallies, by_caucus, count, tally
from warehouse.statistics.inputs import LoadedSheet
from warehouse.statistics.members.dissent import dissents, lines
from warehouse.statistics.parties.free_votes import Label, labels

METHODS = (
    "line/1",
    "rice/1",
    "hnr/1",
    "attina/1",
    "pair/1",
    "closeness/1",
    "free_vote/declared",
    "free_vote/suspected",
)


class PositionCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Members of a group by what they did; `eligible` and `no_vote` null where seats are not known by that group.

    Who is on both lists is in `yeas` and in `nays`; who is marked as paired is in `paired`, with a ballot or without.
    """

    group: Coded
    yeas: int
    nays: int
    abstentions: int
    paired: int
    eligible: int | None
    no_vote: int | None


class CaucusInVote(msgspec.Struct, frozen=True, kw_only=True):
    """A caucus in a division, counted as `PositionCounts`.

    `line` is null on a tie, below two ballots, and for members in no caucus.
    """

    caucus: Coded
    yeas: int
    nays: int
    abstentions: int
    paired: int
    eligible: int | None
    no_vote: int | None
    line: str | None
    rice: Figure
    hnr: Figure
    attina: Figure
    pair: Figure


class Dissenter(msgspec.Struct, frozen=True, kw_only=True):
    """Who voted differently from most of the caucus."""

    member: PersonRef
    caucus: Coded
    position: str
    line: str


class FreeVoteOut(msgspec.Struct, frozen=True, kw_only=True):
    """A label with its evidence; dissent is counted all the same."""

    caucus: Coded
    label: str
    evidence: list[str]
    minority_share: float | None
    dissenters: int
    citation: str | None
    url: str | None


class VoteStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """A division, counted from its ballots as the House counts: who is on both lists is in `yeas` and in `nays`, and a
    ballot that is marked as paired is in `paired` as well. So the members without a vote are not what is left over."""

    vote: str
    subject: Text
    result: Coded
    yea_means: YeaMeans
    kind: Kind
    bill: str | None
    yeas: int
    nays: int
    abstentions: int
    paired: int
    eligible: int | None
    """Null, like every `no_vote`, where it is doubtful who held a seat that day; a note says why."""
    no_vote: int | None
    announced_yeas: int | None
    announced_nays: int | None
    announced_paired: int | None
    disputed: bool
    is_tie: bool
    casting_vote: bool
    """The House was tied, so its Speaker decided."""
    casting_ballot: str | None
    """How, where the record has a ballot from the Chair."""
    contested: bool
    closeness: Figure
    by_caucus: list[CaucusInVote]
    by_province: list[PositionCounts]
    by_side: list[PositionCounts]
    dissent: list[Dissenter]
    free_vote: list[FreeVoteOut]


def vote_statistics(loaded: LoadedSheet, view: View) -> VoteStatistics:
    """Count a sheet of a single division."""
    sheet, division = loaded.sheet, loaded.sheet.divisions[0]
    yeas, nays = (int(total[0]) for total in sheet.totals())
    silent = sheet.eligible & ~sheet.cast & ~sheet.is_paired
    cast, paired, eligible = (int(cells.sum()) for cells in (sheet.cast, sheet.paired, sheet.eligible))
    doubtful = bool(sheet.doubtful[0])
    closeness = float(formulas.closeness(np.array([yeas]), np.array([nays]))[0])
    is_tie = yeas == nays and cast > 0
    casting = [NAMES[int(code)] for code in sheet.casting[0] if code != NONE]
    tallies = by_caucus(sheet)
    known = RESULTS.get(division.result)
    kind = kind_of(division.subject)
    return VoteStatistics(
        vote=division.key,
        subject=view.text(division.subject, division.subject_fr),
        kind=kind,
        yea_means=yea_means(kind, view),
        result=view.coded(division.result, known.en if known else None, known.fr if known else None),
        bill=division.bill,
        yeas=yeas,
        nays=nays,
        abstentions=int((sheet.position == ABSTAIN).sum()),
        paired=paired,
        eligible=None if doubtful else eligible,
        no_vote=None if doubtful else int(silent.sum()),
        announced_yeas=division.yeas,
        announced_nays=division.nays,
        announced_paired=division.paired,
        disputed=division.disputed,
        is_tie=is_tie,
        casting_vote=is_tie and division.chamber == "commons",
        casting_ballot=casting[0] if casting else None,
        contested=bool(formulas.contested(*sheet.totals())[0]),
        closeness=figure(closeness, "closeness/1", yeas + nays),
        by_caucus=_caucuses(sheet, tallies, view),
        by_province=_groups(sheet, sheet.province, sheet.names.province, view),
        by_side=_sides(sheet, view),
        dissent=_dissenters(loaded, view),
        free_vote=[free_vote_out(label, view) for label in labels(sheet.divisions, tallies, free_votes())],
    )


def _caucuses(sheet: Sheet, tallies: Tallies, view: View) -> list[CaucusInVote]:
    names = sheet.names.caucus
    eligible, marked = (count(cells, sheet.caucus, len(names))[0] for cells in (sheet.eligible, sheet.paired))
    rice, hnr, attina, pair, line = (
        matrix[0] for matrix in (tallies.rice(), tallies.hnr(), tallies.attina(), tallies.pair(), tallies.line())
    )
    found = []
    for at in np.argsort(-eligible, kind="stable"):
        yea, nay, abstain, cast, paired = (
            int(matrix[0, at]) for matrix in (tallies.yea, tallies.nay, tallies.abstain, tallies.cast, tallies.paired)
        )
        is_caucus = bool(tallies.is_caucus[at])
        if not eligible[at]:
            continue
        found.append(
            CaucusInVote(
                caucus=caucus_of(names[at], view),
                yeas=yea,
                nays=nay,
                abstentions=abstain,
                paired=int(marked[at]),
                eligible=None if sheet.doubtful[0] else int(eligible[at]),
                no_vote=None if sheet.doubtful[0] else int(eligible[at]) - cast - paired,
                line=NAMES[int(line[at])] if line[at] != NONE else None,
                rice=figure(rice[at] if is_caucus else None, "rice/1", yea + nay),
                hnr=figure(hnr[at] if is_caucus else None, "hnr/1", cast),
                attina=figure(attina[at] if is_caucus else None, "attina/1", cast),
                pair=figure(pair[at] if is_caucus else None, "pair/1", cast),
            )
        )
    return found


def _groups(sheet: Sheet, groups: Groups, names: tuple[str, ...], view: View) -> list[PositionCounts]:
    eligible, marked = (count(cells, groups, len(names))[0] for cells in (sheet.eligible, sheet.paired))
    counted = tally(sheet, groups, names)
    return [
        _counts(counted, at, int(marked[at]), None if sheet.doubtful[0] else int(eligible[at]), province_of(name, view))
        for at, name in enumerate(names)
        if eligible[at]
    ]


_SIDES = {"government": ("Government", "Gouvernement"), "opposition": ("Opposition", "Opposition")}


def _sides(sheet: Sheet, view: View) -> list[PositionCounts]:
    names = sheet.names.side
    counted, marked = tally(sheet, sheet.side, names), count(sheet.paired, sheet.side, len(names))[0]
    voted = count(sheet.eligible, sheet.side, len(names))[0]
    return [
        _counts(counted, at, int(marked[at]), None, view.coded(name, *_SIDES.get(name, (name, None))))
        for at, name in enumerate(names)
        if voted[at]
    ]


def _counts(tallies: Tallies, at: int, marked: int, eligible: int | None, group: Coded) -> PositionCounts:
    yeas, nays, abstentions, cast, paired = (
        int(matrix[0, at]) for matrix in (tallies.yea, tallies.nay, tallies.abstain, tallies.cast, tallies.paired)
    )
    silent = None if eligible is None else eligible - cast - paired
    return PositionCounts(
        group=group, yeas=yeas, nays=nays, abstentions=abstentions, paired=marked, eligible=eligible, no_vote=silent
    )


def _dissenters(loaded: LoadedSheet, view: View) -> list[Dissenter]:
    sheet = loaded.sheet
    drawn = lines(sheet)
    return [
        Dissenter(
            member=person(loaded, int(sheet.persons[at])),
            caucus=caucus_of(sheet.names.caucus[int(sheet.caucus[0, at])], view),
            position=NAMES[int(sheet.position[0, at])],
            line=NAMES[int(drawn[0, at])],
        )
        for at in np.nonzero(dissents(sheet, drawn)[0])[0]
    ]


def person(loaded: LoadedSheet, person_id: int) -> PersonRef:
    """A member by id, with the latest known name."""
    return PersonRef(person_id, loaded.names.get(person_id, ""))


def free_vote_out(label: Label, view: View) -> FreeVoteOut:
    """A label as published."""
    return FreeVoteOut(
        caucus=caucus_of(label.caucus, view),
        label=label.label,
        evidence=list(label.evidence),
        minority_share=label.minority_share,
        dissenters=label.dissenters,
        citation=label.citation,
        url=label.url,
    )
