"""Addresses are Parliament's own, and reading one back gives what it was made from."""

import pytest

from assets.upstream.addresses import BALLOTS, BILL_DETAIL, BILLS, MEMBERS, VOTES, Addresses, UpstreamRequest, asked
from warehouse.model.keys import SessionCode

LIVE = Addresses("https://www.parl.ca", "https://www.ourcommons.ca")
CURRENT = SessionCode(45, 1)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (LIVE.bill_list("45-1"), "https://www.parl.ca/legisinfo/en/bills/json?parlsession=45-1"),
        (LIVE.bill_list(CURRENT, "xml"), "https://www.parl.ca/legisinfo/en/bills/xml?parlsession=45-1"),
        (LIVE.bill_detail("45-1", "C-11"), "https://www.parl.ca/legisinfo/en/bill/45-1/c-11/json"),
        (LIVE.vote_list(CURRENT), "https://www.ourcommons.ca/members/en/votes/xml?parlSession=45-1"),
        (LIVE.vote_list(lang="fr"), "https://www.ourcommons.ca/members/fr/votes/xml"),
        (LIVE.ballots(CURRENT, 43), "https://www.ourcommons.ca/members/en/votes/45/1/43/csv"),
        (LIVE.ballots("45-1", 43, "xml"), "https://www.ourcommons.ca/members/en/votes/45/1/43/xml"),
        (LIVE.members(), "https://www.ourcommons.ca/members/en/search/xml"),
        (LIVE.members("csv", "fr", 43), "https://www.ourcommons.ca/members/fr/search/csv?parliament=43"),
        (LIVE.members(parliament="all"), "https://www.ourcommons.ca/members/en/search/xml?parliament=all"),
    ],
)
def test_addresses_are_those_of_parliament(url: str, expected: str) -> None:
    assert url == expected


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        ("/legisinfo/en/bills/json", {"parlsession": "45-1"}, UpstreamRequest(BILLS, "json", "en", CURRENT)),
        ("/LegisInfo/EN/Bills/XML", {"ParlSession": "45-1"}, UpstreamRequest(BILLS, "xml", "en", CURRENT)),
        ("/legisinfo/en/bill/45-1/c-11/json", {}, UpstreamRequest(BILL_DETAIL, "json", "en", CURRENT, bill="C-11")),
        (
            "/legisinfo/en/bill/37-1/c-44a/json",
            {},
            UpstreamRequest(BILL_DETAIL, "json", "en", SessionCode(37, 1), bill="C-44A"),
        ),
        ("/Members/en/Votes/XML", {"parlSession": "45-1"}, UpstreamRequest(VOTES, "xml", "en", CURRENT)),
        ("/members/fr/votes/xml/", {}, UpstreamRequest(VOTES, "xml", "fr")),
        ("/members/en/votes/45/1/43/csv", {}, UpstreamRequest(BALLOTS, "csv", "en", CURRENT, 43)),
        (
            "/members/en/search/csv",
            {"Parliament": "ALL", "x": "1"},
            UpstreamRequest(MEMBERS, "csv", "en", parliament="all"),
        ),
    ],
)
def test_an_address_is_read_back(path: str, query: dict[str, str], expected: UpstreamRequest) -> None:
    assert asked(path, query) == expected


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/", {}), ("/members/de/votes/xml", {}), ("/members/en/votes/45/1/x/csv", {}), ("/legisinfo/en/bills/pdf", {}),
        ("/legisinfo/en/bills/json", {"parlsession": "45"}), ("/legisinfo/en/bill/45-1/x-1/json", {}),
        ("/members/en/votes/xml/more", {}),
    ],
)  # fmt: skip
def test_other_addresses_are_none_of_ours(path: str, query: dict[str, str]) -> None:
    assert asked(path, query) is None


def test_hosts_carry_their_port() -> None:
    assert LIVE.hosts() == {"www.parl.ca", "www.ourcommons.ca"}
    assert Addresses("http://127.0.0.1:8877", "http://127.0.0.1:8877").hosts() == {"127.0.0.1:8877"}


def test_a_document_keeps_its_name_wherever_it_is_asked_for() -> None:
    here = Addresses("http://127.0.0.1:1", "http://127.0.0.1:2")
    for url, at in ((LIVE.bill_list("45-1"), here.bill_list("45-1")), (LIVE.members(), here.members())):
        assert LIVE.located(url, here) == at
