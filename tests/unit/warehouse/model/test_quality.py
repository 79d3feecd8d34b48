"""What a refused document holds back, in words, in both languages."""

import datetime as dt

import pytest

from warehouse.model.quality import HeldBack

NOON = dt.datetime(2026, 9, 30, 3, tzinfo=dt.UTC)


def held_back(source: str, path: str, session: str = "45-1", last_good_at: dt.datetime | None = None) -> HeldBack:
    return HeldBack(
        source=source,
        session=session,
        url=f"https://example.invalid{path}",
        reason="The document breaks off.",
        since=NOON,
        last_good_at=last_good_at,
    )


@pytest.mark.parametrize(
    ("source", "path", "english", "french"),
    [
        ("legisinfo_bills", "/legisinfo/en/bills/json", "the bills of 45-1", "les projets de loi de la session 45-1"),
        (
            "legisinfo_bill_detail", "/legisinfo/en/bill/45-1/c-3/json",
            "the stages and publications of bill 45-1/C-3", "les étapes et publications du projet de loi 45-1/C-3",
        ),
        ("ourcommons_votes", "/members/en/votes/xml", "the votes of 45-1", "les votes de la session 45-1"),
        (
            "ourcommons_votes", "/members/fr/votes/xml",
            "the French subjects of the votes of 45-1", "les objets en français des votes de la session 45-1",
        ),
        (
            "ourcommons_ballots", "/members/en/votes/45/1/43/csv",
            "the ballots of vote 45-1/commons/43", "le vote de chaque député au vote 45-1/commons/43",
        ),
        ("another", "/a", "a document of another of 45-1", "un document de another de la session 45-1"),
    ],
)  # fmt: skip
def test_it_names_what_is_missing(source: str, path: str, english: str, french: str) -> None:
    assert held_back(source, path).what == (english, french)


def test_it_says_what_stays_and_what_to_do() -> None:
    never = held_back("ourcommons_votes", "/members/en/votes/xml")
    assert never.effect == ("nothing of it has been loaded", "rien n’en a été chargé")
    before = held_back("ourcommons_members", "/members/en/search/xml", "", NOON)
    assert before.effect[0] == "it stays as read on 2026-09-29", "the day in Ottawa"
    assert "openpolicy ingest --sessions 45-1" in never.next_step[0]
    assert "`openpolicy ingest`" in before.next_step[1]
    assert "\u00a0:" in before.next_step[1]
    assert never.line.startswith("Held back: the votes of 45-1; nothing of it has been loaded. https://example.invalid")
    assert never.line.isprintable()
