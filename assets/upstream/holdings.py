"""The sessions that upstream has. A stand-in lists them itself; for Parliament's sites they are known or asked for."""

from http import HTTPStatus
from typing import Literal

import msgspec

from assets.sources.ourcommons_votes.parse import parse_votes
from assets.sources.parsed import refusing
from assets.upstream.addresses import HOLDINGS, Addresses
from assets.upstream.hosts import is_loopback
from assets.upstream.transport import LARGEST_DOCUMENT, USER_AGENT, DocumentRefused, FetchFailed, Timeouts, Transport
from warehouse.model.keys import SessionCode
from warehouse.model.vocabulary.codes import SESSIONS
from warehouse.runtime.errors import SourceChanged, UpstreamUnavailable
from warehouse.runtime.settings import LEGISINFO_URL, OURCOMMONS_URL

FIRST = SessionCode(35, 1)
"""LEGISinfo's bills start here; the House's votes start at 38-1."""
_PARLIAMENTS_AHEAD = 20
"""Eighty years of future Parliaments; a higher number is a typing error."""
_STAND_IN_BYTES = 256 * 1024
_FIX = "Try again later, or --source demo."


class Holdings(msgspec.Struct, frozen=True):
    """The kind of data upstream has, and its sessions, oldest first."""

    kind: Literal["live", "recorded", "simulated"]
    sessions: list[SessionCode]
    roles: frozenset[int] | None = None
    """The people whose roles documents a stand-in has; null if any may be requested."""

    def names(self, asked_at: Addresses) -> Addresses:
        """The addresses that name the documents, wherever they are fetched. A recorded document has Parliament's
        address; an invented one must not."""
        return {"live": asked_at, "recorded": OFFICIAL, "simulated": SIMULATED}[self.kind]


OFFICIAL = Addresses(LEGISINFO_URL, OURCOMMONS_URL)
SIMULATED = Addresses("https://legisinfo.simulated.invalid", "https://ourcommons.simulated.invalid")


class _Said(msgspec.Struct, frozen=True):
    kind: Literal["recorded", "simulated"]
    sessions: list[str]
    roles: list[int] | None = None


def holdings(addresses: Addresses, *, timeout_s: float = 10) -> Holdings:
    """Ask upstream which sessions it has.

    Raises:
        UpstreamUnavailable: it does not answer, or not as expected.
    """
    if is_loopback(addresses.ourcommons_url):
        said = _get(addresses, addresses.ourcommons_url + HOLDINGS, timeout_s, _STAND_IN_BYTES)
        try:
            with refusing():
                holding = msgspec.json.decode(said, type=_Said)
                sessions = sorted({SessionCode.parse(session) for session in holding.sessions})
                roles = None if holding.roles is None else frozenset(holding.roles)
                return Holdings(holding.kind, sessions, roles)
        except SourceChanged as error:
            raise UpstreamUnavailable(
                f"{addresses.ourcommons_url} is not a simulated Parliament: {error}",
                fix="Set OPENPOLICY_OURCOMMONS_URL to Parliament's site or to `openpolicy upstream`.",
            ) from error
    return Holdings("live", sessions_up_to(_current(addresses, timeout_s)))


def sessions_up_to(current: SessionCode) -> list[SessionCode]:
    """Every session from 35-1 to the current one. For Parliaments newer than this list, all up to the current
    number."""
    past = [SessionCode(parliament, number) for parliament, count in SESSIONS.items() for number in _first(count)]
    later = [
        SessionCode(parliament, number)
        for parliament in range(max(SESSIONS) + 1, current.parliament + 1)
        for number in _first(current.number if parliament == current.parliament else 1)
    ]
    return [session for session in past + later if session <= current]


def _first(count: int) -> range:
    return range(1, count + 1)


def _current(addresses: Addresses, timeout_s: float) -> SessionCode:
    """The session of the newest division: the list of votes without a parameter is the current session's."""
    url = addresses.vote_list(None)
    try:
        newest = max(
            parse_votes(_get(addresses, url, timeout_s, LARGEST_DOCUMENT)).records, key=lambda record: record.number
        )
        current = SessionCode.parse(newest.session)
    except (SourceChanged, ValueError) as error:
        raise UpstreamUnavailable(f"{url} does not say which session is current: {error}.", fix=_FIX) from error
    if not max(SESSIONS) <= current.parliament <= max(SESSIONS) + _PARLIAMENTS_AHEAD:
        raise UpstreamUnavailable(f"{url} says that session {current} is current, which cannot be.", fix=_FIX)
    return current


def _get(addresses: Addresses, url: str, timeout_s: float, max_bytes: int) -> bytes:
    """Fetch one document, with limits on time and on bytes before and after decompression."""
    transport = Transport(
        addresses.hosts(),
        user_agent=USER_AGENT,
        threads=1,
        timeouts=Timeouts(connect_s=timeout_s, read_s=timeout_s, document_s=timeout_s),
    )
    try:
        reply = transport.get(url, {}, max_bytes)
    except (FetchFailed, DocumentRefused) as error:
        raise UpstreamUnavailable(f"{url} does not answer: {error}.", fix=_FIX) from error
    finally:
        transport.close()
    if reply.status != HTTPStatus.OK:
        raise UpstreamUnavailable(f"{url} answers HTTP {reply.status}.", fix=_FIX)
    return reply.body
