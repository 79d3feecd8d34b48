"""Kinds of motion, read from the House's own subjects."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from warehouse.model.vocabulary.motions import KINDS, MEANINGS, kind_of


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("3rd reading and adoption of Bill C-18, An Act to implement the Agreement", "third_reading"),
        ("3rd reading and adoption of Bill ,  (reasoned amendment)", "reasoned_amendment"),
        ("2nd reading of Bill C-38, An Act respecting marriage (previous question)", "previous_question"),
        ("2nd reading of Bill C-65, An Act to amend the Criminal Code (street racing)", "second_reading"),
        ("Bill C-11, An Act to amend the Copyright Act (report stage amendment)", "report_stage_amendment"),
        ("Bill C-10, An Act (report stage amendment — Motion No.2; Group 1; Clause 5)", "report_stage_amendment"),
        ("Bill C-12, An Act (report stage amendment) (Motion No. 48)", "report_stage_amendment"),
        ("Bill C-5, An Act (report stage amendment) (Motion 19)", "report_stage_amendment"),
        ("Concurrence at report stage of Bill C-45", "report_stage"),
        ("Tme allocation for Bill ,", "time_allocation"),
        ("Motion for closure", "closure"),
        ("Concurrence in an opposed item", "estimates"),
        ("Motion respecting Senate amendments to Bill C-14 (amendment)", "amendment"),
        ("Motion respecting Senate amendments to Bill C-14", "senate_amendments"),
        ("3rd reading and adoption of Bill C-9 (hoist amendment)", "hoist"),
        ("3rd reading and adoption of Bill C-9 (recommittal to a committee)", "recommittal"),
        ("14th Report of the Standing Committee on Finance", "concurrence_report"),
        ("Private Members' Business M-44 (Firefighters)", "private_members_motion"),
        ("Address in Reply to the Speech from the Throne (subamendment)", "subamendment"),
        ("Address in Reply to the Speech from the Throne (amendment as amended)", "amendment"),
        (None, "other"),
        ("", "other"),
    ],
)
def test_the_end_outweighs_the_beginning(subject: str | None, kind: str) -> None:
    assert kind_of(subject) == kind


@pytest.mark.parametrize(
    ("subject", "code", "of"),
    [
        ("3rd reading and adoption of Bill C-18, An Act", "adopts", "bill"),
        ("Concurrence at report stage of Bill C-45", "adopts", "bill"),
        ("2nd reading of Bill C-31, A second Act (reasoned amendment)", "rejects", "bill"),
        ("Bill C-6, An Act to provide for the resumption of postal services (hoist amendment)", "rejects", "bill"),
        ("2nd reading of Bill C-38, An Act respecting marriage (previous question)", "adopts", "motion"),
        ("Bill C-11, An Act to amend the Copyright Act (report stage amendment)", "adopts", "amendment"),
        ("3rd reading and adoption of Bill C-89, An Act (amendment)", "adopts", "amendment"),
        ("Bill C-81, An Act to ensure a barrier-free Canada (recommittal to a committee)", "adopts", "amendment"),
        ("Motion for closure", "adopts", "motion"),
        ("A wording that nobody has seen", None, None),
    ],
)
def test_what_a_yea_means_follows_from_the_kind(subject: str, code: str | None, of: str | None) -> None:
    found = MEANINGS[kind_of(subject)]
    assert (found.code, found.of) == (code, of)


def test_every_kind_has_its_meaning_in_both_languages() -> None:
    assert MEANINGS.keys() == set(KINDS)
    assert all(each.en.endswith(".") and each.fr.endswith(".") for each in MEANINGS.values())
    assert {kind for kind, each in MEANINGS.items() if each.code == "rejects"} == {"hoist", "reasoned_amendment"}


@pytest.mark.recorded
def test_nearly_every_subject_since_2004_is_of_a_known_kind(recorded_data: Path) -> None:
    found: Counter[str] = Counter()
    unknown = []
    for path in sorted((recorded_data / "votes").glob("votes_metadata_*.csv")):
        with path.open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                kind = kind_of(row["subject"])
                found[kind] += 1
                if kind == "other":
                    unknown.append(row["subject"])
    assert found.total() == 3091
    assert set(found) <= set(KINDS)
    assert found["other"] / found.total() < 0.03, unknown
    assert not [subject for subject in unknown if "reading" in subject.lower()]
