"""The public shape of a session."""

import datetime as dt

import msgspec

from serving.core.answers.envelope import Links, Provenance, Revision
from serving.core.answers.links import API, session_page
from serving.core.answers.texts import Text, View
from warehouse.model.entities import Session
from warehouse.model.stored import Stored


class SessionOut(msgspec.Struct, frozen=True, kw_only=True):
    """A session of a Parliament. Read from the session text of LEGISinfo’s bill list.
    / Une session d’une législature. Lue dans le texte de session de la liste de LEGISinfo."""

    key: str
    """The key: Parliament and session, as `45-1`. / La clé : législature et session, comme `45-1`."""
    parliament: int
    """The number of the Parliament. / Le numéro de la législature."""
    number: int
    """The number of the session within its Parliament, from 1.
    / Le numéro de la session dans sa législature, à partir de 1."""
    name: Text
    """Its name, as LEGISinfo writes it. / Son nom, tel que LEGISinfo l’écrit."""
    opened_on: dt.date | None
    """The Ottawa date of the opening; null where it is not known.
    / La date d’ouverture à Ottawa; nul si elle n’est pas connue."""
    closed_on: dt.date | None
    """The Ottawa date of prorogation or dissolution; null while the session runs, or where it is not known.
    / La date de prorogation ou de dissolution à Ottawa; nul tant que la session dure ou si elle n’est pas connue."""
    is_current: bool
    """Whether the session runs. / Si la session est en cours."""
    revision: Revision
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
