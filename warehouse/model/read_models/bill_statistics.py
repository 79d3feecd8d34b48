"""Votes counted by bill: what is kept of bills and votes to count them, and what comes of it."""

import datetime as dt

import msgspec


class CountedBill(msgspec.Struct, frozen=True, array_like=True):
    """What counting needs of a bill."""

    key: str
    revision: int
    session: str
    status: str | None
    is_withdrawn: bool


class CountedVote(msgspec.Struct, frozen=True, array_like=True):
    """What counting needs of a vote. Totals are those announced, or counted from the ballots where none are."""

    key: str
    revision: int
    bill: str | None
    chamber: str
    number: int
    held_at: dt.datetime
    kind: str
    """Of motion."""
    result: str
    yeas: int | None
    nays: int | None
    took_part: list[int]
    """PersonIds of who cast a yea, a nay or an abstention, in order."""
    is_withdrawn: bool


CountedEntity = CountedBill | CountedVote


class BillStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """The votes of one bill, counted. Percentages are 0 to 100 with two decimals."""

    bill: str
    session: str
    status: str | None
    vote_count: int
    """Every recorded vote that names the bill: readings, amendments, hoists, closure."""
    yea_votes: int
    nay_votes: int
    participating_members: int
    """Different members who cast a yea, nay or abstention in any of them."""
    decisive_vote: str | None
    """The House's last vote on third reading, or the one on second reading that ended the bill."""
    approval_percentage: float | None
    """Yeas of yeas and nays in the House's decisive vote; null where no reading was decided by a recorded vote."""
    senate_decisive_vote: str | None
    senate_approval_percentage: float | None
    pooled_yea_percentage: float | None
    """Yeas of yeas and nays in all votes together, amendments and closure among them: no measure of approval."""
    counted_at: dt.datetime
