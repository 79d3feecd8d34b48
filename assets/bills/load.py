"""Loads the bills of a session: LEGISinfo's list and each bill's own record, into the shards."""

from assets.bills.checks import DETAILS_USABLE, LIST_USABLE, check_bills, findings_of_list, judge_list
from assets.bills.findings import findings_of, provisional_finding
from assets.bills.settle import settle, settle_incoming
from assets.bills.transform import build_bill
from assets.checks import CheckResult, Judge, last_of_each, usable
from assets.contracts import Validate, hold
from assets.frames import bills_frame
from assets.loading import (
    Loading,
    LoadReport,
    Read,
    finish,
    is_loaded,
    newest_of,
    parked,
    published,
    read_newest,
    unchanged,
)
from assets.overriding.loads import overriding
from assets.sources.legisinfo_bill_detail.parse import BillDetail, parse_detail
from assets.sources.legisinfo_bills.parse import BillRecord, parse_bills
from assets.sources.parsed import Parsed, Unfit, as_text
from assets.upstream.addresses import BILL_DETAIL, BILLS
from assets.upstream.fetch import Fetched
from warehouse.model.entities import Bill, Finding, Quarantined
from warehouse.model.keys import SessionCode
from warehouse.postgres import register
from warehouse.postgres.aggregates import BILLS as AGGREGATE
from warehouse.postgres.aggregates import Incoming, store_sharded
from warehouse.postgres.ballots import bill_keys
from warehouse.runtime.failpoints import failpoint
from warehouse.stores import Stores

PROBES = 3
"""Sites keep detail records for some sessions and not for others: where the first ones are missing, the rest are not
asked for one by one."""


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


def load_bills(loading: Loading, session: str) -> LoadReport:
    """Read, check and store the bills of a session; bad documents and records are parked, good ones go through."""
    stores = loading.stores
    details = stores.documents.known(BILL_DETAIL, session)
    if is_loaded([*stores.documents.known(BILLS, session).values(), *details.values()]):
        return unchanged(stores, BILLS, session)
    judge = Judge(judge_list)
    listed, quarantined = _read_list(stores, session, judge)
    checks = [usable(LIST_USABLE, quarantined), *judge.results]
    if listed is None:
        report = LoadReport(source=BILLS, session=session, checks=checks)
        return finish(stores, report, quarantined=quarantined)
    quarantined += parked(listed, listed.value.unfit)
    read = {url: read_newest(stores, document, parse_detail) for url, document in details.items()}
    unusable = [item for _, bad in read.values() for item in bad]
    quarantined += unusable
    checks.append(usable(DETAILS_USABLE, unusable))
    of_key = {found.value.key: found for found, _ in read.values() if found is not None}
    failpoint("parse.after_parse")
    incoming, findings = _build(listed, of_key)
    findings += findings_of_list(listed.value)
    found, unfit = _check([item.root for item in incoming], listed.value, session, loading.validate)
    checks = last_of_each([*found, *checks])
    failpoint("check.after_checks")
    quarantined += parked(listed, unfit)
    bad_keys = {item.record_key for item in unfit}
    good = [item for item in incoming if item.root.key not in bad_keys]
    loading.progress.start(f"bills {session}", len(good))
    with overriding(stores.catalog) as overrides:
        wanted = settle_incoming(stores, session, overrides.merged("bill", good))
        changes = store_sharded(stores.shards, AGGREGATE, wanted, stored=loading.progress.advance)
    loading.progress.done()
    report = LoadReport(source=BILLS, session=session, records=len(good), changed=len(changes), checks=checks)
    settle(stores, {SessionCode.parse(session).parliament})
    note_provisional(stores, session)
    newest = newest_of([listed]) | newest_of(of_key.values())
    return finish(stores, report, findings=findings, quarantined=quarantined, loaded=newest)


def _check(
    bills: list[Bill], listed: Parsed[BillRecord], session: str, validate: Validate
) -> tuple[list[CheckResult], list[Unfit]]:
    """The checks of the session's bills and of their suite; the bills that must not be published."""
    checks, unfit = check_bills(bills, listed, session)
    verdict = hold("bills", [bills_frame(bills)], validate)
    unfit += [Unfit(bill.key, reason, as_text(bill)) for bill in bills if (reason := verdict.reasons.get(bill.key))]
    return [*checks, verdict.check], unfit


def note_provisional(stores: Stores, session: str) -> set[str]:
    """Note as findings the bills that only votes name, as the shards hold them now; returns their keys."""
    keys = bill_keys(stores.shards, session, only_provisional=True)
    findings = [provisional_finding(key) for key in sorted(keys)]
    register.replace_findings(stores.catalog, f"provisional/{session}", findings)
    return keys


def _read_list(
    stores: Stores, session: str, judge: Judge[Parsed[BillRecord]] | None = None
) -> tuple[Read[Parsed[BillRecord]] | None, list[Quarantined]]:
    """The newest good list of a session, from whichever format upstream has."""
    document = published(list(stores.documents.known(BILLS, session).values()))
    return read_newest(stores, document, parse_bills, judge or Judge(judge_list))


def _build(
    listed: Read[Parsed[BillRecord]], details: dict[str, Read[BillDetail]]
) -> tuple[list[Incoming[Bill]], list[Finding]]:
    incoming: list[Incoming[Bill]] = []
    findings: list[Finding] = []
    for record in listed.value.records:
        detail = details.get(record.key)
        bill = build_bill(record, detail.value if detail else None)
        findings += findings_of(bill, record, detail.value if detail else None)
        incoming.append(Incoming(bill, (detail or listed).provenance))
    return incoming, findings
