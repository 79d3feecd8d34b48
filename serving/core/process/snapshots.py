"""Snapshots: one state of all lists and entities, named by a signed token, so that several requests see the same.

A snapshot is a version of the list tables. Every page of every list says of which one it is; a caller gives that token
to other addresses. It is kept as long as the versions are: 400 days.
"""

import datetime as dt
import hashlib
from typing import Final

import msgspec

from serving.core.http.errors import InvalidValue, SnapshotExpired
from serving.core.process.cursors import Cursors
from warehouse.postgres.entities import listed
from warehouse.postgres.readers.versions import Versions

_IDENTITY_BYTES: Final = 6


class ListSnapshot(msgspec.Struct, frozen=True, array_like=True, tag="snapshot"):
    """What a token says."""

    installation: bytes
    """Names the catalog whose versions these are."""
    version: int
    made_at: dt.datetime
    """When that version was made, in UTC."""


class Snapshots:
    """Signs tokens and reads them back."""

    def __init__(self, cursors: Cursors, versions: Versions) -> None:
        self._cursors = cursors
        self._versions = versions
        self._decoder = msgspec.msgpack.Decoder(ListSnapshot)
        self._last: tuple[ListSnapshot, str] | None = None

    def token(self, version: int | None, made_at: dt.datetime | None) -> str | None:
        """The token of a version; None where there is no data yet."""
        if not version or made_at is None:
            return None
        snapshot = ListSnapshot(self._installation(), version, made_at)
        if self._last is None or self._last[0] != snapshot:
            self._last = snapshot, self._cursors.write(snapshot)
        return self._last[1]

    def read(self, text: str) -> ListSnapshot:
        """The snapshot behind a token. Whether its version is still kept is not looked at.

        Raises:
            InvalidValue: we did not sign this.
            SnapshotExpired: it is of other databases than the ones that are served now.
        """
        body = self._cursors.verified(text)
        try:
            found = self._decoder.decode(body) if body is not None else None
        except msgspec.DecodeError:  # ours, and no snapshot: a cursor
            found = None
        if found is None:
            raise InvalidValue(
                "This snapshot was not made by this server, or is cut short. Take it unchanged from `meta.snapshot` of "
                "a list, or from /api/v1/snapshot.",
                "Cet instantané ne vient pas de ce serveur, ou est tronqué. Prenez-le tel quel dans `meta.snapshot` "
                "d’une liste, ou à /api/v1/snapshot.",
                param="snapshot",
            )
        if found.installation != self._installation():
            raise SnapshotExpired(
                "This snapshot is of a database that has been replaced. Get a new one from /api/v1/snapshot.",
                "Cet instantané vient d’une base de données qui a été remplacée. Obtenez-en un nouveau à "
                "/api/v1/snapshot.",
                param="snapshot",
            )
        return found

    async def require_kept(self, version: int) -> None:
        """Refuse a version that cannot be read. Asks the catalog only where the versions of the last day leave it open.

        Raises:
            InvalidValue: it has not been made yet, as after a backup was restored.
            SnapshotExpired: it is no longer kept.
        """
        window = self._versions.window
        if window.oldest <= version <= window.newest:
            return
        oldest, newest = await listed.kept_versions(self._versions.catalog_buckets.source)
        if version > newest:
            raise InvalidValue(
                "This snapshot is newer than the data of this server. Get another from /api/v1/snapshot.",
                "Cet instantané est plus récent que les données de ce serveur. Obtenez-en un autre à /api/v1/snapshot.",
                param="snapshot",
            )
        if version < oldest:
            raise SnapshotExpired(
                "This snapshot is no longer kept: it is older than 400 days. Get a new one from /api/v1/snapshot.",
                "Cet instantané n’est plus conservé\u00a0: il a plus de 400 jours. Obtenez-en un nouveau à "
                "/api/v1/snapshot.",
                param="snapshot",
            )

    def _installation(self) -> bytes:
        name = f"{self._versions.catalog_buckets.identity}|{self._versions.dataset}"
        return hashlib.sha256(name.encode()).digest()[:_IDENTITY_BYTES]
