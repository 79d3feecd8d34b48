"""One ingestion, step after step in this process: what `openpolicy ingest` does, and the Dagster graph."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import msgspec

from assets.bills.load import fetch_details, fetch_list, load_bills
from assets.checking.gate import Validate, validate_fast
from assets.editing.editor import expire
from assets.loading import Loading, LoadReport
from assets.members.load import fetch_members, listed_members, load_members, provinces
from assets.members.roles import fetch_roles
from assets.progress import Progress
from assets.sessions.load import load_sessions
from assets.upstream.addresses import Addresses
from assets.upstream.fetch import Fetcher
from assets.upstream.holdings import Holdings, holdings
from assets.votes.load import fetch_ballots, fetch_lists, load_votes
from warehouse.model.keys import SessionCode
from warehouse.model.quality import HeldBack
from warehouse.postgres.catalog import loads as register
from warehouse.postgres.catalog import quality
from warehouse.runtime import telemetry
from warehouse.runtime.errors import SourceUnusable
from warehouse.runtime.settings import Settings
from warehouse.stores import open_stores
from warehouse.workers.read_models.registry import configured
from warehouse.workers.stream.wait import wait_until_applied


class IngestReport(msgspec.Struct, frozen=True, kw_only=True):
    """What one ingestion did, load by load."""

    kind: str
    sessions: list[str]
    loads: list[LoadReport]
    projected: int
    """Changes applied to read models by this process; `openpolicy consume` applies the others."""
    held_back: list[HeldBack] = []
    """What is missing because a document was refused or could not be fetched, of this and of earlier loads."""

    @property
    def summary(self) -> list[str]:
        """First what is missing and what to do, then one line a source over all sessions."""
        lines = [each.line for each in self.held_back[:_SHOWN]]
        if len(self.held_back) > _SHOWN:
            lines.append(f"Held back: {len(self.held_back) - _SHOWN} more; `openpolicy status` names them.")
        for source in dict.fromkeys(load.source for load in self.loads):
            loads = [load for load in self.loads if load.source == source]
            total = {name: sum(getattr(load, name) for load in loads) for name in _COUNTS}
            lines.append(
                f"{source}: {total['records']} records, {total['changed']} changed, "
                f"{total['quarantined']} quarantined, {total['findings']} findings"
            )
        return lines

    def as_dict(self) -> dict[str, Any]:
        """The report for `--json`."""
        return {**msgspec.to_builtins(self), "summary": self.summary, "refused": len(self.held_back)}

    @property
    def verdict(self) -> str:
        """The last line: whether every document was used."""
        if not self.held_back:
            return "Every document was used."
        return f"Not every document was used: {len(self.held_back)} held back, named above."


_SHOWN = 10
_COUNTS = ("records", "changed", "quarantined", "findings")


@contextmanager
def open_loading(
    settings: Settings, progress: Progress, validate: Validate = validate_fast
) -> Iterator[tuple[Loading, Holdings]]:
    """The stores and the way upstream, with what upstream holds; refuses to mix invented and real records.

    Raises:
        UpstreamUnavailable: neither of Parliament's sites, or what stands in for them, answers.
        DataFolderUnusable: the installation holds another kind of data.
        StoreUnavailable, SettingInvalid: as `open_stores`.
    """
    telemetry.start("ingest")
    asked_at = Addresses(settings.legisinfo_url, settings.ourcommons_url)
    with open_stores(settings) as stores:
        fetcher = Fetcher(stores.archive, stores.documents, allowed_hosts=asked_at.hosts())
        try:
            held = holdings(asked_at)
            register.claim_dataset(stores.catalog, held.kind)
            expire(stores)
            names = held.names(asked_at)
            loading = Loading(
                stores,
                fetcher,
                names,
                asked_at,
                progress,
                is_polite=held.kind == "live",
                validate=validate,
                ballot_form="xml" if settings.ballot_format == "xml" else "csv",
                roles_held=held.roles,
            )
            yield loading, held
        finally:
            fetcher.close()


def ingest(
    settings: Settings, *, sessions: Sequence[SessionCode] | Literal["all"] | None, progress: Progress
) -> IngestReport:
    """Fetch, archive, parse, check and store; then bring every read model up to date.

    Without `sessions`: of live sites the current session, of a stand-in all that it holds; `"all"` means all of either.

    Raises:
        SourceUnusable: upstream does not have a requested session.
        Others as `open_loading`.
    """
    with open_loading(settings, progress) as (loading, held):
        wanted = select_sessions(held, sessions)
        fetch_members(loading, wanted)
        loads: list[LoadReport] = []
        province_of = provinces(loading)
        for session in wanted:
            fetch_list(loading, session)
            fetch_details(loading, session)
            loads += [load_sessions(loading, session), load_bills(loading, session)]
            fetch_lists(loading, session)
            fetch_ballots(loading, session, loading.ballot_form)
            loads.append(load_votes(loading, session, province_of))
        fetch_roles(loading, listed_members(loading))
        loads.append(load_members(loading))
        projected = sum(project(loading, name) for name in configured(settings))
        quality.record_run(loading.stores.catalog)
        held_back = quality.held_back(loading.stores.catalog)
        return IngestReport(kind=held.kind, sessions=wanted, loads=loads, projected=projected, held_back=held_back)


def project(loading: Loading, name: str = "lists") -> int:
    """Bring a read model up to date, with progress. Returns how many changes this process applied: none if another
    process leads the read model, in which case this function waits for it.

    With Kafka it does nothing: `openpolicy consume` applies changes as they arrive.
    """
    stores = loading.stores
    if stores.settings.kafka_url:
        return 0
    loading.progress.start(name, None)
    applied = wait_until_applied(name, stores.settings, stores.catalog, stores.shards, applied=loading.progress.advance)
    loading.progress.done()
    return applied


def select_sessions(held: Holdings, sessions: Sequence[SessionCode] | Literal["all"] | None) -> list[str]:
    """The sessions to ingest, oldest first.

    Raises:
        SourceUnusable: upstream does not have one of them.
    """
    if sessions == "all":
        return [str(session) for session in held.sessions]
    if sessions is None:
        return [str(session) for session in (held.sessions[-1:] if held.kind == "live" else held.sessions)]
    unknown = [str(session) for session in sessions if session not in held.sessions]
    if unknown:
        raise SourceUnusable(
            f"Session {', '.join(unknown)} does not exist upstream.",
            fix=f"Choose from {', '.join(str(session) for session in held.sessions)}.",
        )
    return [str(session) for session in sorted(sessions)]
