"""Damaged documents: whatever happens to the bytes, a parser gives records, parks records, or says SourceChanged."""

import json
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from assets.bills.transform import build_bill
from assets.sources.legisinfo_bill_detail.parse import parse_detail
from assets.sources.legisinfo_bills.parse import parse_bills
from assets.sources.ourcommons_ballots.parse import parse_ballots
from assets.sources.ourcommons_members.parse import parse_members
from assets.sources.ourcommons_votes.parse import parse_votes
from assets.sources.sessions.parse import parse_sessions
from assets.votes.transform import build_vote
from tests.support.upstream.documents import detail_document
from warehouse.runtime.errors import SourceChanged

pytestmark = pytest.mark.recorded
JUNK = [
    b"", b"\0", b"\r", b"\n", b'"', b"<", b">", b"&", b"&#0;", b"\xff", b"0", b"-1", b"99999999999999999999", b"null",
    b"\\u0000", b"0001-01-01T00:00:00", b"9999-12-31T23:59:59-05:00", b"0001-01-01T00:00:00+05:00", b"true", b"[",
    b"{}", b",", b"\xc2\xb2", b"\xd9\xa3", b"<a/>", b"</Bill>", b"~",
]  # fmt: skip


def _bills(document: bytes) -> None:
    for record in parse_bills(document).records:
        build_bill(record, None)
    parse_sessions(document)


def _votes(document: bytes) -> None:
    for record in parse_votes(document).records:
        build_vote(record, None, None, {})


@pytest.fixture(scope="module")
def cases(recorded_data: Path) -> list[tuple[Callable[[bytes], object], bytes]]:
    """Each parser with a short real document, so that most damage hits something that matters."""

    def first(path: str, end: bytes, root: bytes, after: int) -> bytes:
        document = (recorded_data / path).read_bytes()
        return document[: document.index(end, after)] + end + root

    bills = json.loads((recorded_data / "bills" / "legisinfo_bills_45-1.json").read_bytes())[:4]
    rows = (recorded_data / "ballots" / "picked" / "45-1_1.csv").read_bytes().splitlines(keepends=True)
    members = (recorded_data / "members" / "members_44_2021-11-19_en.csv").read_bytes().splitlines(keepends=True)
    participant = b"</VoteParticipant>"
    return [
        (_bills, json.dumps(bills, ensure_ascii=False).encode()),
        (_bills, first("bills/legisinfo_bills_40-1.xml", b"</Bill>", b"</Bills>", 6000)),
        (_votes, first("votes/ourcommons_votes_42-1_2018-08.xml", participant, b"</List>", 2000)),
        (parse_ballots, b"".join(rows[:12])),
        (parse_ballots, first("ballots/vote_43-2_69.xml", participant, b"</ArrayOfVoteParticipant>", 2000)),
        (parse_members, (recorded_data / "members" / "members_45_2026-09-30_en.excerpt.xml").read_bytes()),
        (parse_members, b"".join(members[:12])),
        (lambda document: build_bill(None, parse_detail(document)), detail_document(recorded_data, "C-4")),
    ]


def test_damage_is_refused_or_parked_and_never_a_crash(
    cases: list[tuple[Callable[[bytes], object], bytes]],
) -> None:
    dice = random.Random(45)
    outcomes: Counter[str] = Counter()
    for turn in range(1200):
        parse, document = cases[turn % len(cases)]
        for _ in range(dice.randint(1, 4)):
            start = dice.randrange(len(document))
            document = document[:start] + dice.choice(JUNK) + document[start + dice.choice([0, 1, 2, 5, 30]) :]
        try:
            parse(document)
            outcomes["read"] += 1
        except SourceChanged:
            outcomes["refused"] += 1
    assert outcomes["read"] > 100
    assert outcomes["refused"] > 100
