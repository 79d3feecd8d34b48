"""Cursors: where a walk through a list is, signed, so that what a query is given is always what we made ourselves.

A cursor names the list, the moment the walk sees, the place, and the query as a hash. It is opaque to callers; its
content is not secret. It holds as long as its moment is kept: a day, and while nothing changes for ever.
"""

import base64
import binascii
import datetime as dt
import hashlib
import hmac
from typing import Any, Final, TypeVar

import msgspec

from serving.core.http.errors import CursorExpired, CursorMismatch, InvalidValue

_SIGNATURE_BYTES: Final = 16
T = TypeVar("T")


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """A place in one walk."""

    listing: str
    query: bytes
    """Hash of filters and order."""
    moment: int | None
    """The list version, or the revision of the entity whose parts are listed; null where the list has no versions."""
    made_at: dt.datetime | None
    """When that version was made."""
    backwards: bool
    place: list[Any]
    """The sort values of the entry beside the page, the key last. Dates and instants as text."""
    count: int


class Cursors:
    """Signs cursors and reads them back."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(b"openpolicy cursor\x00" + secret.encode()).digest()
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(Cursor)
        self.fingerprint = hashlib.sha256(b"fingerprint\x00" + self._key).hexdigest()[:12]
        """Names the key without giving it away: answers with cursors are shared among processes with the same key."""

    def pseudonym(self, text: str) -> bytes:
        """A name for a text, from which the text cannot be guessed without the key."""
        return hmac.digest(self._key, b"pseudonym\x00" + text.encode(), "sha256")[:_SIGNATURE_BYTES]

    def write(self, cursor: msgspec.Struct) -> str:
        """The cursor as text for a URL."""
        body = self._encoder.encode(cursor)
        return base64.urlsafe_b64encode(self._sign(body) + body).decode().rstrip("=")

    def read(self, text: str) -> Cursor:
        """The list cursor behind a text.

        Raises:
            InvalidValue: we did not sign this.
            CursorMismatch: it is a cursor of something else.
        """
        return self.decode(text, self._decoder)

    def decode(self, text: str, decoder: msgspec.msgpack.Decoder[T]) -> T:
        """The cursor of any kind behind a text.

        Raises:
            InvalidValue: we did not sign this.
            CursorMismatch: it is of another kind.
        """
        body = self.verified(text)
        if body is None:
            raise InvalidValue(
                "This cursor was not made by this server, or is cut short; take it unchanged from `page.next`.",
                "Ce curseur ne vient pas de ce serveur, ou est tronqué; prenez-le tel quel dans `page.next`.",
                param="cursor",
            )
        try:
            return decoder.decode(body)
        except msgspec.ValidationError:
            raise CursorMismatch(
                "This cursor belongs to another address.", "Ce curseur appartient à une autre adresse.", param="cursor"
            ) from None

    def verified(self, text: str) -> bytes | None:
        """What is behind a text that we signed; None where we did not."""
        try:
            signed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        signature, body = signed[:_SIGNATURE_BYTES], signed[_SIGNATURE_BYTES:]
        return body if body and hmac.compare_digest(signature, self._sign(body)) else None

    def _sign(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")[:_SIGNATURE_BYTES]


def expired(restart: str) -> CursorExpired:
    """The error for a walk whose moment is no longer kept."""
    return CursorExpired(
        "The moment this walk sees is no longer kept. Begin again; the link says where.",
        "Le moment que montre ce parcours n’est plus conservé. Recommencez; le lien dit où.",
        param="cursor",
        links={"restart": restart},
    )
