"""What one answer of a site becomes: changed, unchanged, missing or broken, never an exception."""

import hashlib
from pathlib import Path

import msgspec
import pytest

from assets.upstream.fetch import Fetcher
from tests.support.upstream.fetching import ask
from tests.support.upstream.known_documents import KnownDocuments
from tests.support.upstream.scripted_site import ScriptedSite, reply
from warehouse.objects.archive import Archive


def test_a_new_document_is_archived_with_its_headers(site: ScriptedSite, fetcher: Fetcher, archive: Archive) -> None:
    url = site.on("/a", reply(200, b"<Bills/>", etag='"1"', last_modified="Mon, 01 Jun 2026 00:00:00 GMT"))
    (fetched,) = fetcher.fetch(ask(url))
    assert (fetched.outcome, fetched.size, fetched.etag) == ("changed", 8, '"1"')
    assert fetched.sha256 == hashlib.sha256(b"<Bills/>").hexdigest()
    assert archive.get(fetched.sha256) == b"<Bills/>"
    assert fetched.headers["last-modified"] == "Mon, 01 Jun 2026 00:00:00 GMT"
    assert fetched.fetched_at == fetched.checked_at
    assert site.seen[0].headers["user-agent"].startswith("OpenPolicy/0.1 (+")
    assert "if-none-match" not in site.seen[0].headers


@pytest.mark.parametrize(
    ("validator", "value", "condition"),
    [
        ("etag", '"1"', "if-none-match"),
        ("etag", 'W/"1"', "if-none-match"),
        ("last_modified", "Mon, 01 Jun 2026 00:00:00 GMT", "if-modified-since"),
    ],
)
def test_what_we_hold_is_asked_for_conditionally(
    site: ScriptedSite, fetcher: Fetcher, validator: str, value: str, condition: str
) -> None:
    url = site.on("/a", reply(200, b"x", **{validator: value}), reply(304))
    (first,) = fetcher.fetch(ask(url))
    (second,) = fetcher.fetch(ask(url))
    assert site.seen[1].headers[condition] == value
    assert (second.outcome, second.sha256, second.fetched_at) == ("unchanged", first.sha256, first.fetched_at)
    assert (second.etag, second.last_modified) == (first.etag, first.last_modified)
    assert second.checked_at > first.checked_at


def test_same_bytes_under_a_new_etag_are_unchanged(site: ScriptedSite, fetcher: Fetcher) -> None:
    url = site.on("/a", reply(200, b"x", etag='"1"'), reply(200, b"x", etag='"2"'), reply(304))
    first, second, third = (fetcher.fetch(ask(url))[0] for _ in range(3))
    assert (second.outcome, second.fetched_at) == ("unchanged", first.fetched_at)
    assert (third.outcome, site.seen[2].headers["if-none-match"]) == ("unchanged", '"2"')


def test_a_corrected_document_is_changed(site: ScriptedSite, fetcher: Fetcher) -> None:
    url = site.on("/a", reply(200, b"x", etag='"1"'), reply(200, b"y"), reply(200, b"y"))
    first, second, third = (fetcher.fetch(ask(url))[0] for _ in range(3))
    assert [first.outcome, second.outcome, third.outcome] == ["changed", "changed", "unchanged"]
    assert "if-none-match" not in site.seen[2].headers  # the old condition went with the old bytes


@pytest.mark.parametrize(("status", "outcome"), [(404, "missing"), (410, "missing"), (403, "broken"), (500, "broken")])
def test_what_cannot_be_had_now_leaves_what_we_hold(
    site: ScriptedSite, fetcher: Fetcher, status: int, outcome: str
) -> None:
    url = site.on("/a", reply(200, b"x", etag='"1"'), reply(status), reply(status), reply(status), reply(304))
    (first,) = fetcher.fetch(ask(url))
    (second,) = fetcher.fetch(ask(url))
    assert (second.outcome, second.reason) == (outcome, f"HTTP {status}")
    assert (second.sha256, second.fetched_at) == (first.sha256, first.fetched_at)
    site.on("/a", reply(304))
    (third,) = fetcher.fetch(ask(url))
    assert (third.outcome, site.seen[-1].headers["if-none-match"]) == ("unchanged", '"1"')


def test_not_modified_without_a_condition_is_broken(site: ScriptedSite, fetcher: Fetcher) -> None:
    assert fetcher.fetch(ask(site.on("/a", reply(304))))[0].outcome == "broken"


def test_bytes_lost_before_they_were_loaded_are_asked_for_anew(
    site: ScriptedSite, fetcher: Fetcher, documents: KnownDocuments, tmp_path: Path
) -> None:
    url = site.on("/a", reply(200, b"x", etag='"1"'))
    (first,) = fetcher.fetch(ask(url))
    assert first.sha256 is not None
    (tmp_path / "archive" / first.sha256[:2] / first.sha256).unlink()
    (second,) = fetcher.fetch(ask(url))
    assert ("if-none-match" in site.seen[1].headers, second.outcome) == (False, "unchanged")
    documents.load_all()
    (tmp_path / "archive" / first.sha256[:2] / first.sha256).unlink()
    fetcher.fetch(ask(url))
    assert site.seen[2].headers["if-none-match"] == '"1"'  # loaded bytes are not needed again


def test_outcomes_come_back_in_the_order_of_the_requests(
    site: ScriptedSite, fetcher: Fetcher, documents: KnownDocuments
) -> None:
    urls = [site.on(f"/{number}", reply(200, b"%d" % number)) for number in range(450)]
    told: list[int] = []
    fetched = fetcher.fetch(ask(*urls), told.append)
    assert [row.url for row in fetched] == urls
    assert (sum(told), [len(batch) for batch in documents.batches]) == (450, [200, 200, 50])


def test_a_stand_in_is_asked_for_a_document_that_keeps_its_name(site: ScriptedSite, fetcher: Fetcher) -> None:
    request = msgspec.structs.replace(ask("https://www.parl.ca/a")[0], address=site.on("/here", reply(200, b"x")))
    (fetched,) = fetcher.fetch([request])
    assert (fetched.outcome, fetched.url, site.seen[0].path) == ("changed", "https://www.parl.ca/a", "/here")


def test_nothing_to_fetch_writes_nothing(fetcher: Fetcher, documents: KnownDocuments) -> None:
    assert (fetcher.fetch([]), documents.batches) == ([], [])
