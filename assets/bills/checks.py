"""Checks of the bills of one session."""

import re
from collections import Counter
from collections.abc import Collection, Sequence

from assets.checking.checks import (
    LEAST_SHARE,
    CheckResult,
    CheckSpec,
    expected_count,
    failing,
    no_longer_listed,
    not_shrunk,
    repeated_findings,
)
from assets.sources.legisinfo_bills.parse import BillRecord
from assets.sources.parsed import Parsed, Unfit, as_text
from assets.sources.text import ENGLISH_DATE, day, english_date
from warehouse.model.entities import Bill, Finding

SOURCE = "legisinfo_bills"
_PRINTED = re.compile(rf" on ({ENGLISH_DATE})")

LIST_USABLE = CheckSpec("bills_list_usable", "The newest bill list could be read, and was not refused.", blocking=True)
DETAILS_USABLE = CheckSpec("bills_details_usable", "The newest record of every bill could be read.")
CHECKS = (
    LIST_USABLE,
    CheckSpec("bills_expected_count", "The list holds as many bills as a session has.", blocking=True),
    CheckSpec("bills_list_of_session", "The list is of its session.", blocking=True),
    CheckSpec("bills_not_shrunk", "The list kept 90 % of the bills of the last good one.", blocking=True),
    CheckSpec("bills_printed_dates", "Times fall on the day that the record's own sentence prints.", blocking=True),
    DETAILS_USABLE,
    CheckSpec("bills_of_session", "Every bill is of the session of its list."),
    CheckSpec("bills_readable", "Every record of the list can be read, and no key has two contents."),
    CheckSpec("bills_once", "No record appears twice in the list."),
    CheckSpec("bills_in_both_languages", "Every bill has its title in English and in French."),
    CheckSpec("bills_assent_dated", "A bill that became law has the day of royal assent."),
    CheckSpec("bills_known_codes", "Type and status are of the known lists."),
    CheckSpec("expect_bills", "Great Expectations: what we expect of bills."),
)
"""Every check that a load of bills reports."""


def judge_list(new: Parsed[BillRecord], old: Parsed[BillRecord] | None, session: str = "") -> list[CheckResult]:
    """Compare a bill list with the last good one before using it: count, shrinkage, shift of its times, and, if a
    session is given, whether the list is of that session."""
    return [
        expected_count(SOURCE, "bills", len(new.records)),
        _is_asked_for(new.records, session),
        not_shrunk("bills", _own(new.records, session), _own(old.records, session) if old else None),
        check_printed_dates(new.records),
    ]


def _own(records: Sequence[BillRecord], session: str) -> int:
    """Bills of another session do not count; they disappear when upstream is corrected."""
    return sum(not session or record.session == session for record in records)


def _is_asked_for(records: Sequence[BillRecord], session: str) -> CheckResult:
    """Check that most bills belong to the session. Blocking."""
    foreign = Counter(record.session for record in records if session and record.session != session)
    passed = 2 * foreign.total() <= len(records)
    said = "" if passed else f"The list is of {foreign.most_common(1)[0][0]}, not of {session}."
    return CheckResult(
        name="bills_list_of_session",
        passed=passed,
        blocking=True,
        of_documents=True,
        description=said or "The list is of its session.",
        metadata={"count": foreign.total()},
    )


def check_bills(
    bills: Sequence[Bill], listed: Parsed[BillRecord], session: str
) -> tuple[list[CheckResult], list[Unfit]]:
    """Check the bills of a session. Returns the results and the reasons, by bill key, for bills that must not be
    published."""
    foreign = [bill for bill in bills if bill.session != session]
    unfit = [Unfit(bill.key, f"The bill is of {bill.session}, not of {session}.", as_text(bill)) for bill in foreign]
    good = [bill for bill in bills if bill.session == session]
    results = [
        expected_count(SOURCE, "bills", len(listed.records)),
        check_printed_dates(listed.records),
        failing("bills_of_session", (bill.key for bill in foreign), f"Every bill is of {session}.", severity="error"),
        failing(
            "bills_readable",
            (item.record_key for item in listed.unfit),
            "Every record of the list can be read, and no key has two contents.",
            severity="error",
        ),
        failing("bills_once", listed.repeated, "No record appears twice in the list.", severity="warn"),
        failing(
            "bills_in_both_languages",
            (bill.key for bill in good if not (bill.title_en and bill.title_fr)),
            "Every bill has its title in English and in French.",
            severity="warn",
        ),
        failing(
            "bills_assent_dated",
            (bill.key for bill in good if bill.status == "royal-assent-received" and bill.royal_assent_on is None),
            "A bill that became law has the day of royal assent.",
            severity="warn",
        ),
        failing(
            "bills_known_codes",
            (bill.key for bill in good if "unknown" in (bill.type, bill.status)),
            "Type and status are of the known lists.",
            severity="warn",
        ),
    ]
    return results, unfit


def check_printed_dates(records: Sequence[BillRecord]) -> CheckResult:
    """Check that the corrected time of the latest activity falls on the day printed in its own sentence. Blocking.

    The list's times are shifted by the UTC offset. If upstream ever fixes that, our correction becomes the fault, and
    this check fails on the first document. At least 90 % must agree, once there are ten sentences.
    """
    printed = [(record, match) for record in records if (match := _PRINTED.search(record.latest_activity_en or ""))]
    wrong = [record.key for record, match in printed if not _is_day(record, match)]
    return CheckResult(
        name="bills_printed_dates",
        passed=len(printed) < 10 or len(wrong) <= (1 - LEAST_SHARE) * len(printed),
        blocking=True,
        of_documents=True,
        description=f"Of {len(printed)} dates printed with a latest activity, {len(wrong)} differ from its time.",
        metadata={"count": len(wrong), "keys": wrong[:20], "printed": len(printed)},
        keys=wrong,
    )


def findings_of_list(listed: Parsed[BillRecord], stored: Collection[str] = ()) -> list[Finding]:
    """Findings about the list as a whole: bills that appear twice, bills that are no longer listed, and odd records.

    `stored` holds the keys of all bills that have been listed before.
    """
    gone = set(stored) - {record.key for record in listed.records} - {item.record_key for item in listed.unfit}
    doubts = [
        Finding(rule=doubt.rule, entity="bill", key=doubt.record_key, message=doubt.message) for doubt in listed.doubts
    ]
    return [
        *repeated_findings("bill", listed.repeated, "LEGISinfo's list"),
        *no_longer_listed("bill", gone, "LEGISinfo's list"),
        *doubts,
    ]


def _is_day(record: BillRecord, printed: re.Match[str]) -> bool:
    return day(record.latest_activity_date_time) == english_date(printed[1])
