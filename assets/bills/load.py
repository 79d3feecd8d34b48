"""Loads the bills of a session: LEGISinfo's list and each bill's own record, into the shards."""

import contextlib
from collections import Counter
from collections.abc import Callable, Mapping

import msgspec

from assets.bills.checks import DETAILS_USABLE, LIST_USABLE, check_bills, findings_of_list, judge_list
from assets.bills.findings import findings_of, provisional_finding, shared_id_finding
from assets.bills.plausible import PlausibilityContext, StoredSponsor, findings_of_days, plausible
from assets.bills.settle import settle, settle_incoming
from assets.bills.transform import build_bill
from assets.checking.checks import CheckResult, Judge, last_of_each, usable
from assets.checking.frames import bills_frame
from assets.checking.gate import Validate, hold
from assets.loading import (
    Loading,
    LoadReport,
    ReadDocument,
    finish,
    is_loaded,
    latest_day,
    newest_of,
    published,
    read_newest,
    to_quarantine,
    unchanged,
)
from assets.overrides.apply import overriding
from assets.sources.legisinfo_bill_detail.parse import BillDetail, parse_detail
from assets.sources.legisinfo_bills.parse import BillRecord, parse_bills
from assets.sources.parsed import Parsed, Unfit, as_text
from assets.upstream.addresses import BILL_DETAIL, BILLS
from assets.upstream.fetch import Fetched
from warehouse.model.changes.corrections import READ_AGAIN
from warehouse.model.documents import Document
from warehouse.model.entities import Bill, Finding, Provenance, Quarantined
from warehouse.model.keys import SessionCode
from warehouse.postgres.aggregates.store import BILLS as AGGREGATE
from warehouse.postgres.aggregates.store import Change, Incoming, store_sharded
from warehouse.postgres.aggregates.withdraw import Withdrawal, withdraw
from warehouse.postgres.catalog import loads
from warehouse.postgres.catalog.ballot_runs import bill_keys, bill_sponsors, named_bills, sessions
from warehouse.runtime.errors import SourceChanged
from warehouse.runtime.failpoints import failpoint
from warehouse.stores import Stores

PROBES = 3
"""LEGISinfo has detail records for some sessions only. If these first ones are missing, the others are not
requested."""


def fetch_list(loading: Loading, session: str) -> list[Fetched]:
    """Fetch the bill list of a session: JSON, and XML where there is no JSON."""
    url = loading.addresses.bill_list(session, "json")
    fetched = loading.fetch(f"bill list {session}", [loading.request(url, BILLS, session)])
    if fetched[0].outcome == "missing":
        url = loading.addresses.bill_list(session, "xml")
        fetched += loading.fetch(f"bill list {session} as XML", [loading.request(url, BILLS, session)])
    return fetched


def fetch_details(loading: Loading, session: str) -> list[Fetched]:
    """Fetch the detail record of every bill in the newest readable list."""
    listed, _ = _read_list(loading.stores, session)
    if listed is None:
        return []
    known = loading.stores.documents.known(BILL_DETAIL, session)
    requests = [
        loading.request(loading.addresses.bill_detail(session, record.number), BILL_DETAIL, session)
        for record in listed.value.records
    ]
    due = loading.due(requests, known)
    if any(document.sha256 for document in known.values()):
        return loading.fetch(f"bill details {session}", due)
    probed = loading.fetch(f"bill details {session}, first {PROBES}", due[:PROBES])
    if all(document.outcome == "missing" for document in probed):
        return probed
    return probed + loading.fetch(f"bill details {session}", due[PROBES:])


class _ReadBills(msgspec.Struct, frozen=True):
    """The newest usable documents of a session, and what was noticed while reading them."""

    listed: ReadDocument[Parsed[BillRecord]] | None
    """Null if no bill list could be used; then details are not read."""
    details: dict[str, ReadDocument[BillDetail]]
    """By bill key."""
    checks: list[CheckResult]
    quarantined: list[Quarantined]


class _JudgedBills(msgspec.Struct, frozen=True):
    """A session's bills after the checks: what may be published, and what was refused."""

    listed: ReadDocument[Parsed[BillRecord]]
    details: dict[str, ReadDocument[BillDetail]]
    stored: set[str]
    """The keys of all bills that were listed before."""
    bills: list[Incoming[Bill]]
    bad_keys: set[str]
    findings: list[Finding]
    checks: list[CheckResult]
    quarantined: list[Quarantined]


def load_bills(loading: Loading, session: str) -> LoadReport:
    """Read, judge and store the bills of a session, and note the results.

    Documents and records at fault are quarantined; the last good state of their bills stays.
    """
    stores = loading.stores
    details = stores.documents.known(BILL_DETAIL, session)
    if is_loaded([*stores.documents.known(BILLS, session).values(), *details.values()]):
        return unchanged(stores, BILLS, session)
    read = _read(loading, session, details)
    if read.listed is None:
        report = LoadReport(source=BILLS, session=session, checks=read.checks)
        return finish(stores, report, findings=None, quarantined=read.quarantined)
    failpoint("parse.after_parse")
    judged = _judge(loading, session, read, read.listed)
    failpoint("check.after_checks")
    changes = _store(loading, session, judged)
    return _note(loading, session, judged, changes)


def _read(loading: Loading, session: str, details: Mapping[str, Document]) -> _ReadBills:
    """Read the bill list and, if it can be used, the detail records at these addresses."""
    judge = _list_judge(session)
    listed, quarantined = _read_list(loading.stores, session, judge)
    checks = [usable(LIST_USABLE, quarantined), *judge.results]
    if listed is None:
        return _ReadBills(None, {}, checks, quarantined)
    read = [
        read_newest(loading.stores, document, parse_detail, _of_address(loading, url))
        for url, document in details.items()
    ]
    unusable = [item for _, bad in read for item in bad]
    return _ReadBills(
        listed,
        {found.value.key: found for found, _ in read if found is not None},
        [*checks, usable(DETAILS_USABLE, unusable)],
        [*quarantined, *to_quarantine(listed, listed.value.unfit), *unusable],
    )


def _judge(loading: Loading, session: str, read: _ReadBills, listed: ReadDocument[Parsed[BillRecord]]) -> _JudgedBills:
    """Build the bills and check them; those that must not be published are quarantined."""
    stores = loading.stores
    context = PlausibilityContext(
        session={known.key: known for known in sessions(stores.catalog)}.get(session),
        latest=latest_day(),
        sponsors={key: StoredSponsor(*rest) for key, rest in bill_sponsors(stores.shards, session).items()},
    )
    incoming, findings = _build(listed, read.details, context)
    stored = bill_keys(stores.shards, session) - bill_keys(stores.shards, session, only_provisional=True)
    findings += findings_of_list(listed.value, stored)
    checks, unfit = _check([item.root for item in incoming], listed.value, session, loading.validate)
    bad_keys = {item.record_key for item in unfit}
    return _JudgedBills(
        listed=listed,
        details=read.details,
        stored=stored,
        bills=[item for item in incoming if item.root.key not in bad_keys],
        bad_keys=bad_keys,
        findings=[finding for finding in findings if finding.key not in bad_keys],
        checks=last_of_each([*checks, *read.checks]),
        quarantined=[*read.quarantined, *to_quarantine(listed, unfit)],
    )


def _store(loading: Loading, session: str, judged: _JudgedBills) -> list[Change]:
    """Store the bills that may be published, and withdraw provisional ones that no vote names any more."""
    stores = loading.stores
    news = _news(stores, judged.listed, judged.details)
    changes: list[Change] = []
    loading.progress.start(f"bills {session}", len(judged.bills))
    with overriding(stores.catalog) as overrides:
        wanted = settle_incoming(stores, session, overrides.merged("bill", judged.bills))
        for reason in (None, READ_AGAIN):
            batch = [item for item in wanted if (item.root.key in news) == (reason is None)]
            changes += store_sharded(stores.shards, AGGREGATE, batch, reason=reason, stored=loading.progress.advance)
        withdraw_unnamed(stores, session, judged.listed.provenance)
    loading.progress.done()
    return changes


def _note(loading: Loading, session: str, judged: _JudgedBills, changes: list[Change]) -> LoadReport:
    """Settle what depends on the bills, record the findings, and mark the documents as loaded."""
    stores = loading.stores
    settle(stores, {SessionCode.parse(session).parliament})
    note_provisional(stores, session)
    return finish(
        stores,
        LoadReport(
            source=BILLS, session=session, records=len(judged.bills), changed=len(changes), checks=judged.checks
        ),
        findings=judged.findings,
        quarantined=judged.quarantined,
        loaded=newest_of([judged.listed]) | newest_of(judged.details.values()),
        kept_findings=judged.stored & judged.bad_keys,
    )


def _list_judge(session: str) -> Judge[Parsed[BillRecord]]:
    return Judge(lambda new, old: judge_list(new, old, session))


def _of_address(loading: Loading, url: str) -> Callable[[BillDetail, BillDetail | None], None]:
    """Check that a detail record describes the bill at whose address it was fetched."""

    def judge(new: BillDetail, _old: BillDetail | None) -> None:
        if loading.addresses.bill_detail(new.session, new.number) != url:
            raise SourceChanged(f"The bill record is of {new.key}, not of the bill that was asked for.")

    return judge


def _news(
    stores: Stores, listed: ReadDocument[Parsed[BillRecord]], details: dict[str, ReadDocument[BillDetail]]
) -> set[str]:
    """The bills that Parliament has changed since they were loaded; all others were only read again."""
    news = {key for key, detail in details.items() if detail.loaded_sha256 != detail.provenance.document_sha256}
    before: dict[str, BillRecord] = {}
    if listed.loaded_sha256 is not None:
        with contextlib.suppress(SourceChanged):
            before = {record.key: record for record in parse_bills(stores.archive.get(listed.loaded_sha256)).records}
    return news | {record.key for record in listed.value.records if before.get(record.key) != record}


def _check(
    bills: list[Bill], listed: Parsed[BillRecord], session: str, validate: Validate
) -> tuple[list[CheckResult], list[Unfit]]:
    """Results of the session's checks and of the suite, and the bills that must not be published."""
    checks, unfit = check_bills(bills, listed, session)
    verdict = hold("bills", [bills_frame(bills)], validate)
    unfit += [Unfit(bill.key, reason, as_text(bill)) for bill in bills if (reason := verdict.reasons.get(bill.key))]
    return [*checks, verdict.check], unfit


def withdraw_unnamed(stores: Stores, session: str, origin: Provenance) -> None:
    """Withdraw provisional bills that no vote names any more, because a number was corrected or the vote belonged to
    another session. `origin` is the document that shows it."""
    gone = bill_keys(stores.shards, session, only_provisional=True) - named_bills(stores.shards, session)
    wanted = [
        Withdrawal(key, "No vote names this bill any more, and LEGISinfo does not list it.", origin)
        for key in sorted(gone)
    ]
    for shard, withdrawals in stores.shards.partition(wanted, key=lambda each: each.key).items():
        withdraw(stores.shards.databases[shard], AGGREGATE, withdrawals)


def note_provisional(stores: Stores, session: str) -> set[str]:
    """Record a finding for each stored bill that only votes name; returns their keys."""
    keys = bill_keys(stores.shards, session, only_provisional=True)
    findings = [provisional_finding(key) for key in sorted(keys)]
    loads.replace_findings(stores.catalog, f"provisional/{session}", findings)
    return keys


def _read_list(
    stores: Stores, session: str, judge: Judge[Parsed[BillRecord]] | None = None
) -> tuple[ReadDocument[Parsed[BillRecord]] | None, list[Quarantined]]:
    """The newest good list of a session, in the format that upstream has."""
    document = published(list(stores.documents.known(BILLS, session).values()))
    return read_newest(stores, document, parse_bills, judge or _list_judge(session))


def _build(
    listed: ReadDocument[Parsed[BillRecord]], details: dict[str, ReadDocument[BillDetail]], context: PlausibilityContext
) -> tuple[list[Incoming[Bill]], list[Finding]]:
    incoming: list[Incoming[Bill]] = []
    findings: list[Finding] = []
    built = []
    for record in listed.value.records:
        detail = details.get(record.key)
        built.append((record, detail, build_bill(record, detail.value if detail else None)))
    trusted = context.trusting_days([bill for _, _, bill in built])
    ids = Counter(bill.legisinfo_id for _, _, bill in built)
    for record, detail, said in built:
        bill, doubts = plausible(said, trusted)
        findings += findings_of(bill, record, detail.value if detail else None) + doubts
        if ids[bill.legisinfo_id] > 1:
            findings.append(shared_id_finding(bill))
            bill = msgspec.structs.replace(bill, legisinfo_id=None)
        if trusted.session is None:
            findings += findings_of_days(bill, context.session)
        incoming.append(Incoming(bill, (detail or listed).provenance))
    return incoming, findings
