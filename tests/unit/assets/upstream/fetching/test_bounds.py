"""Answers that lie about their length, explode, or lead elsewhere are refused, in bounded memory."""

import gzip
import tracemalloc
import zlib

import pytest

from assets.upstream.fetch import Fetcher
from tests.support.upstream.fetching import ask
from tests.support.upstream.scripted_site import ScriptedSite, reply, scripted_site


def chunked(body: bytes, size: int = 1000) -> bytes:
    pieces = (body[start : start + size] for start in range(0, len(body), size))
    data = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    return reply(200, content_length="", transfer_encoding="chunked") + data


def test_a_body_announced_too_long_is_refused_unread(site: ScriptedSite, fetcher: Fetcher) -> None:
    url = site.on("/a", reply(200, b"x" * 2000))
    (fetched,) = fetcher.fetch(ask(url, max_bytes=1999))
    assert (fetched.outcome, fetched.reason) == ("broken", "the body is 2000 bytes long, more than 1999")
    assert len(site.seen) == 1  # asking again would give the same
    assert fetcher.fetch(ask(url, max_bytes=2000))[0].outcome == "changed"


def test_a_body_longer_than_allowed_without_saying_so_is_refused(site: ScriptedSite, fetcher: Fetcher) -> None:
    url = site.on("/a", chunked(b"x" * 100_000))
    assert fetcher.fetch(ask(url, max_bytes=99_999))[0].reason == "the body is longer than 99999 bytes"
    assert fetcher.fetch(ask(url, max_bytes=100_000))[0].size == 100_000


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_bomb_stops_at_the_bound(site: ScriptedSite, fetcher: Fetcher, encoding: str) -> None:
    blank = b" " * 60_000_000
    bomb = gzip.compress(blank, 6) if encoding == "gzip" else zlib.compress(blank, 6)
    url = site.on("/a", reply(200, bomb, content_encoding=encoding))
    tracemalloc.start()
    (fetched,) = fetcher.fetch(ask(url, max_bytes=1_000_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (fetched.outcome, fetched.reason) == ("broken", "the body is longer than 1000000 bytes")
    assert peak < 8_000_000


def test_compressed_bodies_are_archived_as_they_were_before(
    site: ScriptedSite,
    fetcher: Fetcher,
) -> None:
    body = b"<Vote/>" * 50_000
    url = site.on("/a", reply(200, gzip.compress(body), content_encoding="gzip"))
    assert fetcher.fetch(ask(url))[0].size == len(body)
    assert site.seen[0].headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (reply(200, gzip.compress(b"x" * 5000)[:-9], content_encoding="gzip"), "the compressed body is cut off"),
        (reply(200, b"no gzip at all", content_encoding="gzip"), "the compressed body is damaged"),
        (reply(200, b"x", content_encoding="br"), "the body is encoded as 'br', which was not asked for"),
        (
            reply(200, b"x", content_encoding="gzip, gzip"),
            "the body is encoded as 'gzip, gzip', which was not asked for",
        ),
        (reply(200, b"short", content_length="5000"), "the answer broke off"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\nshort", "the answer broke off"),
        (b"this is not HTTP\r\n\r\n", "the answer broke off"),
        (b"", "the answer broke off"),
    ],
)
def test_damaged_answers_are_broken_with_a_reason(
    site: ScriptedSite,
    fetcher: Fetcher,
    answer: bytes,
    reason: str,
) -> None:
    (fetched,) = fetcher.fetch(ask(site.on("/a", answer)))
    assert (fetched.outcome, fetched.reason, fetched.sha256) == ("broken", reason, None)


def test_a_truncated_body_is_asked_for_again(site: ScriptedSite, fetcher: Fetcher) -> None:
    url = site.on("/a", reply(200, b"short", content_length="9"), reply(200, b"full body"))
    assert fetcher.fetch(ask(url))[0].size == 9


def test_redirects_are_followed_on_the_same_host(site: ScriptedSite, fetcher: Fetcher) -> None:
    site.on("/c", reply(200, b"x"))
    site.on("/b", reply(301, location=f"{site.url}/c"))
    (fetched,) = fetcher.fetch(ask(site.on("/a", reply(302, b"moved", location="b"))))
    assert (fetched.outcome, fetched.url) == ("changed", f"{site.url}/a")


def test_an_error_page_behind_a_redirect_is_missing(site: ScriptedSite, fetcher: Fetcher) -> None:
    assert fetcher.fetch(ask(site.on("/a", reply(302, location="/error"))))[0].outcome == "missing"


def test_endless_redirects_end(site: ScriptedSite, fetcher: Fetcher) -> None:
    (fetched,) = fetcher.fetch(ask(site.on("/a", reply(302, location="/a"))))
    assert (fetched.reason, len(site.seen)) == ("redirected more than 5 times", 6)


@pytest.mark.parametrize(
    "target",
    [
        "http://example.org/a", "https://example.org/a", "//example.org/a", "file:///etc/passwd", "ftp://127.0.0.1/a",
        "http://www.ourcommons.ca@example.org/a", "http://localhost/a", "http://127.0.0.1:1/a", "http://[::1]/a",
        "http://169.254.169.254/latest",
    ],
)  # fmt: skip
def test_redirects_to_other_hosts_are_refused(site: ScriptedSite, fetcher: Fetcher, target: str) -> None:
    (fetched,) = fetcher.fetch(ask(site.on("/a", reply(302, location=target))))
    assert fetched.outcome == "broken"
    assert fetched.reason.endswith("is not one that may be asked")


def test_another_service_on_this_machine_is_another_host(site: ScriptedSite, fetcher: Fetcher) -> None:
    with scripted_site() as other:
        target = other.on("/a", reply(200, b"secret"))
        assert fetcher.fetch(ask(site.on("/a", reply(302, location=target))))[0].outcome == "broken"
        assert fetcher.fetch(ask(target))[0].outcome == "broken"
        assert other.seen == []
