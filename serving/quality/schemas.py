"""The public shape of the quality report."""

import datetime as dt

import msgspec

from serving.core.answers.envelope import Meta
from serving.core.answers.links import API
from serving.core.answers.texts import Text, View
from serving.quality.words import PageLang
from warehouse.model.kinds import KINDS
from warehouse.model.messages.translate import french
from warehouse.model.quality import (
    Completeness,
    Day,
    Disputed,
    HeldBack,
    OpenFinding,
    OpenRule,
    QualityReport,
    QuarantinedRecord,
)
from warehouse.model.vocabulary.rules import rule_title

PATHS = {name: kind.plural for name, kind in KINDS.items()}


class Said(msgspec.Struct, frozen=True):
    """A message in the language asked for, and in which it is: English where there is no French of it."""

    message: str
    lang: PageLang
    text: Text


def said(message: str, view: View) -> Said:
    """A stored message for a caller. A message of an earlier version has no French until its document is read again."""
    translation = french(message)
    if view.lang == "fr" and translation is not None:
        return Said(translation, "fr", view.text(message, translation))
    return Said(message, "en", view.text(message, translation))


class FindingOut(msgspec.Struct, frozen=True, kw_only=True):
    """One open doubt about something that is published all the same.
    / Un doute ouvert sur quelque chose qui est publié quand même."""

    entity: str
    """The kind of entity it is about. / Le genre d’objet dont il s’agit."""
    key: str
    """The key of the entity. / La clé de l’objet."""
    rule: str
    """The rule that found it, as a code of `finding-rules`. / La règle qui l’a trouvé, un code de `finding-rules`."""
    message: str
    """What is doubtful, in the language asked for; in English with `lang=both`, and where there is no French of it.
    / Ce qui est douteux, dans la langue demandée; en anglais avec `lang=both` et s’il n’y en a pas de version
    française."""
    message_lang: PageLang
    """The language of `message`. / La langue de `message`."""
    text: Text
    """The message in both languages; its French is null where an earlier version of the program wrote it.
    / Le message dans les deux langues; son français est nul si une version antérieure du programme l’a écrit."""
    first_seen_at: dt.datetime
    """When a load first found it, in UTC. / Quand un chargement l’a trouvé pour la première fois, en UTC."""
    url: str | None
    """The address of the entity here; null where it is not stored.
    / L’adresse de l’objet ici; nul s’il n’est pas conservé."""
    document_url: str | None
    """The document that the entity was read from; null where it is not known.
    / Le document d’où l’objet a été lu; nul s’il n’est pas connu."""
    document_sha256: str | None
    """The SHA-256 of that document; null where it is not known.
    / Le SHA-256 de ce document; nul s’il n’est pas connu."""


class RuleOut(msgspec.Struct, frozen=True, kw_only=True):
    """The open doubts that one rule found about one kind of entity.
    / Les doutes ouverts qu’une règle a trouvés sur un genre d’objet."""

    entity: str
    """The kind of entity. / Le genre d’objet."""
    rule: str
    """The rule, as a code of `finding-rules`. / La règle, un code de `finding-rules`."""
    title: Text
    """What the rule finds. / Ce que la règle trouve."""
    open: int
    """How many are open. / Combien sont ouverts."""
    first_seen_at: dt.datetime
    """When the oldest of them was first found, in UTC. / Quand le plus ancien a été trouvé, en UTC."""
    last_seen_at: dt.datetime
    """When a load last found one of them, in UTC.
    / Quand un chargement en a trouvé un pour la dernière fois, en UTC."""
    examples: list[FindingOut]
    """The first twenty by key. / Les vingt premiers, par clé."""
    findings: str
    """The address where all of them are. / L’adresse où ils sont tous."""


class DocsOut(msgspec.Struct, frozen=True, kw_only=True):
    """A page of Great Expectations’ Data Docs: what the checks of one suite found in the last load.
    / Une page des Data Docs de Great Expectations : ce que les vérifications d’une suite ont trouvé au dernier
    chargement."""

    suite: str
    """The suite of checks. / La suite de vérifications."""
    session: str | None
    """The session that was checked; null where the data is of no session.
    / La session vérifiée; nul si les données ne sont d’aucune session."""
    made_at: dt.datetime
    """When it was checked, in UTC. / Quand la vérification a eu lieu, en UTC."""
    passed: bool
    """Whether all expectations were met. / Si toutes les attentes ont été satisfaites."""
    url: str
    """The address of the page. / L’adresse de la page."""


class HeldBackOut(msgspec.Struct, frozen=True, kw_only=True):
    """A document that was refused or could not be fetched, and what is missing because of it.
    / Un document refusé ou qui n’a pas pu être obtenu, et ce qui manque à cause de cela."""

    source: str
    """The source, by its name under `assets/sources`. / La source, par son nom sous `assets/sources`."""
    session: str | None
    """The session of the document; null where it is of none. / La session du document; nul s’il n’est d’aucune."""
    missing: Text
    """What the document holds back. / Ce que le document retient."""
    effect: Text
    """What readers see meanwhile. / Ce que les lecteurs voient en attendant."""
    next_step: Text
    """What to do about it. / Ce qu’il faut faire."""
    url: str
    """The address of the document at Parliament’s. / L’adresse du document chez le Parlement."""
    reason: str
    """Why it was refused, in the language asked for; in English with `lang=both`, and where there is no French of it.
    / Pourquoi il a été refusé, dans la langue demandée; en anglais avec `lang=both` et s’il n’y en a pas de version
    française."""
    reason_lang: PageLang
    """The language of `reason`. / La langue de `reason`."""
    reason_text: Text
    """The reason in both languages; its French is null where an earlier version of the program wrote it.
    / La raison dans les deux langues; son français est nul si une version antérieure du programme l’a écrite."""
    since: dt.datetime
    """Since when it is so, in UTC. / Depuis quand il en est ainsi, en UTC."""
    last_good_at: dt.datetime | None
    """When the content that stays in force was fetched, in UTC; null where nothing of the document was ever loaded.
    / Quand le contenu qui reste en vigueur a été obtenu, en UTC; nul si rien du document n’a jamais été chargé."""


class QuarantinedOut(msgspec.Struct, frozen=True, kw_only=True):
    """A document or record that was not published, with its reason.
    / Un document ou une fiche qui n’a pas été publié, avec la raison."""

    source: str
    """The source, by its name under `assets/sources`. / La source, par son nom sous `assets/sources`."""
    session: str
    """The session; empty where it is of none. / La session; vide s’il n’est d’aucune."""
    url: str
    """The address of the document at Parliament’s. / L’adresse du document chez le Parlement."""
    record_key: str
    """The record within the document; empty where the whole document is quarantined.
    / La fiche dans le document; vide si tout le document est en quarantaine."""
    reason: str
    """Why it was not published, in the language asked for; in English with `lang=both`, and where there is no French of
    it.
    / Pourquoi il n’a pas été publié, dans la langue demandée; en anglais avec `lang=both` et s’il n’y en a pas de
    version française."""
    reason_lang: PageLang
    """The language of `reason`. / La langue de `reason`."""
    reason_text: Text
    """The reason in both languages; its French is null where an earlier version of the program wrote it.
    / La raison dans les deux langues; son français est nul si une version antérieure du programme l’a écrite."""
    document_sha256: str
    """The SHA-256 of the document. / Le SHA-256 du document."""
    first_seen_at: dt.datetime
    """When it was first refused, in UTC. / Quand il a été refusé pour la première fois, en UTC."""


class DayOut(Day, frozen=True, kw_only=True):
    """What the last run of one day left open. / Ce que la dernière exécution d’un jour a laissé ouvert."""

    parked: int
    """Former name of `quarantined`; a later version leaves it out.
    / Ancien nom de `quarantined`; une version ultérieure l’omettra."""


class QualityOut(msgspec.Struct, frozen=True, kw_only=True):
    """The state of the data now. / L’état actuel des données."""

    held_back: list[HeldBackOut]
    """What is missing because a document was refused or could not be fetched, newest session first.
    / Ce qui manque parce qu’un document a été refusé ou n’a pas pu être obtenu, la session la plus récente d’abord."""
    open_findings: int
    """How many doubts are open. / Combien de doutes sont ouverts."""
    quarantined: int
    """How many documents and records are in quarantine. / Combien de documents et de fiches sont en quarantaine."""
    rules: list[RuleOut]
    """The open doubts, by rule and kind of entity. / Les doutes ouverts, par règle et genre d’objet."""
    quarantined_records: list[QuarantinedOut]
    """The newest twenty of those in quarantine. / Les vingt plus récents de ceux en quarantaine."""
    parked: int
    """Former name of `quarantined`; a later version leaves it out.
    / Ancien nom de `quarantined`; une version ultérieure l’omettra."""
    parked_records: list[QuarantinedOut]
    """Former name of `quarantined_records`; a later version leaves it out.
    / Ancien nom de `quarantined_records`; une version ultérieure l’omettra."""
    sessions: list[Completeness]
    """How complete each session is, newest first.
    / À quel point chaque session est complète, la plus récente d’abord."""
    disputed: list[Disputed]
    """Votes whose ballots differ from the announced totals. / Les votes dont les voix diffèrent des totaux annoncés."""
    trend: list[DayOut]
    """What the last run of each day left open, oldest first.
    / Ce que la dernière exécution de chaque jour a laissé ouvert, le plus ancien d’abord."""
    data_docs: list[DocsOut]
    """The pages of Great Expectations. / Les pages de Great Expectations."""


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """The report on the state of the data. / Le rapport sur l’état des données."""

    data: QualityOut
    meta: Meta


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """A page of open doubts. / Une page de doutes ouverts."""

    data: list[FindingOut]
    """The doubts, by rule and key. / Les doutes, par règle et clé."""
    next: str | None
    """The address of the next page; null on the last page. / L’adresse de la page suivante; nul à la dernière page."""
    meta: Meta


def quality_out(report: QualityReport, view: View) -> QualityOut:
    """The report as it is published."""
    examples: dict[tuple[str, str], list[FindingOut]] = {}
    for finding in report.findings:
        examples.setdefault((finding.entity, finding.rule), []).append(finding_out(finding, view))
    quarantined = [_quarantined_out(each, view) for each in report.quarantined]
    return QualityOut(
        held_back=[_held_back_out(each, view) for each in report.held_back],
        open_findings=sum(rule.open for rule in report.rules),
        quarantined=report.quarantined_count,
        rules=[_rule_out(rule, examples.get((rule.entity, rule.rule), []), view) for rule in report.rules],
        quarantined_records=quarantined,
        parked=report.quarantined_count,
        parked_records=quarantined,
        sessions=report.sessions,
        disputed=report.disputed,
        trend=[DayOut(**msgspec.structs.asdict(day), parked=day.quarantined) for day in report.trend],
        data_docs=[
            DocsOut(
                suite=each.suite,
                session=each.session or None,
                made_at=each.made_at,
                passed=each.passed,
                url=f"/quality/data-docs/{each.suite}/{each.session or 'all'}",
            )
            for each in report.data_docs
        ],
    )


def _quarantined_out(record: QuarantinedRecord, view: View) -> QuarantinedOut:
    reason = said(record.reason, view)
    return QuarantinedOut(
        source=record.source,
        session=record.session,
        url=record.url,
        record_key=record.record_key,
        reason=reason.message,
        reason_lang=reason.lang,
        reason_text=reason.text,
        document_sha256=record.document_sha256,
        first_seen_at=record.first_seen_at,
    )


def _held_back_out(held: HeldBack, view: View) -> HeldBackOut:
    reason = said(held.reason, view)
    return HeldBackOut(
        source=held.source,
        session=held.session or None,
        missing=view.text(*held.what),
        effect=view.text(*held.effect),
        next_step=view.text(*held.next_step),
        url=held.url,
        reason=reason.message,
        reason_lang=reason.lang,
        reason_text=reason.text,
        since=held.since,
        last_good_at=held.last_good_at,
    )


def _rule_out(rule: OpenRule, examples: list[FindingOut], view: View) -> RuleOut:
    return RuleOut(
        entity=rule.entity,
        rule=rule.rule,
        title=view.text(*rule_title(rule.rule)),
        open=rule.open,
        first_seen_at=rule.first_seen_at,
        last_seen_at=rule.last_seen_at,
        examples=examples,
        findings=f"{API}/quality/findings?rule={rule.rule}&entity={rule.entity}",
    )


def finding_out(finding: OpenFinding, view: View) -> FindingOut:
    """A doubt as it is published. Only what is stored has an address: its document is known."""
    path = PATHS.get(finding.entity)
    message = said(finding.message, view)
    known = path is not None and (finding.document_url is not None or finding.entity == "session")
    return FindingOut(
        entity=finding.entity,
        key=finding.key,
        rule=finding.rule,
        message=message.message,
        message_lang=message.lang,
        text=message.text,
        first_seen_at=finding.first_seen_at,
        url=f"{API}/{path}/{finding.key}" if known else None,
        document_url=finding.document_url,
        document_sha256=finding.document_sha256,
    )
