"""Source documents: what one answer of Parliament's sites was, and what is known of every address."""

import datetime as dt
from typing import Literal

import msgspec

Outcome = Literal["changed", "unchanged", "missing", "broken"]


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """What came of asking one address once.

    `changed` has new bytes, `unchanged` the bytes we hold, `missing` means not published (404, 410), `broken` that the
    answer was no usable document. After the last two, `sha256` and `fetched_at` still are those of the bytes we hold.
    """

    url: str
    source: str
    session: str
    outcome: Outcome
    reason: str = ""
    sha256: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    headers: dict[str, str] = {}
    size: int = 0
    """Bytes of the body after decompression; 0 where there was none."""
    fetched_at: dt.datetime | None = None
    """When the bytes of `sha256` first came from this address; asking again without a change does not move it."""
    checked_at: dt.datetime


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """One address: what it last said, which bytes we hold of it, and which bytes were last loaded.

    `sha256` is the newest fetched content, `loaded_sha256` the last one that was parsed, checked and stored; while they
    differ there is something to load, or the newer one was quarantined and the loaded one stays in force.
    """

    url: str
    source: str
    session: str
    outcome: Outcome
    reason: str
    sha256: str | None
    etag: str | None
    last_modified: str | None
    fetched_at: dt.datetime | None
    checked_at: dt.datetime
    loaded_sha256: str | None
    loaded_fetched_at: dt.datetime | None
    loaded_by: str | None
    loaded_at: dt.datetime | None
