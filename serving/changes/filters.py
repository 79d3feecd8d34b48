"""The filters and cursors of the feed."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, Literal, TypeVar

import msgspec

from serving.core.http.errors import CursorMismatch, InvalidValue
from serving.core.parameters import values
from serving.core.parameters.query_string import Parameters, one_word
from serving.core.process.cursors import Cursors
from warehouse.model.changes.corrections import CORRECTABLE, OPERATIONS
from warehouse.model.changes.feed import ChangeFilter, Places
from warehouse.model.kinds import KINDS

T = TypeVar("T")
TYPES: Final[tuple[str, ...]] = tuple(KINDS)
CORRECTED_TYPES: Final = tuple(sorted(CORRECTABLE))
MOST_KEYS: Final = 100
NAMES: Final = ("types", "keys", "session", "chamber", "op", "limit", "cursor")


class FeedCursor(msgspec.Struct, frozen=True, array_like=True, tag="changes"):
    """The positions up to which the feed has been read, and the filters."""

    query: bytes
    places: Places


Kind = Literal["changes", "corrections"]
_decoder = msgspec.msgpack.Decoder(FeedCursor)


def wanted_of(parameters: Parameters) -> ChangeFilter:
    """The filters.

    Raises:
        InvalidValue: a value is not one that its filter may have.
    """
    return ChangeFilter(
        types=_some(parameters, "types", _one_of(TYPES)),
        keys=_some(parameters, "keys", _key),
        sessions=_some(parameters, "session", values.session),
        chambers=_some(parameters, "chamber", values.chamber),
        ops=_some(parameters, "op", _one_of(OPERATIONS)),
    )


def corrections_wanted(parameters: Parameters) -> ChangeFilter:
    """The filters of corrections: they are of votes and bills only.

    Raises:
        InvalidValue: a value is not one that its filter may have.
    """
    return ChangeFilter(
        types=_some(parameters, "types", _one_of(CORRECTED_TYPES)),
        keys=_some(parameters, "keys", _key),
        sessions=_some(parameters, "session", values.session),
    )


def has_wanted_key(wanted: ChangeFilter, key: str) -> bool:
    """Whether a vote or bill matches the filters, by its key."""
    return (wanted.keys is None or key in wanted.keys) and (
        wanted.sessions is None or key.partition("/")[0] in wanted.sessions
    )


def _some(parameters: Parameters, name: str, read: Callable[[str, str], Any]) -> tuple[Any, ...] | None:
    texts = parameters.many(name, MOST_KEYS)
    return tuple(sorted({read(name, text) for text in texts})) if texts else None


def _one_of(allowed: tuple[str, ...]) -> Callable[[str, str], str]:
    return lambda name, text: one_word(name, text, allowed)


def _key(name: str, text: str) -> str:
    """A key of any kind of entity, as its kind writes it."""
    for kind in KINDS.values():
        with suppress(ValueError):
            return kind.read_key(text)
    *others, last = (kind.example_key for kind in KINDS.values())
    raise InvalidValue(
        f"`{name}` has keys such as {', '.join(others)} or {last}.",
        f"`{name}` prend des clés comme {', '.join(others)} ou {last}.",
        param=name,
    )


def places_of(cursors: Cursors, wanted: ChangeFilter, text: str, kind: Kind = "changes") -> Places:
    """The places in a cursor.

    Raises:
        InvalidValue: the cursor was not made by this service.
        CursorMismatch: it was made for other filters or another address.
    """
    cursor = cursors.decode(text, _decoder)
    if cursor.query != _query(wanted, kind):
        raise CursorMismatch(
            "The cursor was made with other filters. Keep them, or begin again without `cursor`.",
            "Le curseur vient d’autres filtres. Gardez-les, ou recommencez sans `cursor`.",
            param="cursor",
        )
    return cursor.places


def cursor_at(cursors: Cursors, wanted: ChangeFilter, places: Places, kind: Kind = "changes") -> str:
    """The cursor for these positions."""
    return cursors.write(FeedCursor(_query(wanted, kind), places))


def _query(wanted: ChangeFilter, kind: Kind) -> bytes:
    return hashlib.sha256(msgspec.msgpack.encode((kind, wanted))).digest()[:8]
