"""The server that stands in for Parliament speaks HTTP as Parliament does."""

import socket
from collections.abc import Iterator, Mapping
from typing import Literal

import pytest
import urllib3

from assets.upstream.addresses import asked
from assets.upstream.server import UpstreamAnswer, etag_of, not_found, running
from warehouse.model.keys import SessionCode
from warehouse.runtime.errors import PortTaken

VOTES = "/members/en/votes/xml"
MODIFIED = "Mon, 01 Jun 2026 00:00:00 GMT"


class TwoDocuments:
    kind: Literal["recorded"] = "recorded"

    def sessions(self) -> list[SessionCode]:
        return [SessionCode(44, 1), SessionCode(45, 1)]

    def persons_with_roles(self) -> list[int]:
        return []

    def answer(self, path: str, query: Mapping[str, str]) -> UpstreamAnswer:
        wanted = asked(path, query)
        if wanted is None:
            return not_found("No.")
        headers = (("Last-Modified", MODIFIED),) if wanted.lang == "fr" else ()
        return UpstreamAnswer(200, str(wanted.session).encode(), headers=headers)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running(TwoDocuments()) as base:
        yield base


def get(url: str, method: str = "GET", **headers: str) -> urllib3.BaseHTTPResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return urllib3.request(method, url, headers=named, retries=False)


def test_a_document_has_a_strong_etag_of_its_bytes(url: str) -> None:
    response = get(f"{url}{VOTES}?parlSession=45-1")
    assert (response.status, response.data, response.headers["etag"]) == (200, b"45-1", etag_of(b"45-1"))
    assert response.headers["content-type"] == "text/xml; charset=utf-8"


@pytest.mark.parametrize("held", ["{etag}", '"other", {etag}', "W/{etag}", "*"])
def test_what_the_caller_holds_is_304(url: str, held: str) -> None:
    etag = get(url + VOTES).headers["etag"]
    response = get(url + VOTES, if_none_match=held.format(etag=etag))
    assert (response.status, response.data, response.headers["etag"]) == (304, b"", etag)


def test_another_etag_is_200_whatever_its_date(url: str) -> None:
    french = url + VOTES.replace("/en/", "/fr/")
    assert get(french, if_modified_since=MODIFIED).status == 304
    assert get(french, if_modified_since=MODIFIED, if_none_match='"other"').status == 200


def test_head_has_the_length_and_no_body(url: str) -> None:
    response = get(f"{url}{VOTES}?parlSession=45-1", "HEAD")
    assert (response.status, response.headers["content-length"], response.data) == (200, "4", b"")


def test_unknown_addresses_are_404_and_other_methods_405(url: str) -> None:
    assert get(f"{url}/nothing").status == 404
    assert get(url + VOTES, "POST").status == 405


def test_it_says_what_it_holds(url: str) -> None:
    response = get(f"{url}/openpolicy/upstream.json")
    assert response.json() == {"kind": "recorded", "sessions": ["44-1", "45-1"], "roles": []}


def test_a_port_in_use_is_refused_and_a_free_one_is_given_back() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} is in use"), running(TwoDocuments(), port):
            pass
    with running(TwoDocuments(), port) as base:
        assert base == f"http://127.0.0.1:{port}"
    with pytest.raises(urllib3.exceptions.HTTPError):
        get(base + VOTES)
