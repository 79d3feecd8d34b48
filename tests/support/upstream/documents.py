"""The recorded documents in the shape in which Parliament answers with them."""

import csv
import tarfile
from functools import cache
from pathlib import Path

from assets.sources.ourcommons_votes.parse import VoteRecord

SESSIONS = ("38-1", "39-1", "40-1", "40-2", "41-1", "42-1", "43-1", "43-2", "45-1")
"""The sessions whose ballots are recorded."""


def detail_document(data: Path, number: str) -> bytes:
    """The detail record of a bill of 45-1, back in the array it came in."""
    return b"[" + (data / "bills" / "detail_45-1" / f"{number}.json").read_bytes() + b"]"


def bill_lists(data: Path) -> list[Path]:
    """All thirteen bill lists."""
    return sorted((data / "bills").glob("legisinfo_bills_*"))


@cache
def ballot_documents(data: Path, session: str) -> dict[int, bytes]:
    """Every ballot file of a session by division number."""
    folder = data / "ballots" / session
    if folder.is_dir():
        return {int(path.stem): path.read_bytes() for path in folder.glob("*.csv")}
    documents: dict[int, bytes] = {}
    with tarfile.open(data / "ballots" / f"{session}.tar.gz") as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name.endswith(".csv") else None
            if file is not None:
                documents[int(Path(member.name).stem)] = file.read()
    return documents


def vote_records(data: Path, session: str) -> list[VoteRecord]:
    """The divisions of a session out of the recorded table of its list, newest first as upstream has them."""
    parliament, number = map(int, session.split("-"))
    with (data / "votes" / f"votes_metadata_{session}.csv").open(encoding="utf-8", newline="") as file:
        return [
            VoteRecord(
                parliament_number=parliament,
                session_number=number,
                decision_division_number=int(row["vote_number"]),
                decision_event_date_time=row["date"],
                decision_division_subject=row["subject"],
                decision_result_name=row["result"],
                decision_division_number_of_yeas=_int(row["yeas"]),
                decision_division_number_of_nays=_int(row["nays"]),
                decision_division_number_of_paired=_int(row["paired"]),
                bill_number_code=row["bill_number"] or None,
            )
            for row in csv.DictReader(file)
        ]


def _int(text: str) -> int | None:
    return int(text) if text else None
