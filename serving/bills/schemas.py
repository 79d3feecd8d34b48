"""The public shape of a bill and of its stages."""

import datetime as dt
from typing import Annotated

import msgspec

from serving.core.answers.code_names import caucus_name
from serving.core.answers.envelope import Links, Provenance
from serving.core.answers.links import API, bill_page, publication_page
from serving.core.answers.texts import Coded, Text, View, described
from warehouse.model.entities import Bill, FormerSponsor, Publication, SponsorBasis, Stage
from warehouse.model.keys import Chamber
from warehouse.model.stored import Stored
from warehouse.model.vocabulary.codes import OUTCOME_RULES, OUTCOMES, READINGS, CodeList


class Activity(msgspec.Struct, frozen=True):
    """The last thing that happened to a bill, on an Ottawa date."""

    on: dt.date | None
    text: Text


class Statute(msgspec.Struct, frozen=True):
    """Where an assented bill stands in the Statutes of Canada."""

    year: int
    chapter: int


class Readings(msgspec.Struct, frozen=True):
    """The Ottawa dates on which a chamber passed a bill at each reading."""

    first_on: dt.date | None
    second_on: dt.date | None
    third_on: dt.date | None


class ChamberReadings(msgspec.Struct, frozen=True):
    """The readings in both chambers."""

    commons: Readings
    senate: Readings


class PublicationOut(msgspec.Struct, frozen=True):
    """One published text of a bill; the last one in the list is current."""

    publication_id: int
    type_id: int
    title: Text
    official: Text | None


class SponsorOut(msgspec.Struct, frozen=True):
    """Who sponsors a bill. `person_id` is the House's own id; null where the name does not say which person it is."""

    person_id: int | None
    name: str
    basis: Annotated[
        SponsorBasis | None,
        described(
            "Where `person_id` is from: `legisinfo`, `editor`, or `name`, the name of exactly one person "
            "in that Parliament; "
            "`ambiguous` and `unknown` say why there is none.",
            "D’où vient `person_id`\u00a0: `legisinfo`, `editor`, ou `name`, le nom d’une seule personne "
            "de la législature; "
            "`ambiguous` et `unknown` disent pourquoi il n’y en a pas.",
        ),
    ] = None
    caucus: Annotated[
        str | None,
        described(
            "On the day of introduction, in Parliament's words; null where it is not certain, and for senators.",
            "Le jour du dépôt, dans les mots du Parlement; nul en cas de doute et pour le Sénat.",
        ),
    ] = None
    caucus_name: Text = Text()


class FormerSponsorOut(msgspec.Struct, frozen=True, kw_only=True):
    """Who sponsored the bill before."""

    person_id: int | None
    name: str
    caucus: str | None
    caucus_name: Text
    bill: Annotated[
        str,
        described(
            "The bill whose record named them: this one, or the one it was reinstated from.",
            "Le projet de loi dont la fiche les nommait\u00a0: celui-ci, ou celui dont il est rétabli.",
        ),
    ]
    until_on: Annotated[
        dt.date | None,
        described(
            "The day on which a record first named somebody else.",
            "Le jour où une fiche a nommé une autre personne pour la première fois.",
        ),
    ]


class BillOut(msgspec.Struct, frozen=True, kw_only=True):
    """A bill within its session."""

    key: str
    session: str
    number: str
    chamber: Chamber
    type: str | None
    type_name: Text
    title: Text
    short_title: Text
    summary: Text
    """The Library of Parliament's short summary as plain text, where it has written one."""
    status: Coded
    outcome: Annotated[
        Coded,
        described(
            "What became of the bill; null where it is not known here, for the reason in `outcome_rule`.",
            "Ce qu’est devenu le projet de loi; nul si on l’ignore ici, pour la raison donnée dans `outcome_rule`.",
        ),
    ]
    outcome_on: Annotated[
        dt.date | None,
        described(
            "The day of royal assent, of the defeat, or of the end of the session with which it died.",
            "Le jour de la sanction royale, du rejet, ou de la fin de la session avec laquelle il est mort.",
        ),
    ]
    outcome_rule: Annotated[
        Coded,
        described("The rule that says so.", "La règle qui le dit."),
    ]
    died_on: Annotated[
        dt.date | None,
        described(
            "The last day of the session, where the bill died with it.",
            "Le dernier jour de la session, si le projet de loi est mort avec elle.",
        ),
    ]
    reinstated_as: Annotated[
        str | None,
        described(
            "The bill of the next session that continues this one.",
            "Le projet de loi de la session suivante qui reprend celui-ci.",
        ),
    ]
    sponsor: SponsorOut | None
    former_sponsors: Annotated[
        list[FormerSponsorOut],
        described("Who sponsored it before, oldest first.", "Qui l’a parrainé avant, du plus ancien au plus récent."),
    ]
    introduced_on: dt.date | None
    latest_activity: Activity
    royal_assent_on: dt.date | None
    statute: Statute | None
    readings: ChamberReadings
    publications: list[PublicationOut]
    legisinfo_id: int | None
    stage_reached: Coded
    """The last reading passed, or royal assent; also where Parliament publishes no date of it."""
    reinstated: bool | None
    """Whether the bill stands where an earlier session of its Parliament left it: what it passed there has no dates."""
    is_reinstated: bool | None
    """The same as `reinstated`."""
    provisional: bool
    """True while only a vote has named the bill, and LEGISinfo does not list it yet."""
    revision: int
    provenance: Provenance
    links: Links


class StageOut(msgspec.Struct, frozen=True, kw_only=True):
    """One stage of a bill in one chamber, in Parliament's order."""

    bill: str
    ordinal: int
    chamber: Chamber | None
    stage: Coded
    state: Coded
    state_on: dt.date | None
    committee: Text
    division_number: int | None
    decision: str | None
    revision: int
    provenance: Provenance
    links: Links


def bill_out(stored: Stored[Bill], view: View) -> BillOut:
    """The bill as it is published."""
    bill = stored.entity
    return BillOut(
        key=bill.key,
        session=bill.session,
        number=bill.number,
        chamber=bill.chamber,
        type=bill.type,
        type_name=view.text(bill.type_en, bill.type_fr),
        title=view.text(bill.title_en, bill.title_fr),
        short_title=view.text(bill.short_title_en, bill.short_title_fr),
        summary=view.text(bill.summary_en, bill.summary_fr),
        status=view.coded(bill.status, bill.status_en, bill.status_fr),
        outcome=_coded(OUTCOMES, bill.outcome, view),
        outcome_on=bill.outcome_on,
        outcome_rule=_coded(OUTCOME_RULES, bill.outcome_rule, view),
        died_on=bill.outcome_on if bill.outcome == "died" else None,
        reinstated_as=bill.reinstated_as,
        sponsor=_sponsor(bill, view),
        former_sponsors=[_former_sponsor(each, view) for each in bill.former_sponsors],
        introduced_on=bill.introduced_on,
        latest_activity=Activity(bill.latest_activity_on, view.text(bill.latest_activity_en, bill.latest_activity_fr)),
        royal_assent_on=bill.royal_assent_on,
        statute=_statute(bill),
        readings=_readings(bill),
        publications=[_publication(each, view) for each in bill.publications],
        legisinfo_id=bill.legisinfo_id,
        stage_reached=_stage_reached(bill, view),
        reinstated=bill.is_reinstated,
        is_reinstated=bill.is_reinstated,
        provisional=bill.provisional,
        revision=stored.revision,
        provenance=stored.provenance,
        links=_bill_links(bill, view),
    )


def _stage_reached(bill: Bill, view: View) -> Coded:
    known = READINGS.get(bill.stage_reached)
    return view.coded(bill.stage_reached, known.en if known else None, known.fr if known else None)


def stage_out(stored: Stored[Bill], stage: Stage, view: View) -> StageOut:
    """A stage as it is published, with the revision and provenance of its bill."""
    bill = stored.entity
    return StageOut(
        bill=bill.key,
        ordinal=stage.ordinal,
        chamber=stage.chamber,
        stage=view.coded(stage.stage, stage.stage_en, stage.stage_fr),
        state=view.coded(stage.state, stage.state_en, stage.state_fr),
        state_on=stage.state_on,
        committee=view.text(stage.committee_en, stage.committee_fr),
        division_number=stage.division_number,
        decision=stage.decision,
        revision=stored.revision,
        provenance=stored.provenance,
        links=Links(
            self_=f"{API}/bills/{bill.key}/stages",
            official=view.official(bill_page(bill.session, bill.number)),
            bill=f"{API}/bills/{bill.key}",
        ),
    )


def _sponsor(bill: Bill, view: View) -> SponsorOut | None:
    name = view.person(bill.sponsor_name_en, bill.sponsor_name_fr)
    if name is None:
        return None
    caucus = caucus_name(bill.sponsor_caucus, view)
    return SponsorOut(bill.sponsor_person_id, name, bill.sponsor_basis, bill.sponsor_caucus, caucus)


def _former_sponsor(former: FormerSponsor, view: View) -> FormerSponsorOut:
    return FormerSponsorOut(
        person_id=former.person_id,
        name=view.person(former.name_en, former.name_fr) or former.name_en,
        caucus=former.caucus,
        caucus_name=caucus_name(former.caucus, view),
        bill=former.bill,
        until_on=former.until_on,
    )


def _coded(codes: CodeList, code: str | None, view: View) -> Coded:
    known = codes.get(code)
    return view.coded(code, known.en if known else None, known.fr if known else None)


def _statute(bill: Bill) -> Statute | None:
    if bill.statute_year is None or bill.statute_chapter is None:
        return None
    return Statute(bill.statute_year, bill.statute_chapter)


def _readings(bill: Bill) -> ChamberReadings:
    return ChamberReadings(
        Readings(bill.passed_house_first_on, bill.passed_house_second_on, bill.passed_house_third_on),
        Readings(bill.passed_senate_first_on, bill.passed_senate_second_on, bill.passed_senate_third_on),
    )


def _publication(publication: Publication, view: View) -> PublicationOut:
    return PublicationOut(
        publication.publication_id,
        publication.type_id,
        view.text(publication.title_en, publication.title_fr),
        view.official(publication_page(publication.publication_id)),
    )


def _bill_links(bill: Bill, view: View) -> Links:
    here = f"{API}/bills/{bill.key}"
    return Links(
        self_=here,
        official=view.official(bill_page(bill.session, bill.number)),
        session=f"{API}/sessions/{bill.session}",
        stages=f"{here}/stages",
        votes=f"{here}/votes",
        history=f"{here}/history",
    )
