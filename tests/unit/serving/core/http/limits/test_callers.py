"""Whom a request counts for: the connection's address, or what trusted proxies say."""

import pytest

from serving.core.http.exchange import Call, Scope, begin
from serving.core.http.limits.callers import Callers, subscriber
from serving.core.http.messages import joined


def _scope(host: str, *forwarded: str) -> Scope:
    scope: Scope = {"client": (host, 4711)}
    headers = joined((b"x-forwarded-for", each.encode()) for each in forwarded)
    begin(scope, Call("GET", headers, b"request-1"))
    return scope


@pytest.mark.parametrize(
    ("host", "forwarded", "caller"),
    [
        ("192.0.2.7", (), "192.0.2.7"),
        ("192.0.2.7", ("198.51.100.1",), "192.0.2.7"),
        ("10.0.0.5", ("198.51.100.1",), "198.51.100.1"),
        ("10.0.0.5", ("203.0.113.9, 198.51.100.1, 10.0.0.9",), "198.51.100.1"),
        ("10.0.0.5", ("203.0.113.9", "198.51.100.1"), "198.51.100.1"),
        ("10.0.0.5", ("10.0.0.9, 10.0.0.8",), "10.0.0.9"),
        ("10.0.0.5", (), "10.0.0.5"),
        ("10.0.0.5", ("unknown",), "10.0.0.5"),
        ("10.0.0.5", ("198.51.100.1, <script>",), "10.0.0.5"),
        ("10.0.0.5", ("198.51.100.1:55123",), "198.51.100.1"),
        ("10.0.0.5", ("[2001:db8:1:2::5]:443",), "20010db800010002"),
        ("10.0.0.5", ("2001:db8:1:2::5",), "20010db800010002"),
        ("::ffff:10.0.0.5", ("198.51.100.1",), "198.51.100.1"),
        ("fd00::1", ("198.51.100.1",), "198.51.100.1"),
        ("10.0.0.5", (", ".join(["10.0.0.9"] * 500),), "10.0.0.9"),
    ],
)
def test_forwarded_addresses_are_believed_as_far_as_proxies_wrote_them(
    host: str, forwarded: tuple[str, ...], caller: str
) -> None:
    callers = Callers(["10.0.0.0/8", "fd00::/8"])
    assert callers.of(_scope(host, *forwarded)) == caller
    assert callers.of(_scope(host, *forwarded)) == caller


def test_without_proxies_no_header_is_believed() -> None:
    assert Callers().of(_scope("10.0.0.5", "198.51.100.1")) == "10.0.0.5"
    assert Callers().of({"client": None}) == ""


def test_an_ipv6_subscriber_is_a_network() -> None:
    assert subscriber("2001:db8:1:2::5") == subscriber("2001:db8:1:2:ffff::9") == "20010db800010002"
    assert subscriber("2001:db8:1:2::5") != subscriber("2001:db8:1:3::5")
    assert subscriber("::ffff:192.0.2.7") == "192.0.2.7"
    assert subscriber("fe80::1%eth0") == subscriber("fe80::2")


def test_what_is_remembered_is_bounded() -> None:
    callers = Callers()
    for number in range(10_000):
        callers.of(_scope(f"192.0.2.{number}"))
    assert len(callers._known) <= 4096
