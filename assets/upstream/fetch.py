"""Fetches documents politely, archives their bytes, and records the outcome of each.

Bytes are archived before the register is written, and the register is written in batches: a crash between the two costs
one more request for each document of a batch, but never a document.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from itertools import islice
from random import uniform
from typing import Protocol
from urllib.parse import urlsplit

import msgspec

from assets.upstream.hosts import Host, is_loopback, retry_after_s
from assets.upstream.transport import (
    USER_AGENT,
    DocumentRefused,
    FetchFailed,
    Reply,
    TimeIsUp,
    Timeouts,
    Transport,
    Unreachable,
)
from warehouse.model.documents import Document, Fetched, Outcome
from warehouse.runtime import telemetry
from warehouse.runtime.clock import now
from warehouse.runtime.errors import UpstreamUnavailable
from warehouse.runtime.failpoints import failpoint
from warehouse.runtime.printable import one_line

__all__ = ["Bodies", "Fetched", "Fetcher", "Manners", "Register", "Request"]

_BATCH = 200
_LONGEST_HEADER = 1_000
_MISSING = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_KEPT_OUT = frozenset({"set-cookie", "connection", "keep-alive", "transfer-encoding"})
"""Headers that do not describe the document."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One document to ask for."""

    url: str
    source: str
    session: str = ""
    max_bytes: int
    """The largest body that is accepted, after decompression."""
    address: str = ""
    """The stand-in's address for the request; if empty, `url`, which names the document, is requested."""

    @property
    def asked_at(self) -> str:
        """The address the request is sent to."""
        return self.address or self.url


class Manners(msgspec.Struct, frozen=True, kw_only=True):
    """Time-outs, pauses and retries of the fetcher; durations in seconds."""

    user_agent: str = USER_AGENT
    interval_s: float = 1.0
    """Between two requests to one host, unless the host is this machine."""
    attempts: int = 4
    backoff_s: float = 0.5
    """Before the first retry; doubled for each further one."""
    longest_wait_s: float = 120.0
    """A `Retry-After` beyond this ends the attempts instead."""
    threads: int = 4
    """On two cores four threads fetch as fast as two, eight slower: they share one interpreter lock. Measured."""
    timeouts: Timeouts = Timeouts()


class Bodies(Protocol):
    """Where bytes are kept: the archive."""

    def put(self, body: bytes) -> str:
        """Store the bytes; returns their SHA-256."""

    def exists(self, sha256: str) -> bool:
        """Whether the bytes are stored."""


class Register(Protocol):
    """The register: the last outcome of every address."""

    def by_urls(self, urls: Sequence[str]) -> dict[str, Document]:
        """What is known of these addresses."""

    def record(self, fetched: Sequence[Fetched]) -> None:
        """Record the outcomes."""


class Fetcher:
    """Fetches only from the allowed hosts, written as in an address, with the port if there is one."""

    def __init__(
        self, archive: Bodies, documents: Register, *, allowed_hosts: frozenset[str], manners: Manners | None = None
    ) -> None:
        self._archive = archive
        self._documents = documents
        self._manners = manners or Manners()
        self._stopped = threading.Event()
        self._transport = Transport(
            allowed_hosts,
            user_agent=self._manners.user_agent,
            threads=self._manners.threads,
            timeouts=self._manners.timeouts,
            stopped=self._stopped,
        )
        self._hosts: dict[str, Host] = {}

    def fetch(self, requests: Sequence[Request], progress: Callable[[int], None] = lambda _done: None) -> list[Fetched]:
        """Request every document and record the outcomes, which are returned in the order of the requests.

        `progress` is called with the number of further documents done. A fault of one document is its outcome, never an
        exception.

        Raises:
            UpstreamUnavailable: none of the hosts could be reached; nothing was recorded.
        """
        fetched: list[Fetched] = []
        known = self._documents.by_urls([request.url for request in requests])
        hosts = self._begin(requests)
        outcomes = self._ask_all(requests, known, progress)
        while batch := list(islice(outcomes, _BATCH)):
            _raise_if_unavailable(hosts)
            self._documents.record(batch)
            failpoint("fetch.after_documents")
            fetched += batch
        return fetched

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def _begin(self, requests: Sequence[Request]) -> list[Host]:
        self._stopped.clear()
        wanted = {urlsplit(request.asked_at).netloc: request.asked_at for request in requests}
        for name, url in wanted.items():
            if name not in self._hosts:
                interval_s = 0.0 if is_loopback(url) else self._manners.interval_s
                self._hosts[name] = Host(name, interval_s, self._stopped.wait)
            self._hosts[name].begin()
        return [self._hosts[name] for name in wanted]

    def _ask_all(
        self, requests: Sequence[Request], known: dict[str, Document], progress: Callable[[int], None]
    ) -> Iterator[Fetched]:
        executor = ThreadPoolExecutor(self._manners.threads, thread_name_prefix="fetch")
        try:
            for fetched in executor.map(lambda request: self._ask(request, known.get(request.url)), requests):
                progress(1)
                yield fetched
        finally:  # also if the caller gives up, so that nothing waits for pauses that no longer matter
            self._stopped.set()
            executor.shutdown(cancel_futures=True)

    def _ask(self, request: Request, known: Document | None) -> Fetched:
        host = self._hosts[urlsplit(request.asked_at).netloc]
        began = telemetry.began()
        try:
            reply = self._reply(request, host, self._conditions(known))
        except DocumentRefused as error:
            return _outcome(request, known, "broken", str(error))
        except FetchFailed as error:
            host.failed(str(error), is_unreachable=isinstance(error, Unreachable))
            return _outcome(request, known, "broken", str(error))
        failpoint("fetch.after_response")
        fetched = self._outcome_of(request, known, reply, host)
        if fetched.outcome == "changed" and fetched.sha256 is not None:
            telemetry.record_fetched(
                fetched.sha256, began, {"url.full": request.url, "openpolicy.source": request.source}
            )
        return fetched

    def _conditions(self, known: Document | None) -> dict[str, str]:
        """The headers that make the request conditional. There are none if the bytes were never loaded and are no
        longer in the archive."""
        if known is None or known.sha256 is None:
            return {}
        if known.sha256 != known.loaded_sha256 and not self._archive.exists(known.sha256):
            return {}
        if _is_sendable(known.etag):
            return {"If-None-Match": known.etag or ""}
        return {"If-Modified-Since": known.last_modified or ""} if _is_sendable(known.last_modified) else {}

    def _reply(self, request: Request, host: Host, conditions: dict[str, str]) -> Reply:
        """The reply, after as many attempts as the limits allow.

        Raises:
            DocumentRefused: the answer breaks our rules.
            FetchFailed: the last attempt failed too, or the host is given up.
        """
        manners = self._manners
        failure = FetchFailed("not asked")
        for attempt in range(manners.attempts):
            if host.given_up:
                raise FetchFailed(host.given_up)
            host.wait_for_turn()
            if self._stopped.is_set():
                raise FetchFailed("interrupted")
            try:
                reply = self._transport.get(request.asked_at, conditions, request.max_bytes)
            except TimeIsUp:
                raise
            except FetchFailed as error:
                failure = error
            else:
                if reply.status != HTTPStatus.TOO_MANY_REQUESTS and reply.status < 500:
                    return reply
                failure = FetchFailed(f"HTTP {reply.status}")
                self._heed(host, reply)
            if attempt + 1 < manners.attempts:
                self._stopped.wait(manners.backoff_s * 2**attempt * uniform(0.8, 1.2))  # noqa: S311 - jitter
        raise failure

    def _heed(self, host: Host, reply: Reply) -> None:
        wait_s = retry_after_s(reply.headers.get("retry-after"))
        if wait_s is None:
            return
        if wait_s > self._manners.longest_wait_s:
            host.give_up(f"{host.name} asks for a pause of {wait_s:.0f} s", for_s=wait_s)
            raise FetchFailed(host.given_up)
        host.hold(wait_s)

    def _outcome_of(self, request: Request, known: Document | None, reply: Reply, host: Host) -> Fetched:
        if reply.status == HTTPStatus.OK:
            host.answered()
            sha256 = self._archive.put(reply.body)
            failpoint("fetch.after_archive")
            return _good(request, known, reply, sha256)
        if reply.status == HTTPStatus.NOT_MODIFIED and known is not None and known.sha256 is not None:
            host.answered()
            return _good(request, known, reply, known.sha256)
        reason = f"HTTP {reply.status}"
        if reply.status in _MISSING:
            host.answered()
            return _outcome(request, known, "missing", reason)
        host.failed(reason)  # such as 403: a site that denies access is not asked a thousand times
        return _outcome(request, known, "broken", reason)


def _is_sendable(header: str | None) -> bool:
    """Whether a header value from upstream may be sent back. If not, the request has no condition."""
    return header is not None and 0 < len(header) <= _LONGEST_HEADER and header.isascii() and header.isprintable()


def _good(request: Request, known: Document | None, reply: Reply, sha256: str) -> Fetched:
    """Equal bytes are unchanged, whatever their ETag is now; they keep the instant of their first arrival."""
    moment = now()
    held = known if known is not None and known.sha256 == sha256 else None
    # An answer 304 may leave out unchanged headers; a new body without an ETag has none.
    old = held if reply.status == HTTPStatus.NOT_MODIFIED else None
    return Fetched(
        url=request.url,
        source=request.source,
        session=request.session,
        outcome="unchanged" if held else "changed",
        sha256=sha256,
        etag=reply.headers.get("etag", old.etag if old else None),
        last_modified=reply.headers.get("last-modified", old.last_modified if old else None),
        headers={
            name: one_line(value, _LONGEST_HEADER) for name, value in reply.headers.items() if name not in _KEPT_OUT
        },
        size=len(reply.body),
        fetched_at=held.fetched_at if held else moment,
        checked_at=moment,
    )


def _outcome(request: Request, known: Document | None, outcome: Outcome, reason: str) -> Fetched:
    return Fetched(
        url=request.url,
        source=request.source,
        session=request.session,
        outcome=outcome,
        reason=reason,
        sha256=known.sha256 if known else None,
        fetched_at=known.fetched_at if known else None,
        checked_at=now(),
    )


def _raise_if_unavailable(hosts: Sequence[Host]) -> None:
    if hosts and all(host.is_unreachable for host in hosts):
        reasons = "; ".join(sorted(host.given_up for host in hosts))
        raise UpstreamUnavailable(
            f"Parliament's documents cannot be fetched: {reasons}.",
            fix="Check the network and OPENPOLICY_LEGISINFO_URL and OPENPOLICY_OURCOMMONS_URL, then try again.",
        )
