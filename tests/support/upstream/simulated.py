"""Reading the simulator's documents in tests with nothing but the standard library and lxml, never with our parsers."""

import csv
import io
import json
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from lxml import etree

from assets.upstream.server import UpstreamAnswer
from assets.upstream.simulator import SimulatedUpstream


def ask(upstream: SimulatedUpstream, address: str) -> UpstreamAnswer:
    """GET a path with its query."""
    parts = urlsplit(address)
    return upstream.answer(parts.path, dict(parse_qsl(parts.query)))


def body(upstream: SimulatedUpstream, address: str) -> bytes:
    """The body of a good answer."""
    answer = ask(upstream, address)
    assert answer.status == 200, (address, answer)
    return answer.body


def everything(upstream: SimulatedUpstream, addresses: list[str] | None = None) -> dict[str, UpstreamAnswer]:
    """Every published document."""
    return {address: ask(upstream, address) for address in addresses or upstream.addresses()}


def xml_rows(document: bytes) -> list[dict[str, str]]:
    """The children of the root as field → text; null and empty are both empty."""
    return [{field.tag: field.text or "" for field in element} for element in etree.fromstring(document)]


def csv_rows(document: bytes) -> list[dict[str, str]]:
    """The rows of a CSV with byte order mark."""
    return list(csv.DictReader(io.StringIO(document.decode("utf-8-sig"), newline="")))


def votes(upstream: SimulatedUpstream, session: str, lang: str = "en") -> list[dict[str, str]]:
    return xml_rows(body(upstream, f"/members/{lang}/votes/xml?parlSession={session}"))


def vote(upstream: SimulatedUpstream, session: str, number: int) -> dict[str, str]:
    return next(row for row in votes(upstream, session) if row["DecisionDivisionNumber"] == str(number))


def ballots(upstream: SimulatedUpstream, session: str, number: int) -> list[dict[str, str]]:
    return csv_rows(body(upstream, f"/members/en/votes/{session.replace('-', '/')}/{number}/csv"))


def bills(upstream: SimulatedUpstream, session: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(body(upstream, f"/legisinfo/en/bills/json?parlsession={session}"))
    return found


def detail(upstream: SimulatedUpstream, session: str, number: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = json.loads(body(upstream, f"/legisinfo/en/bill/{session}/{number.lower()}/json"))
    assert len(found) == 1
    return found[0]


def announced(row: dict[str, str]) -> tuple[int, int, int]:
    """Yeas, nays and paired of a vote list's row."""
    yeas, nays, paired = (int(row[f"DecisionDivisionNumberOf{what}"]) for what in ("Yeas", "Nays", "Paired"))
    return yeas, nays, paired


def counted(rows: list[dict[str, str]]) -> tuple[int, int, int]:
    """The same, counted from the rows of a ballots CSV."""
    words = Counter(row["Member Voted"] for row in rows)
    return words["Yea"], words["Nay"], sum(row["Paired"] == "Paired" for row in rows)
