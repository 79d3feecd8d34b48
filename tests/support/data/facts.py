"""Facts put straight into ClickHouse's tables: made-up divisions, and whole sessions out of the recorded documents."""

import csv
import datetime as dt
import io
import tarfile
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import polars as pl
import pyarrow as pa

from warehouse.clickhouse.client import ClickHouse
from warehouse.model.vocabulary.codes import CAUCUSES

_batches = count(1)
RECORDED_AT = dt.datetime(2026, 7, 3, 12, tzinfo=dt.UTC)
GOVERNMENT = {38: "Liberal", 39: "Conservative", 40: "Conservative", 41: "Conservative"}
"""The governing caucus by Parliament; Liberal in the others."""
_RESULTS = {"Agreed To": "agreed", "Negatived": "negatived", "Tie": "tie"}
BALLOTS = {
    "person_id": pl.UInt32, "name": pl.String, "position": pl.String, "paired": pl.Boolean, "caucus": pl.String,
    "riding": pl.String, "province": pl.String, "side": pl.String,
}  # fmt: skip


def arrow(frame: pl.DataFrame) -> pa.Table:
    """A frame as `insert_arrow` takes it."""
    return frame.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())


def vote_row(key: str, held_on: dt.date, **fields: object) -> dict[str, object]:
    """A row of `votes` but its batch."""
    session, chamber, number = key.split("/")
    row: dict[str, object] = {
        "key": key, "revision": 1, "is_withdrawn": False, "session": session,
        "parliament": int(session.partition("-")[0]), "chamber": chamber, "number": int(number),
        "held_at": dt.datetime.combine(held_on, dt.time(20), dt.UTC), "held_on": held_on, "subject_en": None,
        "subject_fr": None, "result": "agreed", "bill": None, "bill_type": "", "kind": "other", "yeas": None,
        "nays": None, "paired": None, "counted_yeas": None, "counted_nays": None, "counted_paired": None,
        "disputed": False, "recorded_at": RECORDED_AT,
    }  # fmt: skip
    return row | fields


def insert_votes(clickhouse: ClickHouse, votes: Sequence[tuple[dict[str, object], pl.DataFrame]]) -> None:
    """Insert votes, each with its ballots; the ballots first, as the facts' writer does."""
    rows, frames = [], []
    for row, ballots in votes:
        batch = next(_batches)
        rows.append(row | {"batch": batch})
        same = {name: row[name] for name in ("session", "chamber", "number", "held_on")}
        frames.append(
            ballots.with_columns(
                vote_key=pl.lit(row["key"]),
                batch=pl.lit(batch, pl.UInt64),
                **{name: pl.lit(value) for name, value in same.items()},
            )
        )
    clickhouse.insert_arrow("ballots", arrow(pl.concat(frames).with_columns(pl.col("number").cast(pl.UInt32))))
    totals = ("yeas", "nays", "paired", "counted_yeas", "counted_nays", "counted_paired")
    kinds = {"revision": pl.UInt32, "batch": pl.UInt64, "parliament": pl.UInt16, "number": pl.UInt32} | dict.fromkeys(
        totals, pl.UInt16
    )
    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(
        *(pl.col(name).cast(kind) for name, kind in kinds.items()),
        *(pl.col(name).cast(pl.String) for name in ("subject_en", "subject_fr", "bill")),
        pl.col("held_at").dt.cast_time_unit("ms"),
        pl.col("recorded_at").dt.cast_time_unit("us"),
    )
    clickhouse.insert_arrow("votes", arrow(frame))


def insert_members(clickhouse: ClickHouse, seats: Sequence[tuple[int, str, int, str, dt.date, dt.date | None]]) -> None:
    """Insert members with one or more seats: person, name, Parliament, caucus, first day, day after the last."""
    batch = next(_batches)
    persons = {person: (name, caucus) for person, name, _, caucus, _, _ in seats}
    seated = pl.DataFrame(
        [
            {
                "person_id": person,
                "revision": 1,
                "batch": batch,
                "parliament": parliament,
                "caucus": caucus,
                "riding": "",
                "province": "Ontario",
                "from_on": first,
                "to_on": last,
            }
            for person, _, parliament, caucus, first, last in seats
        ],
        schema={
            "person_id": pl.UInt32,
            "revision": pl.UInt32,
            "batch": pl.UInt64,
            "parliament": pl.UInt16,
            "caucus": pl.String,
            "riding": pl.String,
            "province": pl.String,
            "from_on": pl.Date,
            "to_on": pl.Date,
        },
    )
    clickhouse.insert_arrow("memberships", arrow(seated))
    members = pl.DataFrame(
        [
            {
                "person_id": person,
                "revision": 1,
                "batch": batch,
                "is_withdrawn": False,
                "name": name,
                "caucus": caucus,
                "riding": "",
                "province": "Ontario",
                "is_sitting": True,
                "recorded_at": RECORDED_AT,
            }
            for person, (name, caucus) in persons.items()
        ],
    ).with_columns(
        pl.col("person_id", "revision").cast(pl.UInt32),
        pl.col("batch").cast(pl.UInt64),
        pl.col("recorded_at").dt.cast_time_unit("us"),
    )
    clickhouse.insert_arrow("members", arrow(members))


def recorded_session(data: Path, session: str) -> list[tuple[dict[str, object], pl.DataFrame]]:
    """Every vote of a recorded session with its ballots, as Parliament publishes them."""
    government = GOVERNMENT.get(int(session.partition("-")[0]), "Liberal")
    documents = dict(_documents(data, session))
    with (data / "votes" / f"votes_metadata_{session}.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    found = []
    for line in sorted(listed, key=lambda each: int(each["vote_number"])):
        number = int(line["vote_number"])
        bill = line["bill_number"] or None
        row = vote_row(
            f"{session}/commons/{number}",
            dt.date.fromisoformat(line["date"][:10]),
            subject_en=line["subject"],
            result=_RESULTS[line["result"]],
            bill=bill and f"{session}/{bill}",
            **{name: int(line[name]) if line[name] else None for name in ("yeas", "nays", "paired")},
        )
        ballots = _ballots(documents[number], government)
        counted = [ballots.filter(pl.col("position") == position).height for position in ("yea", "nay")]
        row["disputed"] = row["yeas"] is not None and [row["yeas"], row["nays"]] != counted
        found.append((row, ballots))
    return found


def insert_session(clickhouse: ClickHouse, votes: Sequence[tuple[dict[str, object], pl.DataFrame]]) -> None:
    """Insert a session, and seats from each person's first ballot to the last, in the caucus of the last one: whoever
    left has an end, or the House would have more members than seats, and figures of such days are not published."""
    insert_votes(clickhouse, votes)
    seats: dict[int, tuple[int, str, int, str, dt.date, dt.date | None]] = {}
    for row, ballots in votes:
        day, parliament = row["held_on"], row["parliament"]
        assert isinstance(day, dt.date)
        assert isinstance(parliament, int)
        for person, name, caucus in ballots.select("person_id", "name", "caucus").iter_rows():
            first, last = (seats[person][4], seats[person][5] or day) if person in seats else (day, day)
            seats[person] = (person, name, parliament, caucus, min(first, day), max(last, day + dt.timedelta(days=1)))
    insert_members(clickhouse, list(seats.values()))


def _documents(data: Path, session: str) -> Iterator[tuple[int, bytes]]:
    folder = data / "ballots"
    if (folder / session).is_dir():
        yield from ((int(path.stem), path.read_bytes()) for path in (folder / session).glob("*.csv"))
        return
    with tarfile.open(folder / f"{session}.tar.gz") as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name.endswith(".csv") else None
            if file is not None:
                yield int(Path(member.name).stem), file.read()


def _ballots(document: bytes, government: str) -> pl.DataFrame:
    """The ballots of one document by the rules of `data/FORMATS.md`, without the project's own parser."""
    rows = []
    for person, who, caucus, voted, paired in list(csv.reader(io.StringIO(document.decode("utf-8-sig"))))[1:]:
        name, _, riding = who.rpartition(" (")
        side = "government" if caucus == government else "opposition"
        position = {"Yea": "yea", "Nay": "nay"}.get(voted, "paired" if paired else "no_vote")
        rows.append(
            {
                "person_id": int(person),
                "name": name,
                "position": position,
                "paired": bool(paired),
                "caucus": caucus,
                "riding": riding.rstrip(")"),
                "province": "",
                "side": side,
            }
        )
    return pl.DataFrame(rows, schema=BALLOTS)


def code_of(caucus: str) -> str:
    """The code of a caucus as recorded."""
    return str(CAUCUSES.code_of(caucus))
