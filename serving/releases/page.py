"""What the page of a release shows besides its fields."""

from typing import NamedTuple

from serving.releases.schemas import PartOut, ReleaseOut


class Group(NamedTuple):
    """The tables of one session, or of all together."""

    title: str | None
    parts: list[PartOut]


def groups_of(release: ReleaseOut) -> list[Group]:
    """The tables that have all sessions first, then each session's, newest first."""
    found: dict[str | None, list[PartOut]] = {None: []}
    for part in release.parts:
        found.setdefault(part.session, []).append(part)
    return [Group(session, parts) for session, parts in found.items() if parts]


def snippets_of(release: ReleaseOut, origin: str) -> list[tuple[str, str]]:
    """How to read one table, in four ways, with the address of this server."""
    part = next((each for each in release.parts if each.table == "ballots"), release.parts[0])
    base = f"{origin}/data/{release.release}/{part.session + '/' if part.session else ''}{part.table}"
    count = "select position, count(*) from" if part.table == "ballots" else "select count(*) from"
    by = " group by position" if part.table == "ballots" else ""
    return [
        ("DuckDB", f"{count} read_parquet('{base}.parquet'){by};"),
        ("Python, polars", f'import polars as pl\nballots = pl.read_parquet("{base}.parquet")'),
        ("Python, pandas", f'import pandas as pd\nballots = pd.read_csv("{base}.csv")'),
        ("R, arrow", f'ballots <- arrow::read_parquet("{base}.parquet")'),
    ]
