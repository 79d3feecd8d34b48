"""Cursors: where a walk through a list is, signed, so that what a query is given is always what we made ourselves.

A cursor names the list, the moment (version) the walk sees, the order, the place, and the filters as a hash. It is
opaque to callers; its content is not secret.
"""

import base64
import binascii
import hashlib
import hmac
import time
from typing import Any, Final

import msgspec

from serving.core.errors import CursorExpired, InvalidValue

_SIGNATURE_BYTES: Final = 16
_LIFETIME_S: Final = 24 * 3600
"""List versions are kept for a day; so are the walks through them."""


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """A place in one walk."""

    listing: str
    query: bytes
    """Hash of filters and order."""
    moment: int | None
    """The list version, or the revision of the entity whose parts are listed; null where the list has no versions."""
    backwards: bool
    place: list[Any]
    """The sort values of the entry beside the page, the key last. Dates and instants as text."""
    count: int
    expires: int
    """Seconds since 1970."""


class Cursors:
    """Signs cursors and reads them back."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(b"openpolicy cursor\x00" + secret.encode()).digest()
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(Cursor)

    def write(self, cursor: Cursor) -> str:
        """The cursor as text for a URL."""
        body = self._encoder.encode(cursor)
        return base64.urlsafe_b64encode(self._sign(body) + body).decode().rstrip("=")

    def read(self, text: str, *, restart: str, now_s: float | None = None) -> Cursor:
        """The cursor behind a text.

        Raises:
            InvalidValue: we did not sign this.
            CursorExpired: we did, more than a day ago; `restart` is the address to begin again.
        """
        body = self._verified(text)
        cursor = self._decoder.decode(body)
        if cursor.expires < (time.time() if now_s is None else now_s):
            raise expired(restart)
        return cursor

    def _verified(self, text: str) -> bytes:
        try:
            signed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            signed = b""
        signature, body = signed[:_SIGNATURE_BYTES], signed[_SIGNATURE_BYTES:]
        if not body or not hmac.compare_digest(signature, self._sign(body)):
            raise InvalidValue(
                "This cursor was not made by this server, or is cut short; take it unchanged from `page.next`.",
                param="cursor",
            )
        return body

    def _sign(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")[:_SIGNATURE_BYTES]


def expires_at() -> int:
    """When a cursor made now expires."""
    return int(time.time()) + _LIFETIME_S


def expired(restart: str) -> CursorExpired:
    """The error for a walk whose moment is no longer kept."""
    return CursorExpired(
        "The moment this walk sees is no longer kept. Begin again; the link says where.",
        param="cursor",
        links={"restart": restart},
    )
