"""An answer as it is kept: its bytes compressed once, its headers made once, for 200 and for 304."""

import gzip
import hashlib
from itertools import chain
from typing import Final

import brotli
import zstandard

from serving.core.http.cors import CORS
from serving.core.http.exchange import Answered, Coding
from serving.core.http.messages import Header
from serving.core.http.telemetry.metrics import RouteCounters
from warehouse.runtime.versions import Cell, Version

SMALLEST_COMPRESSED: Final = 512
"""Below this many bytes compression saves nothing that a packet would notice."""
ZSTD_LEVEL: Final = 3
GZIP_LEVEL: Final = 5
BROTLI_QUALITY: Final = 4
"""Of 80 KB of JSON: smaller than zstd and gzip make it, in less time than gzip. Higher qualities take from twice (5) to
thirty times (9) as long for a tenth of the size."""

SAFETY: Final[tuple[Header, ...]] = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))
"""What browsers are told with every body. A 304 does not repeat it: they have it with the body that they keep."""
VARY: Final[Header] = (b"vary", b"Accept, Accept-Encoding")
VARY_OF_CSV: Final[Header] = (b"vary", b"Accept, Accept-Encoding, Accept-Charset")


class Entry:
    """One kept answer. It is true while its cell still has its version."""

    __slots__ = ("body", "cell", "counters", "etag", "headers", "headers_304", "hits", "size", "status", "version")

    def __init__(self, answered: Answered, coding: Coding, counters: RouteCounters) -> None:
        self.cell: Cell = answered.stamp.cell
        self.version: Version = answered.stamp.version
        self.counters = counters
        self.hits = 0
        """How often memory has answered with it."""
        self.status = 200
        used: Coding = coding if len(answered.body) >= SMALLEST_COMPRESSED else ""
        self.body = compressed(answered.body, used)
        self.etag = etag(answered, used)
        control = (b"cache-control", answered.cache_control.encode())
        vary = VARY_OF_CSV if answered.media_type.startswith("text/csv") else VARY
        validators: list[Header] = [(b"etag", self.etag), control, vary, *CORS]
        if answered.last_modified is not None:
            validators.append((b"last-modified", answered.last_modified.encode()))
        validators += [(name.encode(), value.encode()) for name, value in answered.headers]
        self.headers_304 = validators
        self.headers = [
            (b"content-type", answered.media_type.encode()),
            (b"content-length", str(len(self.body)).encode()),
            *([(b"content-encoding", used.encode())] if used else []),
            *SAFETY,
            *validators,
        ]
        self.size = len(self.body) + sum(map(len, chain.from_iterable(self.headers)))


def etag(answered: Answered, coding: Coding) -> bytes:
    """Strong: the revision for people, a hash of the bytes for certainty, and the coding, which changes the bytes."""
    digest = hashlib.sha256(answered.body).hexdigest()[:20]
    return f'"{answered.etag_prefix}-{digest}{"-" + coding if coding else ""}"'.encode()


def compressed(body: bytes, coding: Coding) -> bytes:
    """The body in the wanted coding."""
    if coding == "zstd":
        return zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(body)
    if coding == "br":
        return bytes(brotli.compress(body, quality=BROTLI_QUALITY))
    if coding == "gzip":
        return gzip.compress(body, compresslevel=GZIP_LEVEL, mtime=0)
    return body


def matches(if_none_match: bytes, current: bytes) -> bool:
    """Whether one of the tags of `If-None-Match` is ours, compared weakly as RFC 9110 says; `*` matches anything."""
    if if_none_match in {current, b"*"}:
        return True
    return any(tag.strip().removeprefix(b"W/") == current for tag in if_none_match.split(b","))
