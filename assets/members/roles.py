"""Members' roles documents: fetched politely over several loads, and read as terms, caucuses and offices."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from assets.loading import Loading, ReadDocument, read_newest, to_quarantine
from assets.members.seats import CaucusRole, MemberRoles
from assets.sources.ourcommons_member_roles.parse import OfficeRecord, RolesRecord, parse_roles
from assets.sources.ourcommons_members.parse import MemberRecord
from assets.upstream.addresses import ROLES, asked
from assets.upstream.fetch import Fetched
from warehouse.model.entities import Office, Quarantined
from warehouse.model.keys import session_order
from warehouse.model.vocabulary.offices import is_in_cabinet, office_of
from warehouse.postgres.catalog import ballot_runs as stored_ballots
from warehouse.runtime.errors import SourceChanged

SESSION = ""
PER_LOAD = 400
"""The most roles documents that one load requests from Parliament's site, at one a second; later loads request the
rest."""

ReadRoles = ReadDocument[RolesRecord]


def fetch_roles(loading: Loading, listed: Iterable[MemberRecord] = ()) -> list[Fetched]:
    """Fetch the roles document of everybody who has a ballot or is in a members list with a PersonId.

    Those of the latest Parliament come first. A real site is asked only for documents that are due, and for at most
    `PER_LOAD`; if a load is interrupted or reaches this limit, the next one continues.
    """
    runs = stored_ballots.all_runs(loading.stores.catalog).select("session", "person_id").unique()
    latest: dict[int, int] = {record.person_id: 0 for record in listed if record.person_id}
    for session, person_id in runs.iter_rows():
        latest[person_id] = max(latest.get(person_id, 0), session_order(session))
    persons = sorted(latest, key=lambda person_id: (-(latest[person_id] or 10**6), person_id))
    if loading.roles_held is not None:
        persons = [person_id for person_id in persons if person_id in loading.roles_held]
    requests = [loading.request(loading.addresses.member_roles(person_id), ROLES, SESSION) for person_id in persons]
    due = loading.due(requests, loading.stores.documents.known(ROLES, SESSION))
    return loading.fetch("roles of members", due[:PER_LOAD] if loading.is_polite else due)


def read_roles(loading: Loading) -> tuple[list[ReadRoles], list[Quarantined]]:
    """Every readable roles document, in the order of addresses. Records that cannot be read are quarantined."""
    reads: list[ReadRoles] = []
    quarantined: list[Quarantined] = []
    for url, document in sorted(loading.stores.documents.known(ROLES, SESSION).items()):
        named = asked(urlsplit(url).path, {})

        def parse(content: bytes, person_id: int = named.person if named else 0) -> RolesRecord:
            record = parse_roles(content)
            if record.person_id != person_id:
                raise SourceChanged(f"The document is of the person {record.person_id}, and {person_id} was asked for.")
            return record

        read, bad = read_newest(loading.stores, document, parse, _judge)
        quarantined += bad
        if read is not None:
            quarantined += to_quarantine(read, read.value.unfit)
            reads.append(read)
    return reads, quarantined


def _judge(new: RolesRecord, old: RolesRecord | None) -> None:
    """Refuse a document that has lost a term.

    Raises:
        SourceChanged: it has fewer than the last good one.
    """
    if old is not None and len(new.seats) < len(old.seats):
        raise SourceChanged(f"The roles document has {len(new.seats)} terms; the last good one had {len(old.seats)}.")


def roles_of(record: RolesRecord) -> MemberRoles:
    """What terms are derived from."""
    return MemberRoles(
        person_id=record.person_id,
        seats=record.seats,
        caucuses=[CaucusRole(caucus=role.caucus, from_on=role.from_on, to_on=role.to_on) for role in record.caucuses],
        offices=offices_of(record.offices),
    )


def offices_of(records: Iterable[OfficeRecord]) -> tuple[Office, ...]:
    """The offices of one person, oldest first. Two of the same kind that begin on the same day are numbered."""
    found: dict[str, Office] = {}
    for record in records:
        office = office_of(record.title)
        key, number = f"{office}/{record.from_on}", 1
        while key in found:
            number += 1
            key = f"{office}/{record.from_on}/{number}"
        found[key] = Office(
            key=key,
            office=office,
            title_en=record.title,
            in_cabinet=is_in_cabinet(record.title),
            from_on=record.from_on,
            to_on=record.to_on,
        )
    return tuple(found.values())
