"""The public shape of a bill and of its stages."""

import datetime as dt

import msgspec

from serving.core.answers.code_names import caucus_name
from serving.core.answers.envelope import Links, Provenance, Revision
from serving.core.answers.links import API, bill_page, publication_page
from serving.core.answers.texts import Coded, Text, View
from warehouse.model.entities import Bill, FormerSponsor, Publication, SponsorBasis, Stage
from warehouse.model.keys import Chamber
from warehouse.model.stored import Stored
from warehouse.model.vocabulary.codes import OUTCOME_RULES, OUTCOMES, READINGS, CodeList


class Activity(msgspec.Struct, frozen=True):
    """The last thing that happened to a bill, by LEGISinfo.
    / Le dernier événement d’un projet de loi, selon LEGISinfo."""

    on: dt.date | None
    """Its Ottawa date; null where LEGISinfo gives none. / Sa date à Ottawa; nul si LEGISinfo n’en donne pas."""
    text: Text
    """What happened, in LEGISinfo’s words. / Ce qui est arrivé, dans les mots de LEGISinfo."""


class Statute(msgspec.Struct, frozen=True):
    """Where an assented bill stands in the Statutes of Canada.
    / Où se trouve un projet sanctionné dans les Lois du Canada."""

    year: int
    """The year of the statutes. / L’année des lois."""
    chapter: int
    """The chapter within that year. / Le chapitre dans cette année."""


class Readings(msgspec.Struct, frozen=True):
    """The Ottawa dates on which a chamber passed a bill at each reading, by LEGISinfo.
    / Les dates à Ottawa où une chambre a adopté un projet de loi à chaque lecture, selon LEGISinfo."""

    first_on: dt.date | None
    """First reading; null where it has not passed, or the date is not published.
    / Première lecture; nul si elle n’est pas franchie ou que la date n’est pas publiée."""
    second_on: dt.date | None
    """Second reading; null where it has not passed, or the date is not published.
    / Deuxième lecture; nul si elle n’est pas franchie ou que la date n’est pas publiée."""
    third_on: dt.date | None
    """Third reading; null where it has not passed, or the date is not published.
    / Troisième lecture; nul si elle n’est pas franchie ou que la date n’est pas publiée."""


class ChamberReadings(msgspec.Struct, frozen=True):
    """The readings in both chambers. / Les lectures dans les deux chambres."""

    commons: Readings
    """Those in the House of Commons. / Celles à la Chambre des communes."""
    senate: Readings
    """Those in the Senate. / Celles au Sénat."""


class PublicationOut(msgspec.Struct, frozen=True):
    """One published text of a bill; the last one in the list is current.
    / Un texte publié d’un projet de loi; le dernier de la liste est le plus récent."""

    publication_id: int
    """LEGISinfo’s id of the publication. / L’identifiant de la publication dans LEGISinfo."""
    type_id: int
    """LEGISinfo’s number for the kind of publication, as at first reading or with royal assent.
    / Le numéro que LEGISinfo donne au genre de publication, par exemple en première lecture ou avec la sanction
    royale."""
    title: Text
    """The name of the publication, as LEGISinfo writes it. / Le nom de la publication, tel que LEGISinfo l’écrit."""
    official: Text | None
    """Parliament’s page with the text; null where the data is simulated.
    / La page du Parlement avec le texte; nul quand les données sont simulées."""


class SponsorOut(msgspec.Struct, frozen=True):
    """Who sponsors a bill. / Qui parraine un projet de loi."""

    person_id: int | None
    """The House’s PersonId; null where the name does not say which person it is, for the reason in `basis`.
    / Le PersonId de la Chambre; nul si le nom ne dit pas de qui il s’agit, pour la raison donnée dans `basis`."""
    name: str
    """The name with its honorific, as LEGISinfo writes it. / Le nom avec son titre, tel que LEGISinfo l’écrit."""
    basis: SponsorBasis | None = None
    """Where `person_id` is from, or why there is none; null where nothing is recorded of it.
    / D’où vient `person_id`, ou pourquoi il n’y en a pas; nul si rien n’en est inscrit."""
    caucus: str | None = None
    """The caucus on the day of introduction, in Parliament’s words; null where it is not certain, and for senators.
    / Le caucus le jour du dépôt, dans les mots du Parlement; nul en cas de doute et pour le Sénat."""
    caucus_name: Text = Text()
    """The same caucus in both languages. / Le même caucus dans les deux langues."""


class FormerSponsorOut(msgspec.Struct, frozen=True, kw_only=True):
    """Who sponsored the bill before. / Qui a parrainé le projet de loi auparavant."""

    person_id: int | None
    """The House’s PersonId; null where the name does not say which person it is.
    / Le PersonId de la Chambre; nul si le nom ne dit pas de qui il s’agit."""
    name: str
    """The name with its honorific, as LEGISinfo wrote it. / Le nom avec son titre, tel que LEGISinfo l’écrivait."""
    caucus: str | None
    """The caucus at the bill’s introduction, in Parliament’s words; null where it is not certain.
    / Le caucus au dépôt du projet de loi, dans les mots du Parlement; nul en cas de doute."""
    caucus_name: Text
    """The same caucus in both languages. / Le même caucus dans les deux langues."""
    bill: str
    """The key of the bill whose record named them: this one, or the one it was reinstated from.
    / La clé du projet de loi dont la fiche les nommait : celui-ci, ou celui dont il est rétabli."""
    until_on: dt.date | None
    """The day on which a record first named somebody else; null where that was in another session.
    / Le jour où une fiche a nommé une autre personne pour la première fois; nul si c’était lors d’une autre session."""


class BillOut(msgspec.Struct, frozen=True, kw_only=True):
    """A bill within its session, read from LEGISinfo’s list and, where there is one, its detail record.
    / Un projet de loi dans sa session, lu dans la liste de LEGISinfo et, s’il y en a une, dans sa fiche détaillée."""

    key: str
    """The key: session and number, as `45-1/C-3`. / La clé : session et numéro, comme `45-1/C-3`."""
    session: str
    """The session, as `45-1`. / La session, comme `45-1`."""
    number: str
    """The number within the session, as `C-3`; every session begins anew.
    / Le numéro dans la session, comme `C-3`; chaque session recommence."""
    chamber: Chamber
    """The chamber of origin, by the letter of the number. / La chambre d’origine, selon la lettre du numéro."""
    type: str | None
    """The kind of bill, as a code of `bill-types`; null while only a vote has named the bill.
    / Le genre de projet de loi, un code de `bill-types`; nul tant que seul un vote a nommé le projet."""
    type_name: Text
    """The same in LEGISinfo’s words. / Le même dans les mots de LEGISinfo."""
    title: Text
    """The long title. / Le titre long."""
    short_title: Text
    """The short title; many bills have none. / Le titre abrégé; beaucoup de projets de loi n’en ont pas."""
    summary: Text
    """The Library of Parliament’s short summary as plain text; few bills have one.
    / Le bref résumé de la Bibliothèque du Parlement en texte brut; peu de projets de loi en ont un."""
    status: Coded
    """Where the bill stands by LEGISinfo, as a code of `bill-statuses`; its code is null while only a vote has named
    the bill.
    / L’état du projet selon LEGISinfo, un code de `bill-statuses`; son code est nul tant que seul un vote a nommé le
    projet."""
    outcome: Coded
    """What became of the bill, as a code of `outcomes`; its code is null where it is not known here, for the reason in
    `outcome_rule`.
    / Ce qu’est devenu le projet de loi, un code de `outcomes`; son code est nul si on l’ignore ici, pour la raison
    donnée dans `outcome_rule`."""
    outcome_on: dt.date | None
    """The Ottawa date of royal assent, of the defeat, or of the end of the session with which it died; null where
    nothing has come of it yet or the day is not known.
    / La date à Ottawa de la sanction royale, du rejet, ou de la fin de la session avec laquelle il est mort; nul si
    rien n’en est encore advenu ou que le jour n’est pas connu."""
    outcome_rule: Coded
    """The rule that the outcome follows, as a code of `outcome-rules`.
    / La règle dont le sort découle, un code de `outcome-rules`."""
    died_on: dt.date | None
    """The last day of the session, where the bill died with it; null for all other bills.
    / Le dernier jour de la session, si le projet de loi est mort avec elle; nul pour tous les autres."""
    reinstated_as: str | None
    """The key of the bill of the next session that continues this one; null where there is none.
    / La clé du projet de loi de la session suivante qui reprend celui-ci; nul s’il n’y en a pas."""
    sponsor: SponsorOut | None
    """Who sponsors it; null where LEGISinfo names nobody. / Qui le parraine; nul si LEGISinfo ne nomme personne."""
    former_sponsors: list[FormerSponsorOut]
    """Who sponsored it before, oldest first. / Qui l’a parrainé avant, du plus ancien au plus récent."""
    introduced_on: dt.date | None
    """The Ottawa date of first reading in the chamber of origin; null where it is not published.
    / La date à Ottawa de la première lecture dans la chambre d’origine; nul si elle n’est pas publiée."""
    latest_activity: Activity
    royal_assent_on: dt.date | None
    """The Ottawa date of royal assent; null where there was none.
    / La date à Ottawa de la sanction royale; nul s’il n’y en a pas eu."""
    statute: Statute | None
    """Its place in the Statutes of Canada; null where it is no law, or the place is not published.
    / Sa place dans les Lois du Canada; nul s’il n’a pas force de loi ou que la place n’est pas publiée."""
    readings: ChamberReadings
    publications: list[PublicationOut]
    """The published texts, oldest first; empty where the detail record has not been read.
    / Les textes publiés, du plus ancien au plus récent; vide si la fiche détaillée n’a pas été lue."""
    legisinfo_id: int | None
    """LEGISinfo’s id; null while only a vote has named the bill.
    / L’identifiant de LEGISinfo; nul tant que seul un vote a nommé le projet."""
    stage_reached: Coded
    """The last reading passed, or royal assent, as a code of `readings`: by its date, or where there is none by what
    LEGISinfo says is completed.
    / La dernière lecture franchie, ou la sanction royale, un code de `readings` : selon sa date, ou à défaut selon ce
    que LEGISinfo dit achevé."""
    reinstated: bool | None
    """Whether the bill stands where an earlier session of its Parliament left it; what it passed there has no dates.
    Null where it is not known.
    / Si le projet de loi reprend là où une session antérieure de sa législature l’avait laissé; ce qu’il y a franchi
    n’a pas de dates. Nul si on l’ignore."""
    is_reinstated: bool | None
    """The same as `reinstated`; null where it is not known. / Le même que `reinstated`; nul si on l’ignore."""
    provisional: bool
    """True while only a vote has named the bill, and LEGISinfo does not list it yet.
    / Vrai tant que seul un vote a nommé le projet de loi et que LEGISinfo ne le présente pas encore."""
    revision: Revision
    provenance: Provenance
    links: Links


class StageOut(msgspec.Struct, frozen=True, kw_only=True):
    """One stage of a bill in one chamber, in Parliament’s order, from LEGISinfo’s detail record.
    / Une étape d’un projet de loi dans une chambre, dans l’ordre du Parlement, selon la fiche détaillée de
    LEGISinfo."""

    bill: str
    """The key of the bill. / La clé du projet de loi."""
    ordinal: int
    """Its place in Parliament’s order, from 1. / Sa place dans l’ordre du Parlement, à partir de 1."""
    chamber: Chamber | None
    """The chamber; null for royal assent, which is of neither, and for a message whose chamber LEGISinfo does not name.
    / La chambre; nul pour la sanction royale, qui n’est d’aucune, et pour un message dont LEGISinfo ne nomme pas la
    chambre."""
    stage: Coded
    """Which stage it is, as a code of `stages`. / De quelle étape il s’agit, un code de `stages`."""
    state: Coded
    """How far it is, as a code of `stage-states`. / Où elle en est, un code de `stage-states`."""
    state_on: dt.date | None
    """The Ottawa date of that state; null where it is not published.
    / La date à Ottawa de cet état; nul si elle n’est pas publiée."""
    committee: Text
    """The committee that considers the bill at this stage. / Le comité qui étudie le projet de loi à cette étape."""
    division_number: int | None
    """The number of the recorded vote that decided the stage; null where there was none.
    / Le numéro du vote par appel nominal qui a décidé de l’étape; nul s’il n’y en a pas eu."""
    decision: str | None
    """The decision in LEGISinfo’s words; null where it gives none.
    / La décision dans les mots de LEGISinfo; nul s’il n’en donne pas."""
    revision: Revision
    provenance: Provenance
    links: Links


def bill_out(stored: Stored[Bill], view: View) -> BillOut:
    """The bill as published."""
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
    """A stage as published, with the revision and provenance of its bill."""
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
