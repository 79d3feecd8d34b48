"""Shared by all loaders: stores, access to upstream, reading the newest good document, the report of a load.

The order within a load makes a crash harmless: store → findings and quarantine → counts → mark documents as loaded.
Documents that were not marked are read again, and storing the same content again writes nothing.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

import msgspec

from assets.checking.checks import CheckResult, healed
from assets.checking.gate import Validate, validate_fast
from assets.progress import Progress
from assets.sources.parsed import LONGEST_REASON, Unfit, refusing
from assets.upstream.addresses import Addresses, Form
from assets.upstream.fetch import Fetched, Fetcher, Request
from assets.upstream.schedule import is_due
from assets.upstream.transport import LARGEST_DOCUMENT
from warehouse.model.entities import Finding, Provenance, Quarantined
from warehouse.postgres.catalog import loads
from warehouse.postgres.catalog.documents import Document
from warehouse.runtime.clock import OTTAWA, now
from warehouse.runtime.errors import SourceChanged
from warehouse.runtime.failpoints import failpoint
from warehouse.runtime.printable import one_line
from warehouse.stores import Stores

LOADED_BY = "2"
"""Raise it if parsing or transforming gives other entities from the same bytes; every document is then read again."""

T = TypeVar("T")


class Loading(msgspec.Struct, frozen=True):
    """What loaders work with."""

    stores: Stores
    fetcher: Fetcher
    addresses: Addresses
    """The addresses that name the documents."""
    asked_at: Addresses
    """The addresses that requests are sent to: the same, or those of a stand-in."""
    progress: Progress
    is_polite: bool
    """Upstream is a real site, so documents are requested again only when they are due."""
    validate: Validate = validate_fast
    """Evaluates the suites of `assets.checking.expectations`."""
    ballot_form: Form = "csv"
    """The format in which ballots are fetched."""
    max_bytes: int = LARGEST_DOCUMENT
    roles_held: frozenset[int] | None = None
    """The people whose roles documents a stand-in has; null if any may be requested."""

    def fetch(self, task: str, requests: Sequence[Request]) -> list[Fetched]:
        """Fetch documents, with progress. A document that cannot be fetched is reported, never raised."""
        self.progress.start(task, len(requests))
        fetched = self.fetcher.fetch(requests, self.progress.advance)
        self.progress.done()
        return fetched

    def request(self, url: str, source: str, session: str = "") -> Request:
        """A request for one document."""
        address = self.addresses.located(url, self.asked_at)
        return Request(url=url, source=source, session=session, max_bytes=self.max_bytes, address=address)

    def due(self, requests: Sequence[Request], known: dict[str, Document]) -> list[Request]:
        """The requests worth sending now."""
        if not self.is_polite:
            return list(requests)
        moment = now()
        return [request for request in requests if is_due(known.get(request.url), moment)]


class LoadReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a load did; `records` are good records, `changed` are new revisions."""

    source: str
    session: str
    records: int = 0
    changed: int = 0
    quarantined: int = 0
    findings: int = 0
    checks: list[CheckResult] = []
    unchanged: bool = False
    """All documents are those already loaded, so nothing was read or written."""

    @property
    def is_blocked(self) -> bool:
        """A blocking check failed: the last good data stays."""
        return any(check.blocking and not check.passed for check in self.checks)


class ReadDocument(msgspec.Struct, Generic[T], frozen=True):
    """A document that was read: its content, its provenance, and whether it is the newest version."""

    value: T
    provenance: Provenance
    is_newest: bool
    loaded_sha256: str | None = None
    """The content that was loaded last, by any version of the readers."""


def is_loaded(documents: Sequence[Document]) -> bool:
    """Every document that exists has been loaded by this version of the readers."""
    return all(
        document.sha256 is None or (document.sha256 == document.loaded_sha256 and document.loaded_by == LOADED_BY)
        for document in documents
    )


def read_newest(
    stores: Stores,
    document: Document | None,
    parse: Callable[[bytes], T],
    judge: Callable[[T, T | None], None] = lambda _new, _old: None,
) -> tuple[ReadDocument[T] | None, list[Quarantined]]:
    """Read the newest bytes of a document, or the last good ones if the newest cannot be used.

    `judge` compares the new content with the last good content (None if there is none, or if both are the same) and
    raises SourceChanged if the new one must not replace it. Returns what was read (None if there is no good version)
    and the refused document with its reason.
    """
    if document is None or document.sha256 is None:
        return None, []
    old = _read(stores, document, document.loaded_sha256, parse) if _has_older(document) else None
    body = stores.archive.get(document.sha256)
    try:
        with refusing():
            new = parse(body)
            judge(new, old.value if old else None)
    except SourceChanged as error:
        refused = Quarantined(
            source=document.source,
            url=document.url,
            document_sha256=document.sha256,
            record_key="",
            reason=one_line(error.message, LONGEST_REASON),
        )
        return old, [refused]
    assert document.fetched_at is not None
    provenance = _provenance(document, document.sha256, document.fetched_at)
    return ReadDocument(new, provenance, True, document.loaded_sha256), []


def _has_older(document: Document) -> bool:
    return document.loaded_sha256 is not None and document.loaded_sha256 != document.sha256


def _read(
    stores: Stores, document: Document, sha256: str | None, parse: Callable[[bytes], T]
) -> ReadDocument[T] | None:
    """The last good content; None if this version of the readers no longer accepts it."""
    if sha256 is None or document.loaded_fetched_at is None:
        return None
    body = stores.archive.get(sha256)
    try:
        with refusing():
            value = parse(body)
    except SourceChanged:
        return None
    return ReadDocument(value, _provenance(document, sha256, document.loaded_fetched_at), False, sha256)


def latest_day() -> dt.date:
    """The last day on which anything can have happened: tomorrow in Ottawa, because clocks differ."""
    return now().astimezone(OTTAWA).date() + dt.timedelta(days=1)


def newest_of(reads: Iterable[ReadDocument[T]]) -> dict[str, str]:
    """The documents that were read in their newest version: SHA-256 by address."""
    return {read.provenance.url: read.provenance.document_sha256 for read in reads if read.is_newest}


def loaded_provenance(document: Document) -> Provenance:
    """The provenance of the loaded content of a document."""
    assert document.loaded_sha256 is not None
    assert document.loaded_fetched_at is not None
    return _provenance(document, document.loaded_sha256, document.loaded_fetched_at)


def _provenance(document: Document, sha256: str, fetched_at: dt.datetime) -> Provenance:
    return Provenance(source=document.source, url=document.url, document_sha256=sha256, fetched_at=fetched_at)


def to_quarantine(read: ReadDocument[T], unfit: Sequence[Unfit]) -> list[Quarantined]:
    """The refused records of a document, as rows of the quarantine."""
    origin = read.provenance
    return [
        Quarantined(
            source=origin.source,
            url=origin.url,
            document_sha256=origin.document_sha256,
            record_key=item.record_key,
            reason=item.reason,
            record=item.record,
        )
        for item in unfit
    ]


def published(documents: Sequence[Document]) -> Document | None:
    """The published one among the formats of a document: an address that is missing now only has its former content."""
    there = [document for document in documents if document.sha256 is not None]
    return max(there, key=lambda document: (document.outcome != "missing", document.checked_at), default=None)


def finish(
    stores: Stores,
    report: LoadReport,
    *,
    findings: Sequence[Finding] | None = (),
    quarantined: Sequence[Quarantined] = (),
    loaded: Mapping[str, str] | None = None,
    inputs: str = "",
    kept_findings: Collection[str] = (),
    kept_documents: Collection[str] = (),
) -> LoadReport:
    """Record the results of a load, then mark its good documents as loaded.

    Earlier findings that are not found again are closed. A load that did not look at everything names what stays open:
    the keys in `kept_findings` and the addresses in `kept_documents`. If nothing could be read, findings is None and
    all of them stay open.
    """
    scope = f"{report.source}/{report.session}"
    if findings is not None:
        loads.replace_findings(stores.catalog, scope, findings, kept_findings)
    loads.replace_quarantine(stores.catalog, scope, report.session, quarantined, kept_documents)
    report = msgspec.structs.replace(report, findings=len(findings or ()), quarantined=len(quarantined))
    loads.record_load(
        stores.catalog,
        report.source,
        report.session,
        records=report.records,
        changed=report.changed,
        quarantined=report.quarantined,
        checks=report.checks,
        inputs=inputs,
    )
    failpoint("documents.before_loaded")
    stores.documents.mark_loaded(loaded or {}, LOADED_BY)
    failpoint("documents.after_loaded")
    loads.heal_quarantine(stores.catalog, scope)
    return report


def unchanged(stores: Stores, source: str, session: str) -> LoadReport:
    """The report of a load that had nothing to do, with the results of the last load's checks."""
    loads.heal_quarantine(stores.catalog, f"{source}/{session}")
    last = loads.last_load(stores.catalog, source, session)
    findings, quarantined = loads.open_counts(stores.catalog, f"{source}/{session}")
    before = known_checks(last)
    checks = healed(before)
    if checks != before:
        loads.record_load(
            stores.catalog,
            source,
            session,
            records=last.records,
            changed=0,
            quarantined=quarantined,
            checks=checks,
            inputs=last.inputs,
        )
    return LoadReport(
        source=source,
        session=session,
        records=last.records,
        findings=findings,
        quarantined=quarantined,
        checks=checks,
        unchanged=True,
    )


def known_checks(last: loads.LastLoad) -> list[CheckResult]:
    """What the checks of an earlier load found."""
    return msgspec.convert(last.checks, list[CheckResult])
