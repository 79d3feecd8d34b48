"""The public shape of freshness."""

import datetime as dt

import msgspec

from serving.core.answers.envelope import Meta
from serving.core.answers.texts import Text


class SnapshotOut(msgspec.Struct, frozen=True, kw_only=True):
    """One state of all data, the same for every request that names it.
    / Un état de toutes les données, le même pour toute requête qui le nomme."""

    snapshot: str | None
    """Give it as `snapshot` to other addresses; null while there is no data yet.
    / À donner comme `snapshot` à d’autres adresses; nul tant qu’il n’y a pas de données."""
    made_at: dt.datetime | None
    """When that state came to be, in UTC; null while there is no data yet.
    / Quand cet état est apparu, en UTC; nul tant qu’il n’y a pas de données."""
    version: int
    """Its number; a later state has a higher one. / Son numéro; un état ultérieur en a un plus grand."""


class CurrentSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The answer with a snapshot. / La réponse avec un instantané."""

    data: SnapshotOut
    meta: Meta


class SourceFreshness(msgspec.Struct, frozen=True, kw_only=True):
    """One source of Parliament’s: when it was last asked, and when something of it was last loaded.
    / Une source du Parlement : quand elle a été interrogée et quand quelque chose en a été chargé pour la dernière
    fois."""

    source: str
    """The source, by its name under `assets/sources`. / La source, par son nom sous `assets/sources`."""
    checked_at: dt.datetime | None
    """When it was last asked, in UTC; null where it never was.
    / Quand elle a été interrogée, en UTC; nul si elle ne l’a jamais été."""
    checked_s: float | None
    """Seconds since then; null where it never was asked. / Secondes depuis; nul si elle n’a jamais été interrogée."""
    loaded_at: dt.datetime | None
    """When something of it was last loaded, in UTC; null where nothing was.
    / Quand quelque chose en a été chargé, en UTC; nul si rien ne l’a été."""
    documents: int
    """How many documents of it are known. / Combien de ses documents sont connus."""
    not_published: int
    """Documents that Parliament has not published yet. / Les documents que le Parlement n’a pas encore publiés."""
    broken: int
    """Documents whose last fetch failed; what was loaded before stays in force.
    / Les documents dont la dernière lecture a échoué; ce qui était chargé reste en vigueur."""


class ReadModelFreshness(msgspec.Struct, frozen=True, kw_only=True):
    """One read model: how far it follows the change logs.
    / Un modèle de lecture : où il en est par rapport aux journaux."""

    name: str
    """Its name, for programs. / Son nom, pour les programmes."""
    title: Text
    """Its name, for people. / Son nom, pour les personnes."""
    waiting: int
    """How many changes it has not taken yet. / Combien de changements il n’a pas encore pris."""
    oldest_s: float
    """The age of the oldest of them in seconds; 0 where none waits.
    / L’âge du plus ancien en secondes; 0 si aucun n’attend."""


class FreshnessOut(msgspec.Struct, frozen=True, kw_only=True):
    """How new everything is. / À quel point tout est à jour."""

    lists_made_at: dt.datetime | None
    """When the newest version of the lists was made, in UTC; null while there is none.
    / Quand la plus récente version des listes a été faite, en UTC; nul tant qu’il n’y en a pas."""
    stale: bool
    """Whether a database does not answer, so that answers may be out of date.
    / Si une base de données ne répond pas, de sorte que des réponses peuvent être périmées."""
    sources: list[SourceFreshness]
    """The sources, each with its age. / Les sources, chacune avec son âge."""
    read_models: list[ReadModelFreshness]
    """The read models, as seen within the last ten seconds; empty where Kafka keeps the positions, whose own tools show
    them.
    / Les modèles de lecture, vus dans les dix dernières secondes; vide si Kafka garde les positions, que ses propres
    outils montrent."""


class Freshness(msgspec.Struct, frozen=True, kw_only=True):
    """The answer about freshness. / La réponse sur la fraîcheur."""

    data: FreshnessOut
    meta: Meta
