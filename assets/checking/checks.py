"""Checks that run before anything is published, and the result of a check as people see it.

A check is a pure function. A failed *blocking* check quarantines the whole document, and the last good one stays. Other
failures are reported, and the records without fault are published.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Generic, Literal, TypeVar

import msgspec

from assets.sources.spec import source_spec
from warehouse.model.entities import Finding, Quarantined
from warehouse.runtime.errors import SourceChanged

LEAST_SHARE = 0.9
"""A document with a smaller share of the last good one's records is considered broken."""
SHOWN = 20
"""The most keys that a result names; all are counted."""


T = TypeVar("T")


class CheckSpec(msgspec.Struct, frozen=True):
    """A check that a load may report, declared so that people see it before its first run."""

    name: str
    description: str
    blocking: bool = False


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """One check: passed or not, what it means, and the records at fault."""

    name: str
    passed: bool
    blocking: bool = False
    severity: Literal["error", "warn"] = "error"
    description: str = ""
    metadata: dict[str, Any] = {}
    keys: list[str] = []
    """The keys of all records at fault; the loader quarantines them."""
    of_documents: bool = False
    """The check judges whole documents, so it passes as soon as the newest documents are those that were loaded."""


def failing(name: str, keys: Iterable[str], description: str, *, severity: Literal["error", "warn"]) -> CheckResult:
    """A check that passes if no record is at fault and otherwise names the first ones; it never blocks."""
    found = list(keys)
    metadata = {"count": len(found), "keys": found[:SHOWN]} if found else {"count": 0}
    return CheckResult(
        name=name, passed=not found, severity=severity, description=description, metadata=metadata, keys=found
    )


def expected_count(source: str, kind: str, count: int) -> CheckResult:
    """Check that a document has as many records as `source.yml` expects. Blocking."""
    expect = source_spec(source).expect
    least, most = expect.min.get(kind, 0), expect.max.get(kind)
    passed = least <= count and (most is None or count <= most)
    bounds = f"at least {least}" if most is None else f"{least} to {most}"
    return CheckResult(
        name=f"{kind}_expected_count",
        passed=passed,
        blocking=True,
        of_documents=True,
        description=f"A good document holds {bounds} {kind}; this one holds {count}.",
        metadata={"count": count, "min": least, "max": most},
    )


def not_shrunk(kind: str, count: int, before: int | None) -> CheckResult:
    """Check that a document has at least 90 % of the last good one's records. Blocking: a feed never deletes."""
    before = before or 0
    return CheckResult(
        name=f"{kind}_not_shrunk",
        passed=count >= LEAST_SHARE * before,
        blocking=True,
        of_documents=True,
        description=f"The document holds {count} {kind}; the last good one held {before}.",
        metadata={"count": count, "before": before, "least_share": LEAST_SHARE},
    )


def refuse_failed(results: Iterable[CheckResult]) -> None:
    """Refuse a document that fails a blocking check.

    Raises:
        SourceChanged: the description of the first such check.
    """
    for result in results:
        if result.blocking and not result.passed:
            raise SourceChanged(result.description)


class Judge(Generic[T]):
    """Judges a new document against the last good one, and keeps the results for the report of the load."""

    def __init__(self, check: Callable[[T, T | None], list[CheckResult]]) -> None:
        self._check = check
        self.results: list[CheckResult] = []
        """Results for the newest document; empty if it could not be read or was not looked at."""

    def __call__(self, new: T, old: T | None) -> None:
        """Judge.

        Raises:
            SourceChanged: a blocking check failed.
        """
        self.results = self._check(new, old)
        refuse_failed(self.results)


def usable(spec: CheckSpec, quarantined: Iterable[Quarantined]) -> CheckResult:
    """Check that every document could be used; where one could not, its last good version stays."""
    reasons = {item.url: item.reason for item in quarantined if not item.record_key and not item.record}
    shown = "; ".join(f"{url}: {reason}" for url, reason in list(reasons.items())[:3])
    return CheckResult(
        name=spec.name,
        passed=not reasons,
        blocking=spec.blocking,
        of_documents=True,
        description=shown or spec.description,
        metadata={"count": len(reasons), "reasons": dict(list(reasons.items())[:SHOWN])},
        keys=sorted(reasons),
    )


def last_of_each(results: Iterable[CheckResult]) -> list[CheckResult]:
    """One result for each name; a later one replaces an earlier one."""
    return list({result.name: result for result in results}.values())


def healed(results: Sequence[CheckResult]) -> list[CheckResult]:
    """The results once upstream again serves the documents that were loaded: faults of other versions no longer
    count."""
    return [
        msgspec.structs.replace(result, passed=True, description="", metadata={}, keys=[])
        if result.of_documents and not result.passed
        else result
        for result in results
    ]


def carried(
    results: Sequence[CheckResult], before: Sequence[CheckResult], looked_at: Collection[str], names: Collection[str]
) -> list[CheckResult]:
    """Merge the results of a load whose checks `names` saw only some records with earlier results for the others.

    `looked_at` holds the keys and addresses read this time; faults of any others remain. A ballot's key begins with its
    vote's key and a slash.
    """
    old = {result.name: result for result in before if not result.passed and result.name in names}
    found = []
    for result in results:
        keys = [key for key in old[result.name].keys if not _covers(looked_at, key)] if result.name in old else []
        if keys:
            every = sorted({*result.keys, *keys})
            metadata = result.metadata | {"count": len(every), "keys": every[:SHOWN]}
            severity = old[result.name].severity if result.passed else result.severity
            result = msgspec.structs.replace(  # noqa: PLW2901
                result, passed=False, keys=every, metadata=metadata, severity=severity
            )
        found.append(result)
    return found


def _covers(looked_at: Collection[str], key: str) -> bool:
    return key in looked_at or key.rpartition("/")[0] in looked_at


def missing_numbers(numbers: Collection[int]) -> list[int]:
    """The numbers missing from a sequence that should run 1, 2, 3 … without gaps."""
    return sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers))


def no_longer_listed(entity: str, keys: Iterable[str], source: str) -> list[Finding]:
    """A finding for each stored entity that is missing from a document. A feed never deletes: the last state stays."""
    message = f"{source[0].upper()}{source[1:]} does not have this any more; the last known state stays."
    return [Finding(rule="no_longer_listed", entity=entity, key=key, message=message) for key in sorted(keys)]


def repeated_findings(entity: str, repeated: Sequence[str], source: str) -> list[Finding]:
    """A finding for each record that appeared twice in a document, word for word, and was kept once."""
    message = f"The record appears more than once in {source}, word for word; it is kept once."
    return [Finding(rule="repeated_record", entity=entity, key=key, message=message) for key in dict.fromkeys(repeated)]
