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
    """One open doubt about something that is published all the same."""

    entity: str
    key: str
    rule: str
    message: str
    """In the language asked for; in English with `lang=both`, and where there is no French of it."""
    message_lang: PageLang
    text: Text
    """The message in both languages; `fr` is null where an earlier version wrote it."""
    first_seen_at: dt.datetime
    url: str | None
    """The entity here; null where it is not stored."""
    document_url: str | None
    """The document that it was read from."""
    document_sha256: str | None


class RuleOut(msgspec.Struct, frozen=True, kw_only=True):
    """The open doubts of one rule."""

    entity: str
    rule: str
    title: Text
    open: int
    first_seen_at: dt.datetime
    last_seen_at: dt.datetime
    examples: list[FindingOut]
    """The first twenty by key."""
    findings: str
    """Where all of them are."""


class DocsOut(msgspec.Struct, frozen=True, kw_only=True):
    """A page of Great Expectations' Data Docs."""

    suite: str
    session: str | None
    made_at: dt.datetime
    passed: bool
    url: str


class HeldBackOut(msgspec.Struct, frozen=True, kw_only=True):
    """A document that was refused or could not be fetched, and what is missing because of it."""

    source: str
    session: str | None
    missing: Text
    """What the document holds back."""
    effect: Text
    """What readers see meanwhile."""
    next_step: Text
    url: str
    reason: str
    """In the language asked for; in English with `lang=both`, and where there is no French of it."""
    reason_lang: PageLang
    reason_text: Text
    since: dt.datetime
    last_good_at: dt.datetime | None
    """When the content that stays in force was fetched; null where nothing of the document was ever loaded."""


class QuarantinedOut(msgspec.Struct, frozen=True, kw_only=True):
    """A document or record that was not published, with its reason."""

    source: str
    session: str
    url: str
    record_key: str
    reason: str
    """In the language asked for; in English with `lang=both`, and where there is no French of it."""
    reason_lang: PageLang
    reason_text: Text
    document_sha256: str
    first_seen_at: dt.datetime


class QualityOut(msgspec.Struct, frozen=True, kw_only=True):
    """The state of the data now."""

    held_back: list[HeldBackOut]
    """What is missing because a document was refused or could not be fetched, newest session first."""
    open_findings: int
    parked: int
    rules: list[RuleOut]
    parked_records: list[QuarantinedOut]
    """The newest twenty that were not published."""
    sessions: list[Completeness]
    disputed: list[Disputed]
    """Votes whose ballots differ from the announced totals: yeas, nays, paired."""
    trend: list[Day]
    """What the last run of each day left open."""
    data_docs: list[DocsOut]


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """The report."""

    data: QualityOut
    meta: Meta


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """A page of open doubts."""

    data: list[FindingOut]
    next: str | None
    """The address of the next page."""
    meta: Meta


def quality_out(report: QualityReport, view: View) -> QualityOut:
    """The report as it is published."""
    examples: dict[tuple[str, str], list[FindingOut]] = {}
    for finding in report.findings:
        examples.setdefault((finding.entity, finding.rule), []).append(finding_out(finding, view))
    return QualityOut(
        held_back=[_held_back_out(each, view) for each in report.held_back],
        open_findings=sum(rule.open for rule in report.rules),
        parked=report.parked_count,
        rules=[_rule_out(rule, examples.get((rule.entity, rule.rule), []), view) for rule in report.rules],
        parked_records=[_quarantined_out(each, view) for each in report.parked],
        sessions=report.sessions,
        disputed=report.disputed,
        trend=report.trend,
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
