"""The result of reading a document: the good records, and the refused ones with their reasons."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

import msgspec

from warehouse.runtime.errors import OpenPolicyError, SourceChanged
from warehouse.runtime.printable import one_line, printable

T = TypeVar("T")
LONGEST_REASON = 1_000
"""Maximum length in characters: errors of libraries may quote what upstream sent."""
_LONGEST_KEY, _LONGEST_RECORD = 200, 50_000
_MOST_RECORDS = 50_000


@contextmanager
def refusing() -> Iterator[None]:
    """Turn unexpected exceptions of a parser into the refusal of its document. Every parser has `@refusing()`.

    Upstream chooses the bytes, so a bug in a parser or a library must cost one document, not the run.

    Raises:
        SourceChanged: instead of any exception that is not an OpenPolicyError.
    """
    try:
        yield
    except OpenPolicyError:
        raise
    except Exception as error:
        raise SourceChanged(f"The document cannot be read: {reason_of(error)}.") from error


def reason_of(error: Exception) -> str:
    """An exception in one line: its message, and its type if that tells more."""
    said = one_line(str(error), 300)
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, MemoryError):
        return "it is too large for this machine's memory"
    return said if said and isinstance(error, ValueError) else f"{type(error).__name__} {said}".strip()


class Unfit(msgspec.Struct, frozen=True):
    """A refused record: its key as far as it could be read, the reason, and the record as published.

    All three are shown on terminals and pages, so hidden characters are removed and long texts are cut.
    """

    record_key: str
    reason: str
    record: str = ""

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "record_key", one_line(self.record_key, _LONGEST_KEY))
        msgspec.structs.force_setattr(self, "reason", one_line(self.reason, LONGEST_REASON))
        msgspec.structs.force_setattr(self, "record", printable(self.record)[:_LONGEST_RECORD])


class Doubt(msgspec.Struct, frozen=True):
    """A doubt about a record that is kept: its key in the document, and the rule and message of the finding."""

    record_key: str
    rule: str
    message: str


class Parsed(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """The records of one document in its order. `repeated` names records that appeared twice, word for word."""

    records: list[T]
    unfit: list[Unfit] = []
    repeated: list[str] = []
    doubts: list[Doubt] = []


def require_few(count: int) -> None:
    """Refuse a document with more records than any of Parliament's, before each of them is refused by itself.

    Raises:
        SourceChanged: there are more than any document has.
    """
    if count > _MOST_RECORDS:
        raise SourceChanged(f"The document holds {count:,} records; none of Parliament's holds {_MOST_RECORDS:,}.")


def refuse_if_all_unfit(what: str, parsed: Parsed[T]) -> Parsed[T]:
    """Return the document, unless none of its records could be read: then its format has changed.

    Raises:
        SourceChanged: there are records and every one of them is unfit for the same kind of reason.
    """
    if parsed.unfit and not parsed.records:
        raise SourceChanged(f"No {what} of {len(parsed.unfit)} can be read: {parsed.unfit[0].reason}")
    return parsed


def without_duplicates(parsed: Parsed[T], key: Callable[[T], Hashable]) -> Parsed[T]:
    """Keep one record for each key. Equal twins become one and are named; if twins differ, all of them are
    quarantined."""
    counts = Counter(map(key, parsed.records))
    if len(counts) == len(parsed.records):
        return parsed
    good: list[T] = []
    unfit, repeated = list(parsed.unfit), list(parsed.repeated)
    groups: dict[Hashable, list[T]] = {}
    for record in parsed.records:
        groups.setdefault(key(record), []).append(record)
    for name, twins in groups.items():
        if all(twin == twins[0] for twin in twins):
            good.append(twins[0])
            repeated += [str(name)] * (len(twins) > 1)
        else:
            reason = f"{name} appears {len(twins)} times in the document, with different content"
            unfit += [Unfit(str(name), reason, as_text(twin)) for twin in twins]
    return msgspec.structs.replace(parsed, records=good, unfit=unfit, repeated=repeated)


def as_text(record: object) -> str:
    """A record for the quarantine, as JSON."""
    return msgspec.json.encode(record).decode()
