"""Retries, pauses that a site asks for, and when it is left alone."""

import email.utils
import threading
import time
from itertools import pairwise

import msgspec
import pytest

from assets.upstream.fetch import Fetcher, Manners
from assets.upstream.hosts import Host, is_loopback, retry_after_s
from assets.upstream.transport import Timeouts
from tests.support.upstream.fetching import QUICK, ask
from tests.support.upstream.known_documents import KnownDocuments
from tests.support.upstream.scripted_site import ScriptedSite, dripping_site, reply, scripted_site
from warehouse.objects.archive import Archive
from warehouse.runtime.errors import UpstreamUnavailable


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_passing_faults_are_retried(site: ScriptedSite, fetcher: Fetcher, status: int) -> None:
    url = site.on("/a", reply(status), reply(status), reply(200, b"x"))
    assert (fetcher.fetch(ask(url))[0].outcome, len(site.seen)) == ("changed", 3)


def test_lasting_faults_end(site: ScriptedSite, fetcher: Fetcher) -> None:
    assert fetcher.fetch(ask(site.on("/a", reply(503))))[0].reason == "HTTP 503"
    assert len(site.seen) == QUICK.attempts


def test_a_connection_that_dies_is_retried(site: ScriptedSite, fetcher: Fetcher) -> None:
    assert fetcher.fetch(ask(site.on("/a", b"", reply(200, b"x"))))[0].outcome == "changed"


def test_a_silent_site_is_not_waited_for(site: ScriptedSite, archive: Archive, documents: KnownDocuments) -> None:
    over = threading.Event()

    def late() -> bytes:
        over.wait(60)
        return reply(200, b"x")

    hurried = msgspec.structs.replace(QUICK, timeouts=Timeouts(read_s=0.3))
    fetcher = Fetcher(archive, documents, allowed_hosts=frozenset({site.host}), manners=hurried)
    (fetched,) = fetcher.fetch(ask(site.on("/a", late)))
    over.set()
    assert (fetched.outcome, fetched.reason) == ("broken", "no answer in time")


def test_a_body_that_drips_for_ever_is_cut(archive: Archive, documents: KnownDocuments) -> None:
    with dripping_site() as url:
        hurried = msgspec.structs.replace(QUICK, attempts=1, timeouts=Timeouts(read_s=5, document_s=0.3))
        fetcher = Fetcher(archive, documents, allowed_hosts=frozenset({url.removeprefix("http://")}), manners=hurried)
        (fetched,) = fetcher.fetch(ask(f"{url}/a"))
    assert (fetched.outcome, fetched.reason) == ("broken", "the document did not end within 0.3 s")


@pytest.mark.parametrize("as_date", [False, True])
def test_a_pause_asked_for_is_kept_by_every_request(
    site: ScriptedSite,
    fetcher: Fetcher,
    as_date: bool,
) -> None:
    def later() -> bytes:
        pause = email.utils.formatdate(time.time() + 2, usegmt=True) if as_date else "1"  # dates have whole seconds
        return reply(429, retry_after=pause)

    url = site.on("/a", later, reply(200, b"x"))
    assert fetcher.fetch(ask(url))[0].outcome == "changed"
    assert site.seen[1].at - site.seen[0].at > 0.95


def test_a_pause_too_long_to_wait_for_ends_the_run_for_this_site(
    site: ScriptedSite,
    fetcher: Fetcher,
) -> None:
    urls = [site.on(f"/{number}", reply(503, retry_after="3600")) for number in range(20)]
    fetched = fetcher.fetch(ask(*urls))
    assert {row.reason for row in fetched} == {f"{site.host} asks for a pause of 3600 s"}
    asked_in_this_run = len(site.seen)
    assert asked_in_this_run <= QUICK.threads
    assert fetcher.fetch(ask(urls[0]))[0].outcome == "broken"
    assert len(site.seen) == asked_in_this_run  # the pause holds in the next run too


def test_a_site_that_keeps_failing_is_given_up(site: ScriptedSite, fetcher: Fetcher) -> None:
    urls = [site.on(f"/{number}", reply(500)) for number in range(60)]
    fetched = fetcher.fetch(ask(*urls))
    assert {row.outcome for row in fetched} == {"broken"}
    assert fetched[-1].reason == f"{site.host} failed 10 times in a row: HTTP 500"
    assert len(site.seen) < 20 * QUICK.attempts
    site.on("/0", reply(200, b"x"))
    assert fetcher.fetch(ask(urls[0]))[0].outcome == "changed"  # the next run asks again


def test_a_site_that_keeps_us_out_is_given_up(site: ScriptedSite, fetcher: Fetcher) -> None:
    urls = [site.on(f"/{number}", reply(403)) for number in range(60)]
    assert {row.outcome for row in fetcher.fetch(ask(*urls))} == {"broken"}
    assert len(site.seen) < 20


def test_when_no_site_is_there_nothing_is_recorded(archive: Archive, documents: KnownDocuments) -> None:
    with scripted_site() as gone:
        pass
    fetcher = Fetcher(archive, documents, allowed_hosts=frozenset({gone.host}), manners=QUICK)
    with pytest.raises(UpstreamUnavailable, match="is not reachable: the connection was refused"):
        fetcher.fetch(ask(*[f"{gone.url}/a"] * 300))
    assert documents.batches == []


def test_one_site_that_is_away_does_not_stop_the_other(
    site: ScriptedSite,
    archive: Archive,
    documents: KnownDocuments,
) -> None:
    with scripted_site() as gone:
        pass
    fetcher = Fetcher(archive, documents, allowed_hosts=frozenset({gone.host, site.host}), manners=QUICK)
    here = site.on("/a", reply(200, b"x"))
    fetched = fetcher.fetch(ask(f"{gone.url}/a", here))
    assert [row.outcome for row in fetched] == ["broken", "changed"]


def test_turns_are_an_interval_apart_and_after_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    host = Host("www.ourcommons.ca", 1.0, waits.append)
    monkeypatch.setattr(time, "monotonic", lambda: 100.0)
    for _ in range(3):
        host.wait_for_turn()
    host.hold(30.0)
    host.wait_for_turn()
    assert waits == [1.0, 2.0, 30.0]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8000/a", True), ("http://127.9.9.9/a", True), ("http://localhost:1/", True),
        ("http://[::1]:80/", True), ("https://www.parl.ca/", False), ("http://10.0.0.1/", False),
        ("http://127.0.0.1.example.org/", False),
    ],
)  # fmt: skip
def test_only_this_machine_needs_no_politeness(url: str, expected: bool) -> None:
    assert is_loopback(url) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("7", 7.0), (" 0 ", 0.0), (None, None), ("", None), ("soon", None), ("-3", None),
     ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)],
)  # fmt: skip
def test_retry_after_is_read_as_seconds_or_date(value: str | None, expected: float | None) -> None:
    assert retry_after_s(value) == expected


def test_live_sites_are_asked_at_intervals(
    site: ScriptedSite, archive: Archive, documents: KnownDocuments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assets.upstream.fetch.is_loopback", lambda _url: False)
    polite = msgspec.structs.replace(QUICK, interval_s=0.15)
    fetcher = Fetcher(archive, documents, allowed_hosts=frozenset({site.host}), manners=polite)
    fetcher.fetch(ask(*(site.on(f"/{number}", reply(200, b"x")) for number in range(4))))
    fetcher.fetch(ask(site.url + "/0"))
    instants = [seen.at for seen in site.seen]
    assert all(later - earlier > 0.12 for earlier, later in pairwise(instants))
    assert Manners().interval_s == 1.0
