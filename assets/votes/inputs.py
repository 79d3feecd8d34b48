"""Reads a session's votes: both lists, and the ballots of the divisions that they or their ballots changed."""

import contextlib
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from assets.checking.checks import CheckResult, Judge, usable
from assets.loading import LOADED_BY, Loading, ReadDocument, is_loaded, newest_of, read_newest, to_quarantine
from assets.sources.ourcommons_ballots.parse import parse_ballots
from assets.sources.ourcommons_votes.parse import VoteRecord, parse_votes
from assets.sources.parsed import Parsed
from assets.upstream.addresses import VOTES
from assets.votes.ballot_forms import choose
from assets.votes.checks import BALLOTS_USABLE, LISTS_USABLE, check_ballots_shrinkage, judge_list
from assets.votes.sittings import instants, sitting_days
from warehouse.model.entities import Ballot, Quarantined
from warehouse.model.keys import SessionCode
from warehouse.postgres.catalog.documents import Document
from warehouse.runtime.errors import SourceChanged


class VoteInputs(msgspec.Struct, frozen=True):
    """Everything read for one session's votes."""

    listed: ReadDocument[Parsed[VoteRecord]]
    french: ReadDocument[Parsed[VoteRecord]] | None
    french_of: dict[int, VoteRecord]
    ballots: dict[int, ReadDocument[Parsed[Ballot]]]
    """By division number; only those in `affected` whose ballots are published."""
    affected: list[VoteRecord]
    """The divisions whose entry or ballots differ from what was loaded."""
    held: dict[int, tuple[dt.datetime, dt.date]]
    """The instant and the sitting day of every division."""
    read_again: set[int]
    """The affected divisions that Parliament has not changed since they were loaded."""
    passed_over: dict[str, str]
    """SHA-256 by address of these divisions' documents in the format that was not read."""

    @property
    def newest(self) -> dict[str, str]:
        """SHA-256 by address of the documents that were read in their newest version; they count as loaded once
        stored."""
        lists = [self.listed, *([self.french] if self.french else [])]
        return self.passed_over | newest_of(lists) | newest_of(self.ballots.values())


class ReadVotes(msgspec.Struct, frozen=True):
    """The result of reading: the inputs (None without a good list), and what to record about the documents."""

    inputs: VoteInputs | None
    quarantined: list[Quarantined]
    read: list[str]
    """The addresses that were read."""
    unread: list[str]
    """The addresses of the other ballots, whose quarantine stays as it is."""
    checks: list[CheckResult]


def read_list(
    loading: Loading, session: str, lang: Literal["en", "fr"], judge: Judge[Parsed[VoteRecord]] | None = None
) -> tuple[ReadDocument[Parsed[VoteRecord]] | None, list[Quarantined]]:
    """The newest good list of a session's divisions in one language, and the document if it was refused."""
    document = loading.stores.documents.known(VOTES, session).get(loading.addresses.vote_list(session, lang))
    return read_newest(loading.stores, document, parse_votes, judge or _judge(session, lang))


def _judge(session: str, lang: Literal["en", "fr"]) -> Judge[Parsed[VoteRecord]]:
    return Judge(lambda new, old: judge_list(new, old, session, lang))


def _parse_ballots(session: str, number: int) -> Callable[[bytes], Parsed[Ballot]]:
    code = SessionCode.parse(session)
    return lambda document: parse_ballots(document, (code.parliament, code.number, number))


def read_votes(loading: Loading, session: str, documents: Mapping[str, Document]) -> ReadVotes:
    """Read both lists, find the divisions that changed in them or in their ballots, and read the ballots of those."""
    judge = _judge(session, "en")
    listed, quarantined = read_list(loading, session, "en", judge)
    french, bad = read_list(loading, session, "fr")
    quarantined += bad
    checks = [usable(LISTS_USABLE, quarantined), *judge.results]
    read = [loading.addresses.vote_list(session, "en"), loading.addresses.vote_list(session, "fr")]
    if listed is None:
        return ReadVotes(None, quarantined, read, list(documents), checks)
    quarantined += to_quarantine(listed, listed.value.unfit)
    quarantined += to_quarantine(french, french.value.unfit) if french else []
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
    ballots = _read_ballots(loading, session, affected, of_number)
    quarantined += ballots.quarantined
    checks.append(ballots.check)
    read_again = {record.number for record in affected} - news - ballots.news
    inputs = VoteInputs(
        listed, french, french_of, ballots.by_number, affected, held, read_again, passed_over=ballots.passed_over
    )
    read += ballots.read
    return ReadVotes(inputs, quarantined, read, sorted(documents.keys() - set(read)), checks)


class _ReadBallots(msgspec.Struct, frozen=True):
    """The ballots of the divisions that were read, and what to record about their documents."""

    check: CheckResult
    by_number: dict[int, ReadDocument[Parsed[Ballot]]] = {}
    news: set[int] = set()
    """The divisions whose ballots Parliament changed."""
    quarantined: list[Quarantined] = []
    read: list[str] = []
    """The addresses that were read."""
    passed_over: dict[str, str] = {}


def _read_ballots(
    loading: Loading, session: str, records: Sequence[VoteRecord], of_number: Mapping[int, list[Document]]
) -> _ReadBallots:
    """Read the newest good ballots of these divisions, each in the more complete format."""
    ballots: dict[int, ReadDocument[Parsed[Ballot]]] = {}
    news: set[int] = set()
    unfit: list[Quarantined] = []
    unusable: list[Quarantined] = []
    passed_over: dict[str, str] = {}
    loading.progress.start(f"reading ballots {session}", len(records))
    for record in records:
        forms = of_number.get(record.number, [])
        document = choose(record, forms, loading.stores.archive)
        if document is not None and document.sha256 != document.loaded_sha256:
            news.add(record.number)
        parse = _parse_ballots(session, record.number)
        ballots_of_vote, bad = read_newest(loading.stores, document, parse, check_ballots_shrinkage)
        unusable += bad
        if ballots_of_vote is not None:
            passed_over |= {form.url: form.sha256 for form in forms if form is not document and form.sha256}
            ballots[record.number] = ballots_of_vote
            unfit += to_quarantine(ballots_of_vote, ballots_of_vote.value.unfit)
        loading.progress.advance(1)
    loading.progress.done()
    return _ReadBallots(
        usable(BALLOTS_USABLE, unusable),
        ballots,
        news,
        unfit + unusable,
        [form.url for record in records for form in of_number.get(record.number, [])],
        passed_over,
    )


def _by_number(documents: Iterable[Document]) -> dict[int, list[Document]]:
    """The ballot documents of each division, whatever their format: `…/votes/45/1/43/csv`."""
    of_number: dict[int, list[Document]] = defaultdict(list)
    for document in documents:
        of_number[division_of(document.url)].append(document)
    return of_number


def division_of(url: str) -> int:
    """The number of the division in the address of its ballots."""
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
    """The numbers of the divisions to read, and the numbers of those that Parliament has changed.

    A division is read if its entry in either list, or its time, differs from the loaded list. All are read if an
    earlier version of the readers loaded the list.
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
