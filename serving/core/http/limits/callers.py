"""For whom a request counts, in rate limits and in the queues of admission."""

from collections.abc import Mapping, Sequence
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Final

from serving.core.http.exchange import call_of

_MOST_REMEMBERED: Final = 4096
_MOST_HOPS: Final = 20


class Callers:
    """Finds the caller of a request. What identifies a caller besides an address belongs here and nowhere else.

    An address is believed if it is that of the connection. `X-Forwarded-For` is believed only as far as configured
    proxies wrote it: from the right, up to the first address that is no proxy. `Forwarded` is not read, since a proxy
    that writes the one header passes on the other as callers send it.
    """

    def __init__(self, proxies: Sequence[str] = ()) -> None:
        """`proxies` are addresses and networks."""
        self._networks = [ip_network(proxy) for proxy in proxies]
        self._known: dict[tuple[str, bytes], str] = {}
        self._proxies: dict[str, bool] = {}

    def of(self, scope: Any) -> str:
        """The address a request comes from; of IPv6 the /64 network, which is one subscriber's."""
        client = scope.get("client")
        host = client[0] if client else ""
        forwarded = call_of(scope).headers.get(b"x-forwarded-for", b"") if self._networks else b""
        key = (host, forwarded)
        caller = self._known.get(key)
        if caller is None:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            caller = self._known[key] = subscriber(self._origin(host, forwarded))
        return caller

    def uses_tls(self, scope: Any, headers: Mapping[bytes, bytes]) -> bool:
        """Whether the caller came by TLS: to this server, or as a configured proxy says in `X-Forwarded-Proto`."""
        if scope.get("scheme") == "https":
            return True
        if not self._networks or headers.get(b"x-forwarded-proto", b"").strip().lower() != b"https":
            return False
        client = scope.get("client")
        host = client[0] if client else ""
        is_proxy = self._proxies.get(host)
        if is_proxy is None:
            if len(self._proxies) >= _MOST_REMEMBERED:
                self._proxies.clear()
            is_proxy = self._proxies[host] = self._is_proxy(host)
        return is_proxy

    def _origin(self, host: str, forwarded: bytes) -> str:
        origin = host
        hops = [hop.strip().decode("latin-1") for hop in forwarded.rsplit(b",", _MOST_HOPS)[-_MOST_HOPS:]]
        while hops and self._is_proxy(origin):
            hop = _without_port(hops.pop())
            if not _is_address(hop):
                break
            origin = hop
        return origin

    def _is_proxy(self, host: str) -> bool:
        if not _is_address(host):
            return False
        address = ip_address(host.partition("%")[0])
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        return any((mapped or address) in network for network in self._networks)


def subscriber(host: str) -> str:
    """An IPv4 address, or the first half of an IPv6 address in hexadecimal digits."""
    if ":" not in host:
        return host
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped) if mapped else address.packed[:8].hex()


def _is_address(text: str) -> bool:
    try:
        ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True


def _without_port(hop: str) -> str:
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
