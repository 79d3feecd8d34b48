"""Loads the votes of a session with their ballots: the list of divisions, in two languages, and a document for each."""

import contextlib
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from assets.bills.load import note_provisional, withdraw_unnamed
from assets.checking.checks import CheckResult, Judge, carried, last_of_each, usable
from assets.checking.frames import ballots_frame, votes_frame
from assets.checking.gate import ROWS, Validate, hold
from assets.loading import (
    LOADED_BY,
    Loading,
    LoadReport,
    ReadDocument,
    finish,
    is_loaded,
    known_checks,
    latest_day,
    newest_of,
    parked,
    read_newest,
    unchanged,
)
from assets.members.transform import runs_of_ballots
from assets.overrides.apply import Overriding, overriding
from assets.sessions.load import named_only
from assets.sources.ourcommons_ballots.parse import parse_ballots
from assets.sources.ourcommons_votes.parse import VoteRecord, parse_votes
from assets.sources.parsed import Parsed, Unfit, as_text
from assets.upstream.addresses import BALLOTS, VOTES, Form
from assets.upstream.fetch import Fetched
from assets.votes.ballot_forms import choose, is_csv, short_ones
from assets.votes.checks import (
    BALLOTS_USABLE,
    LISTS_USABLE,
    OF_AFFECTED,
    check_ballots_shrinkage,
    check_cited_bills,
    check_votes,
    findings_of_ballots,
    findings_of_days,
    findings_of_list,
    judge_list,
)
from assets.votes.sittings import instants, sitting_days
from assets.votes.transform import build_vote, findings_of, findings_of_language
from warehouse.model.changes.corrections import READ_AGAIN
from warehouse.model.entities import Ballot, Bill, Provenance, Quarantined, Vote
from warehouse.model.keys import BillNumber, SessionCode
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
from warehouse.postgres.catalog.documents import Document
from warehouse.runtime.errors import SourceChanged
from warehouse.runtime.failpoints import failpoint
from warehouse.stores import Stores

BATCH = 250
"""Votes a transaction: about 80,000 ballots, some 20 MB while they are on their way."""


def fetch_lists(loading: Loading, session: str) -> list[Fetched]:
    """Fetch the list of divisions in both languages; a list that is missing is not published yet."""
    urls = [loading.addresses.vote_list(session, "en"), loading.addresses.vote_list(session, "fr")]
    return loading.fetch(f"vote lists {session}", [loading.request(url, VOTES, session) for url in urls])


def fetch_ballots(loading: Loading, session: str, form: Form = "csv") -> list[Fetched]:
    """Fetch the ballots of every division in the newest readable list; where a CSV falls short of the announced totals,
    also as XML, which names the members on both lists."""
    listed, _ = _read_list(loading, session, "en")
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
    """The XML of divisions whose CSV falls short. Only CSV is looked into that is new, or was short before."""
    known = loading.stores.documents.known(BALLOTS, session)
    whole = {_division_of(url) for url in known if not is_csv(url)}
    open_ones = {
        _division_of(url): document
        for url, document in known.items()
        if is_csv(url) and (not is_loaded([document]) or _division_of(url) in whole)
    }
    short = short_ones(records, open_ones, loading.stores.archive)
    requests = [
        loading.request(loading.addresses.ballots(session, record.number, "xml"), BALLOTS, session) for record in short
    ]
    due = loading.due(requests, known)
    return loading.fetch(f"ballots on both sides {session}", due) if due else []


class _Inputs(msgspec.Struct, frozen=True):
    """Everything that was read for one session's votes."""

    listed: ReadDocument[Parsed[VoteRecord]]
    french: ReadDocument[Parsed[VoteRecord]] | None
    french_of: dict[int, VoteRecord]
    ballots: dict[int, ReadDocument[Parsed[Ballot]]]
    """Only of the divisions in `affected`, and only where their ballots are published."""
    affected: list[VoteRecord]
    """The divisions whose entry or ballots differ from what was loaded."""
    held: dict[int, tuple[dt.datetime, dt.date]]
    """The instant and the sitting day of every division."""
    read_again: set[int]
    """Of the affected ones, those that Parliament has not changed since they were loaded."""
    passed_over: dict[str, str]
    """The documents of these divisions in the format that was not read, SHA-256 by address."""


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
    stored = vote_keys(stores.shards, session)
    if inputs is None:
        report = LoadReport(source=VOTES, session=session, checks=reading.checks)
        kept = [url for url in documents if url not in reading.read]
        return finish(stores, report, findings=None, quarantined=quarantined, kept_documents=kept)
    failpoint("parse.after_parse")
    named = {known.key: known for known in sessions(stores.catalog)}
    votes = [_build(record, inputs, province_of) for record in inputs.affected]
    listed = [
        build_vote(record, inputs.french_of.get(record.number), None, {}, inputs.held[record.number])
        for record in inputs.listed.value.records
    ]
    checks, unfit = check_votes(
        [item.root for item in votes],
        listed,
        inputs.listed.value,
        session,
        known=named.get(session),
        today=latest_day(),
    )
    expected, unexpected, unfit_ballots = _expect(listed, [item.root for item in votes], loading.validate)
    checks = last_of_each([*checks, *expected, *reading.checks])
    before = known_checks(loads.last_load(stores.catalog, VOTES, session))
    checks = carried(checks, before, {*reading.read, *(vote.root.key for vote in votes)}, OF_AFFECTED)
    failpoint("check.after_checks")
    quarantined += parked(inputs.listed, unfit + unexpected)
    for item in unfit_ballots:
        quarantined += parked(inputs.ballots[int(item.record_key.rpartition("/")[2])], [item])
    bad_keys = {item.record_key for item in [*unfit, *unexpected, *unfit_ballots]}
    good = [item for item in votes if item.root.key not in bad_keys]
    every = [vote for vote in listed if vote.key not in bad_keys]
    with overriding(stores.catalog) as overrides:
        bills = _provisional_bills(loading, session, inputs.listed.provenance, every)
        store_sharded(stores.shards, BILLS, overrides.merged("bill", bills))
        overrides.settle_unnamed(session, {vote.bill for vote in every if vote.bill is not None})
        changes = _store(loading, session, good, inputs.read_again, overrides)
        withdraw_unnamed(stores, session, inputs.listed.provenance)
        provisional = note_provisional(stores, session)
        checks.append(check_cited_bills(every, bill_keys(stores.shards, session) - provisional))
        follow_runs(stores, session)
        if every and session not in named:
            unnamed = [Incoming(named_only(session), inputs.listed.provenance)]
            store(stores.catalog, SESSIONS, overrides.merged("session", unnamed))
    findings = findings_of_language(session, every) + findings_of_list(session, inputs.listed.value, stored)
    findings += findings_of_days(every, named.get(session))
    records = {record.number: record for record in inputs.affected}
    for vote in good:
        number = vote.root.number
        findings += findings_of(vote.root, records[number], inputs.french_of.get(number))
        if number in inputs.ballots:
            findings += findings_of_ballots(vote.root.key, inputs.ballots[number].value)
    looked_at = {session, *(vote.root.key for vote in good)}
    of_list = {record.number for record in inputs.listed.value.records}
    report = LoadReport(source=VOTES, session=session, records=len(every), changed=len(changes), checks=checks)
    return finish(
        stores,
        report,
        findings=findings,
        quarantined=quarantined,
        loaded=_newest(inputs),
        kept_findings=({vote.key for vote in every} | stored) - looked_at,
        kept_documents=[url for url in documents if url not in reading.read and _division_of(url) in of_list],
    )


def _expect(
    listed: Sequence[Vote], votes: Sequence[Vote], validate: Validate
) -> tuple[list[CheckResult], list[Unfit], list[Unfit]]:
    """The suites of votes and of their ballots, with the votes that are unfit by each; a vote is parked as a whole, so
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


def _read_list(
    loading: Loading, session: str, lang: Literal["en", "fr"], judge: Judge[Parsed[VoteRecord]] | None = None
) -> tuple[ReadDocument[Parsed[VoteRecord]] | None, list[Quarantined]]:
    document = loading.stores.documents.known(VOTES, session).get(loading.addresses.vote_list(session, lang))
    return read_newest(loading.stores, document, parse_votes, judge or _judge(session, lang))


def _judge(session: str, lang: Literal["en", "fr"]) -> Judge[Parsed[VoteRecord]]:
    return Judge(lambda new, old: judge_list(new, old, session, lang))


def _parse_ballots(session: str, number: int) -> Callable[[bytes], Parsed[Ballot]]:
    code = SessionCode.parse(session)
    return lambda document: parse_ballots(document, (code.parliament, code.number, number))


def _read_inputs(loading: Loading, session: str, documents: Mapping[str, Document]) -> _Reading:
    """Read both lists, find out which divisions they or their ballots changed, and read the ballots of those."""
    judge = _judge(session, "en")
    listed, quarantined = _read_list(loading, session, "en", judge)
    french, bad = _read_list(loading, session, "fr")
    quarantined += bad
    checks = [usable(LISTS_USABLE, quarantined), *judge.results]
    read = [loading.addresses.vote_list(session, "en"), loading.addresses.vote_list(session, "fr")]
    if listed is None:
        return _Reading(None, quarantined, read, checks)
    quarantined += parked(listed, listed.value.unfit) + (parked(french, french.value.unfit) if french else [])
    of_number = _by_number(documents.values())
    french_of = (
        {record.number: record for record in french.value.records if record.session == session} if french else {}
    )
    changed, news = _changed_entries(loading, session, listed, french)
    affected = [
        record
        for record in listed.value.records
        if record.number in changed or not is_loaded(of_number.get(record.number, []))
    ]
    held = _held(listed.value.records)
    ballots: dict[int, ReadDocument[Parsed[Ballot]]] = {}
    unusable: list[Quarantined] = []
    passed_over: dict[str, str] = {}
    loading.progress.start(f"reading ballots {session}", len(affected))
    for record in affected:
        forms = of_number.get(record.number, [])
        document = choose(record, forms, loading.stores.archive)
        if document is not None and document.sha256 != document.loaded_sha256:
            news.add(record.number)
        parse = _parse_ballots(session, record.number)
        found, bad = read_newest(loading.stores, document, parse, check_ballots_shrinkage)
        unusable += bad
        read += [each.url for each in forms]
        if found is not None:
            passed_over |= {each.url: each.sha256 for each in forms if each is not document and each.sha256}
            ballots[record.number] = found
            quarantined += parked(found, found.value.unfit)
        loading.progress.advance(1)
    loading.progress.done()
    checks.append(usable(BALLOTS_USABLE, unusable))
    read_again = {record.number for record in affected} - news
    inputs = _Inputs(listed, french, french_of, ballots, affected, held, read_again, passed_over)
    return _Reading(inputs, quarantined + unusable, read, checks)


def _by_number(documents: Iterable[Document]) -> dict[int, list[Document]]:
    """The ballot documents of each division, whatever their format: `…/votes/45/1/43/csv`."""
    of_number: dict[int, list[Document]] = defaultdict(list)
    for document in documents:
        of_number[_division_of(document.url)].append(document)
    return of_number


def _division_of(url: str) -> int:
    return int(url.rsplit("/", 2)[1])


def _held(records: Sequence[VoteRecord]) -> dict[int, tuple[dt.datetime, dt.date]]:
    days, moments = sitting_days(records), instants(records)
    return {number: (moments[number], day) for number, day in days.items()}


def _changed_entries(
    loading: Loading,
    session: str,
    listed: ReadDocument[Parsed[VoteRecord]],
    french: ReadDocument[Parsed[VoteRecord]] | None,
) -> tuple[set[int], set[int]]:
    """The numbers of the divisions to be read, and of those among them that Parliament itself changed.

    They are the divisions whose entry in either list, or whose place in time, differs from the list that was loaded;
    and all of a list that an earlier version of the readers loaded.
    """
    known = loading.stores.documents.known(VOTES, session)
    changed: set[int] = set()
    news: set[int] = set()
    for read in (listed, french):
        if read is None or not read.is_newest:
            continue
        document = known[read.provenance.url]
        is_current = document.loaded_by == LOADED_BY
        if document.loaded_sha256 == document.sha256 and is_current:
            continue
        before: dict[int, object] = {}
        if document.loaded_sha256 is not None:
            with contextlib.suppress(SourceChanged):
                before = _entries(parse_votes(loading.stores.archive.get(document.loaded_sha256)).records)
        entries = _entries(read.value.records)
        differing = {number for number, entry in entries.items() if before.get(number) != entry}
        news |= differing
        changed |= differing if is_current else set(entries)
    return changed, news


def _entries(records: Sequence[VoteRecord]) -> dict[int, object]:
    held = _held(records)
    return {record.number: (record, held[record.number]) for record in records}


def _build(record: VoteRecord, inputs: _Inputs, province_of: Mapping[str, str]) -> Incoming[Vote]:
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
    """The bills that votes name and nobody has listed: known by session and number only, completed later."""
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


def _store(
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
    """What follows in the catalog from a session's votes: the runs of its ballots, which members are derived from."""
    replace_runs(stores.catalog, session, runs_of_ballots(session_ballots(stores.shards, session)))


def _newest(inputs: _Inputs) -> dict[str, str]:
    """The documents that were read in their newest form: they are now the loaded ones."""
    lists = [inputs.listed, *([inputs.french] if inputs.french else [])]
    return inputs.passed_over | newest_of(lists) | newest_of(inputs.ballots.values())
