"""Ballots as votes and members both list them: their public shape and filters."""

import datetime as dt

import msgspec

from serving.core.answers.code_names import YeaMeans, caucus_name, province_name, result_of, yea_means
from serving.core.answers.envelope import Links, PersonRef, Provenance
from serving.core.answers.links import API, vote_page
from serving.core.answers.texts import Coded, Text, View
from serving.core.parameters import values
from serving.core.parameters.values import FilterSpec
from warehouse.model.entities import Position
from warehouse.model.stored import RecordedBallot
from warehouse.model.vocabulary.motions import kind_of


class BallotOut(msgspec.Struct, frozen=True, kw_only=True):
    """One member’s position in one vote; all about the member is as recorded in that vote.
    / La position d’une personne dans un vote; tout ce qui la concerne est tel qu’inscrit dans ce vote."""

    vote: str
    """The key of the vote. / La clé du vote."""
    held_on: dt.date
    """The sitting day of the vote, an Ottawa date. / Le jour de séance du vote, une date d’Ottawa."""
    subject: Text
    """What was voted on, in Parliament’s words. / L’objet du vote, dans les mots du Parlement."""
    result: Coded
    """The result of the vote, as a code of `results`. / Le résultat du vote, un code de `results`."""
    yea_means: YeaMeans
    """What a yea adopts or rejects, with the rule. / Ce qu’un pour adopte ou rejette, avec la règle."""
    bill: str | None
    """The key of the bill voted on; null where Parliament names none.
    / La clé du projet de loi mis aux voix; nul si le Parlement n’en nomme pas."""
    member: PersonRef
    """Who cast the ballot. / La personne qui a voté."""
    position: Position
    """The position, as a code of `positions`. / La position, un code de `positions`."""
    paired: bool
    """Whether the ballot is marked as paired; where the position is `yea` or `nay`, both announced totals count it.
    / Si la voix est inscrite comme pairée; si la position est `yea` ou `nay`, les deux totaux annoncés la comptent."""
    caucus: str | None
    """The caucus on the ballot, in Parliament’s words; null where none is recorded.
    / Le caucus inscrit avec la voix, dans les mots du Parlement; nul si aucun n’est inscrit."""
    caucus_name: Text
    """The same caucus in both languages. / Le même caucus dans les deux langues."""
    riding: str | None
    """The riding on the ballot; null where none is recorded.
    / La circonscription inscrite avec la voix; nul si aucune n’est inscrite."""
    province: str | None
    """The province or territory on the ballot, in Parliament’s words; null where none is recorded.
    / La province ou le territoire inscrits avec la voix, dans les mots du Parlement; nul si rien n’est inscrit."""
    province_name: Text
    """The same in both languages. / La même dans les deux langues."""
    revision: int
    """The revision of the vote, from 1. / La révision du vote, à partir de 1."""
    provenance: Provenance
    links: Links


def ballot_out(recorded: RecordedBallot, view: View) -> BallotOut:
    """The ballot as published."""
    ballot, vote = recorded.ballot, recorded.vote.entity
    here = f"{API}/votes/{vote.key}"
    return BallotOut(
        vote=vote.key,
        held_on=vote.held_on,
        subject=view.text(vote.subject_en, vote.subject_fr),
        result=result_of(vote, view),
        yea_means=yea_means(kind_of(vote.subject_en), view),
        bill=vote.bill,
        member=PersonRef(ballot.person_id, ballot.name),
        position=ballot.position,
        paired=ballot.paired,
        caucus=ballot.caucus,
        caucus_name=caucus_name(ballot.caucus, view),
        riding=ballot.riding,
        province=ballot.province,
        province_name=province_name(ballot.province, view),
        revision=recorded.vote.revision,
        provenance=recorded.vote.provenance,
        links=Links(
            self_=f"{here}/ballots?member={ballot.person_id}",
            official=view.official(vote_page(vote.session, vote.number)) if vote.chamber == "commons" else None,
            vote=here,
            member=f"{API}/members/{ballot.person_id}",
        ),
    )


BALLOT_FILTERS: tuple[FilterSpec, ...] = (
    FilterSpec(
        name="position",
        kind="code",
        read=values.position,
        allowed=values.POSITION_CODES,
        en="The recorded position.",
        fr="La position inscrite.",
    ),
    FilterSpec(
        name="paired",
        kind="flag",
        read=values.flag,
        allowed=("true", "false"),
        en="Marked as paired.",
        fr="Inscrit comme pairé.",
    ),
    FilterSpec(
        name="party",
        kind="text",
        read=values.party,
        example="ndp",
        en="The caucus at the time of the vote, in either language or by code.",
        fr="Le caucus au moment du vote, dans l’une ou l’autre langue ou par code.",
    ),
    FilterSpec(
        name="riding",
        kind="text",
        read=values.text,
        example="vancouver east",
        en="The riding at the time of the vote.",
        fr="La circonscription au moment du vote.",
    ),
    FilterSpec(
        name="province",
        kind="text",
        read=values.province,
        allowed=values.PROVINCE_CODES,
        example="QC",
        en="The province or territory, by code or name.",
        fr="La province ou le territoire, par code ou nom.",
    ),
)
VOTE_FILTERS: tuple[FilterSpec, ...] = (
    FilterSpec(name="session", kind="code", read=values.session, example="45-1",
           en="The session.", fr="La session."),
    FilterSpec(name="parliament", kind="number", read=values.parliament, example="45",
           en="The Parliament's number.", fr="Le numéro de la législature."),
    FilterSpec(name="chamber", kind="code", read=values.chamber, allowed=values.CHAMBER_CODES,
           en="The chamber that voted.", fr="La chambre qui a voté."),
    FilterSpec(name="number", kind="number", read=values.whole, example="43",
           en="The number within the session.", fr="Le numéro dans la session."),
    FilterSpec(name="held_on", kind="date", read=values.date, example="2025-06-01",
           en="The sitting day, Ottawa date.", fr="Le jour de séance, date d’Ottawa."),
    FilterSpec(name="result", kind="code", read=values.result, allowed=values.RESULT_CODES,
           en="The result.", fr="Le résultat."),
    FilterSpec(name="bill", kind="code", read=values.bill, example="45-1/C-3",
           en="The bill voted on, by key, or by number in any session.",
           fr="Le projet de loi, par clé, ou par numéro dans toute session."),
    FilterSpec(name="subject", kind="text", read=values.text, example="budget",
           en="Words of the subject, in either language.", fr="Mots du sujet, dans l’une ou l’autre langue."),
    FilterSpec(name="disputed", kind="flag", read=values.flag, allowed=("true", "false"),
           en="Announced and counted totals differ.", fr="Totaux annoncés et comptés différents."),
)  # fmt: skip
