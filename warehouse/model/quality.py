"""The state of the data: what is doubtful, what is parked, how complete each session is, and the trend."""

import datetime as dt

import msgspec


class OpenRule(msgspec.Struct, frozen=True, kw_only=True):
    """How many doubts of one rule are open."""

    entity: str
    rule: str
    open: int
    first_seen_at: dt.datetime
    last_seen_at: dt.datetime


class OpenFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One open doubt, and the document that the entity was read from; null where the entity is not stored."""

    entity: str
    rule: str
    key: str
    message: str
    first_seen_at: dt.datetime
    document_url: str | None
    document_sha256: str | None


class Parked(msgspec.Struct, frozen=True, kw_only=True):
    """A document or record that was not published, with its reason."""

    source: str
    session: str
    url: str
    record_key: str
    reason: str
    document_sha256: str
    first_seen_at: dt.datetime


class Completeness(msgspec.Struct, frozen=True, kw_only=True):
    """What of one session is here. Counts are entities; `last_held_on` is Ottawa's date."""

    session: str
    bills: int
    bills_without_french: int
    bills_provisional: int
    """Named by a vote, not listed by LEGISinfo yet."""
    votes: int
    votes_without_french: int
    votes_without_ballots: int
    votes_disputed: int
    last_held_on: dt.date | None
    documents: int
    documents_broken: int
    """Documents whose last fetch failed."""
    checked_at: dt.datetime | None


class Disputed(msgspec.Struct, frozen=True, kw_only=True):
    """A vote whose ballots do not add up to the announced totals."""

    key: str
    announced: tuple[int | None, int | None, int | None]
    """Yeas, nays, paired."""
    counted: tuple[int | None, int | None, int | None]


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """What the last run of one day in Ottawa left open."""

    day: dt.date
    findings: dict[str, int]
    """Open findings by rule."""
    parked: int
    disputed: int
    votes: int
    bills: int


class DataDocs(msgspec.Struct, frozen=True, kw_only=True):
    """One page of Great Expectations' Data Docs; members are of no session."""

    suite: str
    session: str
    made_at: dt.datetime
    passed: bool


class QualityReport(msgspec.Struct, frozen=True, kw_only=True):
    """The whole state of the data at one moment."""

    rules: list[OpenRule]
    findings: list[OpenFinding]
    """The first of each rule."""
    parked: list[Parked]
    parked_count: int
    sessions: list[Completeness]
    """Newest first."""
    disputed: list[Disputed]
    trend: list[Day]
    """Oldest first."""
    data_docs: list[DataDocs]


class SessionCoverage(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a session is here. Counts are entities."""

    session: str
    opened_on: dt.date | None = None
    closed_on: dt.date | None = None
    is_current: bool = False
    bills: int = 0
    """As LEGISinfo's list has them."""
    bills_provisional: int = 0
    """Named by a vote, not listed by LEGISinfo here."""
    bills_detailed: int = 0
    bills_french: int = 0
    votes: int = 0
    last_number: int = 0
    """The number of the last vote; they run from 1 without gaps."""
    votes_french: int = 0
    votes_with_ballots: int = 0


class DocumentCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many documents of a source have an outcome: changed, unchanged, missing, broken."""

    source: str
    session: str
    parliament: str
    """Of a members list: a Parliament's number, `all`, or empty for the sitting one."""
    outcome: str
    count: int


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """What is held."""

    sessions: list[SessionCoverage]
    documents: list[DocumentCount]
    members: dict[int, tuple[int, int]]
    """Members known to have sat, by Parliament, and those of them whose roles document is held."""
