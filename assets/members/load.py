"""Loads the members: from the runs of every session's ballots and from the House's lists of members."""

import datetime as dt
import hashlib
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import Literal

import msgspec
import polars as pl

from assets.bills.settle import settle
from assets.checking.checks import CheckResult, usable
from assets.checking.frames import members_frame
from assets.checking.gate import hold
from assets.loading import (
    LOADED_BY,
    Loading,
    LoadReport,
    ReadDocument,
    finish,
    loaded_provenance,
    newest_of,
    read_newest,
    to_quarantine,
    unchanged,
)
from assets.members.checks import LISTS_USABLE, check_members, check_members_shrinkage, check_seats
from assets.members.roles import ReadRoles, read_roles, roles_of
from assets.members.seats import MemberList, provinces_of
from assets.members.transform import build_members, is_complete
from assets.overrides.apply import overriding
from assets.sources.ourcommons_members.parse import MemberRecord, parse_members
from assets.sources.parsed import Parsed, Unfit, as_text
from assets.upstream.addresses import BALLOTS, MEMBERS, ROLES
from assets.upstream.fetch import Fetched
from warehouse.model.documents import Document
from warehouse.model.entities import Finding, Member, Provenance, Quarantined
from warehouse.model.keys import SessionCode, session_order
from warehouse.postgres.aggregates.store import MEMBERS as AGGREGATE
from warehouse.postgres.aggregates.store import Change, Incoming, store
from warehouse.postgres.catalog import ballot_runs as stored_ballots
from warehouse.postgres.catalog import loads, members_listed
from warehouse.runtime.clock import OTTAWA
from warehouse.runtime.failpoints import failpoint
from warehouse.stores import Stores

SESSION = ""
"""Members belong to no session; documents and loads of this source carry the empty one."""
_PARLIAMENT = re.compile(r"[?&]parliament=(\d+)")


def fetch_members(loading: Loading, sessions: Sequence[str]) -> list[Fetched]:
    """Fetch the lists of sitting members, of each Parliament of these sessions, and of all Parliaments."""
    addresses = loading.addresses
    parliaments = sorted({SessionCode.parse(session).parliament for session in sessions})
    urls = [
        addresses.members("xml", "en"),
        addresses.members("xml", "fr"),
        *(addresses.members("xml", "en", parliament) for parliament in parliaments),
        *(addresses.members("csv", "en", parliament) for parliament in parliaments),
        addresses.members("csv", "en", "all"),
    ]
    return loading.fetch("members lists", [loading.request(url, MEMBERS, SESSION) for url in urls])


def provinces(loading: Loading) -> dict[str, str]:
    """The province of each riding, by its English name, from every members list at hand."""
    return provinces_of([listed for listed, _ in _read_lists(loading)[0]])


def listed_members(loading: Loading) -> list[MemberRecord]:
    """The members that a members list names."""
    return [record for listed, _ in _read_lists(loading)[0] for record in listed.records]


_Listed = tuple[MemberList, ReadDocument[Parsed[MemberRecord]]]


class _ReadMembers(msgspec.Struct, frozen=True):
    """Everything that members are derived from."""

    lists: list[_Listed]
    roles: list[ReadRoles]
    runs: pl.DataFrame
    """The runs of ballots of all sessions."""
    quarantined: list[Quarantined]


def load_members(loading: Loading) -> LoadReport:
    """Derive, check and store all members again if anything they are derived from has changed."""
    stores = loading.stores
    _note_listed(loading)
    inputs, last = _inputs_digest(loading), loads.last_load(stores.catalog, MEMBERS, SESSION)
    if inputs == last.inputs:
        return unchanged(stores, MEMBERS, SESSION)
    read = _read(loading)
    members, findings = _derive(stores, read)
    failpoint("parse.after_parse")
    checks, unfit = _check(loading, members, last.records)
    checks += [check_seats(findings), usable(LISTS_USABLE, read.quarantined)]
    failpoint("check.after_checks")
    report = LoadReport(source=MEMBERS, session=SESSION, records=last.records, checks=checks)
    if report.is_blocked:  # the members that are stored stay, and the next load tries again
        return finish(stores, report, findings=None, quarantined=read.quarantined, inputs=last.inputs)
    origins = _origins(loading, read.runs, read.lists, read.roles)
    bad_keys = {item.record_key for item in unfit}
    incoming = [
        Incoming(member, origin)
        for member in members
        if member.key not in bad_keys and (origin := origins.get(member.person_id)) is not None
    ]
    failpoint("members.before_commit")
    changes = _store(loading, incoming)
    return finish(
        stores,
        msgspec.structs.replace(report, records=len(incoming), changed=len(changes)),
        findings=findings,
        quarantined=[*read.quarantined, *(_quarantined_member(item, origins) for item in unfit)],
        loaded=newest_of(listed for _, listed in read.lists) | newest_of(read.roles),
        inputs=inputs,
    )


def _read(loading: Loading) -> _ReadMembers:
    """Read the members lists, the roles documents and the runs of ballots."""
    lists, unusable_lists = _read_lists(loading)
    roles, unusable_roles = read_roles(loading)
    runs = stored_ballots.all_runs(loading.stores.catalog)
    return _ReadMembers(lists, roles, runs, [*unusable_lists, *unusable_roles])


def _derive(stores: Stores, read: _ReadMembers) -> tuple[list[Member], list[Finding]]:
    """Build the members from what was read and from the stored sessions and days of listing."""
    return build_members(
        read.runs,
        [listed for listed, _ in read.lists],
        {session.key: session for session in stored_ballots.sessions(stores.catalog)},
        [roles_of(each.value) for each in read.roles],
        members_listed.all_days(stores.catalog),
    )


def _check(loading: Loading, members: list[Member], before: int) -> tuple[list[CheckResult], list[Unfit]]:
    """Results of the members' checks and of the suite, and the members that must not be published."""
    checks, unfit = check_members(members, before)
    verdict = hold("members", [members_frame(members)], loading.validate)
    unfit += [
        Unfit(member.key, verdict.reasons[member.key], as_text(member))
        for member in members
        if member.key in verdict.reasons
    ]
    return [*checks, verdict.check], unfit


def _store(loading: Loading, incoming: list[Incoming[Member]]) -> list[Change]:
    """Store the members, and settle what bills take from them."""
    stores = loading.stores
    loading.progress.start("members", len(incoming))
    with overriding(stores.catalog) as overrides:
        changes = store(stores.catalog, AGGREGATE, overrides.merged("member", incoming))
    loading.progress.advance(len(incoming))
    loading.progress.done()
    settle(stores)
    return changes


def _note_listed(loading: Loading) -> None:
    """Write down who is in the list of sitting members, if it is complete: a later one may not name them."""
    stores = loading.stores
    document = stores.documents.by_urls([url := loading.addresses.members("xml", "en")]).get(url)
    read, _ = read_newest(stores, document, parse_members, check_members_shrinkage)
    if document is None or read is None or not read.is_newest or document.outcome not in ("changed", "unchanged"):
        return
    current = max(
        (each.parliament for each in stored_ballots.sessions(stores.catalog) if each.is_current), default=None
    )
    runs = stored_ballots.all_runs(stores.catalog)
    named = {record.person_id for record in read.value.records if record.person_id and record.to_on is None}
    voted = set(runs.filter(pl.col("session").str.starts_with(f"{current}-"))["person_id"])
    if current is not None and voted and is_complete(named, voted):
        members_listed.note(stores.catalog, current, named, _day_of(document))


def _day_of(document: Document) -> dt.date:
    """The day, in Ottawa, of what a document says: it was asked for then, unless it says itself that it is older."""
    said = document.checked_at
    if document.last_modified:
        with suppress(ValueError):  # a header that is no date says nothing
            said = min(said, parsedate_to_datetime(document.last_modified).astimezone(dt.UTC))
    return said.astimezone(OTTAWA).date()


def _quarantined_member(item: Unfit, origins: Mapping[int, Provenance]) -> Quarantined:
    """A member that must not be published; it is derived from many documents, and the last one is named."""
    origin = origins.get(int(item.record_key))
    return Quarantined(
        source=MEMBERS,
        url=origin.url if origin else "",
        document_sha256=origin.document_sha256 if origin else "",
        record_key=item.record_key,
        reason=item.reason,
        record=item.record,
    )


def _read_lists(loading: Loading) -> tuple[list[_Listed], list[Quarantined]]:
    """Every readable members list, in the order of their addresses."""
    lists: list[_Listed] = []
    quarantined: list[Quarantined] = []
    for url, document in sorted(loading.stores.documents.known(MEMBERS, SESSION).items()):
        read, bad = read_newest(loading.stores, document, parse_members, check_members_shrinkage)
        quarantined += bad
        if read is not None:
            quarantined += to_quarantine(read, read.value.unfit)
            match = _PARLIAMENT.search(url)
            lang: Literal["en", "fr"] = "fr" if "/fr/" in url else "en"
            listed = MemberList(parliament=int(match[1]) if match else None, lang=lang, records=read.value.records)
            lists.append((listed, read))
    return lists, quarantined


def _inputs_digest(loading: Loading) -> str:
    """Of everything that members are derived from: the runs, the lists, the sessions, and how they are read."""
    stores = loading.stores
    parts = [LOADED_BY, stored_ballots.runs_digest(stores.catalog), repr(stored_ballots.sessions(stores.catalog))]
    for source in (MEMBERS, ROLES):
        known = stores.documents.known(source, SESSION)
        parts += [f"{url} {document.sha256}" for url, document in sorted(known.items()) if document.sha256]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _origins(
    loading: Loading, runs: pl.DataFrame, lists: Sequence[_Listed], roles: Sequence[ReadRoles]
) -> dict[int, Provenance]:
    """The document each member was last read from: the roles, a list with the PersonId, or the last vote's ballots."""
    origins: dict[int, Provenance] = {}
    last = runs.with_columns(order=pl.col("session").map_elements(session_order, pl.Int32)).sort("order", "last_number")
    for session, numbers in last.group_by("person_id").last().group_by("session"):
        known = loading.stores.documents.known(BALLOTS, str(session[0]))
        of_number = {int(url.rsplit("/", 2)[1]): document for url, document in known.items() if document.loaded_sha256}
        for person_id, number in numbers.select("person_id", "last_number").iter_rows():
            if number in of_number:
                origins[person_id] = loaded_provenance(of_number[number])
    for _, read in lists:
        origins |= {record.person_id: read.provenance for record in read.value.records if record.person_id}
    return origins | {read.value.person_id: read.provenance for read in roles}
