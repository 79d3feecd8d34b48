"""The frame of every answer: `data` with `meta`, lists with `page` and `links`. Field names are the public contract."""

import datetime as dt
from typing import Annotated, Generic, Literal, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from serving.core.answers.texts import Lang, Text, described
from warehouse.model.entities import Provenance

T = TypeVar("T")
Revision = Annotated[
    int,
    described(
        "How often the record has changed, from 1; it grows by 1 with each change.",
        "Combien de fois la fiche a changé, à partir de 1; elle croît de 1 à chaque changement.",
    ),
]


class Meta(msgspec.Struct, frozen=True, kw_only=True):
    """What the data is, as a whole. / Ce que sont les données, dans leur ensemble."""

    watermark: dt.datetime | None
    """When what is shown was recorded here, in UTC: for an entity its revision, for a list its version; null while
    there is no data yet, and where an answer depends on no recorded data.
    / Quand ce qui est montré a été inscrit ici, en UTC : pour un objet sa révision, pour une liste sa version; nul tant
    qu’il n’y a pas de données, et quand la réponse ne dépend d’aucune donnée inscrite."""
    as_of: dt.datetime | None = None
    """For a past state, when Parliament’s document was fetched, in UTC; null for the current state.
    / Pour un état passé, quand le document du Parlement a été obtenu, en UTC; nul pour l’état actuel."""
    known_at: dt.datetime | None = None
    """For a past state, the instant whose knowledge is shown, in UTC; null for the current state.
    / Pour un état passé, l’instant dont on montre ce qui était connu, en UTC; nul pour l’état actuel."""
    snapshot: str | None = None
    """The snapshot that the answer was made from: give it as `snapshot` to other addresses, and they show the same
    state; null where the answer is not made from one.
    / L’instantané dont vient la réponse : donnez-le comme `snapshot` à d’autres adresses, et elles montrent le même
    état; nul si la réponse ne vient pas d’un instantané."""
    lang: Lang
    """The language of the texts, as asked for with `lang`. / La langue des textes, comme demandée avec `lang`."""
    dataset: str | None
    """`live` data from Parliament, `recorded` data from a copy, or `simulated` data, in which nothing is real; null
    while there is no data yet.
    / Données du Parlement (`live`), d’une copie (`recorded`), ou simulées (`simulated`), où rien n’est réel; nul tant
    qu’il n’y a pas de données."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Where in a list this page is. / Où cette page se trouve dans la liste."""

    limit: int
    """How many entries a page has at most. / Combien d’entrées une page a au plus."""
    next: str | None
    """The cursor of the next page, to be sent as `cursor` and not to be read; null on the last page.
    / Le curseur de la page suivante, à envoyer comme `cursor` sans l’interpréter; nul à la dernière page."""
    prev: str | None
    """The cursor of the previous page; null on the first page.
    / Le curseur de la page précédente; nul à la première page."""
    count: int
    """How many entries the whole list has under these filters.
    / Combien d’entrées toute la liste compte avec ces filtres."""
    count_kind: Literal["exact"] = "exact"
    """`exact`: the entries were counted, not estimated. / `exact` : les entrées ont été comptées, non estimées."""


class PageLinks(msgspec.Struct, frozen=True, kw_only=True, rename={"self_": "self"}):
    """The addresses of this page and the ones around it. / Les adresses de cette page et des pages voisines."""

    self_: str
    """The address of this page. / L’adresse de cette page."""
    first: str
    """The address of the first page. / L’adresse de la première page."""
    next: str | None
    """The address of the next page; null on the last page. / L’adresse de la page suivante; nul à la dernière page."""
    prev: str | None
    """The address of the previous page; null on the first page.
    / L’adresse de la page précédente; nul à la première page."""


class Links(msgspec.Struct, frozen=True, kw_only=True, rename={"self_": "self"}):
    """Where the entity is here, where Parliament publishes it, and what belongs to it.
    / Où l’objet se trouve ici, où le Parlement le publie, et ce qui s’y rattache."""

    self_: str
    """The address of the entity here. / L’adresse de l’objet ici."""
    official: Text | None
    """Parliament’s own page in each language; null where the data is simulated or Parliament has no page for it.
    / La page du Parlement dans chaque langue; nul quand les données sont simulées ou que le Parlement n’a pas de
    page."""
    session: str | UnsetType = UNSET
    """The session it belongs to. / La session dont il fait partie."""
    stages: str | UnsetType = UNSET
    """The stages of the bill. / Les étapes du projet de loi."""
    bills: str | UnsetType = UNSET
    """The bills of the session. / Les projets de loi de la session."""
    votes: str | UnsetType = UNSET
    """The recorded votes of the session or on the bill.
    / Les votes par appel nominal de la session ou sur le projet de loi."""
    vote: str | UnsetType = UNSET
    """The vote in which the ballot was cast, or whose figures these are.
    / Le vote où la voix a été donnée, ou dont ce sont les chiffres."""
    bill: str | UnsetType = UNSET
    """The bill that it is about. / Le projet de loi dont il s’agit."""
    member: str | UnsetType = UNSET
    """The member who is meant. / La personne dont il s’agit."""
    ballots: str | UnsetType = UNSET
    """The ballots of the vote or of the member. / Les voix du vote ou de la personne."""
    history: str | UnsetType = UNSET
    """How the record changed. / L’historique de la fiche."""
    revision: str | UnsetType = UNSET
    """The entity as it was in this revision. / L’objet tel qu’il était à cette révision."""
    previous: str | UnsetType = UNSET
    """The revision before. / La révision précédente."""


class One(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A single entity. / Un seul objet."""

    data: T
    """The entity. / L’objet."""
    meta: Meta


class DidYouMean(msgspec.Struct, frozen=True, kw_only=True):
    """A change of one parameter with which something is found.
    / Le changement d’un paramètre avec lequel on trouve quelque chose."""

    param: str
    """The name of the parameter. / Le nom du paramètre."""
    value: str
    """Its value in the request. / Sa valeur dans la requête."""
    nearest: str | None
    """The value nearest to it with which something is found; null where the parameter is better left out.
    / La valeur la plus proche avec laquelle on trouve quelque chose; nul s’il vaut mieux omettre le paramètre."""
    text: Text
    """The proposal in words. / La proposition en mots."""
    address: str
    """The address to try. / L’adresse à essayer."""
    count: int
    """How many entries are there. / Combien d’entrées s’y trouvent."""


class Many(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A page of a list. / Une page d’une liste."""

    data: list[T]
    """The entries of this page, in the order of `sort`. / Les entrées de cette page, dans l’ordre de `sort`."""
    page: Page
    meta: Meta
    links: PageLinks
    did_you_mean: list[DidYouMean] | UnsetType = UNSET
    """Only where nothing was found: the nearest that would be, each with its address.
    / Seulement quand rien n’est trouvé : ce qui s’en approche le plus, avec l’adresse."""
    note: Text | UnsetType = UNSET
    """Only where nothing was found because nothing of the kind is available: a sentence that says it.
    / Seulement quand rien n’est trouvé parce que rien de tel n’est disponible : une phrase qui le dit."""


class PersonRef(msgspec.Struct, frozen=True):
    """A person. / Une personne."""

    person_id: int | None
    """The House’s PersonId; null where the source gives only a name.
    / Le PersonId de la Chambre; nul quand la source ne donne qu’un nom."""
    name: str
    """The name, as the House writes it. / Le nom, tel que la Chambre l’écrit."""


__all__ = ["Links", "Many", "Meta", "One", "Page", "PageLinks", "PersonRef", "Provenance", "Revision"]
