"""What is refused leaves nothing behind, and what was found is over once its cause is gone."""

from typing import Any

import msgspec
import pytest

from assets.ingest import ingest
from assets.progress import Silent
from assets.upstream.server import running
from tests.support.upstream.ingestion import Installation
from tests.support.upstream.records import (
    Records,
    ballots_csv,
    ballots_xml,
    bill,
    bills_json,
    people,
    vote,
    votes,
)

pytestmark = pytest.mark.postgres
GOOD = votes(vote(1, bill="C-2"), vote(2, yeas=2, nays=1))
THREE = [*people(2), (9, "NDP", "Nay", "")]
DOCUMENTS = {
    "45-1/bills.json": bills_json(bill()),
    "45-1/votes_en.xml": GOOD,
    "45-1/ballots/1.csv": ballots_csv(*people(2)),
    "45-1/ballots/2.csv": ballots_csv(*THREE),
}


def load(installation: Installation, site: Records, form: str = "csv") -> None:
    with running(site) as url:
        settings = msgspec.structs.replace(installation.settings(url), ballot_format=form)
        ingest(settings, sessions=None, progress=Silent())


def keys(installation: Installation) -> set[str]:
    return set(installation.revisions())


def changes(installation: Installation) -> list[tuple[Any, ...]]:
    return sorted(installation.ask_shards("select key, revision, op from change_log"))


def raised(installation: Installation, *expected: str) -> dict[str, list[str]]:
    """The open findings but those that every such small Parliament has."""
    return {
        rule: found
        for rule, found in installation.findings().items()
        if rule not in {"french_not_published", "sponsor_unknown", *expected}
    }


@pytest.fixture
def site(installation: Installation) -> Records:
    """A small Parliament, loaded."""
    found = Records(DOCUMENTS)
    load(installation, found)
    assert keys(installation) == {"45-1/C-2", "45-1/commons/1", "45-1/commons/2"}
    assert raised(installation) == {}
    return found


FRENCH = GOOD.replace("Agreed To", "Adoptée")
REFUSED = {
    "another session": votes(vote(1, session="44-1", bill="C-777"), vote(2, session="44-1", bill="C-778")),
    "another language": FRENCH.replace("C-2", "C-777"),
    "a page": "<!DOCTYPE html><html><body>C-777</body></html>",
    "broken off": GOOD.replace("C-2", "C-777")[:-20],
    "nothing": "",
    "empty": "<ArrayOfVote/>",
    "other fields": GOOD.replace("DecisionDivisionNumber>", "Number>").replace("C-2", "C-777"),
}


@pytest.mark.parametrize("document", REFUSED.values(), ids=REFUSED)
def test_a_refused_list_of_votes_leaves_nothing_and_heals(
    installation: Installation, site: Records, document: str
) -> None:
    before = changes(installation)
    site.put("45-1/votes_en.xml", document)
    load(installation, site)
    assert changes(installation) == before
    assert raised(installation) == {}
    assert len(installation.parked()) == 1
    site.put("45-1/votes_en.xml", GOOD)
    load(installation, site)
    assert (changes(installation), installation.parked(), raised(installation)) == (before, {}, {})


@pytest.mark.parametrize("document", REFUSED.values(), ids=REFUSED)
def test_a_list_that_was_never_good_leaves_no_session(installation: Installation, document: str) -> None:
    site = Records(DOCUMENTS | {"45-1/votes_en.xml": document, "44-1/votes_en.xml": document})
    load(installation, site)
    of_44 = keys(installation) - {"45-1/C-2"}
    assert of_44 == ({"44-1/commons/1", "44-1/commons/2", "44-1/C-777", "44-1/C-778"} if "44<" in document else set())
    assert all(not key.startswith("45-1") for found in raised(installation).values() for key in found)


def test_a_single_vote_of_another_session_leaves_no_bill(installation: Installation, site: Records) -> None:
    before = changes(installation)
    stray = vote(3, session="44-1", bill="C-777", yeas=9)
    site.put("45-1/votes_en.xml", GOOD.replace("</ArrayOfVote>", f"{stray}</ArrayOfVote>"))
    site.put("45-1/ballots/3.csv", ballots_csv(*people(2)))
    load(installation, site)
    assert changes(installation) == before
    assert raised(installation) == {}
    assert list(installation.parked().values()) == ["The vote is of 44-1, not of 45-1."]
    site.put("45-1/ballots/1.csv", ballots_csv(*people(2, "NDP")))
    load(installation, site)
    assert list(installation.parked().values()) == ["The vote is of 44-1, not of 45-1."], "while it stands in the list"
    site.put("45-1/votes_en.xml", GOOD)
    load(installation, site)
    assert installation.parked() == {}


@pytest.mark.parametrize("at", ["2099-06-02T18:30:00", "2019-06-02T18:30:00", "1066-06-02T18:30:00"])
def test_a_vote_at_an_impossible_time_is_parked_with_its_bill(
    installation: Installation, site: Records, at: str
) -> None:
    before = changes(installation)
    stray = vote(3, at=at, bill="C-777")
    site.put("45-1/votes_en.xml", GOOD.replace("</ArrayOfVote>", f"{stray}</ArrayOfVote>"))
    load(installation, site)
    assert (changes(installation), raised(installation), len(installation.parked())) == (before, {}, 1)


def test_a_bill_that_a_corrected_vote_names_no_more_is_withdrawn(installation: Installation, site: Records) -> None:
    site.put("45-1/votes_en.xml", GOOD.replace("C-2", "C-77"))
    load(installation, site)
    assert "45-1/C-77" in keys(installation)
    assert raised(installation) == {"bill_not_listed": ["45-1/C-77"]}
    site.put("45-1/votes_en.xml", GOOD)
    load(installation, site)
    assert "45-1/C-77" not in keys(installation)
    assert raised(installation) == {}
    load(installation, site)
    assert [op for key, _, op in changes(installation) if key == "45-1/C-77"] == ["created", "withdrawn"]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (ballots_xml(*THREE, division="45/1/1"), "another division"),
        (ballots_xml(*THREE, division="44/1/2"), "another division"),
        ("<html><body>Not found</body></html>", "HTML"),
        (ballots_xml(*THREE)[:-9], "breaks off"),
    ],
)
def test_refused_ballots_leave_the_last_good_ones(installation: Installation, document: str, said: str) -> None:
    site = Records({name: text for name, text in DOCUMENTS.items() if "ballots" not in name})
    site.put("45-1/ballots/1.xml", ballots_xml(*people(2), division="45/1/1"))
    site.put("45-1/ballots/2.xml", ballots_xml(*THREE, division="45/1/2"))
    load(installation, site, "xml")
    before = changes(installation)
    site.put("45-1/ballots/2.xml", document)
    load(installation, site, "xml")
    assert changes(installation) == before
    assert raised(installation) == {}
    (reason,) = installation.parked().values()
    assert said in reason
    site.put("45-1/ballots/2.xml", ballots_xml(*THREE, division="45/1/2"))
    load(installation, site, "xml")
    assert (changes(installation), installation.parked()) == (before, {})


def test_parked_ballots_of_a_vote_that_is_listed_no_more_are_over(installation: Installation, site: Records) -> None:
    more = "".join(vote(number) for number in range(3, 13))  # one of a few is more than a feed may lose
    without = GOOD.replace("</ArrayOfVote>", f"{more}</ArrayOfVote>")
    whole = without.replace("</ArrayOfVote>", f"{vote(13)}</ArrayOfVote>")
    for number in range(3, 13):
        site.put(f"45-1/ballots/{number}.csv", ballots_csv(*people(2)))
    site.put("45-1/votes_en.xml", whole)
    site.put("45-1/ballots/13.csv", "<html></html>")
    load(installation, site)
    assert len(installation.parked()) == 1
    site.put("45-1/votes_en.xml", without)
    load(installation, site)
    assert installation.parked() == {}
    assert raised(installation, "ballots_not_published") == {"no_longer_listed": ["45-1/commons/13"]}
    site.put("45-1/votes_en.xml", whole)
    site.put("45-1/ballots/13.csv", ballots_csv(*people(2)))
    load(installation, site)
    assert raised(installation) == {}


def test_findings_close_when_upstream_heals(installation: Installation, site: Records) -> None:
    odd = votes(vote(1, bill="C-2"), vote(2, yeas=1, nays=2, subject="TEST"))
    site.put("45-1/votes_en.xml", odd)
    site.put("45-1/ballots/2.csv", ballots_csv(*THREE, (9, "NDP", "Yea", "")))
    load(installation, site)
    assert raised(installation) == {
        rule: ["45-1/commons/2"]
        for rule in (
            "ballot_listed_twice",
            "ballots_differ_from_totals",
            "member_on_both_lists",
            "placeholder_title",
            "result_against_totals",
        )
    }
    site.put("45-1/votes_en.xml", GOOD)
    site.put("45-1/ballots/2.csv", ballots_csv(*THREE))
    load(installation, site)
    assert raised(installation) == {}


def test_odd_bills_are_told_and_their_findings_close(installation: Installation, site: Records) -> None:
    odd = bill(
        LongTitleEn="TEST", SponsorEn="", SponsorFr="", PassedHouseSecondReadingDateTime="2099-01-01T06:00:00-05:00"
    )
    many = [bill(f"C-{n}", identifier=n) for n in range(20, 35)]
    site.put("45-1/bills.json", bills_json(odd, bill(identifier=7, LongTitleEn="TEST", SponsorEn=""), *many))
    load(installation, site)
    assert raised(installation) == {
        rule: ["45-1/C-2"]
        for rule in ("date_in_future", "listed_under_two_ids", "placeholder_title", "sponsor_vanished")
    }
    ((title, second, sponsor),) = installation.ask_shards(
        "select title_en, passed_house_second_on, sponsor_name_en from bills where key = '45-1/C-2'"
    )
    assert (title, second, sponsor) == (None, None, "Hon. Jane Example")
    site.put("45-1/bills.json", bills_json(bill(), *many))
    load(installation, site)
    assert raised(installation) == {}
    site.put("45-1/bills.json", bills_json(bill(), *many[:-1]))
    load(installation, site)
    assert raised(installation) == {"no_longer_listed": ["45-1/C-34"]}


def test_a_bill_list_of_another_session_is_refused(installation: Installation, site: Records) -> None:
    before = changes(installation)
    site.put("45-1/bills.json", bills_json(bill(session="44-1"), bill("C-9", session="44-1", identifier=9)))
    load(installation, site)
    assert (changes(installation), raised(installation)) == (before, {})
    assert set(installation.parked().values()) == {"The list is of 44-1, not of 45-1."}


def test_english_under_the_french_address_is_no_french(installation: Installation, site: Records) -> None:
    site.put("45-1/votes_fr.xml", GOOD)
    load(installation, site)
    assert (
        installation.ask_shards("select count(*) from votes where subject_fr is not null or result_fr is not null")
        == [(0,)] * 4
    )
    assert len(installation.parked()) == 1
    site.put("45-1/votes_fr.xml", FRENCH)
    load(installation, site)
    assert installation.parked() == {}
    assert "french_not_published" not in installation.findings()


def test_reading_the_same_documents_again_is_no_correction(
    installation: Installation, site: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = votes(vote(1, bill="C-2"), vote(2, yeas=2, nays=1, at="2025-06-03T00:20:00"))
    site.put("45-1/votes_en.xml", night)
    load(installation, site)
    installation_sql = "update votes set held_on = date '2025-06-03', content_hash = '\\x00' where number = 2"
    for database in installation.shards.databases:
        with database.connection() as connection:
            connection.execute(installation_sql)
    for module in ("assets.loading", "assets.votes.inputs"):
        monkeypatch.setattr(f"{module}.LOADED_BY", "of a later version")
    before = len(changes(installation))
    load(installation, site)
    later = installation.ask_shards("select key, op, reason from change_log where reason is not null")
    assert [(key, op) for key, op, _ in later] == [("45-1/commons/2", "updated")]
    assert len(changes(installation)) == before + 1
    load(installation, site)
    assert len(changes(installation)) == before + 1


def test_where_csv_prints_one_side_the_xml_says_who_is_on_both(installation: Installation) -> None:
    listed = votes(vote(1, yeas=3, nays=2), vote(2, yeas=2, nays=1))
    rows = [*people(3), (9, "NDP", "Nay", "")]
    site = Records(DOCUMENTS | {"45-1/votes_en.xml": listed, "45-1/ballots/1.csv": ballots_csv(*rows)})
    load(installation, site)
    assert raised(installation) == {"ballots_differ_from_totals": ["45-1/commons/1"]}
    site.put("45-1/ballots/1.xml", ballots_xml(*people(2), (3, "Liberal", "Both", ""), (9, "NDP", "Nay", "")))
    load(installation, site)
    assert raised(installation) == {"member_on_both_lists": ["45-1/commons/1"]}
    query = "select counted_yeas, counted_nays, disputed from votes where number = 1"
    assert installation.ask_shards(query) == [(3, 2, False)]
    before = changes(installation)
    load(installation, site)
    assert changes(installation) == before
    site.put("45-1/ballots/1.csv", ballots_csv(*rows, (10, "NDP", "Nay", "")))
    load(installation, site)
    assert raised(installation) == {}, "the CSV is whole again"
    assert installation.ask_shards(query) == [(3, 2, False)]


def test_bills_that_share_an_id_or_stand_twice_are_served_and_heal(installation: Installation, site: Records) -> None:
    twins = bill("C-3", identifier=3), bill("C-3", identifier=3, LongTitleEn="An Act respecting another thing")
    shared = bill("C-4", identifier=4), bill("C-5", identifier=4)
    site.put("45-1/bills.json", bills_json(bill(), *twins, *shared))
    load(installation, site)
    assert {"45-1/C-3", "45-1/C-4", "45-1/C-5"} <= keys(installation)
    assert raised(installation) == {
        "field_given_twice": ["45-1/C-3"],
        "legisinfo_id_shared": ["45-1/C-4", "45-1/C-5"],
    }
    site.put("45-1/bills.json", bills_json(bill(), twins[0], shared[0], bill("C-5", identifier=5)))
    load(installation, site)
    assert (raised(installation), installation.parked()) == ({}, {})
