"""Shared by the assets of the graph: errors in Dagster's terms, and how a run reports fetching and loading."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import dagster as dg
import msgspec

from assets.checking.checks import CheckResult, CheckSpec
from assets.loading import Loading, LoadReport
from assets.upstream.fetch import Fetched
from warehouse.model.keys import SessionCode
from warehouse.model.quality import HeldBack
from warehouse.postgres.catalog import loads, quality
from warehouse.runtime.errors import OpenPolicyError

if TYPE_CHECKING:
    Materialized = dg.MaterializeResult[None]
else:  # Dagster knows what an asset with checks returns only by the bare class
    Materialized = dg.MaterializeResult

OWNERS = ["team:openpolicy"]
RETRIES, RETRY_AFTER_S = 3, 30
_FETCHED = "fetched"
_SHOWN = 20


@contextmanager
def our_errors() -> Iterator[None]:
    """Retry if the error is of a kind that may pass; otherwise fail at once, with cause and next step."""
    try:
        yield
    except OpenPolicyError as error:
        if error.retryable:
            raise dg.RetryRequested(max_retries=RETRIES, seconds_to_wait=RETRY_AFTER_S) from error
        raise dg.Failure(str(error), metadata={"code": error.code}, allow_retries=False) from error


def fetch_spec(asset: str) -> dg.AssetCheckSpec:
    """The check of every raw asset. After a failed request the stored bytes stay, so downstream assets still run."""
    return dg.AssetCheckSpec(_FETCHED, asset=asset, description="Upstream answers for every document as it should.")


def fetch_check(loading: Loading, source: str) -> dg.AssetCheckResult:
    """Check that the last request for each document of a source, in any session, succeeded."""
    broken = loading.stores.documents.broken(source)
    shown = list(broken.items())[:_SHOWN]
    return dg.AssetCheckResult(
        check_name=_FETCHED,
        passed=not broken,
        description="; ".join(f"{url}: {reason}" for url, reason in shown[:3]) or None,
        metadata={"broken": len(broken)} | ({"documents": _table(("document", "reason"), shown)} if shown else {}),
    )


def fetch_metadata(loading: Loading, fetched: Sequence[Fetched], source: str, session: str = "") -> dict[str, Any]:
    """Report the outcomes of the requests and the documents that exist now."""
    known = loading.stores.documents.known(source, session)
    held = {url: document for url, document in known.items() if document.sha256 is not None}
    outcomes = Counter[str](document.outcome for document in fetched)
    metadata: dict[str, Any] = {"dagster/row_count": len(held), "asked": len(fetched), **outcomes}
    if known:
        metadata["source"] = dg.MetadataValue.url(min(known, key=len))
    if held:
        rows = [(url, (held[url].sha256 or "")[:16], held[url].fetched_at) for url in sorted(held)[:_SHOWN]]
        metadata["documents"] = _table(("document", "sha256", "fetched"), rows)
    return metadata


def load_metadata(loading: Loading, report: LoadReport, *, url: str, also: Sequence[str] = ()) -> dict[str, Any]:
    """Report what a load did, its sources, findings and quarantined records; `also` names further scopes of
    findings."""
    catalog, scope = loading.stores.catalog, f"{report.source}/{report.session}"
    metadata: dict[str, Any] = {
        "dagster/row_count": report.records,
        "changed": report.changed,
        "quarantined": report.quarantined,
        "findings": report.findings,
        "unchanged": report.unchanged,
        "source": dg.MetadataValue.url(url),
    }
    if found := loads.open_findings(catalog, [scope, *also]):
        rows = [(item.rule, item.count, ", ".join(item.keys), item.message) for item in found]
        metadata["findings_by_rule"] = _table(("rule", "count", "first", "meaning"), rows)
    if quarantined := loads.open_quarantine(catalog, scope):
        metadata["quarantined_records"] = _table(("document", "record", "reason"), quarantined)
    return metadata


def plot(drawn: str | None) -> dict[str, Any]:
    """A plot as metadata, if there is one."""
    return {"plot": dg.MetadataValue.md(drawn)} if drawn else {}


def load_specs(asset: str, checks: Sequence[CheckSpec]) -> list[dg.AssetCheckSpec]:
    """The declared checks of a domain as checks of its core asset."""
    return [
        dg.AssetCheckSpec(check.name, asset=asset, description=check.description, blocking=check.blocking)
        for check in checks
    ]


def load_checks(
    loading: Loading, source: str, specs: Sequence[CheckSpec], loaded: Sequence[str]
) -> Iterator[dg.AssetCheckResult]:
    """Report every declared check over all sessions, so that a run of one session does not hide faults of another.

    A blocking check stops downstream assets only for the sessions that this run `loaded`.
    """
    results = {
        session: {item.name: item for item in msgspec.convert(last.checks, list[CheckResult])}
        for session, last in loads.loads_of(loading.stores.catalog, source).items()
    }
    held_back = quality.held_back(loading.stores.catalog)
    for spec in specs:
        of_spec = {session: found[spec.name] for session, found in results.items() if spec.name in found}
        yield _check(spec, of_spec, loaded, held_back)


def _check(
    spec: CheckSpec, results: Mapping[str, CheckResult], loaded: Sequence[str], held_back: Sequence[HeldBack]
) -> dg.AssetCheckResult:
    failed = {session: result for session, result in results.items() if not result.passed}
    stops = not spec.blocking or any(session in failed for session in loaded)
    is_error = any(result.severity == "error" for result in failed.values()) and stops
    metadata: dict[str, Any] = {
        "sessions_judged": len(results),
        "at_fault": sum(len(item.keys) for item in failed.values()),
    }
    if failed:
        rows = [(session, item.description, ", ".join(item.keys[:5])) for session, item in failed.items()]
        metadata["failed"] = _table(("session", "what", "first"), rows[:_SHOWN])
    missing = [
        each
        for each in held_back
        if each.session in failed and each.url in failed[each.session].metadata.get("reasons", {})
    ]
    if missing:
        rows = [(each.what[0], each.effect[0], each.next_step[0]) for each in missing]
        metadata["missing"] = _table(("missing", "meanwhile", "what to do next"), rows[:_SHOWN])
    newest = max(results, default="", key=_age)
    expectations = [
        (session, row["expectation"], "yes" if row["passed"] else "no", row["severity"], row["count"], row["meaning"])
        for session, item in results.items()
        for row in item.metadata.get("expectations", [])
        if session == newest or not row["passed"]
    ]
    if expectations:
        columns = ("session", "expectation", "met", "severity", "count", "meaning")
        metadata["expectations"] = _table(columns, expectations)
    return dg.AssetCheckResult(
        check_name=spec.name,
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR if is_error else dg.AssetCheckSeverity.WARN,
        description=_missing(missing) + (_said(failed, results) or "") or None,
        metadata=metadata,
    )


def _missing(held_back: Sequence[HeldBack]) -> str:
    """Describe a check: first what is missing and what to do, then what is wrong."""
    shown = "; ".join(f"{each.what[0]} ({each.effect[0]})" for each in held_back[:3])
    return f"Held back: {shown}. {held_back[0].next_step[0]} " if held_back else ""


def _age(session: str) -> SessionCode:
    """Sort sessions by age; members belong to none."""
    return SessionCode.parse(session) if session else SessionCode(1, 1)


def _said(failed: Mapping[str, CheckResult], results: Mapping[str, CheckResult]) -> str | None:
    """The faults in one line; None if the declared description says enough."""
    if failed:
        more = f"; and {len(failed) - 3} more sessions" if len(failed) > 3 else ""
        return "; ".join(_what(session, result) for session, result in list(failed.items())[:3]) + more
    return None if results else "Not judged: no document was good enough to be read."


def _what(session: str, result: CheckResult) -> str:
    """Checks of documents and suites describe the fault. Checks of records describe what should hold, so their keys are
    listed."""
    of = f"{session}: " if session else ""
    if result.of_documents or "expectations" in result.metadata or not result.keys:
        return of + result.description
    return f"{of}{len(result.keys)} not so ({', '.join(result.keys[:3])}{', …' if len(result.keys) > 3 else ''})"


def _table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> dg.MarkdownMetadataValue:
    lines = [columns, ["---"] * len(columns), *rows]
    return dg.MetadataValue.md("\n".join("| " + " | ".join(_cell(value) for value in line) + " |" for line in lines))


def _cell(value: Any) -> str:
    """Text safe for a table cell: texts from upstream may contain a bar, a line break or a tag."""
    text = str(value).replace("\n", " ").replace("|", "\\|").replace("<", "&lt;")
    return text if len(text) <= 300 else text[:299] + "…"
