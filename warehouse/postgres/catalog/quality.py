"""Reads the state of the data from the catalog, and records a point of the trend after each run."""

import asyncio
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final, LiteralString

import msgspec
import zstandard
from psycopg.rows import TupleRow

from warehouse.model.keys import session_order
from warehouse.model.quality import (
    Completeness,
    Coverage,
    DataDocs,
    Day,
    Disputed,
    DocumentCount,
    HeldBack,
    OpenFinding,
    OpenRule,
    QualityReport,
    QuarantinedRecord,
    SessionCoverage,
)
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.connections.watched import WatchedDatabase
from warehouse.runtime.sqlfiles import queries

EXAMPLES: Final = 20
"""How many findings of each rule, and how many quarantined records, a report shows; all are counted."""
DAYS: Final = 90
_ALL: Final = 1_000_000
_HELD_BACK: Final = 1_000
_PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    "held_back": {"limit": _HELD_BACK},
    "rules": {},
    "findings": {"rule": None, "entity": None, "session": None, "per_rule": EXAMPLES, "limit": _ALL, "offset": 0},
    "quarantined": {"limit": EXAMPLES},
    "quarantined_count": {},
    "sessions": {},
    "disputed": {},
    "trend": {"days": DAYS},
    "documents": {},
}


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """The check result of a load's suite, as the loader reported it."""

    session: str
    loaded_at: dt.datetime
    check: dict[str, Any]


def _query(name: str) -> LiteralString:
    return queries("postgres/catalog/queries/quality.sql")[name]


def read_report(catalog: Database) -> QualityReport:
    """The state of the data now.

    Raises:
        StoreUnavailable: the catalog cannot be reached.
    """
    with catalog.connection() as connection:
        return _report(
            {name: connection.execute(_query(name), given or None).fetchall() for name, given in _PARAMETERS.items()}
        )


async def read_report_async(catalog: WatchedDatabase) -> QualityReport:
    """The same for a serving process."""
    rows = await asyncio.gather(*(catalog.fetch(_query(name), given) for name, given in _PARAMETERS.items()))
    return _report(dict(zip(_PARAMETERS, rows, strict=True)))


async def read_coverage(catalog: WatchedDatabase) -> Coverage:
    """The stored data of each session and source.

    Raises:
        StoreUnavailable: the catalog does not answer.
    """
    names = ("coverage", "coverage_documents", "coverage_terms", "coverage_lists")
    sessions, documents, members, listed = await asyncio.gather(*(catalog.fetch(_query(name)) for name in names))
    return Coverage(
        sessions=[SessionCoverage(**dict(zip(_COVERAGE, row, strict=True))) for row in sessions],
        documents=[DocumentCount(**dict(zip(_DOCUMENTS, row, strict=True))) for row in documents],
        members={int(parliament): (int(count), int(with_roles)) for parliament, count, with_roles in members},
        listed=frozenset(int(row[0]) for row in listed),
    )


async def read_findings(
    catalog: WatchedDatabase, *, rule: str | None, entity: str | None, session: str | None, limit: int, offset: int
) -> list[OpenFinding]:
    """A page of the open findings, by rule and key; None means all."""
    wanted = {"rule": rule, "entity": entity, "session": session, "per_rule": _ALL, "limit": limit, "offset": offset}
    return [_finding(row) for row in await catalog.fetch(_query("findings"), wanted)]


async def read_data_docs(catalog: WatchedDatabase, suite: str, session: str) -> tuple[bytes, dt.datetime] | None:
    """A page of Data Docs as HTML, and when it was made; None if there is none."""
    rows = await catalog.fetch(_query("document"), {"suite": suite, "session": session})
    return (zstandard.decompress(rows[0][0]), rows[0][1]) if rows else None


def held_back(catalog: Database) -> list[HeldBack]:
    """What is missing because a document was refused or could not be fetched, newest session first."""
    with catalog.connection() as connection:
        return [_held_back(row) for row in connection.execute(_query("held_back"), {"limit": _HELD_BACK}).fetchall()]


def record_run(catalog: Database) -> None:
    """Record the present counts as one point of the trend."""
    with catalog.connection() as connection:
        connection.execute(_query("record_run"))


def judged(catalog: Database) -> list[Judged]:
    """The results of the suites in every session's last load."""
    with catalog.connection() as connection:
        rows = connection.execute(_query("judged"), {}).fetchall()
    return [
        Judged(session=session, loaded_at=loaded_at, check=msgspec.json.decode(check))
        for _, session, loaded_at, check in rows
    ]


def keep_data_docs(catalog: Database, pages: Sequence[tuple[str, str, bool, bytes]]) -> None:
    """Store pages of Data Docs: suite, session, whether all expectations are met, HTML."""
    with catalog.connection() as connection, connection.cursor() as cursor:
        cursor.executemany(
            _query("keep_document"),
            [
                {"suite": suite, "session": session, "passed": passed, "page": zstandard.compress(page)}
                for suite, session, passed, page in pages
            ],
        )


def _report(rows: Mapping[str, Sequence[TupleRow]]) -> QualityReport:
    sessions = [Completeness(**dict(zip(_SESSION, row, strict=True))) for row in rows["sessions"]]
    return QualityReport(
        held_back=[_held_back(row) for row in rows["held_back"]],
        rules=[OpenRule(**dict(zip(_RULE, row, strict=True))) for row in rows["rules"]],
        findings=[_finding(row) for row in rows["findings"]],
        quarantined=[QuarantinedRecord(**dict(zip(_QUARANTINED, row, strict=True))) for row in rows["quarantined"]],
        quarantined_count=rows["quarantined_count"][0][0],
        sessions=sorted(sessions, key=lambda each: -session_order(each.session)),
        disputed=[_disputed(key, msgspec.json.decode(state)) for key, state in rows["disputed"]],
        trend=[
            Day(day=row[0], findings=msgspec.json.decode(row[1]), **dict(zip(_COUNTS, row[2:], strict=True)))
            for row in rows["trend"]
        ],
        data_docs=[DataDocs(**dict(zip(_DOCS, row, strict=True))) for row in rows["documents"]],
    )


_COVERAGE: Final = tuple(field.name for field in msgspec.structs.fields(SessionCoverage))
_DOCUMENTS: Final = tuple(field.name for field in msgspec.structs.fields(DocumentCount))
_HELD: Final = tuple(field.name for field in msgspec.structs.fields(HeldBack))
_RULE: Final = tuple(field.name for field in msgspec.structs.fields(OpenRule))
_SESSION: Final = tuple(field.name for field in msgspec.structs.fields(Completeness))
_QUARANTINED: Final = tuple(field.name for field in msgspec.structs.fields(QuarantinedRecord))
_FINDING: Final = tuple(field.name for field in msgspec.structs.fields(OpenFinding))
_DOCS: Final = tuple(field.name for field in msgspec.structs.fields(DataDocs))
_COUNTS: Final = ("quarantined", "disputed", "votes", "bills")


def _held_back(row: TupleRow) -> HeldBack:
    return HeldBack(**dict(zip(_HELD, row, strict=True)))


def _finding(row: TupleRow) -> OpenFinding:
    return OpenFinding(**dict(zip(_FINDING, row, strict=True)))


def _disputed(key: str, state: dict[str, Any]) -> Disputed:
    yeas, nays, paired = (state.get(name) for name in ("yeas", "nays", "paired"))
    counted = (state.get(f"counted_{name}") for name in ("yeas", "nays", "paired"))
    return Disputed(key=key, announced=(yeas, nays, paired), counted=tuple(counted))  # type: ignore[arg-type]
