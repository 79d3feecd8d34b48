"""`openpolicy quality`: the state of the data in the terminal."""

from pathlib import Path
from typing import Final

from deploy.local.attached import databases, found_stores
from deploy.local.supervisor import Say
from deploy.terminal.invocation import runnable
from deploy.terminal.output import print_table
from warehouse.model.quality import QualityReport
from warehouse.model.vocabulary.rules import rule_title
from warehouse.postgres.catalog.quality import read_report
from warehouse.postgres.roles import LOADER
from warehouse.runtime.settings import Settings


def collect(data_dir: Path | None, settings: Settings, say: Say) -> QualityReport:
    """The report, from running stores or from stores started for it.

    Raises:
        OpenPolicyError: there is no data folder, or a store is unavailable.
    """
    with found_stores(data_dir, settings, say, LOADER) as found, databases(found) as (catalog, _):
        return read_report(catalog)


_COMPLETENESS: Final = (
    ("session", "session"),
    ("bills", "bills"),
    ("no French", "bills_without_french"),
    ("provisional", "bills_provisional"),
    ("votes", "votes"),
    ("no French", "votes_without_french"),
    ("no ballots", "votes_without_ballots"),
    ("disputed", "votes_disputed"),
    ("last vote", "last_held_on"),
    ("documents", "documents"),
    ("broken", "documents_broken"),
)
"""Columns, each with its field of a session."""


def show(report: QualityReport) -> None:
    """Print the report as tables, starting with what is missing."""
    for held in report.held_back:
        print(runnable(held.line))
    print_table(
        "Completeness",
        tuple(title for title, _ in _COMPLETENESS),
        [tuple(getattr(each, name) for _, name in _COMPLETENESS) for each in report.sessions],
    )
    _show_findings(report)
    _show_quarantine(report)
    if len(report.trend) > 1:
        before, now = (sum(day.findings.values()) for day in (report.trend[0], report.trend[-1]))
        print(f"Open findings on {report.trend[0].day}: {before}; on {report.trend[-1].day}: {now}.")


def _show_findings(report: QualityReport) -> None:
    if not report.rules:
        print("Open findings: none")
        return
    first = {(each.entity, each.rule): each.key for each in reversed(report.findings)}
    print_table(
        "Open findings",
        ("about", "rule", "meaning", "open", "first"),
        [
            (each.entity, each.rule, rule_title(each.rule)[0], each.open, first.get((each.entity, each.rule)))
            for each in report.rules
        ],
    )


def _show_quarantine(report: QualityReport) -> None:
    if not report.quarantined:
        print("Not published: none")
        return
    print_table(
        f"Not published: {report.quarantined_count}",
        ("document", "record", "reason"),
        [(each.url, each.record_key, each.reason) for each in report.quarantined],
    )
