"""Loads the votes of a session with their ballots: the list of divisions, in two languages, and a document for each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from assets.bills.load import note_provisional
from assets.checks import CheckResult, Judge, carried, last_of_each, usable
from assets.contracts import ROWS, Validate, hold
from assets.frames import ballots_frame, votes_frame
from assets.loading import (
    LOADED_BY,
    Loading,
    LoadReport,
    Read,
    finish,
    is_loaded,
    known_checks,
    newest_of,
    parked,
    published,
    read_newest,
    unchanged,
)
from assets.members.transform import runs_of_ballots
from assets.overriding.loads import Overriding, overriding
from assets.sessions.load import named_only
from assets.sources.ourcommons_ballots.parse import parse_ballots
from assets.sources.ourcommons_votes.parse import VoteRecord, parse_votes
from assets.sources.parsed import Parsed, Unfit, as_text
from assets.upstream.addresses import BALLOTS, VOTES, Form
from assets.upstream.fetch import Fetched
from assets.votes.checks import (
    BALLOTS_USABLE,
    LISTS_USABLE,
    OF_AFFECTED,
    check_ballots_shrinkage,
    check_cited_bills,
    check_votes,
    findings_of_list,
    judge_list,
)
from assets.votes.transform import build_vote, findings_of, findings_of_language
from warehouse.model.entities import Ballot, Bill, Provenance, Quarantined, Vote
from warehouse.model.keys import BillNumber
from warehouse.postgres import register
from warehouse.postgres.aggregates import BILLS, SESSIONS, Change, Incoming, store, store_sharded
from warehouse.postgres.aggregates import VOTES as AGGREGATE
from warehouse.postgres.ballots import bill_keys, replace_runs, session_ballots, sessions
from warehouse.postgres.documents import Document
from warehouse.runtime.failpoints import failpoint
from warehouse.stores import Stores

BATCH = 250
"""Votes a transaction: about 80,000 ballots, some 20 MB while they are on their way."""


def fetch_lists(loading: Loading, session: str) -> list[Fetched]:
    """Fetch the list of divisions in both languages; a list that is missing is not published yet."""
    urls = [loading.addresses.vote_list(session, "en"), loading.addresses.vote_list(session, "fr")]
    return loading.fetch(f"vote lists {session}", [loading.request(url, VOTES, session) for url in urls])


def fetch_ballots(loading: Loading, session: str, form: Form = "csv") -> list[Fetched]:
    """Fetch the ballots of every division in the newest readable list."""
    listed, _ = _read_list(loading, session, "en")
    if listed is None:
        return []
    requests = [
        loading.request(loading.addresses.ballots(session, record.number, form), BALLOTS, session)
        for record in listed.value.records
    ]
    due = loading.due(requests, loading.stores.documents.known(BALLOTS, session))
    return loading.fetch(f"ballots {session}", due)


class _Inputs(msgspec.Struct, frozen=True):
    """Everything that was read for one session's votes."""

    listed: Read[Parsed[VoteRecord]]
    french: Read[Parsed[VoteRecord]] | None
    french_of: dict[int, VoteRecord]
    ballots: dict[int, Read[Parsed[Ballot]]]
    """Only of the divisions in `affected`, and only where their ballots are published."""
    affected: list[VoteRecord]
    """The divisions whose entry or ballots differ from what was loaded."""


class _Reading(msgspec.Struct, frozen=True):
    """What came of reading: the inputs, None without a good list, and what to write down about the documents."""

    inputs: _Inputs | None
    quarantined: list[Quarantined]
    read: list[str]
    checks: list[CheckResult]


def load_votes(loading: Loading, session: str, province_of: Mapping[str, str]) -> LoadReport:
    """Read, check and store the votes of a session whose documents changed.

    Bad documents and records are parked, and the last good ballots of their vote stay. A bill that a vote names and
    nobody lists becomes provisional.
    """
    stores = loading.stores
    lists, documents = stores.documents.known(VOTES, session), stores.documents.known(BALLOTS, session)
    if is_loaded([*lists.values(), *documents.values()]):
        return unchanged(stores, VOTES, session)
    reading = _read_inputs(loading, session, documents)
    inputs, quarantined = reading.inputs, reading.quarantined
    if inputs is None:
        report = LoadReport(source=VOTES, session=session, checks=reading.checks)
        return finish(stores, report, quarantined=quarantined, read=reading.read)
    failpoint("parse.after_parse")
    votes = [_build(record, inputs, province_of) for record in inputs.affected]
    every = [
        build_vote(record, inputs.french_of.get(record.number), None, {}) for record in inputs.listed.value.records
    ]
    checks, unfit = check_votes([item.root for item in votes], every, inputs.listed.value, session)
    expected, unexpected = _expect([item.root for item in votes], loading.validate)
    checks = last_of_each([*checks, *expected, *reading.checks])
    before = known_checks(register.last_load(stores.catalog, VOTES, session))
    checks = carried(checks, before, {*reading.read, *(vote.root.key for vote in votes)}, OF_AFFECTED)
    unfit += unexpected
    failpoint("check.after_checks")
    quarantined += parked(inputs.listed, unfit)
    bad_keys = {item.record_key for item in unfit}
    good = [item for item in votes if item.root.key not in bad_keys]
    with overriding(stores.catalog) as overrides:
        bills = _provisional_bills(loading, session, inputs.listed.provenance, every)
        store_sharded(stores.shards, BILLS, overrides.merged("bill", bills))
        overrides.settle_unnamed(session, {vote.bill for vote in every if vote.bill is not None})
        provisional = note_provisional(stores, session)
        checks.append(check_cited_bills(every, bill_keys(stores.shards, session) - provisional))
        changes = _store(loading, session, good, overrides)
        follow_runs(stores, session)
        if session not in {known.key for known in sessions(stores.catalog)}:
            unnamed = [Incoming(named_only(session), inputs.listed.provenance)]
            store(stores.catalog, SESSIONS, overrides.merged("session", unnamed))
    findings = findings_of_language(session, every) + findings_of_list(session, inputs.listed.value)
    records = {record.number: record for record in inputs.affected}
    findings += [item for vote in votes for item in findings_of(vote.root, records[vote.root.number])]
    report = LoadReport(
        source=VOTES, session=session, records=len(every) - len(bad_keys), changed=len(changes), checks=checks
    )
    return finish(
        stores, report, findings=findings, quarantined=quarantined, read=reading.read,
        loaded=_newest(inputs), about=[session, *(vote.root.key for vote in votes)],
    )  # fmt: skip


def _expect(votes: Sequence[Vote], validate: Validate) -> tuple[list[CheckResult], list[Unfit]]:
    """The suites of votes and of their ballots; a vote is parked as a whole, so that its counts stay true."""
    step = max(1, ROWS // 340)
    batches = (ballots_frame(votes[start : start + step]) for start in range(0, len(votes), step))
    verdicts = [hold("votes", [votes_frame(votes)], validate), hold("ballots", batches, validate)]
    reasons = verdicts[0].reasons | {key.rpartition("/")[0]: reason for key, reason in verdicts[1].reasons.items()}
    unfit = [Unfit(vote.key, reasons[vote.key], as_text(vote)) for vote in votes if vote.key in reasons]
    return [verdict.check for verdict in verdicts], unfit


def _read_list(
    loading: Loading, session: str, lang: str, judge: Judge[Parsed[VoteRecord]] | None = None
) -> tuple[Read[Parsed[VoteRecord]] | None, list[Quarantined]]:
    url = loading.addresses.vote_list(session, "fr" if lang == "fr" else "en")
    document = loading.stores.documents.known(VOTES, session).get(url)
    return read_newest(loading.stores, document, parse_votes, judge or Judge(judge_list))


def _read_inputs(loading: Loading, session: str, documents: Mapping[str, Document]) -> _Reading:
    """Read both lists, find out which divisions they or their ballots changed, and read the ballots of those."""
    judge = Judge(judge_list)
    listed, quarantined = _read_list(loading, session, "en", judge)
    french, bad = _read_list(loading, session, "fr")
    quarantined += bad
    checks = [usable(LISTS_USABLE, quarantined), *judge.results]
    read = [loading.addresses.vote_list(session, "en"), loading.addresses.vote_list(session, "fr")]
    if listed is None:
        return _Reading(None, quarantined, read, checks)
    quarantined += parked(listed, listed.value.unfit) + (parked(french, french.value.unfit) if french else [])
    of_number = _by_number(documents.values())
    french_of = {record.number: record for record in french.value.records} if french else {}
    changed = _changed_entries(loading, session, listed, french)
    affected = [
        record
        for record in listed.value.records
        if record.number in changed or not is_loaded(of_number.get(record.number, []))
    ]
    ballots: dict[int, Read[Parsed[Ballot]]] = {}
    unusable: list[Quarantined] = []
    loading.progress.start(f"reading ballots {session}", len(affected))
    for record in affected:
        document = published(of_number.get(record.number, []))
        found, bad = read_newest(loading.stores, document, parse_ballots, check_ballots_shrinkage)
        unusable += bad
        read += [document.url] if document else []
        if found is not None:
            ballots[record.number] = found
            quarantined += parked(found, found.value.unfit)
        loading.progress.advance(1)
    loading.progress.done()
    checks.append(usable(BALLOTS_USABLE, unusable))
    inputs = _Inputs(listed, french, french_of, ballots, affected)
    return _Reading(inputs, quarantined + unusable, read, checks)


def _by_number(documents: Iterable[Document]) -> dict[int, list[Document]]:
    """The ballot documents of each division, whatever their format: `…/votes/45/1/43/csv`."""
    of_number: dict[int, list[Document]] = defaultdict(list)
    for document in documents:
        of_number[int(document.url.rsplit("/", 2)[1])].append(document)
    return of_number


def _changed_entries(
    loading: Loading, session: str, listed: Read[Parsed[VoteRecord]], french: Read[Parsed[VoteRecord]] | None
) -> set[int]:
    """The numbers of the divisions whose entry in either list differs from the list that was loaded."""
    known = loading.stores.documents.known(VOTES, session)
    changed: set[int] = set()
    for read in (listed, french):
        if read is None or not read.is_newest:
            continue
        document = known[read.provenance.url]
        if document.loaded_sha256 == document.sha256 and document.loaded_by == LOADED_BY:
            continue
        before: dict[int, VoteRecord] = {}
        if document.loaded_sha256 is not None and document.loaded_by == LOADED_BY:
            old = parse_votes(loading.stores.archive.get(document.loaded_sha256))
            before = {record.number: record for record in old.records}
        changed |= {record.number for record in read.value.records if before.get(record.number) != record}
    return changed


def _build(record: VoteRecord, inputs: _Inputs, province_of: Mapping[str, str]) -> Incoming[Vote]:
    ballots = inputs.ballots.get(record.number)
    vote = build_vote(
        record, inputs.french_of.get(record.number), ballots.value.records if ballots else None, province_of
    )
    return Incoming(vote, (ballots or inputs.listed).provenance)


def _provisional_bills(
    loading: Loading, session: str, origin: Provenance, votes: Sequence[Vote]
) -> list[Incoming[Bill]]:
    """The bills that votes name and nobody has listed: known by session and number only, completed later."""
    cited = {vote.bill for vote in votes if vote.bill is not None}
    bills = [
        Bill(
            key=key,
            session=session,
            number=str(number),
            chamber=number.chamber,
            provisional=True,
            outcome_rule="not-listed",
        )
        for key in sorted(cited - bill_keys(loading.stores.shards, session))
        for number in [BillNumber.parse(key.rpartition("/")[2])]
    ]
    return [Incoming(bill, origin) for bill in bills]


def _store(loading: Loading, session: str, votes: Sequence[Incoming[Vote]], overrides: Overriding) -> list[Change]:
    changes: list[Change] = []
    loading.progress.start(f"votes {session}", len(votes))
    for start in range(0, len(votes), BATCH):
        batch = overrides.merged("vote", votes[start : start + BATCH])
        changes += store_sharded(loading.stores.shards, AGGREGATE, batch, stored=loading.progress.advance)
    loading.progress.done()
    return changes


def follow_runs(stores: Stores, session: str) -> None:
    """What follows in the catalog from a session's votes: the runs of its ballots, which members are derived from."""
    replace_runs(stores.catalog, session, runs_of_ballots(session_ballots(stores.shards, session)))


def _newest(inputs: _Inputs) -> dict[str, str]:
    """The documents that were read in their newest form: they are now the loaded ones."""
    lists = [inputs.listed, *([inputs.french] if inputs.french else [])]
    return newest_of(lists) | newest_of(inputs.ballots.values())
