"""Loads the votes of a session with their ballots: the list of divisions, in two languages, and a document for each."""

from collections.abc import Mapping, Sequence

import msgspec

from assets.bills.load import note_provisional, withdraw_unnamed
from assets.checking.checks import CheckResult, carried, last_of_each
from assets.checking.frames import ballots_frame, votes_frame
from assets.checking.gate import ROWS, Validate, hold
from assets.loading import (
    Loading,
    LoadReport,
    finish,
    is_loaded,
    known_checks,
    latest_day,
    to_quarantine,
    unchanged,
)
from assets.members.transform import runs_of_ballots
from assets.overrides.apply import Overriding, overriding
from assets.sessions.load import named_only
from assets.sources.ourcommons_votes.parse import VoteRecord
from assets.sources.parsed import Unfit, as_text
from assets.upstream.addresses import BALLOTS, VOTES, Form
from assets.upstream.fetch import Fetched
from assets.votes.ballot_forms import is_csv, short_ones
from assets.votes.checks import (
    OF_AFFECTED,
    check_cited_bills,
    check_votes,
    findings_of_ballots,
    findings_of_days,
    findings_of_list,
)
from assets.votes.inputs import ReadVotes, VoteInputs, division_of, read_list, read_votes
from assets.votes.transform import build_vote, findings_of, findings_of_language
from warehouse.model.changes.corrections import READ_AGAIN
from warehouse.model.entities import Bill, Finding, Provenance, Quarantined, Session, Vote
from warehouse.model.keys import BillNumber
from warehouse.postgres.aggregates.store import BILLS, SESSIONS, Change, Incoming, store, store_sharded
from warehouse.postgres.aggregates.store import VOTES as AGGREGATE
from warehouse.postgres.catalog import loads
from warehouse.postgres.catalog.ballot_runs import (
    bill_keys,
    replace_runs,
    session_ballots,
    sessions,
    vote_keys,
)
from warehouse.runtime.failpoints import failpoint
from warehouse.stores import Stores

BATCH = 250
"""Votes in one transaction: about 80,000 ballots, some 20 MB in transit."""


def fetch_lists(loading: Loading, session: str) -> list[Fetched]:
    """Fetch the list of divisions in both languages. A missing list is not published yet."""
    urls = [loading.addresses.vote_list(session, "en"), loading.addresses.vote_list(session, "fr")]
    return loading.fetch(f"vote lists {session}", [loading.request(url, VOTES, session) for url in urls])


def fetch_ballots(loading: Loading, session: str, form: Form = "csv") -> list[Fetched]:
    """Fetch the ballots of every division in the newest readable list. If a CSV falls short of the announced totals,
    fetch the XML too, which names the members on both lists."""
    listed, _ = read_list(loading, session, "en")
    if listed is None:
        return []
    requests = [
        loading.request(loading.addresses.ballots(session, record.number, form), BALLOTS, session)
        for record in listed.value.records
    ]
    due = loading.due(requests, loading.stores.documents.known(BALLOTS, session))
    fetched = loading.fetch(f"ballots {session}", due)
    return fetched if form == "xml" else [*fetched, *_fetch_whole(loading, session, listed.value.records)]


def _fetch_whole(loading: Loading, session: str, records: Sequence[VoteRecord]) -> list[Fetched]:
    """Fetch the XML of divisions whose CSV falls short. Only CSV documents that are new or fell short before are
    examined."""
    known = loading.stores.documents.known(BALLOTS, session)
    whole = {division_of(url) for url in known if not is_csv(url)}
    open_ones = {
        division_of(url): document
        for url, document in known.items()
        if is_csv(url) and (not is_loaded([document]) or division_of(url) in whole)
    }
    short = short_ones(records, open_ones, loading.stores.archive)
    requests = [
        loading.request(loading.addresses.ballots(session, record.number, "xml"), BALLOTS, session) for record in short
    ]
    due = loading.due(requests, known)
    return loading.fetch(f"ballots on both sides {session}", due) if due else []


class _JudgedVotes(msgspec.Struct, frozen=True):
    """A session's votes after the checks: what may be published, and what was refused."""

    inputs: VoteInputs
    known: Session | None
    """The session, if a bill list has named it."""
    stored: set[str]
    """The keys of the session's votes that were stored before this load."""
    votes: list[Incoming[Vote]]
    """The affected votes that may be published, with their ballots."""
    every: list[Vote]
    """All votes of the list that may be published, without ballots."""
    checks: list[CheckResult]
    quarantined: list[Quarantined]


class _StoredVotes(msgspec.Struct, frozen=True):
    """What storing changed."""

    changes: list[Change]
    cited_bills: CheckResult


def load_votes(loading: Loading, session: str, province_of: Mapping[str, str]) -> LoadReport:
    """Read, judge and store the votes of a session whose documents changed, and note the results.

    Documents and records at fault are quarantined; the last good ballots of their vote stay. A bill that a vote names
    but LEGISinfo does not list becomes provisional.
    """
    stores = loading.stores
    lists, documents = stores.documents.known(VOTES, session), stores.documents.known(BALLOTS, session)
    if is_loaded([*lists.values(), *documents.values()]):
        return unchanged(stores, VOTES, session)
    read = read_votes(loading, session, documents)
    if read.inputs is None:
        report = LoadReport(source=VOTES, session=session, checks=read.checks)
        return finish(stores, report, findings=None, quarantined=read.quarantined, kept_documents=read.unread)
    failpoint("parse.after_parse")
    judged = _judge(loading, session, read, read.inputs, province_of)
    failpoint("check.after_checks")
    stored = _store(loading, session, judged)
    return _note(loading, session, judged, stored, read.unread)


def _judge(
    loading: Loading, session: str, read: ReadVotes, inputs: VoteInputs, province_of: Mapping[str, str]
) -> _JudgedVotes:
    """Build the votes and check them; those that must not be published are quarantined."""
    stores = loading.stores
    stored = vote_keys(stores.shards, session)
    known = {each.key: each for each in sessions(stores.catalog)}.get(session)
    votes = [_build(record, inputs, province_of) for record in inputs.affected]
    listed = [
        build_vote(record, inputs.french_of.get(record.number), None, {}, inputs.held[record.number])
        for record in inputs.listed.value.records
    ]
    roots = [item.root for item in votes]
    checks, unfit = check_votes(roots, listed, inputs.listed.value, session, known=known, today=latest_day())
    expected, unexpected, unfit_ballots = _expect(listed, roots, loading.validate)
    before = known_checks(loads.last_load(stores.catalog, VOTES, session))
    checks = last_of_each([*checks, *expected, *read.checks])
    checks = carried(checks, before, {*read.read, *(vote.key for vote in roots)}, OF_AFFECTED)
    quarantined = read.quarantined + to_quarantine(inputs.listed, unfit + unexpected)
    for item in unfit_ballots:
        quarantined += to_quarantine(inputs.ballots[int(item.record_key.rpartition("/")[2])], [item])
    bad_keys = {item.record_key for item in [*unfit, *unexpected, *unfit_ballots]}
    good = [item for item in votes if item.root.key not in bad_keys]
    every = [vote for vote in listed if vote.key not in bad_keys]
    return _JudgedVotes(inputs, known, stored, good, every, checks, quarantined)


def _store(loading: Loading, session: str, judged: _JudgedVotes) -> _StoredVotes:
    """Store the votes and the bills that only they name, and update what the catalog derives from both."""
    stores, origin = loading.stores, judged.inputs.listed.provenance
    with overriding(stores.catalog) as overrides:
        bills = _provisional_bills(loading, session, origin, judged.every)
        store_sharded(stores.shards, BILLS, overrides.merged("bill", bills))
        overrides.settle_unnamed(session, {vote.bill for vote in judged.every if vote.bill is not None})
        changes = _store_batches(loading, session, judged.votes, judged.inputs.read_again, overrides)
        withdraw_unnamed(stores, session, origin)
        provisional = note_provisional(stores, session)
        cited_bills = check_cited_bills(judged.every, bill_keys(stores.shards, session) - provisional)
        follow_runs(stores, session)
        if judged.every and judged.known is None:
            unnamed = [Incoming(named_only(session), origin)]
            store(stores.catalog, SESSIONS, overrides.merged("session", unnamed))
    return _StoredVotes(changes, cited_bills)


def _note(
    loading: Loading, session: str, judged: _JudgedVotes, stored: _StoredVotes, unread: Sequence[str]
) -> LoadReport:
    """Record the findings, and mark the documents as loaded."""
    looked_at = {session, *(vote.root.key for vote in judged.votes)}
    listed = {record.number for record in judged.inputs.listed.value.records}
    return finish(
        loading.stores,
        LoadReport(
            source=VOTES,
            session=session,
            records=len(judged.every),
            changed=len(stored.changes),
            checks=[*judged.checks, stored.cited_bills],
        ),
        findings=_findings(session, judged),
        quarantined=judged.quarantined,
        loaded=judged.inputs.newest,
        kept_findings=({vote.key for vote in judged.every} | judged.stored) - looked_at,
        kept_documents=[url for url in unread if division_of(url) in listed],
    )


def _findings(session: str, judged: _JudgedVotes) -> list[Finding]:
    """Findings about the list and about each of the affected votes."""
    inputs = judged.inputs
    findings = [
        *findings_of_language(session, judged.every),
        *findings_of_list(session, inputs.listed.value, judged.stored),
        *findings_of_days(judged.every, judged.known),
    ]
    records = {record.number: record for record in inputs.affected}
    for vote in judged.votes:
        number = vote.root.number
        findings += findings_of(vote.root, records[number], inputs.french_of.get(number))
        if number in inputs.ballots:
            findings += findings_of_ballots(vote.root.key, inputs.ballots[number].value)
    return findings


def _expect(
    listed: Sequence[Vote], votes: Sequence[Vote], validate: Validate
) -> tuple[list[CheckResult], list[Unfit], list[Unfit]]:
    """Results of the suites of votes and ballots, with the votes that each refuses. A vote is refused as a whole, so
    that its counts stay true."""
    step = max(1, ROWS // 340)
    batches = (ballots_frame(votes[start : start + step]) for start in range(0, len(votes), step))
    of_votes, of_ballots = hold("votes", [votes_frame(listed)], validate), hold("ballots", batches, validate)
    reasons = {key.rpartition("/")[0]: reason for key, reason in of_ballots.reasons.items()}
    return (
        [of_votes.check, of_ballots.check],
        [Unfit(vote.key, of_votes.reasons[vote.key], as_text(vote)) for vote in listed if vote.key in of_votes.reasons],
        [Unfit(vote.key, reasons[vote.key], as_text(vote)) for vote in votes if vote.key in reasons],
    )


def _build(record: VoteRecord, inputs: VoteInputs, province_of: Mapping[str, str]) -> Incoming[Vote]:
    ballots = inputs.ballots.get(record.number)
    vote = build_vote(
        record,
        inputs.french_of.get(record.number),
        ballots.value.records if ballots else None,
        province_of,
        inputs.held[record.number],
    )
    return Incoming(vote, (ballots or inputs.listed).provenance)


def _provisional_bills(
    loading: Loading, session: str, origin: Provenance, votes: Sequence[Vote]
) -> list[Incoming[Bill]]:
    """Provisional bills: named by votes but not listed by LEGISinfo, known only by session and number, and completed
    later."""
    cited = {vote.bill for vote in votes if vote.bill is not None and vote.session == session}
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


def _store_batches(
    loading: Loading, session: str, votes: Sequence[Incoming[Vote]], read_again: set[int], overrides: Overriding
) -> list[Change]:
    changes: list[Change] = []
    loading.progress.start(f"votes {session}", len(votes))
    for reason in (None, READ_AGAIN):
        wanted = [vote for vote in votes if (vote.root.number in read_again) == (reason is not None)]
        for start in range(0, len(wanted), BATCH):
            batch = overrides.merged("vote", wanted[start : start + BATCH])
            changes += store_sharded(
                loading.stores.shards, AGGREGATE, batch, reason=reason, stored=loading.progress.advance
            )
    loading.progress.done()
    return changes


def follow_runs(stores: Stores, session: str) -> None:
    """Update what the catalog derives from a session's votes: the runs of ballots, from which members are derived."""
    replace_runs(stores.catalog, session, runs_of_ballots(session_ballots(stores.shards, session)))
