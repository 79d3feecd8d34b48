"""What `openpolicy ingest` tells a person, a program and cron of documents that were not used."""

import datetime as dt
import json

import pytest
from typer.testing import CliRunner

from assets.ingest import IngestReport
from deploy.cli.app import REFUSED_EXIT, app
from warehouse.model.quality import HeldBack

HELD = HeldBack(
    source="ourcommons_votes",
    session="45-1",
    url="https://example.invalid/members/en/votes/xml",
    reason="The document breaks off.",
    since=dt.datetime(2026, 9, 30, tzinfo=dt.UTC),
    last_good_at=None,
)


@pytest.mark.parametrize(
    ("held_back", "options", "code"),
    [
        ([], [], 0), ([], ["--strict"], 0), ([HELD], [], 0), ([HELD], ["--strict"], REFUSED_EXIT),
        ([HELD], ["--strict", "--json"], REFUSED_EXIT),
    ],
)  # fmt: skip
def test_strict_has_an_exit_code_of_its_own(
    monkeypatch: pytest.MonkeyPatch, held_back: list[HeldBack], options: list[str], code: int
) -> None:
    report = IngestReport(kind="live", sessions=["45-1"], loads=[], projected=0, held_back=held_back)
    monkeypatch.setattr("deploy.commands.ingest.load", lambda *_args, **_named: report)
    done = CliRunner().invoke(app, ["ingest", *options])
    assert done.exit_code == code
    if "--json" in options:
        told = json.loads(done.stdout)
        assert (told["refused"], told["held_back"][0]["session"]) == (1, "45-1")
        return
    lines = done.stdout.splitlines()
    if held_back:
        assert lines[0].startswith("Held back: the votes of 45-1")
        assert lines[-1] == "Not every document was used: 1 held back, named above."
    else:
        assert lines[-1] == "Every document was used."


def test_many_are_counted() -> None:
    report = IngestReport(kind="live", sessions=[], loads=[], projected=0, held_back=[HELD] * 12)
    assert len(report.summary) == 11
    assert report.summary[-1] == "Held back: 2 more; `openpolicy status` names them."
