"""Checks of the members of the House and of the lists they are read from."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from assets.checking.checks import CheckResult, CheckSpec, expected_count, failing, not_shrunk, refuse_failed
from assets.sources.ourcommons_members.parse import MemberRecord
from assets.sources.parsed import Parsed, Unfit, as_text
from warehouse.model.entities import Finding, Member
from warehouse.model.vocabulary.codes import CAUCUSES, UNKNOWN

SOURCE = "ourcommons_members"
LISTS_USABLE = CheckSpec("members_lists_usable", "The newest members lists could be read and were not refused.")
SEATS = CheckSpec("members_seats", "A riding has one holder, and members are no more than the House has seats.")
CHECKS = (
    CheckSpec("members_not_shrunk", "There are 90 % of the members of the last good load.", blocking=True),
    LISTS_USABLE,
    CheckSpec("members_fit", "Every PersonId is one member, with memberships that do not overlap."),
    SEATS,
    CheckSpec("members_known_caucus", "The caucus is of the known list."),
    CheckSpec("expect_members", "Great Expectations: what we expect of members."),
)
"""Every check that a load of members reports."""


def check_members_shrinkage(new: Parsed[MemberRecord], old: Parsed[MemberRecord] | None) -> None:
    """Judge a members list against the last good one, before anything of it is used.

    Raises:
        SourceChanged: too few or too many members, or fewer than 90 % of the last good list.
    """
    refuse_failed(
        [
            expected_count(SOURCE, "members", len(new.records)),
            not_shrunk("members", len(new.records), len(old.records) if old else None),
        ]
    )


def check_members(members: Sequence[Member], before: int | None = None) -> tuple[list[CheckResult], list[Unfit]]:
    """Check all members; `before` is the number in the last good load. Returns the results and the members that must
    not be published."""
    counts = Counter(member.person_id for member in members)
    twice = {person_id for person_id, count in counts.items() if count > 1}
    unfit = [Unfit(member.key, reason, as_text(member)) for member in members if (reason := _fault(member, twice))]
    results = [
        not_shrunk("members", len(members), before),
        failing(
            "members_fit",
            (item.record_key for item in unfit),
            "Every PersonId is one member, with memberships that follow each other without overlap.",
            severity="error",
        ),
        failing(
            "members_known_caucus",
            (member.key for member in members if CAUCUSES.code_of(member.caucus) == UNKNOWN),
            "The caucus is of the known list.",
            severity="warn",
        ),
    ]
    return results, unfit


def check_seats(findings: Sequence[Finding]) -> CheckResult:
    """Check that terms fit the seats of the House. Members are published in any case; figures of days that do not fit
    are not."""
    rules = ("two_holders_of_riding", "more_members_than_seats")
    keys = (finding.key for finding in findings if finding.rule in rules)
    return failing(SEATS.name, keys, SEATS.description, severity="error")


def _fault(member: Member, twice: set[int]) -> str:
    if member.person_id in twice:
        return f"The PersonId {member.person_id} belongs to two members."
    for membership in member.memberships:
        if membership.to_on is not None and membership.to_on <= membership.from_on:
            return f"A membership ends on {membership.to_on}, not after it begins on {membership.from_on}."
    for earlier, later in pairwise(member.memberships):
        if earlier.to_on is None or earlier.to_on > later.from_on:
            return f"The membership from {earlier.from_on} overlaps the one from {later.from_on}."
    return ""
