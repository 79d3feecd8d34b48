"""What is checked before anything is published, and the result of a check in the shape that people see.

A check is a pure function. A failed *blocking* check quarantines the whole document and the last good one stays; other
failures are shown, and what is good is published.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Generic, Literal, TypeVar

import msgspec

from assets.sources.spec import source_spec
from warehouse.model.entities import Finding, Quarantined
from warehouse.runtime.errors import SourceChanged

LEAST_SHARE = 0.9
"""A document with less than this share of the records of the last good one is taken for broken."""
SHOWN = 20
"""How many keys a result names; it counts all of them."""


T = TypeVar("T")


class CheckSpec(msgspec.Struct, frozen=True):
    """A check that a load may report: declared, so that people see it before it first runs."""

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
    """The keys of all records at fault, for the loader that quarantines them."""
    of_documents: bool = False
    """It judges documents as a whole, and so passes as soon as the newest ones are those that were loaded."""


def failing(name: str, keys: Iterable[str], description: str, *, severity: Literal["error", "warn"]) -> CheckResult:
    """A check that passes when no record is at fault, and else names the first of them; it never blocks the others."""
    found = list(keys)
    metadata = {"count": len(found), "keys": found[:SHOWN]} if found else {"count": 0}
    return CheckResult(
        name=name, passed=not found, severity=severity, description=description, metadata=metadata, keys=found
    )


def expected_count(source: str, kind: str, count: int) -> CheckResult:
    """Whether a document holds as many records as `source.yml` expects of a good one. Blocking."""
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
    """Whether a document kept at least 90 % of the records of the last good one. Blocking: a feed never deletes."""
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
    """Stop a document that a blocking check does not pass.

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
        """Of the newest document; empty when it could not even be read, or was not looked at."""

    def __call__(self, new: T, old: T | None) -> None:
        """Judge.

        Raises:
            SourceChanged: a blocking check failed.
        """
        self.results = self._check(new, old)
        refuse_failed(self.results)


def usable(spec: CheckSpec, quarantined: Iterable[Quarantined]) -> CheckResult:
    """Whether every document that was read could be used; of one that could not, the last good bytes stay in force."""
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
    """One result a name: a later one, such as that of a newer document, stands for an earlier one."""
    return list({result.name: result for result in results}.values())


def healed(results: Sequence[CheckResult]) -> list[CheckResult]:
    """The results once upstream is back at the documents that were loaded: what was wrong with other ones is over."""
    return [
        msgspec.structs.replace(result, passed=True, description="", metadata={}, keys=[])
        if result.of_documents and not result.passed
        else result
        for result in results
    ]


def carried(
    results: Sequence[CheckResult], before: Sequence[CheckResult], looked_at: Collection[str], names: Collection[str]
) -> list[CheckResult]:
    """The results of a load whose checks `names` saw only some records, with what was found of the others before.

    `looked_at` holds the keys and addresses that were read now; what was at fault beyond them still is. A key may go on
    after a slash: a ballot's begins with its vote's.
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
    """The numbers that fail in a row that should run 1, 2, 3 … without gaps."""
    return sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers))


def no_longer_listed(entity: str, keys: Iterable[str], source: str) -> list[Finding]:
    """A finding for each stored entity that a document has no more. A feed never deletes: the last state stays."""
    message = f"{source[0].upper()}{source[1:]} does not have this any more; the last known state stays."
    return [Finding(rule="no_longer_listed", entity=entity, key=key, message=message) for key in sorted(keys)]


def repeated_findings(entity: str, repeated: Sequence[str], source: str) -> list[Finding]:
    """A finding for each record that stood twice in a document, word for word, and was kept once."""
    message = f"The record appears more than once in {source}, word for word; it is kept once."
    return [Finding(rule="repeated_record", entity=entity, key=key, message=message) for key in dict.fromkeys(repeated)]
