"""The public shape of a change."""

import datetime as dt
import uuid

import msgspec

from serving.core.answers.envelope import Links, Meta, PageLinks, Provenance
from serving.core.answers.links import address_of
from warehouse.model.changes.corrections import Operation
from warehouse.model.changes.differences import Difference
from warehouse.model.changes.envelope import event_id
from warehouse.model.changes.feed import FeedItem
from warehouse.model.kinds import EntityType


class ChangeOut(msgspec.Struct, frozen=True, kw_only=True):
    """One change of one entity, as the change log has it.
    / Un changement d’un objet, tel que dans le journal des changements."""

    id: uuid.UUID
    """The id of the change, the same each time it is delivered.
    / L’identifiant du changement, le même à chaque livraison."""
    log: str
    """The change log that it is in: that of the catalog or of a shard.
    / Le journal où il se trouve : celui du catalogue ou d’un fragment."""
    seq: int
    """Its number in its log, which grows from one change of an entity to the next; an entity may change its log.
    / Son numéro dans ce journal, qui croît d’un changement d’un objet au suivant; un objet peut changer de journal."""
    type: EntityType
    """The kind of entity. / Le genre d’objet."""
    key: str
    """Its key. / Sa clé."""
    version: int
    """The revision that the change made, from 1. / La révision que le changement a produite, à partir de 1."""
    op: Operation
    """What happened; what is withdrawn is no longer served as current, and a later `updated` brings it back.
    / Ce qui est arrivé; ce qui est retiré n’est plus servi comme actuel, et un `updated` ultérieur le rétablit."""
    cause: Provenance
    """The document it was read from. / Le document d’où il a été lu."""
    reason: str | None
    """Why an editor made this change, or that documents were read again by a newer version; null where Parliament made
    it.
    / Pourquoi la rédaction a fait ce changement, ou que des documents ont été relus par une version plus récente; nul
    si le Parlement l’a fait."""
    valid_at: dt.datetime | None
    """For a vote when it was held, in UTC; null where the entity has no such instant.
    / Pour un vote, quand il a eu lieu, en UTC; nul si l’objet n’a pas un tel instant."""
    recorded_at: dt.datetime
    """When it was recorded here, in UTC. / Quand il a été inscrit ici, en UTC."""
    changed: list[str]
    """The names of the stored fields that differ from the revision before.
    / Les noms des champs conservés qui diffèrent de la révision précédente."""
    diff: list[Difference]
    """Path, old and new value; empty for `created`, whose state is the entity at version 1.
    / Chemin, ancienne et nouvelle valeur; vide pour `created`, dont l’état est l’objet à la version 1."""
    links: Links


class FeedPage(msgspec.Struct, frozen=True, kw_only=True):
    """Where in the feed this page ends. A page may be short or empty though `more` is true.
    / Où cette page finit dans le flux. Une page peut être courte ou vide même si `more` est vrai."""

    limit: int
    """How many changes a page has at most. / Combien de changements une page a au plus."""
    next: str
    """The cursor to continue with; a feed has no end. / Le curseur pour continuer; un flux n’a pas de fin."""
    more: bool
    """Whether there is more already. / S’il y en a déjà d’autres."""


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the feed of changes. / Une page du flux des changements."""

    data: list[ChangeOut]
    """The changes, in the order in which they are delivered. / Les changements, dans l’ordre de livraison."""
    page: FeedPage
    meta: Meta
    links: PageLinks


class CorrectionOut(msgspec.Struct, frozen=True, kw_only=True):
    """What Parliament changed in its own record after publishing it.
    / Ce que le Parlement a changé dans sa propre fiche après l’avoir publiée."""

    id: uuid.UUID
    """The same as the change’s in the feed. / Le même que celui du changement dans le flux."""
    type: EntityType
    """The kind of entity. / Le genre d’objet."""
    key: str
    """Its key. / Sa clé."""
    version: int
    """The revision with the new values; the one before has the old ones.
    / La révision aux nouvelles valeurs; la précédente a les anciennes."""
    cause: Provenance
    """The document with the new values. / Le document aux nouvelles valeurs."""
    valid_at: dt.datetime | None
    """For a vote when it was held, in UTC; null for other entities.
    / Pour un vote, quand il a eu lieu, en UTC; nul pour les autres objets."""
    recorded_at: dt.datetime
    """When it was recorded here, in UTC. / Quand elle a été inscrite ici, en UTC."""
    corrections: list[Difference]
    """Path, old and new value of what had been published and was changed.
    / Chemin, ancienne et nouvelle valeur de ce qui était publié et a été changé."""
    links: Links


class CorrectionPage(msgspec.Struct, frozen=True, kw_only=True):
    """Where in the register this page ends. / Où cette page finit dans le registre."""

    limit: int
    """How many corrections a page has at most. / Combien de rectifications une page a au plus."""
    next: str | None
    """The cursor of the next page; null on the last page. / Le curseur de la page suivante; nul à la dernière page."""


class Corrections(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the register of corrections, newest first.
    / Une page du registre des rectifications, la plus récente d’abord."""

    data: list[CorrectionOut]
    """The corrections, newest first. / Les rectifications, la plus récente d’abord."""
    page: CorrectionPage
    meta: Meta
    links: PageLinks


def correction_out(item: FeedItem) -> CorrectionOut:
    """The correction as published."""
    here = address_of(item.entity, item.key)
    links = Links(
        self_=here,
        official=None,
        history=f"{here}/history",
        revision=f"{here}@v{item.revision}",
        previous=f"{here}@v{item.revision - 1}",
    )
    return CorrectionOut(
        id=event_id(item.log, item.seq),
        type=item.entity,
        key=item.key,
        version=item.revision,
        cause=item.provenance,
        valid_at=item.valid_at,
        recorded_at=item.recorded_at,
        corrections=item.corrected,
        links=links,
    )


def change_out(item: FeedItem) -> ChangeOut:
    """The change as published."""
    here = address_of(item.entity, item.key)
    return ChangeOut(
        id=event_id(item.log, item.seq),
        log=item.log,
        seq=item.seq,
        type=item.entity,
        key=item.key,
        version=item.revision,
        op=item.op,
        cause=item.provenance,
        reason=item.reason,
        valid_at=item.valid_at,
        recorded_at=item.recorded_at,
        changed=item.changed,
        diff=item.differences,
        links=Links(self_=here, official=None, history=f"{here}/history", revision=f"{here}@v{item.revision}"),
    )
