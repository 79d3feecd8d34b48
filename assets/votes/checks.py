"""Checks of the votes of one session and of their ballots."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final, Literal

from assets.checking.checks import (
    CheckResult,
    CheckSpec,
    expected_count,
    failing,
    missing_numbers,
    no_longer_listed,
    not_shrunk,
    refuse_failed,
    repeated_findings,
)
from assets.sources.ourcommons_votes.parse import VoteRecord
from assets.sources.parsed import Parsed, Unfit, as_text
from assets.sources.spec import source_spec
from warehouse.model.entities import Ballot, Finding, Session, Vote
from warehouse.model.keys import vote_key
from warehouse.model.vocabulary.codes import RESULTS

LIST, BALLOTS = "ourcommons_votes", "ourcommons_ballots"
_LANGUAGES: Final = {"en": "English", "fr": "French"}

LISTS_USABLE = CheckSpec(
    "votes_lists_usable", "The newest vote lists could be read and were not refused.", blocking=True
)
BALLOTS_USABLE = CheckSpec("ballots_usable", "The newest ballots of every vote could be read and were not refused.")
CHECKS = (
    LISTS_USABLE,
    CheckSpec("votes_expected_count", "The list holds as many votes as a session has.", blocking=True),
    CheckSpec("votes_of_session", "The list is of its session and in its language.", blocking=True),
    CheckSpec("votes_not_shrunk", "The list kept 90 % of the votes of the last good one.", blocking=True),
    BALLOTS_USABLE,
    CheckSpec(
        "votes_fit", "Every vote is of its session, on a day of it, and has no more ballots than there are seats."
    ),
    CheckSpec("votes_readable", "Every record of the list can be read, and no number has two contents."),
    CheckSpec("votes_dense", "Division numbers run from 1 without gaps."),
    CheckSpec("votes_once", "No record appears twice in the list."),
    CheckSpec("ballots_equal_totals", "The ballots add up to the announced totals."),
    CheckSpec("votes_in_both_languages", "Every vote has its subject in English and in French."),
    CheckSpec("votes_known_results", "The result is of the known list."),
    CheckSpec("votes_cite_known_bills", "LEGISinfo lists every bill that a vote names."),
    CheckSpec("expect_votes", "Great Expectations: what we expect of votes."),
    CheckSpec("expect_ballots", "Great Expectations: what we expect of ballots."),
)
"""Every check that a load of votes reports."""
OF_AFFECTED = frozenset({"ballots_usable", "ballots_equal_totals", "expect_ballots"})
"""Checks that see only the votes whose documents changed."""


def judge_list(
    new: Parsed[VoteRecord], old: Parsed[VoteRecord] | None, session: str = "", lang: Literal["en", "fr"] = "en"
) -> list[CheckResult]:
    """Compare a list of divisions with the last good one before using it and, if a session is given, check that the
    list is of that session."""
    return [
        expected_count(LIST, "votes", len(new.records)),
        _is_asked_for(new.records, session, lang),
        not_shrunk("votes", _own(new.records, session), _own(old.records, session) if old else None),
    ]


def _own(records: Sequence[VoteRecord], session: str) -> int:
    """Records of another session do not count; they disappear when upstream is corrected."""
    return sum(not session or record.session == session for record in records)


def _is_asked_for(records: Sequence[VoteRecord], session: str, lang: Literal["en", "fr"]) -> CheckResult:
    """Check that most divisions belong to the session and that their results are worded in the language. Blocking: a
    list of something else is of no use."""
    foreign = Counter(record.session for record in records if session and record.session != session)
    wordings = [text for record in records if (text := record.decision_result_name)]
    other = [text for text in wordings if RESULTS.is_worded_in(text, "fr" if lang == "en" else "en")]
    said = ""
    if 2 * foreign.total() > len(records):
        said = f"The list is of {foreign.most_common(1)[0][0]}, not of {session}."
    elif 2 * len(other) > len(wordings):
        said = f"The list asked for in {_LANGUAGES[lang]} is not: its results read {other[0]!r}."
    return CheckResult(
        name="votes_of_session",
        passed=not said,
        blocking=True,
        of_documents=True,
        description=said or "The list is of its session and in its language.",
        metadata={"count": foreign.total() + len(other)},
    )


def check_ballots_shrinkage(new: Parsed[Ballot], old: Parsed[Ballot] | None) -> None:
    """Compare the ballots of one division with the last good ones: Parliament strikes a few, never a tenth.

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
    votes: Sequence[Vote],
    every: Sequence[Vote],
    listed: Parsed[VoteRecord],
    session: str,
    *,
    known: Session | None = None,
    today: dt.date = dt.date.max,
) -> tuple[list[CheckResult], list[Unfit]]:
    """Check the votes of a session. `votes` are those that were read now, with ballots; `every` has all votes of the
    list, without ballots.

    `known` has the session's days if a bill list has given them. Returns the results and the votes that must not be
    published.
    """
    unfit = _unfit(every, session, known, today)
    missing = [vote_key(session, "commons", number) for number in missing_numbers({vote.number for vote in every})]
    disputed = [vote.key for vote in votes if vote.disputed]
    results = [
        expected_count(LIST, "votes", len(listed.records)),
        failing(
            "votes_fit",
            (item.record_key for item in unfit),
            f"Every vote is of {session}, on a day of it, and has no more ballots than the House has seats.",
            severity="error",
        ),
        failing(
            "votes_readable",
            _unreadable(listed, session),
            "Every record of the list can be read, and no number has two contents.",
            severity="error",
        ),
        failing("votes_dense", missing, "Division numbers run from 1 without gaps.", severity="error"),
        failing("votes_once", listed.repeated, "No record appears twice in the list.", severity="warn"),
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


def _unfit(votes: Sequence[Vote], session: str, known: Session | None, today: dt.date) -> list[Unfit]:
    """The votes that must not be published, each with its reason."""
    strays = {vote.key for vote in votes if not _is_within(vote.held_on, known)}
    if 2 * len(strays) > len(votes):
        strays = set()  # then the session's days are at fault, and each vote has a finding that says so
    return [
        Unfit(vote.key, reason, as_text(vote)) for vote in votes if (reason := _fault(vote, session, strays, today))
    ]


def _unreadable(listed: Parsed[VoteRecord], session: str) -> list[str]:
    """The records of the list that cannot be read: the keys of their votes first, then records without a number."""
    names = [item.record_key for item in listed.unfit]
    return [vote_key(session, "commons", int(name)) for name in names if name.isdecimal()] + [
        name for name in names if not name.isdecimal()
    ]


def check_cited_bills(votes: Sequence[Vote], listed: Collection[str]) -> CheckResult:
    """Check that LEGISinfo lists every bill that a vote names; the others are stored as provisional."""
    cited = sorted({vote.bill for vote in votes if vote.bill} - set(listed))
    return failing("votes_cite_known_bills", cited, "LEGISinfo lists every bill that a vote names.", severity="warn")


def findings_of_days(votes: Sequence[Vote], known: Session | None) -> list[Finding]:
    """Findings about votes on days on which their session did not sit."""
    return [
        Finding(
            rule="date_outside_session",
            entity="vote",
            key=vote.key,
            message=f"The vote is dated {vote.held_on}; {vote.session} sat from {known.opened_on} to "
            f"{known.closed_on or 'now'}.",
        )
        for vote in votes
        if known is not None and not _is_within(vote.held_on, known)
    ]


def findings_of_list(session: str, listed: Parsed[VoteRecord], stored: Collection[str] = ()) -> list[Finding]:
    """Findings about the list as a whole: divisions that are missing, no longer listed, or listed twice.

    `stored` holds the keys of all stored votes, whether or not the list still has them.
    """
    own = [record for record in listed.records if record.session == session]
    missing = missing_numbers({record.number for record in own})
    message = "Division numbers run without gaps, but the list does not have this one."
    absent = [
        Finding(rule="missing_division", entity="vote", key=vote_key(session, "commons", number), message=message)
        for number in missing
    ]
    repeated = [vote_key(session, "commons", int(number)) for number in listed.repeated]
    unread = {
        vote_key(session, "commons", int(item.record_key)) for item in listed.unfit if item.record_key.isdecimal()
    }
    gone = set(stored) - {vote_key(session, "commons", record.number) for record in own} - unread
    gone -= {finding.key for finding in absent}
    doubts = [
        Finding(
            rule=doubt.rule,
            entity="vote",
            key=vote_key(session, "commons", int(doubt.record_key)),
            message=doubt.message,
        )
        for doubt in listed.doubts
    ]
    return [
        *absent,
        *repeated_findings("vote", repeated, "the list of votes"),
        *no_longer_listed("vote", gone, "the list of votes"),
        *doubts,
    ]


def findings_of_ballots(key: str, ballots: Parsed[Ballot]) -> list[Finding]:
    """Findings about the rows from which the ballots of a vote were read."""
    found = []
    if ballots.repeated:
        message = f"More than one row, word for word, kept once; PersonId {', '.join(ballots.repeated)}."
        found.append(Finding(rule="repeated_record", entity="vote", key=key, message=message))
    for rule in sorted({doubt.rule for doubt in ballots.doubts}):
        said = "; ".join(doubt.message for doubt in ballots.doubts if doubt.rule == rule)
        message = f"{said}. They are one ballot, and what they disagree about is not known."
        found.append(Finding(rule=rule, entity="vote", key=key, message=message))
    return found


def _is_within(day: dt.date, known: Session | None) -> bool:
    if known is None:
        return True
    return (known.opened_on or dt.date.min) <= day <= (known.closed_on or dt.date.max)


def _fault(vote: Vote, session: str, strays: Collection[str], today: dt.date) -> str:
    seats = source_spec(BALLOTS).expect.max["ballots"]
    if vote.session != session:
        return f"The vote is of {vote.session}, not of {session}."
    if vote.held_on > today:
        return f"The vote is dated {vote.held_on}, which is still to come."
    if vote.key in strays:
        return f"The vote is dated {vote.held_on}, when {session} did not sit."
    if (vote.yeas or 0) + (vote.nays or 0) > seats:
        return f"{vote.yeas} yeas and {vote.nays} nays are more than the House has seats."
    return ""
