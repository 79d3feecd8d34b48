"""Checks of the votes of one session and of their ballots."""

from collections.abc import Collection, Sequence

from assets.checks import (
    CheckResult,
    CheckSpec,
    expected_count,
    failing,
    missing_numbers,
    not_shrunk,
    refuse_failed,
    repeated_findings,
)
from assets.sources.ourcommons_votes.parse import VoteRecord
from assets.sources.parsed import Parsed, Unfit, as_text
from assets.sources.spec import source_spec
from warehouse.model.entities import Ballot, Finding, Vote
from warehouse.model.keys import vote_key

LIST, BALLOTS = "ourcommons_votes", "ourcommons_ballots"

LISTS_USABLE = CheckSpec(
    "votes_lists_usable", "The newest vote lists could be read and were not refused.", blocking=True
)
BALLOTS_USABLE = CheckSpec("ballots_usable", "The newest ballots of every vote could be read and were not refused.")
CHECKS = (
    LISTS_USABLE,
    CheckSpec("votes_expected_count", "The list holds as many votes as a session has.", blocking=True),
    CheckSpec("votes_not_shrunk", "The list kept 90 % of the votes of the last good one.", blocking=True),
    BALLOTS_USABLE,
    CheckSpec("votes_fit", "Every vote is of its session and has no more yeas and nays than the House has seats."),
    CheckSpec("votes_readable", "Every record of the list can be read, and no number has two contents."),
    CheckSpec("votes_dense", "Division numbers run from 1 without gaps."),
    CheckSpec("votes_once", "No record stands twice in the list."),
    CheckSpec("ballots_equal_totals", "The ballots add up to the announced totals."),
    CheckSpec("votes_in_both_languages", "Every vote has its subject in English and in French."),
    CheckSpec("votes_known_results", "The result is of the known list."),
    CheckSpec("votes_cite_known_bills", "LEGISinfo lists every bill that a vote names."),
    CheckSpec("expect_votes", "Great Expectations: what we expect of votes."),
    CheckSpec("expect_ballots", "Great Expectations: what we expect of ballots."),
)
"""Every check that a load of votes reports."""
OF_AFFECTED = frozenset({"ballots_usable", "votes_fit", "ballots_equal_totals", "expect_votes", "expect_ballots"})
"""Those that see only the votes whose documents changed."""


def judge_list(new: Parsed[VoteRecord], old: Parsed[VoteRecord] | None) -> list[CheckResult]:
    """A list of divisions against the last good one, before anything of it is used."""
    return [
        expected_count(LIST, "votes", len(new.records)),
        not_shrunk("votes", len(new.records), len(old.records) if old else None),
    ]


def check_ballots_shrinkage(new: Parsed[Ballot], old: Parsed[Ballot] | None) -> None:
    """Judge the ballots of one division against the last good ones: Parliament strikes a few, never a tenth.

    Raises:
        SourceChanged: more ballots than there are seats, or fewer than 90 % of the last good document.
    """
    refuse_failed(
        [
            expected_count(BALLOTS, "ballots", len(new.records)),
            not_shrunk("ballots", len(new.records), len(old.records) if old else None),
        ]
    )


def check_votes(
    votes: Sequence[Vote], every: Sequence[Vote], listed: Parsed[VoteRecord], session: str
) -> tuple[list[CheckResult], list[Unfit]]:
    """Check the votes of a session: `votes` are those read now, with ballots, and `every` all of the list, without.

    The unfit ones, by vote key, must not be published.
    """
    unfit = [Unfit(vote.key, reason, as_text(vote)) for vote in votes if (reason := _fault(vote, session))]
    missing = [vote_key(session, "commons", number) for number in missing_numbers({vote.number for vote in every})]
    disputed = [vote.key for vote in votes if vote.disputed]
    results = [
        expected_count(LIST, "votes", len(listed.records)),
        failing(
            "votes_fit",
            (item.record_key for item in unfit),
            f"Every vote is of {session} and has no more yeas and nays than the House has seats.",
            severity="error",
        ),
        failing(
            "votes_readable",
            [vote_key(session, "commons", int(item.record_key)) for item in listed.unfit if item.record_key.isdecimal()]
            + [item.record_key for item in listed.unfit if not item.record_key.isdecimal()],
            "Every record of the list can be read, and no number has two contents.",
            severity="error",
        ),
        failing("votes_dense", missing, "Division numbers run from 1 without gaps.", severity="error"),
        failing("votes_once", listed.repeated, "No record stands twice in the list.", severity="warn"),
        failing("ballots_equal_totals", disputed, "The ballots add up to the announced totals.", severity="warn"),
        failing(
            "votes_in_both_languages",
            (vote.key for vote in every if not (vote.subject_en and vote.subject_fr)),
            "Every vote has its subject in English and in French.",
            severity="warn",
        ),
        failing(
            "votes_known_results",
            (vote.key for vote in every if vote.result == "unknown"),
            "The result is of the known list.",
            severity="warn",
        ),
    ]
    return results, unfit


def check_cited_bills(votes: Sequence[Vote], listed: Collection[str]) -> CheckResult:
    """Whether every bill that a vote names is one that LEGISinfo lists; the others are kept as provisional."""
    cited = sorted({vote.bill for vote in votes if vote.bill} - set(listed))
    return failing("votes_cite_known_bills", cited, "LEGISinfo lists every bill that a vote names.", severity="warn")


def findings_of_list(session: str, listed: Parsed[VoteRecord]) -> list[Finding]:
    """What is doubtful about the list as a whole: divisions that are missing, or stand in it twice."""
    missing = missing_numbers({record.number for record in listed.records})
    message = "Division numbers run without gaps, but the list does not have this one."
    absent = [
        Finding(rule="missing_division", entity="vote", key=vote_key(session, "commons", number), message=message)
        for number in missing
    ]
    repeated = [vote_key(session, "commons", int(number)) for number in listed.repeated]
    return [*absent, *repeated_findings("vote", repeated, "the list of votes")]


def _fault(vote: Vote, session: str) -> str:
    seats = source_spec(BALLOTS).expect.max["ballots"]
    if vote.session != session:
        return f"The vote is of {vote.session}, not of {session}."
    if (vote.yeas or 0) + (vote.nays or 0) > seats:
        return f"{vote.yeas} yeas and {vote.nays} nays are more than the House has seats."
    return ""
