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
