"""Source documents: the outcome of one request to Parliament's sites, and the state of every address."""

import datetime as dt
from typing import Literal

import msgspec

Outcome = Literal["changed", "unchanged", "missing", "broken"]


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one request.

    `changed`: new bytes; `unchanged`: the stored bytes; `missing`: not published (404, 410); `broken`: no usable
    document. For the last two, `sha256` and `fetched_at` are still those of the stored bytes.
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
    """Bytes of the body after decompression; 0 if there was none."""
    fetched_at: dt.datetime | None = None
    """When the bytes of `sha256` first came from this address; later requests without a change do not alter it."""
    checked_at: dt.datetime


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """One address: its last outcome, the stored bytes, and the bytes that were last loaded.

    `sha256` is the newest fetched content, `loaded_sha256` the last content that was parsed, checked and stored. If
    they differ, there is something to load, or the newer content was quarantined and the loaded one stays in force.
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
