"""`openpolicy quality`: the state of the data in the terminal."""

from pathlib import Path

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
    """The report, from the stores that run or are started for it.

    Raises:
        OpenPolicyError: there is no data folder, or a store is unavailable.
    """
    with found_stores(data_dir, settings, say, LOADER) as found, databases(found) as (catalog, _):
        return read_report(catalog)


def show(report: QualityReport) -> None:
    """The report as tables, and before them what is missing."""
    for held in report.held_back:
        print(runnable(held.line))
    print_table(
        "Completeness",
        (
            "session",
            "bills",
            "no French",
            "provisional",
            "votes",
            "no French",
            "no ballots",
            "disputed",
            "last vote",
            "documents",
            "broken",
        ),
        [
            (
                each.session,
                each.bills,
                each.bills_without_french,
                each.bills_provisional,
                each.votes,
                each.votes_without_french,
                each.votes_without_ballots,
                each.votes_disputed,
                each.last_held_on,
                each.documents,
                each.documents_broken,
            )
            for each in report.sessions
        ],
    )
    if report.rules:
        first = {(each.entity, each.rule): each.key for each in reversed(report.findings)}
        print_table(
            "Open findings",
            ("about", "rule", "meaning", "open", "first"),
            [
                (each.entity, each.rule, rule_title(each.rule)[0], each.open, first.get((each.entity, each.rule)))
                for each in report.rules
            ],
        )
    else:
        print("Open findings: none")
    if report.parked:
        print_table(
            f"Not published: {report.parked_count}",
            ("document", "record", "reason"),
            [(each.url, each.record_key, each.reason) for each in report.parked],
        )
    else:
        print("Not published: none")
    if len(report.trend) > 1:
        before, now = (sum(day.findings.values()) for day in (report.trend[0], report.trend[-1]))
        print(f"Open findings on {report.trend[0].day}: {before}; on {report.trend[-1].day}: {now}.")
