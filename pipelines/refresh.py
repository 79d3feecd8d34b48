"""The job `refresh_all` in this process: the first load of `openpolicy run`, which the Dagster UI then shows."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import dagster as dg
from dagster_shared.error import SerializableErrorInfo

from assets.checking.expectations import validate
from assets.graph.partitions import ONE
from assets.ingest import IngestReport, open_loading, project, select_sessions
from assets.loading import LoadReport
from assets.progress import Progress
from assets.upstream.addresses import BILLS, VOTES
from assets.upstream.addresses import MEMBERS as MEMBER_LISTS
from pipelines.automation import DERIVED, MEMBERS
from pipelines.build import build_defs
from pipelines.partitions import add_sessions, run_tags
from warehouse.model.keys import SessionCode
from warehouse.postgres.catalog import quality
from warehouse.runtime import errors
from warehouse.runtime.errors import OpenPolicyError
from warehouse.runtime.settings import Settings
from warehouse.workers.read_models.registry import configured

_SOURCES = {
    "core_legisinfo__sessions": "sessions",
    "core_legisinfo__bills": BILLS,
    "core_ourcommons__votes": VOTES,
    "core_ourcommons__members": MEMBER_LISTS,
}
_MEMBERS = [*DERIVED, dg.AssetKey("out_catalog__member_list")]
_STATEMENT_MS = 60_000
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
_CHECK_FAILED = "DagsterAssetCheckFailedError"
_INTERRUPTS = {"DagsterExecutionInterruptedError", "KeyboardInterrupt"}


@contextmanager
def open_instance(home: Path) -> Iterator[dg.DagsterInstance]:
    """The Dagster instance with its settings in a folder.

    It keeps its connections, like the web server; otherwise every event would open new ones, which doubles the time of
    a load.
    """
    with dg.DagsterInstance.from_config(str(home)) as instance:
        for storage in (instance.run_storage, instance.event_log_storage):
            storage.optimize_for_webserver(_STATEMENT_MS, pool_recycle=3_600, max_overflow=4)
        yield instance


def refresh_all(
    settings: Settings,
    instance: dg.DagsterInstance,
    *,
    sessions: Sequence[SessionCode] | Literal["all"] | None,
    progress: Progress,
) -> IngestReport:
    """Do the work of `assets.ingest.ingest` as runs of the graph: one for each sequence of sessions without a gap.

    A failed blocking check is not an error here: the last good data stays, and the graph shows the check in red.
    Dagster then skips everything downstream, so members, which are derived from all good documents, get a run of their
    own, and the read models are updated without their assets, which wait for a good document.

    Raises:
        KeyboardInterrupt: the run was interrupted.
        Others as `ingest`.
    """
    with open_loading(settings, progress, validate) as (loading, held):
        wanted = select_sessions(held, sessions)
        add_sessions(instance, [str(session) for session in held.sessions])
        defs = build_defs(settings, loading=loading)
        loads: list[LoadReport] = []
        projected = 0
        jobs: list[tuple[str, dict[str, str], list[dg.AssetKey] | None]]
        jobs = [("refresh_all", tags, None) for tags in run_tags(instance, wanted)]
        is_held_back = False
        while jobs:
            name, tags, selection = jobs.pop(0)
            result = defs.resolve_job_def(name).execute_in_process(
                instance=instance,
                tags=tags,
                partition_key=tags.get(ONE),
                run_config=_QUIET,
                raise_on_error=False,
                asset_selection=selection,
            )
            _raise_unless_checks(result)
            made = [event.materialization for event in result.all_events if event.is_step_materialization]
            for materialization in made:
                loads += _load(materialization)
                projected += int(_value(materialization, "applied"))
            is_held_back |= not result.success
            if not jobs and MEMBERS not in {materialization.asset_key for materialization in made} and not selection:
                jobs.append(("refresh_members", {}, _MEMBERS))
        if is_held_back:
            projected += sum(project(loading, name) for name in configured(settings))
            quality.record_run(loading.stores.catalog)
        held_back = quality.held_back(loading.stores.catalog)
        return IngestReport(kind=held.kind, sessions=wanted, loads=loads, projected=projected, held_back=held_back)


def _load(materialization: dg.AssetMaterialization) -> list[LoadReport]:
    source = _SOURCES.get(materialization.asset_key.to_user_string())
    if source is None:
        return []
    return [
        LoadReport(
            source=source,
            session=materialization.partition or "",
            records=int(_value(materialization, "dagster/row_count")),
            changed=int(_value(materialization, "changed")),
            quarantined=int(_value(materialization, "quarantined")),
            findings=int(_value(materialization, "findings")),
            unchanged=bool(_value(materialization, "unchanged")),
        )
    ]


def _value(materialization: dg.AssetMaterialization, name: str) -> Any:
    value = materialization.metadata.get(name)
    return value.value if value is not None else 0


def _raise_unless_checks(result: dg.ExecuteInProcessResult) -> None:
    """Raise the original error of a failed run, unless a check failed. Dagster catches interrupts too."""
    failures = [event.step_failure_data.error for event in result.all_events if event.is_step_failure]
    if not result.success and not any(failures):
        raise KeyboardInterrupt
    for error in filter(None, failures):
        if error.cls_name in _INTERRUPTS:
            raise KeyboardInterrupt
        if error.cls_name != _CHECK_FAILED:
            raise _as_it_was(error)


def _as_it_was(error: SerializableErrorInfo) -> Exception:
    """The first cause, converted back to an OpenPolicyError if it was one: Dagster keeps only names and texts of
    exceptions."""
    while error.cause is not None:
        error = error.cause
    kind = getattr(errors, error.cls_name or "", None)
    if isinstance(kind, type) and issubclass(kind, OpenPolicyError):
        return kind(error.message.partition(": ")[2].strip())
    return RuntimeError(error.to_string())
