"""What reading a document gives: the records that are good, and those that are not, each with its reason."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

import msgspec

from warehouse.runtime.errors import OpenPolicyError, SourceChanged
from warehouse.runtime.printable import one_line, printable

T = TypeVar("T")
LONGEST_REASON = 1_000
"""Characters: reasons of libraries may quote what upstream sent."""
_LONGEST_KEY, _LONGEST_RECORD = 200, 50_000
_MOST_RECORDS = 50_000


@contextmanager
def refusing() -> Iterator[None]:
    """Turn every unforeseen exception of reading a document into its refusal: `@refusing()` stands on every parser.

    Upstream chooses the bytes, so a fault of a parser, or of a library below it, must cost one document, not the run.

    Raises:
        SourceChanged: in place of anything that is not one of our errors.
    """
    try:
        yield
    except OpenPolicyError:
        raise
    except Exception as error:
        raise SourceChanged(f"The document cannot be read: {reason_of(error)}.") from error


def reason_of(error: Exception) -> str:
    """An exception in one line for people: what it says, and its kind where that says more."""
    said = one_line(str(error), 300)
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, MemoryError):
        return "it is too large for this machine's memory"
    return said if said and isinstance(error, ValueError) else f"{type(error).__name__} {said}".strip()


class Unfit(msgspec.Struct, frozen=True):
    """A record for the quarantine: its key as far as it could be read, why, and the record as published.

    People read all three on terminals and pages: hidden characters are taken out, and what is too long is cut.
    """

    record_key: str
    reason: str
    record: str = ""

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "record_key", one_line(self.record_key, _LONGEST_KEY))
        msgspec.structs.force_setattr(self, "reason", one_line(self.reason, LONGEST_REASON))
        msgspec.structs.force_setattr(self, "record", printable(self.record)[:_LONGEST_RECORD])


class Doubt(msgspec.Struct, frozen=True):
    """What is odd about a record that is kept, by its key in the document: the rule and the message of a finding."""

    record_key: str
    rule: str
    message: str


class Parsed(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """The records of one document in its own order. `repeated` names records that stood there twice, word for word."""

    records: list[T]
    unfit: list[Unfit] = []
    repeated: list[str] = []
    doubts: list[Doubt] = []


def require_few(count: int) -> None:
    """Refuse a document that holds more records than any of Parliament's, before each of them becomes a reason.

    Raises:
        SourceChanged: there are more than any document has.
    """
    if count > _MOST_RECORDS:
        raise SourceChanged(f"The document holds {count:,} records; none of Parliament's holds {_MOST_RECORDS:,}.")


def refuse_if_all_unfit(what: str, parsed: Parsed[T]) -> Parsed[T]:
    """Pass the document through, unless nothing in it could be read: then its shape has changed.

    Raises:
        SourceChanged: there are records and every one of them is unfit for the same kind of reason.
    """
    if parsed.unfit and not parsed.records:
        raise SourceChanged(f"No {what} of {len(parsed.unfit)} can be read: {parsed.unfit[0].reason}")
    return parsed


def without_duplicates(parsed: Parsed[T], key: Callable[[T], Hashable]) -> Parsed[T]:
    """One record a key. Equal twins become one and are named; twins that differ are doubtful: all are quarantined."""
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
