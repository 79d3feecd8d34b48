"""Answers that processes share through Redis: lists, whose query and encoding cost more than fetching them.

A single entity is not shared: measured, its fetch from Redis costs nearly what its read by primary key costs.
"""

from typing import Any

import msgspec

from serving.core.answers.answer import Answer
from serving.core.http.exchange import Answered, Exchange, Format
from serving.core.process.platform import Platform
from warehouse.cache.shared import Shared, key_of
from warehouse.runtime.versions import Stamp


class SharedAnswer:
    """The place of one answer in the shared tier; nothing happens where there is none."""

    def __init__(self, platform: Platform, exchange: Exchange, format_: Format, stamp: Stamp) -> None:
        self._shared: Shared | None = platform.shared if stamp.version is not None else None
        self._stamp = stamp
        where = f"{exchange.path}{exchange.suffix}?{exchange.query}"
        parts = (platform.versions.identity, platform.cursors.fingerprint, stamp.cell.label, repr(stamp.version))
        mark = "bom" if exchange.wants_bom else ""
        self._key = key_of(*parts, format_, mark, where)

    async def recall(self) -> Answer[Any] | None:
        """The answer as another process gave it under the same version."""
        kept = await self._shared.get(self._key) if self._shared is not None else None
        return None if kept is None else Answer(_decoder.decode(kept).answered(self._stamp))

    async def remember(self, answer: Answer[Any]) -> None:
        """Give the answer to other processes."""
        if self._shared is not None:
            await self._shared.put(self._key, _encoder.encode(_Kept.of(answer.answered)))


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    """An answer as the shared tier holds it."""

    body: bytes
    media_type: str
    etag_prefix: str
    last_modified: str | None
    headers: list[tuple[str, str]]

    @classmethod
    def of(cls, answered: Answered) -> "_Kept":
        return cls(answered.body, answered.media_type, answered.etag_prefix, answered.last_modified, answered.headers)

    def answered(self, stamp: Stamp) -> Answered:
        return Answered(
            self.body,
            stamp=stamp,
            media_type=self.media_type,
            etag_prefix=self.etag_prefix,
            last_modified=self.last_modified,
            headers=self.headers,
        )


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Kept)
