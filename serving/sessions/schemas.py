"""The public shape of a session."""

import datetime as dt

import msgspec

from serving.core.answers.envelope import Links, Provenance
from serving.core.answers.links import API, session_page
from serving.core.answers.texts import Text, View
from warehouse.model.entities import Session
from warehouse.model.stored import Stored


class SessionOut(msgspec.Struct, frozen=True, kw_only=True):
    """A session of a Parliament; `closed_on` null while it runs."""

    key: str
    parliament: int
    number: int
    name: Text
    opened_on: dt.date | None
    closed_on: dt.date | None
    is_current: bool
    revision: int
    provenance: Provenance
    links: Links


def session_out(stored: Stored[Session], view: View) -> SessionOut:
    """The session as published."""
    session = stored.entity
    return SessionOut(
        key=session.key,
        parliament=session.parliament,
        number=session.number,
        name=view.text(session.name_en, session.name_fr),
        opened_on=session.opened_on,
        closed_on=session.closed_on,
        is_current=session.is_current,
        revision=stored.revision,
        provenance=stored.provenance,
        links=Links(
            self_=f"{API}/sessions/{session.key}",
            official=view.official(session_page(session.key)),
            bills=f"{API}/bills?session={session.key}",
            votes=f"{API}/votes?session={session.key}",
            history=f"{API}/sessions/{session.key}/history",
        ),
    )
