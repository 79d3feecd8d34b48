"""What reading a document gives: the records that are good, and those that are not, each with its reason."""

from collections import Counter
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

import msgspec

from warehouse.runtime.errors import SourceChanged

T = TypeVar("T")


class Unfit(msgspec.Struct, frozen=True):
    """A record that is parked: its key as far as it could be read, why, and the record as published."""

    record_key: str
    reason: str
    record: str = ""


class Parsed(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """The records of one document in its own order. `repeated` names records that stood there twice, word for word."""

    records: list[T]
    unfit: list[Unfit] = []
    repeated: list[str] = []


def refuse_if_all_unfit(what: str, parsed: Parsed[T]) -> Parsed[T]:
    """Pass the document through, unless nothing in it could be read: then its shape has changed.

    Raises:
        SourceChanged: there are records and every one of them is unfit for the same kind of reason.
    """
    if parsed.unfit and not parsed.records:
        raise SourceChanged(f"No {what} of {len(parsed.unfit)} can be read: {parsed.unfit[0].reason}")
    return parsed


def without_duplicates(parsed: Parsed[T], key: Callable[[T], Hashable]) -> Parsed[T]:
    """One record a key. Equal twins become one and are named; twins that differ are doubtful, so all are parked."""
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
            reason = f"{name} stands {len(twins)} times in the document, with different content"
            unfit += [Unfit(str(name), reason, as_text(twin)) for twin in twins]
    return Parsed(records=good, unfit=unfit, repeated=repeated)


def as_text(record: object) -> str:
    """A record for the quarantine, as JSON."""
    return msgspec.json.encode(record).decode()
