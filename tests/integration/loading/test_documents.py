"""The register of documents in the catalog."""

import datetime as dt

import pytest

from warehouse.model.documents import Fetched, Outcome
from warehouse.postgres.catalog.documents import DocumentRegister
from warehouse.postgres.connections.pools import Database

pytestmark = pytest.mark.postgres

NOON = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def documents(catalog: Database) -> DocumentRegister:
    return DocumentRegister(catalog)


def fetched(url: str, outcome: Outcome, sha256: str | None, hour: int = 0, **more: object) -> Fetched:
    moment = NOON + dt.timedelta(hours=hour)
    values: dict[str, object] = {
        "source": "ourcommons_votes", "session": "45-1", "etag": f'"{hour}"', "headers": {"etag": f'"{hour}"'},
        "fetched_at": moment, "checked_at": moment,
    }  # fmt: skip
    return Fetched(url=url, outcome=outcome, sha256=sha256, **{**values, **more})  # type: ignore[arg-type]


def test_what_was_recorded_is_known(documents: DocumentRegister, catalog: Database) -> None:
    documents.record([fetched("/b", "changed", "bb", size=7), fetched("/a", "missing", None, fetched_at=None)])
    found = documents.by_urls(["/a", "/b", "/c"])
    assert sorted(found) == ["/a", "/b"]
    document = found["/b"]
    assert (document.sha256, document.etag, document.fetched_at, document.loaded_sha256) == ("bb", '"0"', NOON, None)
    assert (found["/a"].outcome, found["/a"].sha256, found["/a"].fetched_at) == ("missing", None, None)
    with catalog.connection() as connection:
        rows = connection.execute("select sha256, url, bytes, headers, fetched_at from archived").fetchall()
    assert rows == [("bb", "/b", 7, {"etag": '"0"'}, NOON)]


def test_known_by_source_and_session(documents: DocumentRegister) -> None:
    documents.record([fetched("/a", "changed", "aa"), fetched("/b", "changed", "bb", session="44-1")])
    assert sorted(documents.known("ourcommons_votes")) == ["/a", "/b"]
    assert sorted(documents.known("ourcommons_votes", "44-1")) == ["/b"]
    assert documents.known("legisinfo_bills") == {}


@pytest.mark.parametrize("outcome", ["missing", "broken"])
def test_what_cannot_be_had_keeps_what_we_hold(documents: DocumentRegister, outcome: Outcome) -> None:
    documents.record([fetched("/a", "changed", "aa")])
    documents.mark_loaded({"/a": "aa"}, "1")
    documents.record([fetched("/a", outcome, None, hour=1, etag=None, fetched_at=None, reason="HTTP 500")])
    document = documents.by_urls(["/a"])["/a"]
    assert (document.outcome, document.reason) == (outcome, "HTTP 500")
    assert (document.sha256, document.etag, document.fetched_at) == ("aa", '"0"', NOON)
    assert document.checked_at == NOON + dt.timedelta(hours=1)
    assert (document.loaded_sha256, document.loaded_fetched_at, document.loaded_by) == ("aa", NOON, "1")


def test_loaded_is_what_was_newest_then(documents: DocumentRegister) -> None:
    documents.record([fetched("/a", "changed", "aa"), fetched("/b", "missing", None, fetched_at=None)])
    documents.mark_loaded({"/a": "aa", "/b": "bb"}, "1")
    documents.record([fetched("/a", "changed", "a2", hour=1)])
    found = documents.by_urls(["/a", "/b"])
    assert (found["/a"].sha256, found["/a"].loaded_sha256) == ("a2", "aa")
    assert found["/b"].loaded_at is None
    first = found["/a"].loaded_at
    documents.mark_loaded({"/a": "aa"}, "1")  # read before the newer bytes came
    assert documents.by_urls(["/a"]) == {"/a": found["/a"]}
    documents.mark_loaded({"/a": "a2"}, "1")
    document = documents.by_urls(["/a"])["/a"]
    assert (document.loaded_sha256, document.loaded_fetched_at) == ("a2", NOON + dt.timedelta(hours=1))
    assert first is not None
    assert document.loaded_at is not None
    assert document.loaded_at > first
    documents.mark_loaded({"/a": "a2"}, "1")
    assert documents.by_urls(["/a"])["/a"].loaded_at == document.loaded_at  # nothing new: nothing written
    documents.mark_loaded({"/a": "a2"}, "2")
    assert documents.by_urls(["/a"])["/a"].loaded_by == "2"


def test_an_address_asked_twice_in_one_batch_is_one_row(documents: DocumentRegister) -> None:
    documents.record([fetched("/a", "changed", "aa"), fetched("/a", "unchanged", "aa", hour=1)])
    assert documents.by_urls(["/a"])["/a"].outcome == "unchanged"
