"""Loads a session itself: its name and dates, which the bill list carries in every record."""

from assets.loading import Loading, LoadReport, finish, is_loaded, published, read_newest, unchanged
from assets.overrides.apply import overriding
from assets.sources.sessions.parse import parse_sessions
from assets.upstream.addresses import BILLS
from warehouse.model.entities import Session
from warehouse.model.keys import SessionCode
from warehouse.postgres.aggregates.store import SESSIONS, Incoming, store

SOURCE = "sessions"


def load_sessions(loading: Loading, session: str) -> LoadReport:
    """Read and store the session that a bill list names; before the list's bills are, which are the same bytes."""
    stores = loading.stores
    documents = list(stores.documents.known(BILLS, session).values())
    if is_loaded(documents):
        return unchanged(stores, SOURCE, session)
    read, _ = read_newest(stores, published(documents), parse_sessions)
    found = [Incoming(named, read.provenance) for named in read.value if named.key == session] if read else []
    with overriding(stores.catalog) as overrides:
        changes = store(stores.catalog, SESSIONS, overrides.merged("session", found))
    return finish(stores, LoadReport(source=SOURCE, session=session, records=len(found), changed=len(changes)))


def named_only(session: str) -> Session:
    """A session known only from its votes, because no list of bills has named it yet."""
    code = SessionCode.parse(session)
    return Session(key=session, parliament=code.parliament, number=code.number, name_en=f"Session {session}")
