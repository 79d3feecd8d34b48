"""One HTTP GET: redirects are followed only to allowed hosts, and the body is limited before and after decompression.

urllib3, because httpx takes three times the CPU for each request (measured over loopback).
"""

import threading
import zlib
from http import HTTPStatus
from urllib.parse import SplitResult, urljoin, urlsplit

import msgspec
import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError, ProtocolError

from assets.upstream.wall import DocumentRefused, FetchFailed, TimeIsUp, Unreachable, Wall, WalledPools, wall
from warehouse.runtime.printable import one_line

__all__ = [
    "LARGEST_DOCUMENT",
    "USER_AGENT",
    "DocumentRefused",
    "FetchFailed",
    "Reply",
    "TimeIsUp",
    "Timeouts",
    "Transport",
    "Unreachable",
]

USER_AGENT = "OpenPolicy/0.1 (+reads Parliament's open data once, conditionally, one request a second)"
LARGEST_DOCUMENT = 16 * 1024 * 1024
"""Bytes after decompression. The largest document seen from Parliament has 2 MB."""
_CHUNK = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
_SHORT_DIGITS, _LONG_DIGITS = 4, 18
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class Reply(msgspec.Struct, frozen=True):
    """The last answer, after redirects; `body` only for status 200."""

    status: int
    headers: dict[str, str]
    """Names in lower case; values on one line without control characters, safe to store, show and send back."""
    body: bytes = b""


class Timeouts(msgspec.Struct, frozen=True):
    """Seconds to connect, between two pieces of an answer, and for a whole document with all redirects."""

    connect_s: float = 5.0
    read_s: float = 60.0
    document_s: float = 120.0


class Transport:
    """Connections to the allowed hosts, kept open; safe for several threads."""

    def __init__(
        self,
        allowed_hosts: frozenset[str],
        *,
        user_agent: str,
        threads: int,
        timeouts: Timeouts,
        stopped: threading.Event | None = None,
    ) -> None:
        """`stopped` ends a running fetch within a fraction of a second."""
        self._allowed = frozenset(host.lower() for host in allowed_hosts)
        self._timeouts = timeouts
        self._stopped = stopped or threading.Event()
        self._common = {"User-Agent": user_agent, "Accept-Encoding": "gzip"}
        self._pools = WalledPools(
            num_pools=8,
            maxsize=threads,
            retries=False,
            timeout=urllib3.Timeout(connect=timeouts.connect_s, read=timeouts.read_s),
        )

    def get(self, url: str, conditions: dict[str, str], max_bytes: int) -> Reply:
        """GET one document; `conditions` are the headers of a conditional request.

        Raises:
            Refused: an address or redirect leads to a host that is not allowed, the body is larger than `max_bytes`, or
                the answer cannot be used.
            Failed: time-out, broken connection, body shorter than announced, damaged compression.
            TimeIsUp: the document exceeded the time limit.
            Unreachable: no connection.
        """
        token = wall.set(Wall(self._timeouts.document_s, max_bytes, self._stopped))
        try:
            return self._follow(url, conditions, max_bytes)
        except (DocumentRefused, FetchFailed):
            raise
        except Exception as error:  # upstream chooses the bytes: an exception of a library costs one document
            raise DocumentRefused(
                f"the answer cannot be used: {type(error).__name__} {one_line(str(error), 200)}"
            ) from error
        finally:
            wall.reset(token)

    def _follow(self, url: str, conditions: dict[str, str], max_bytes: int) -> Reply:
        for _ in range(_MOST_REDIRECTS + 1):
            # The request is made from the checked parts, so that no other parser gives the address another meaning.
            url = self._checked(url).geturl()
            reply = self._once(url, conditions, max_bytes)
            target = reply.headers.get("location")
            if reply.status not in _REDIRECTS or target is None:
                return reply
            here, url = url, _joined(url, target)
            if here.startswith("https:") and not url.startswith("https:"):
                raise DocumentRefused("redirected from https to an address without it")
        raise DocumentRefused(f"redirected more than {_MOST_REDIRECTS} times")

    def close(self) -> None:
        """Close every connection."""
        self._pools.clear()

    def _checked(self, url: str) -> SplitResult:
        """Hosts are compared with their ports: another service on the same machine is another host."""
        parts = urlsplit(url)
        host = parts.netloc.lower().removesuffix(_DEFAULT_PORTS.get(parts.scheme, ""))
        if parts.scheme not in _DEFAULT_PORTS or host not in self._allowed:
            raise DocumentRefused(f"the host {parts.hostname!r} is not one that may be asked")
        return parts

    def _once(self, url: str, conditions: dict[str, str], max_bytes: int) -> Reply:
        try:
            response = self._pools.request(
                "GET", url, headers={**self._common, **conditions}, redirect=False, preload_content=False
            )
            try:
                headers = {name.lower(): one_line(value) for name, value in response.headers.items()}
                if response.status == HTTPStatus.OK:
                    return Reply(response.status, headers, _body(response, headers, max_bytes))
                _drain(response)
                return Reply(response.status, headers)
            finally:
                response.close()  # no effect on a connection that went back to its pool after its body was read
                response.release_conn()  # a closed connection goes back too, so that its place in the pool is not lost
        except (NewConnectionError, NameResolutionError, ConnectTimeoutError) as error:
            raise Unreachable(_cause(error)) from error
        except (HTTPError, zlib.error, OSError) as error:
            raise FetchFailed(_cause(error)) from error


def _joined(url: str, target: str) -> str:
    """The target of a redirect.

    Raises:
        Refused: the target is no address.
    """
    try:
        return urljoin(url, target)
    except ValueError as error:
        raise DocumentRefused(f"redirected to {target[:80]!r}, which is no address") from error


def _body(response: urllib3.BaseHTTPResponse, headers: dict[str, str], max_bytes: int) -> bytes:
    announced = headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:_LONG_DIGITS]) > max_bytes:
        raise DocumentRefused(f"the body is {announced[:_LONG_DIGITS]} bytes long, more than {max_bytes}")
    inflate = _inflater(headers.get("content-encoding", "identity").lower())
    parts: list[bytes] = []
    size = 0
    while piece := response.read1(_CHUNK, decode_content=False):
        part = inflate.decompress(piece, max_bytes - size + 1) if inflate else piece
        parts.append(part)
        size += len(part)
        if size > max_bytes:
            raise DocumentRefused(f"the body is longer than {max_bytes} bytes")
        if inflate and inflate.eof and inflate.unused_data:
            raise DocumentRefused("something follows the compressed body")
    if inflate is not None and not inflate.eof:
        raise FetchFailed("the compressed body is cut off")
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _inflater(encoding: str) -> "zlib._Decompress | None":
    """Decompresses with the limit applied while inflating: a zip bomb stops at `max_bytes` + 1."""
    if encoding in {"", "identity"}:
        return None
    if encoding in {"gzip", "x-gzip", "deflate"}:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    raise DocumentRefused(f"the body is encoded as {encoding[:40]!r}, which was not asked for")


def _drain(response: urllib3.BaseHTTPResponse) -> None:
    """Read and discard a short body, so that the connection can be reused."""
    if response.status == HTTPStatus.NOT_MODIFIED or response.headers.get("content-length") == "0":
        response.release_conn()
    elif len(response.headers.get("content-length", "")) <= _SHORT_DIGITS:
        response.read1(_CHUNK, decode_content=False)


def _cause(error: Exception) -> str:
    """The error in a few words, without memory addresses."""
    if isinstance(error, NameResolutionError):
        return "the name of the host is unknown"
    if isinstance(error, NewConnectionError):  # by inheritance a time-out too
        return "the connection was refused"
    if isinstance(error, ConnectTimeoutError):
        return "no connection in time"
    if isinstance(error, ProtocolError):
        return "the answer broke off"
    if isinstance(error, zlib.error):
        return "the compressed body is damaged"
    return "no answer in time" if "timed out" in str(error).lower() else type(error).__name__
