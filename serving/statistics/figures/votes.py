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
    """Members of a group by what they did in a vote. Who is on both lists is in `yeas` and in `nays`; who is marked as
    paired is in `paired`, with a ballot or without.
    / Les membres d’un groupe selon ce qu’ils ont fait lors d’un vote. Qui est sur les deux listes est dans `yeas` et
    dans `nays`; qui est inscrit comme pairé est dans `paired`, avec ou sans voix."""

    group: Coded
    """The province, as a code of `provinces`, or the side: `government` or `opposition`.
    / La province, un code de `provinces`, ou le côté : `government` ou `opposition`."""
    yeas: int
    """Its yeas. / Ses pour."""
    nays: int
    """Its nays. / Ses contre."""
    abstentions: int
    """Its abstentions; the House records none. / Ses abstentions; la Chambre n’en inscrit pas."""
    paired: int
    """Members marked as paired. / Les membres inscrits comme pairés."""
    eligible: int | None
    """Members who held a seat on that day, without the Chair; null where seats are not known by this group, or it is
    doubtful who held one.
    / Les membres qui occupaient un siège ce jour-là, sans la présidence; nul si les sièges ne sont pas connus selon ce
    groupe ou qu’on doute de qui en occupait un."""
    no_vote: int | None
    """Eligible members who neither voted nor were paired; null where `eligible` is.
    / Les membres habilités à voter qui n’ont ni voté ni été pairés; nul si `eligible` l’est."""


class CaucusInVote(msgspec.Struct, frozen=True, kw_only=True):
    """A caucus in a vote, with how united it was. / Un caucus dans un vote, avec son unité."""

    caucus: Coded
    """The caucus on the ballots, as a code of `caucuses`. / Le caucus inscrit avec les voix, un code de `caucuses`."""
    yeas: int
    """Its yeas. / Ses pour."""
    nays: int
    """Its nays. / Ses contre."""
    abstentions: int
    """Its abstentions; the House records none. / Ses abstentions; la Chambre n’en inscrit pas."""
    paired: int
    """Members marked as paired. / Les membres inscrits comme pairés."""
    eligible: int | None
    """Members who held a seat on that day, without the Chair; null where it is doubtful who held one.
    / Les membres qui occupaient un siège ce jour-là, sans la présidence; nul si l’on doute de qui en occupait un."""
    no_vote: int | None
    """Eligible members who neither voted nor were paired; null where `eligible` is.
    / Les membres habilités à voter qui n’ont ni voté ni été pairés; nul si `eligible` l’est."""
    line: str | None
    """`line/1`: the position of strictly the most of its voting members, `yea`, `nay` or `abstain`; null on a tie,
    below two ballots, and for members in no caucus.
    / `line/1` : la position du plus grand nombre de ses votants, `yea`, `nay` ou `abstain`; nul en cas d’égalité, sous
    deux voix et pour les membres sans caucus."""
    rice: Figure
    """Unity after Rice: |Y−N|/(Y+N), 0 to 1; its value is null where nobody voted yea or nay.
    / L’unité selon Rice : |P−C|/(P+C), de 0 à 1; sa valeur est nulle si personne n’a voté pour ou contre."""
    hnr: Figure
    """Unity after Hix, Noury and Roland: (m−(T−m)/2)/T, m the most frequent position; with two options an even split is
    0.25, so never compare the House with the Senate by it.
    / L’unité selon Hix, Noury et Roland : (m−(T−m)/2)/T, m étant la position la plus fréquente; avec deux options, un
    partage égal vaut 0,25 : ne comparez pas la Chambre au Sénat."""
    attina: Figure
    """Unity after Attinà: (m−(T−m))/T, −1/3 to 1; for replication only.
    / L’unité selon Attinà : (m−(T−m))/T, de −1/3 à 1; pour reproduire d’anciens travaux."""
    pair: Figure
    """The probability that two of its voting members drawn at random agree, not biased by size; its value is null below
    two ballots.
    / La probabilité que deux de ses votants tirés au hasard s’accordent, sans biais de taille; sa valeur est nulle sous
    deux voix."""


class Dissenter(msgspec.Struct, frozen=True, kw_only=True):
    """Who voted differently from most of the caucus. / Qui a voté autrement que la plupart de son caucus."""

    member: PersonRef
    """The member. / La personne."""
    caucus: Coded
    """The caucus on the ballot, as a code of `caucuses`. / Le caucus inscrit avec la voix, un code de `caucuses`."""
    position: str
    """The position of the member, as a code of `positions`. / La position de la personne, un code de `positions`."""
    line: str
    """The line of the caucus, as a code of `positions`. / La ligne du caucus, un code de `positions`."""


class FreeVoteOut(msgspec.Struct, frozen=True, kw_only=True):
    """A label with its evidence that a caucus left a vote to its members; dissent is counted all the same.
    / Une étiquette, avec ses indices, qu’un caucus a laissé un vote libre; la dissidence est comptée quand même."""

    caucus: Coded
    """The caucus, as a code of `caucuses`. / Le caucus, un code de `caucuses`."""
    label: str
    """`free_vote/declared`, as the citation reports, or `free_vote/suspected`, by the evidence.
    / `free_vote/declared`, selon la référence, ou `free_vote/suspected`, selon les indices."""
    evidence: list[str]
    """What speaks for it: `declared`, `minority_share`, `private_members_business`, `conscience_words`.
    / Ce qui l’indique : `declared`, `minority_share`, `private_members_business`, `conscience_words`."""
    minority_share: float | None
    """The smaller side of the caucus as a share of its yeas and nays, 0 to 0.5; null where it has none.
    / Le côté minoritaire du caucus en part de ses pour et contre, de 0 à 0,5; nul s’il n’en a pas."""
    dissenters: int
    """Members on the smaller side. / Membres du côté minoritaire."""
    citation: str | None
    """Who declared the free vote; null where it is only suspected.
    / Qui a déclaré le vote libre; nul s’il n’est que soupçonné."""
    url: str | None
    """Where that was published; null where it is only suspected.
    / Où cela a été publié; nul s’il n’est que soupçonné."""


class VoteStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """A vote, counted from its ballots as the House counts: who is on both lists is in `yeas` and in `nays`, and a
    ballot that is marked as paired is in `paired` as well.
    / Un vote, compté d’après ses voix comme la Chambre compte : qui est sur les deux listes est dans `yeas` et dans
    `nays`, et une voix inscrite comme pairée est aussi dans `paired`."""

    vote: str
    """The key of the vote. / La clé du vote."""
    subject: Text
    """What was voted on, in Parliament’s words. / L’objet du vote, dans les mots du Parlement."""
    result: Coded
    """The result that was announced, as a code of `results`. / Le résultat annoncé, un code de `results`."""
    yea_means: YeaMeans
    """What a yea adopts or rejects, with the rule. / Ce qu’un pour adopte ou rejette, avec la règle."""
    kind: Kind
    """The kind of motion, read from the English subject, as a code of `motions`.
    / Le genre de motion, lu dans l’objet anglais, un code de `motions`."""
    bill: str | None
    """The key of the bill voted on; null where Parliament names none.
    / La clé du projet de loi mis aux voix; nul si le Parlement n’en nomme pas."""
    yeas: int
    """Yeas, counted from the ballots. / Les pour, comptés d’après les voix."""
    nays: int
    """Nays, counted from the ballots. / Les contre, comptés d’après les voix."""
    abstentions: int
    """Abstentions; the House records none. / Les abstentions; la Chambre n’en inscrit pas."""
    paired: int
    """Members marked as paired. / Les membres inscrits comme pairés."""
    eligible: int | None
    """Members who held a seat on that day, without the Chair; null, like every `no_vote`, where it is doubtful who held
    one; a note says why.
    / Les membres qui occupaient un siège ce jour-là, sans la présidence; nul, comme chaque `no_vote`, si l’on doute de
    qui en occupait un; une note dit pourquoi."""
    no_vote: int | None
    """Eligible members who neither voted nor were paired; null where `eligible` is.
    / Les membres habilités à voter qui n’ont ni voté ni été pairés; nul si `eligible` l’est."""
    announced_yeas: int | None
    """Yeas as announced; null where they are not published. / Les pour annoncés; nul s’ils ne sont pas publiés."""
    announced_nays: int | None
    """Nays as announced; null where they are not published. / Les contre annoncés; nul s’ils ne sont pas publiés."""
    announced_paired: int | None
    """Paired members as announced; null where they are not published.
    / Les pairés annoncés; nul s’ils ne sont pas publiés."""
    disputed: bool
    """Whether announced and counted totals are both known and differ.
    / Si les totaux annoncés et comptés sont connus et diffèrent."""
    is_tie: bool
    """Whether as many voted yea as nay. / S’il y a eu autant de pour que de contre."""
    casting_vote: bool
    """Whether the House was tied, so that its Speaker decided.
    / S’il y a eu égalité à la Chambre, de sorte que la présidence a décidé."""
    casting_ballot: str | None
    """How the Chair voted, `yea` or `nay`; null where the record has no ballot from the Chair.
    / Comment la présidence a voté, `yea` ou `nay`; nul si le registre n’a pas de voix de la présidence."""
    contested: bool
    """Whether the losing side had 10 % of yeas and nays or more.
    / Si le côté perdant a eu au moins 10 % des pour et des contre."""
    closeness: Figure
    """`closeness/1`: |yeas − nays|/(yeas + nays), 0 for a tie, 1 where all agree.
    / `closeness/1` : |pour − contre|/(pour + contre), 0 pour une égalité, 1 si tous sont d’accord."""
    by_caucus: list[CaucusInVote]
    """The caucuses, the one with the most eligible members first.
    / Les caucus, celui ayant le plus de membres habilités à voter d’abord."""
    by_province: list[PositionCounts]
    """The same by province and territory. / De même par province et territoire."""
    by_side: list[PositionCounts]
    """The same by government and opposition. / De même par gouvernement et opposition."""
    dissent: list[Dissenter]
    """Who voted differently from most of the caucus; whips are not published.
    / Qui a voté autrement que la plupart de son caucus; les consignes de vote ne sont pas publiées."""
    free_vote: list[FreeVoteOut]
    """Caucuses for which the vote was free, or looks so.
    / Les caucus pour lesquels le vote était libre, ou en a l’air."""


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
            member=person_ref(loaded, int(sheet.persons[at])),
            caucus=caucus_of(sheet.names.caucus[int(sheet.caucus[0, at])], view),
            position=NAMES[int(sheet.position[0, at])],
            line=NAMES[int(drawn[0, at])],
        )
        for at in np.nonzero(dissents(sheet, drawn)[0])[0]
    ]


def person_ref(loaded: LoadedSheet, person_id: int) -> PersonRef:
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
