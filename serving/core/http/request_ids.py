"""An id for every request: the caller's own `X-Request-Id` if it is sane, else one of ours."""

import itertools
import re
import secrets

_SANE = re.compile(rb"[A-Za-z0-9._-]{8,64}")


class RequestIds:
    """Ids unique over processes (a random part) and within one (a count)."""

    def __init__(self) -> None:
        self._prefix = secrets.token_hex(6).encode()
        self._count = itertools.count(1).__next__

    def choose(self, given: bytes | None) -> bytes:
        """The id to use."""
        if given is not None and _SANE.fullmatch(given):
            return given
        return b"%b-%x" % (self._prefix, self._count())
