"""Whatever an answer stretches, its document ends in time and in bytes; whatever it breaks costs this document only."""

import gzip
import time
import zlib

import msgspec
import pytest

from assets.upstream.addresses import HOLDINGS, Addresses
from assets.upstream.fetch import Fetcher
from assets.upstream.holdings import holdings
from assets.upstream.transport import Timeouts
from tests.support.upstream.fetching import QUICK, ask
from tests.support.upstream.known_documents import KnownDocuments
from tests.support.upstream.scripted_site import ScriptedSite, dripping_site, keeping_open, reply
from warehouse.model.keys import SessionCode
from warehouse.objects.archive import Archive
from warehouse.runtime.errors import UpstreamUnavailable

OK = b"HTTP/1.1 200 OK\r\n"
DRIPS = {
    "status line": (b"HTTP/1.1 ", b"2"),
    "headers": (OK, b"A: b\r\n"),
    "one header": (OK + b"A: ", b"b"),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "headers of an interim answer": (b"HTTP/1.1 100 Continue\r\n", b"A: b\r\n"),
    "body": (OK + b"Content-Length: 1000\r\n\r\n", b"x"),
    "body without an end": (OK + b"\r\n", b"x"),
    "chunk size": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
    "chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "trailers": (OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", b"A: b\r\n"),
    "empty deflate blocks": (OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"x")[:10], b"\0\0\0\xff\xff"),
    "body of a redirect": (b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 9\r\n\r\n", b"x"),
}


def hurried(host: str, archive: Archive, documents: KnownDocuments, document_s: float = 0.4) -> Fetcher:
    manners = msgspec.structs.replace(QUICK, timeouts=Timeouts(read_s=5, document_s=document_s))
    return Fetcher(archive, documents, allowed_hosts=frozenset({host}), manners=manners)


@pytest.mark.parametrize("where", DRIPS)
def test_what_drips_for_ever_is_cut_and_not_asked_for_again(
    archive: Archive, documents: KnownDocuments, where: str
) -> None:
    with dripping_site(*DRIPS[where]) as url:
        fetcher = hurried(url.removeprefix("http://"), archive, documents)
        began = time.monotonic()
        (fetched,) = fetcher.fetch(ask(f"{url}/a"))
        took = time.monotonic() - began
    assert fetched.outcome == "broken"
    assert fetched.reason in {
        "the document did not end within 0.4 s",
        "more than 10 interim answers",
        "redirected more than 5 times",
    }
    assert took < 20, "one wall, whatever the attempts"


def test_redirects_share_one_wall(site: ScriptedSite, archive: Archive, documents: KnownDocuments) -> None:
    def late() -> bytes:
        time.sleep(0.15)
        return reply(302, location="/a")

    url = site.on("/a", late)
    (fetched,) = hurried(site.host, archive, documents).fetch(ask(url))
    assert fetched.reason == "the document did not end within 0.4 s"


def test_the_rest_is_fetched_beside_what_drips(archive: Archive, documents: KnownDocuments, site: ScriptedSite) -> None:
    with dripping_site() as drips:
        hosts = frozenset({site.host, drips.removeprefix("http://")})
        manners = msgspec.structs.replace(QUICK, timeouts=Timeouts(document_s=3))  # for the others, were they late
        fetcher = Fetcher(archive, documents, allowed_hosts=hosts, manners=manners)
        urls = [site.on(f"/{number}", reply(200, b"%d" % number)) for number in range(20)]
        fetched = fetcher.fetch(ask(f"{drips}/a", *urls))
    assert [each.outcome for each in fetched] == ["broken"] + ["changed"] * 20


@pytest.mark.parametrize(
    "answer",
    [
        reply(302, location="http://[::1/"), reply(302, location="http://[v1.x]/"), reply(302, location="http://a:b/"),
        reply(302, location="//"), reply(302, location="http://127.0.0.1:99999999/"), reply(302, location="\x00"),
        reply(302, location="http://ドメイン.example/".encode().decode("latin-1")),
        reply(302, location="http://xn--a/"), reply(302, location="a" * 60_000),
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1\\@example.org/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://user:word@127.0.0.1/\r\nContent-Length: 0\r\n\r\n",
        reply(200, b"x", content_length="9" * 5_000), reply(200, b"x", content_length="-1", content_encoding="br"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy",
        b"HTTP/9.9 200 OK\r\n\r\nx", b"HTTP/1.1 99 Low\r\n\r\n", b"HTTP/1.1 2000 High\r\n\r\n", b"\0" * 100,
        b"<html>an answer of HTTP/0.9</html>", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 400_000,
        b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000 + b"\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"x" * 70_000,
        b"HTTP/1.1 103 Early\r\n\r\n" * 50 + reply(200, b"x"), reply(206, b"part"), reply(304), reply(101), reply(204),
        reply(200, b"x", transfer_encoding="chunked"), reply(200, b"", content_encoding="gzip"),
        reply(200, gzip.compress(b"one") + gzip.compress(b"two"), content_encoding="gzip"),
        reply(200, gzip.compress(b"one") + b"rest", content_encoding="gzip"),
        reply(200, zlib.compress(b"x" * 20_000_000), content_encoding="deflate"),
        reply(200, gzip.compress(b"x"), content_encoding="gzip, gzip"),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nxxxxx\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\nx",
    ],
)  # fmt: skip
def test_whatever_an_answer_is_it_is_refused_or_kept(
    site: ScriptedSite, fetcher: Fetcher, archive: Archive, answer: bytes
) -> None:
    good = site.on("/good", reply(200, b"good"))
    bad, other = fetcher.fetch(ask(site.on("/a", answer), good))
    assert bad.outcome in {"broken", "missing"}
    assert bad.reason
    assert bad.reason.isprintable()
    assert (other.outcome, archive.get(other.sha256 or "")) == ("changed", b"good")


def test_gzip_of_gzip_is_what_was_published(site: ScriptedSite, fetcher: Fetcher, archive: Archive) -> None:
    """One layer is the transport's; what is left is the document, which its parser then refuses."""
    inner = gzip.compress(b"x")
    (fetched,) = fetcher.fetch(ask(site.on("/a", reply(200, gzip.compress(inner), content_encoding="gzip"))))
    assert archive.get(fetched.sha256 or "") == inner


def test_interim_answers_are_passed_over(site: ScriptedSite, fetcher: Fetcher, archive: Archive) -> None:
    interim = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
    (fetched,) = fetcher.fetch(ask(site.on("/a", interim + reply(200, b"true"))))
    assert archive.get(fetched.sha256 or "") == b"true"


def test_what_follows_an_answer_is_not_taken_for_the_next(archive: Archive, documents: KnownDocuments) -> None:
    """A site that sends more than it announced, on a connection that stays open."""
    answers = {b"/a": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na" + OK + b"Content-Length: 6\r\n\r\npoison"}
    with keeping_open(lambda path: answers.get(path, OK + b"Content-Length: 4\r\n\r\ntrue")) as url:
        manners = msgspec.structs.replace(QUICK, threads=1)
        fetcher = Fetcher(archive, documents, allowed_hosts=frozenset({url.removeprefix("http://")}), manners=manners)
        first, second = fetcher.fetch(ask(f"{url}/a", f"{url}/b"))
    assert [archive.get(each.sha256 or "") for each in (first, second)] == [b"a", b"true"]


def test_headers_that_could_break_a_store_or_the_next_request_are_made_harmless(
    site: ScriptedSite, fetcher: Fetcher, documents: KnownDocuments
) -> None:
    head = (
        b'HTTP/1.1 200 OK\r\nETag: "a\r\n b\x00\x1b[31m"\r\nX-Note: \xe2\x80\xae\x85\x00\r\nContent-Length: 1\r\n\r\nx'
    )
    url = site.on("/a", head)
    (fetched,) = fetcher.fetch(ask(url))
    assert fetched.etag == '"a b[31m"'
    assert all(value.isprintable() for value in (fetched.headers or {}).values())
    assert fetcher.fetch(ask(url))[0].outcome == "unchanged"
    site.on("/a", reply(200, b"y", etag="é" * 3))
    assert [fetcher.fetch(ask(url))[0].outcome for _ in range(2)] == ["changed", "unchanged"]


def test_an_interrupt_ends_what_drips(site: ScriptedSite, archive: Archive, documents: KnownDocuments) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    with dripping_site() as drips:
        hosts = frozenset({site.host, drips.removeprefix("http://")})
        fetcher = Fetcher(archive, documents, allowed_hosts=hosts, manners=QUICK)
        began = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            fetcher.fetch(ask(site.on("/a", reply(200, b"x")), f"{drips}/a"), interrupted)
        assert time.monotonic() - began < 20, "the thread that reads what drips is not waited for"


@pytest.mark.parametrize(
    "answer",
    [
        reply(200, b"[" * 200_000), reply(200, b"\xff\xfe"), reply(200, b'{"kind":"simulated","sessions":["9-x"]}'),
        reply(200, b'{"kind":"simulated","sessions":[' + b'"90-1",' * 100_000 + b'"90-1"]}'), reply(302, location="/x"),
        reply(200, gzip.compress(b"[" * 50_000_000), content_encoding="gzip"), reply(500), b"", b"junk\r\n\r\n",
        reply(302, location="http://[::1/"), reply(200, b"x", content_length="99999999999"),
    ],
)  # fmt: skip
def test_the_stand_in_check_is_bounded_and_says_why(site: ScriptedSite, answer: bytes) -> None:
    site.on(HOLDINGS, answer)
    with pytest.raises(UpstreamUnavailable) as caught:
        holdings(Addresses(site.url, site.url))
    assert str(caught.value).isprintable()
    assert caught.value.fix


def test_the_stand_in_check_does_not_wait_for_what_drips() -> None:
    with dripping_site() as url, pytest.raises(UpstreamUnavailable, match=r"did not end within 0\.3 s"):
        holdings(Addresses(url, url), timeout_s=0.3)


def test_a_stand_in_says_what_it_holds(site: ScriptedSite) -> None:
    site.on(HOLDINGS, reply(200, b'{"kind":"simulated","sessions":["91-1","90-1"]}'))
    assert holdings(Addresses(site.url, site.url)).sessions == [SessionCode(90, 1), SessionCode(91, 1)]
