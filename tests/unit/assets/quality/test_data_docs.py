"""Data Docs: Great Expectations' own page of a suite, whole in itself."""

import datetime as dt
import re

import lxml.html
import pytest

from assets.checking.expectations import SUITES
from assets.quality.data_docs import pages, standalone
from warehouse.model.messages.translate import french
from warehouse.postgres.catalog.quality import Judged

LOADED_AT = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def judged(name: str, *, failing: str = "") -> Judged:
    """A load's check of the bills of a session; one expectation is not met by three bills."""
    rows = [
        {
            "expectation": item.name,
            "meaning": item.meaning,
            "passed": item.name != failing,
            "severity": item.severity,
            "count": 3 * (item.name == failing),
            "keys": ["45-1/C-2", "45-1/<b>", "45-1/S-4"] * (item.name == failing),
        }
        for item in SUITES["bills"]
    ]
    check = {"name": name, "passed": not failing, "metadata": {"rows": 162, "expectations": rows}}
    return Judged(session="45-1", loaded_at=LOADED_AT, check=check)


@pytest.fixture(scope="module")
def failed() -> str:
    ((suite, session, passed, page),) = pages([judged("expect_bills", failing="title_en_present")])
    assert (suite, session, passed) == ("bills", "45-1", False)
    return page.decode()


def test_a_page_says_what_is_not_met_and_by_which_records(failed: str) -> None:
    assert "3 unexpected values found" in failed
    assert "45-1/C-2" in failed
    assert "45-1/<b>" not in failed
    assert f"{len(SUITES['bills'])}" in failed


def test_a_page_begins_with_every_expectation_in_both_languages(failed: str) -> None:
    table = lxml.html.document_fromstring(failed).find("body").find("table")
    rows = [[cell.text_content() for cell in row] for row in table.findall("tr")][1:]
    assert [row[1] for row in rows] == [f"{item.meaning}{french(item.meaning)}" for item in SUITES["bills"]]
    assert [row for row in rows if row[0] != "✓ yes✓ oui"] == [
        [
            "✗ no✗ non",
            "Every bill has its English title.Chaque projet de loi a son titre en anglais.",
            "3",
            "45-1/C-2, 45-1/<b>, 45-1/S-4",
        ]
    ]


def test_a_page_loads_nothing_and_runs_nothing(failed: str) -> None:
    assert not re.search(r"<script|<link|<img|src=|url\(|https?://|\son\w+=", failed)


def test_checks_that_are_no_suite_have_no_page() -> None:
    assert pages([judged("votes_dense")]) == []


def test_what_a_page_of_another_host_would_load_is_taken_out() -> None:
    html = "<html><head><script src='//a.example/x.js'></script></head><body onload='f()'><a href='http://b'>t</a></body></html>"
    page = standalone(html, "A & B").decode()
    assert "example" not in page
    assert "onload" not in page
    assert "href" not in page
    assert "<title>A &amp; B</title>" in page
