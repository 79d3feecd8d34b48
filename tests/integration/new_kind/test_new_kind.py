"""A new kind of entity takes one entry and one migration; everything that follows the change log covers it."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(180)]
FOLDER = Path(__file__).parent
INSTANT = "2020-01-06T20:30:00+00:00"


def report_of(urls: list[str], folder: Path, kafka_url: str = "") -> dict[str, Any]:
    """What the process with petitions reports, its databases migrated."""
    for number, url in enumerate(urls):
        with psycopg.connect(url, autocommit=True) as connection:
            for name in ("common", "shard" if number else "catalog"):
                connection.execute((FOLDER / f"{name}.sql").read_bytes())
    asked = msgspec.json.encode({"urls": urls, "kafka_url": kafka_url, "report": str(folder / "report.json")}).decode()
    command = [sys.executable, "-m", "tests.integration.new_kind.petitions", asked]
    done = subprocess.run(command, cwd=FOLDER.parents[2], capture_output=True, check=False, timeout=150)
    assert done.returncode == 0, done.stderr.decode()
    report: dict[str, Any] = msgspec.json.decode((folder / "report.json").read_bytes())
    return report


def events() -> list[list[Any]]:
    """The events there must be: 20 petitions, three with more signatures, one withdrawn."""
    found = [(f"45-1/e-{number}", 1, "created") for number in range(1, 21)]
    found += [(f"45-1/e-{number}", 2, "updated") for number in (1, 2, 3)] + [("45-1/e-20", 2, "withdrawn")]
    return [["petition.events", *event] for event in sorted(found)]


def test_one_entry_and_one_migration_are_a_kind(own_database_urls: list[str], tmp_path: Path) -> None:
    found = report_of(own_database_urls, tmp_path)
    assert found["stored"] == [20, 0, 3]
    assert found["withdrawn"] == ["withdrawn"]
    assert found["signatures"] == 700
    assert found["topics"] == [["petition.events", 2, 14], ["petition.events.dead-letters", 1, None]]
    assert found["is_read_by_consumers"]
    assert found["event_types"] == [f"petition.{word}.v1" for word in ("created", "updated", "withdrawn")]
    assert found["schema_fields"] == [
        "key", "number", "presented_at", "session", "signatures", "title_en", "title_fr",
    ]  # fmt: skip
    assert found["events"] == events()
    assert found["words"] == ["petition", "pétition", "signatures"]
    assert found["keys"] == ["45-1/C-3", "45-1/e-7", "89156"]
    assert found["unused"] == ["facts", "search"]
    _assert_lists_and_proofs(found)
    _assert_feed(found["in_feed"])
    assert found["past"] == ["45-1/e-1", 500, "test:petitions"]


def _assert_lists_and_proofs(found: dict[str, Any]) -> None:
    """The list has what is there; what is wrong is found, and gone when the list was rebuilt."""
    assert found["listed"] == {f"45-1/e-{n}": 700 if n < 4 else 500 for n in range(1, 20)}
    assert found["clean"]
    assert len(found["lines"]) == 4
    assert all(" = log " in line for line in found["lines"])
    problems = "\n".join(found["after_damage"])
    assert "petition_list 45-1/e-7: the list has revision None, the log 1" in problems
    assert "petition 45-1/e-5: state is revision 1, the log replays to 1" in problems
    assert "petition 45-1/e-7: lists has revision None, the log 1" in problems
    assert found["counted"] == 19
    assert found["rebuilt"] == 20  # 19 and the tombstone of the withdrawn one
    assert found["after_rebuild"] == []


def _assert_feed(feed: dict[str, list[list[Any]]]) -> None:
    created = sorted([f"45-1/e-{number}", 1, "created", INSTANT] for number in range(1, 21))
    assert [row for row in feed["petitions"] if row[2] == "created"] == created
    assert [row for row in feed["petitions"] if row[2] == "corrected"] == [
        [f"45-1/e-{number}", 2, "corrected", INSTANT] for number in (1, 2, 3)
    ]
    assert [row[0] for row in feed["petitions"] if row[2] == "withdrawn"] == ["45-1/e-20"]
    assert feed["session 45-1"] == created
    assert len(feed["corrected"]) == 3
    assert feed["bills"] == feed["session 44-1"] == feed["commons"] == []
