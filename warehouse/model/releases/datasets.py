"""The tables of a release, each described once: its columns, their types, and what they mean in both languages.

The Parquet schema, the metadata beside each CSV file (CSV on the Web) and the data dictionary are made from this. The
queries that fill the tables are in `sql/postgres/*/queries/release.sql`, under the name of the table.
"""

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

ColumnType = Literal["text", "whole", "date", "instant", "flag"]
"""`date`: a day in Ottawa. `instant`: UTC, to the microsecond. `flag`: true or false."""
Home = Literal["shards", "catalog"]


class Column(msgspec.Struct, frozen=True):
    """One column of a table."""

    name: str
    type: ColumnType
    en: str
    fr: str
    required: bool = False
    """It is never null."""


class Dataset(msgspec.Struct, frozen=True, kw_only=True):
    """One table of a release."""

    name: str
    en: str
    fr: str
    home: Home
    """Which databases hold its rows."""
    by_session: bool
    """There is a file for each session; else one file has all."""
    order: tuple[str, ...]
    """What its rows are sorted by."""
    key: tuple[str, ...]
    """What tells its rows apart."""
    columns: tuple[Column, ...]


_SESSION = Column("session", "text", "The session, as 45-1.", "La session, comme 45-1.", required=True)
_CHAMBER = Column("chamber", "text", "`commons` or `senate`.", "`commons` (Communes) ou `senate` (Sénat).")
_CAUCUS = ("as Parliament recorded it", "tel que le Parlement l’a inscrit")
_NULL = ("null where Parliament has not published it", "nul si le Parlement ne l’a pas publié")
_RECORDED = (
    Column("revision", "whole", "How many times the record has changed here, from 1.",
           "Le nombre d’états de la fiche ici, à partir de 1.", required=True),
    Column("recorded_at", "instant", "When this revision was recorded here.",
           "L’instant où cette révision a été inscrite ici.", required=True),
    Column("source_url", "text", "Parliament’s document that it was read from.",
           "Le document du Parlement dont elle provient.", required=True),
    Column("document_sha256", "text", "The SHA-256 of that document’s bytes.",
           "Le SHA-256 des octets de ce document.", required=True),
)  # fmt: skip


def _both(name: str, en: str, fr: str) -> tuple[Column, Column]:
    """A text in both languages, a column each."""
    return (
        Column(f"{name}_en", "text", f"{en}, in English; {_NULL[0]}.", f"{fr}, en anglais; {_NULL[1]}."),
        Column(f"{name}_fr", "text", f"{en}, in French; {_NULL[0]}.", f"{fr}, en français; {_NULL[1]}."),
    )


def _passed(chamber: str, reading: str, en: str, fr: str) -> Column:
    """The day on which a bill passed a reading."""
    return Column(f"passed_{chamber}_{reading}_on", "date", f"The day it passed {en}.", f"Le jour de {fr}.")


SESSIONS: Final = Dataset(
    name="sessions",
    en="Sessions of Parliament.",
    fr="Les sessions du Parlement.",
    home="catalog",
    by_session=False,
    order=("parliament", "number"),
    key=("session",),
    columns=(
        _SESSION,
        Column("parliament", "whole", "The Parliament’s number.", "Le numéro de la législature.", required=True),
        Column("number", "whole", "The session’s number within it.", "Le numéro de la session.", required=True),
        *_both("name", "The session’s name", "Le nom de la session"),
        Column("opened_on", "date", "Its first day; null where it is not known here.",
               "Son premier jour; nul s’il n’est pas connu ici."),
        Column("closed_on", "date", "Its last day; null while it runs.", "Son dernier jour; nul tant qu’elle dure."),
        *_RECORDED,
    ),
)  # fmt: skip
BILLS: Final = Dataset(
    name="bills",
    en="Bills, each within its session.",
    fr="Les projets de loi, chacun dans sa session.",
    home="shards",
    by_session=True,
    order=("bill",),
    key=("bill",),
    columns=(
        Column("bill", "text", "The key: session and number, as 45-1/C-3.",
               "La clé\u00a0: session et numéro, comme 45-1/C-3.", required=True),
        _SESSION,
        Column("number", "text", "The number, as C-3.", "Le numéro, comme C-3.", required=True),
        Column("chamber", "text", "Where it began: `commons` or `senate`.",
               "Où il a commencé\u00a0: `commons` ou `senate`.", required=True),
        Column("type", "text", "The kind of bill, as a code.", "Le genre de projet de loi, par code."),
        *_both("title", "The long title", "Le titre complet"),
        *_both("short_title", "The short title", "Le titre abrégé"),
        *_both("summary", "The Library of Parliament’s short summary",
               "Le résumé de la Bibliothèque du Parlement"),
        Column("status", "text", "The status, as a code; `unknown` for a wording that is not in our list.",
               "L’état, par code; `unknown` pour une formule absente de notre liste."),
        *_both("status", "The status as LEGISinfo words it", "L’état selon LEGISinfo"),
        Column("stage_reached", "text", "The last reading passed, or royal assent.",
               "La dernière lecture franchie, ou la sanction royale."),
        Column("outcome", "text", "What became of it; null where nobody can know here, `outcome_rule` says why.",
               "Ce qu’il est devenu; nul si on ne peut le savoir ici, `outcome_rule` dit pourquoi."),
        Column("outcome_on", "date", "The day of the outcome.", "Le jour de l’issue."),
        Column("outcome_rule", "text", "The rule that gave the outcome.", "La règle qui a donné l’issue."),
        Column("reinstated_as", "text", "The bill of the next session that continues it.",
               "Le projet de loi de la session suivante qui le continue."),
        Column("is_reinstated", "flag", "It continues a bill of an earlier session.",
               "Il continue un projet de loi d’une session antérieure."),
        Column("sponsor_person_id", "whole", "The sponsor’s PersonId at the House; null where it is not certain.",
               "Le PersonId du parrain ou de la marraine à la Chambre; nul s’il n’est pas certain."),
        *_both("sponsor_name", "The sponsor’s name", "Le nom du parrain ou de la marraine"),
        Column("sponsor_basis", "text", "How the PersonId was found.", "Comment le PersonId a été trouvé."),
        Column("sponsor_caucus", "text", "The sponsor’s caucus on the day of introduction; null where not certain.",
               "Le caucus du parrain ou de la marraine au dépôt; nul s’il n’est pas certain."),
        Column("introduced_on", "date", "The day of introduction.", "Le jour du dépôt."),
        _passed("house", "first", "first reading in the House", "sa première lecture à la Chambre"),
        _passed("house", "second", "second reading in the House", "sa deuxième lecture à la Chambre"),
        _passed("house", "third", "third reading in the House", "sa troisième lecture à la Chambre"),
        _passed("senate", "first", "first reading in the Senate", "sa première lecture au Sénat"),
        _passed("senate", "second", "second reading in the Senate", "sa deuxième lecture au Sénat"),
        _passed("senate", "third", "third reading in the Senate", "sa troisième lecture au Sénat"),
        Column("royal_assent_on", "date", "The day of royal assent.", "Le jour de la sanction royale."),
        Column("latest_activity_on", "date", "The day of the latest activity.", "Le jour de la dernière activité."),
        *_both("latest_activity", "The latest activity", "La dernière activité"),
        Column("statute_year", "whole", "The year of the statute.", "L’année de la loi."),
        Column("statute_chapter", "whole", "The chapter of the statute.", "Le chapitre de la loi."),
        Column("legisinfo_id", "whole", "The id at LEGISinfo.", "L’identifiant dans LEGISinfo."),
        Column("provisional", "flag", "Only a vote has named it so far; LEGISinfo has not listed it.",
               "Seul un vote l’a nommé jusqu’ici; LEGISinfo ne l’a pas encore.", required=True),
        *_RECORDED,
    ),
)  # fmt: skip
STAGES: Final = Dataset(
    name="stages",
    en="Stages of bills, in the order in which Parliament lists them.",
    fr="Les étapes des projets de loi, dans l’ordre du Parlement.",
    home="shards",
    by_session=True,
    order=("bill", "ordinal"),
    key=("bill", "ordinal"),
    columns=(
        Column("bill", "text", "The bill’s key.", "La clé du projet de loi.", required=True),
        _SESSION,
        Column("ordinal", "whole", "The place in Parliament’s list.", "La place dans la liste du Parlement.",
               required=True),
        _CHAMBER,
        Column("stage", "text", "The stage, as a code.", "L’étape, par code.", required=True),
        *_both("stage", "The stage as LEGISinfo words it", "L’étape selon LEGISinfo"),
        Column("state", "text", "How far it is, as a code.", "Son avancement, par code.", required=True),
        *_both("state", "How far it is, as LEGISinfo words it", "Son avancement selon LEGISinfo"),
        Column("state_on", "date", "The day of that state.", "Le jour de cet état."),
        *_both("committee", "The committee", "Le comité"),
        Column("division_number", "whole", "The recorded vote on it, within the session.",
               "Le vote par appel nominal, dans la session."),
        Column("decision", "text", "What was decided.", "La décision."),
    ),
)  # fmt: skip
VOTES: Final = Dataset(
    name="votes",
    en="Recorded votes, with the totals that were announced and those that are counted from the ballots.",
    fr="Les votes par appel nominal, avec les totaux annoncés et ceux que donnent les voix.",
    home="shards",
    by_session=True,
    order=("chamber", "number"),
    key=("vote",),
    columns=(
        Column("vote", "text", "The key, as 45-1/commons/43.", "La clé, comme 45-1/commons/43.", required=True),
        _SESSION,
        Column("chamber", "text", "The chamber that voted.", "La chambre qui a voté.", required=True),
        Column("number", "whole", "The number within the session.", "Le numéro dans la session.", required=True),
        Column("held_on", "date", "The sitting day, in Ottawa.", "Le jour de séance, à Ottawa.", required=True),
        Column("held_at", "instant", "The instant of the vote.", "L’instant du vote.", required=True),
        Column("held_at_local", "text", "The same as Parliament writes it: Ottawa’s clock, without a zone.",
               "Le même, tel que le Parlement l’écrit\u00a0: l’heure d’Ottawa, sans fuseau.", required=True),
        *_both("subject", "What was put to the vote", "Ce qui a été mis aux voix"),
        Column("result", "text", "The result, as a code.", "Le résultat, par code.", required=True),
        *_both("result", "The result as Parliament words it", "Le résultat selon le Parlement"),
        Column("bill", "text", "The bill voted on, by key; null where there is none.",
               "Le projet de loi visé, par clé; nul s’il n’y en a pas."),
        *_both("document_type", "The kind of document voted on", "Le genre de document mis aux voix"),
        Column("yeas", "whole", f"Members for, as announced; {_NULL[0]}.",
               f"Députés pour, tels qu’annoncés; {_NULL[1]}."),
        Column("nays", "whole", f"Members against, as announced; {_NULL[0]}.",
               f"Députés contre, tels qu’annoncés; {_NULL[1]}."),
        Column("paired", "whole", f"Paired members, as announced; {_NULL[0]}.",
               f"Députés pairés, tels qu’annoncés; {_NULL[1]}."),
        Column("counted_yeas", "whole", "Ballots for; null while no ballots are published.",
               "Voix pour; nul tant qu’aucune voix n’est publiée."),
        Column("counted_nays", "whole", "Ballots against; null while no ballots are published.",
               "Voix contre; nul tant qu’aucune voix n’est publiée."),
        Column("counted_paired", "whole", "Paired ballots; null while no ballots are published.",
               "Voix pairées; nul tant qu’aucune voix n’est publiée."),
        Column("disputed", "flag", "Announced and counted totals are both known and differ.",
               "Les totaux annoncés et comptés sont connus et diffèrent.", required=True),
        *_RECORDED,
    ),
)  # fmt: skip
BALLOTS: Final = Dataset(
    name="ballots",
    en="Every member’s ballot in every recorded vote, everything about the member as recorded in that vote.",
    fr="Le vote de chaque député à chaque appel nominal, tout sur le député tel qu’inscrit dans ce vote.",
    home="shards",
    by_session=True,
    order=("chamber", "number", "person_id"),
    key=("vote", "person_id"),
    columns=(
        Column("vote", "text", "The vote’s key.", "La clé du vote.", required=True),
        _SESSION,
        Column("chamber", "text", "The chamber that voted.", "La chambre qui a voté.", required=True),
        Column("number", "whole", "The vote’s number within the session.", "Le numéro du vote dans la session.",
               required=True),
        Column("held_on", "date", "The sitting day, in Ottawa.", "Le jour de séance, à Ottawa.", required=True),
        Column("person_id", "whole", "The member’s PersonId at the House.",
               "Le PersonId du député ou de la députée à la Chambre.", required=True),
        Column("name", "text", "The member’s name as recorded in this vote.",
               "Le nom du député ou de la députée, tel qu’inscrit dans ce vote.", required=True),
        Column("position", "text",
               "`yea`, `nay`, `both` (on both lists: each total counts it), `abstain`, `paired` or `no_vote`.",
               "`yea` (pour), `nay` (contre), `both` (sur les deux listes\u00a0: chaque total la compte), `abstain` "
               "(abstention), `paired` (pairé) ou `no_vote` (n’a pas voté).", required=True),
        Column("paired", "flag", "Marked as paired; such a ballot may also be for or against.",
               "Inscrit comme pairé; une telle voix peut aussi être pour ou contre.", required=True),
        Column("caucus", "text", f"The member’s caucus, {_CAUCUS[0]} in this vote.",
               f"Le caucus, {_CAUCUS[1]} dans ce vote."),
        Column("riding", "text", "The member’s riding as recorded in this vote.",
               "La circonscription, telle qu’inscrite dans ce vote."),
        Column("province", "text", "Its province or territory, as Parliament writes it in English.",
               "Sa province ou son territoire, tel que le Parlement l’écrit en anglais."),
    ),
)  # fmt: skip
MEMBERS: Final = Dataset(
    name="members",
    en="Members of the House, each with the latest known name, caucus and riding.",
    fr="Les députées et députés, avec leurs derniers nom, caucus et circonscription connus.",
    home="catalog",
    by_session=False,
    order=("person_id",),
    key=("person_id",),
    columns=(
        Column("person_id", "whole", "The PersonId at the House.", "Le PersonId à la Chambre.", required=True),
        Column("name", "text", "The latest known name.", "Le dernier nom connu.", required=True),
        Column("honorific", "text", "The honorific, as Mr. or Hon.", "Le titre, comme M. ou L’hon."),
        Column("caucus", "text", f"The latest known caucus, {_CAUCUS[0]}.",
               f"Le dernier caucus connu, {_CAUCUS[1]}."),
        Column("riding", "text", "The latest known riding, in English.", "La dernière circonscription, en anglais."),
        Column("riding_fr", "text", "The same in French.", "La même, en français."),
        Column("province", "text", "Its province or territory, as Parliament writes it in English.",
               "Sa province ou son territoire, tel que le Parlement l’écrit en anglais."),
        Column("is_sitting", "flag", "A member on the day of the release.",
               "Député ou députée le jour de la publication.", required=True),
        *_RECORDED,
    ),
)  # fmt: skip
TERMS: Final = Dataset(
    name="terms",
    en="In which intervals who sat for which riding in which caucus.",
    fr="Qui a siégé quand, pour quelle circonscription et dans quel caucus.",
    home="catalog",
    by_session=False,
    order=("person_id", "from_on"),
    key=("person_id", "from_on"),
    columns=(
        Column("person_id", "whole", "The member’s PersonId.", "Le PersonId.", required=True),
        Column("parliament", "whole", "The Parliament’s number.", "Le numéro de la législature.", required=True),
        Column("caucus", "text", f"The caucus, {_CAUCUS[0]}.", f"Le caucus, {_CAUCUS[1]}."),
        Column("riding", "text", "The riding.", "La circonscription."),
        Column("province", "text", "Its province or territory, as Parliament writes it in English.",
               "Sa province ou son territoire, tel que le Parlement l’écrit en anglais."),
        Column("from_on", "date", "The first day.", "Le premier jour.", required=True),
        Column("to_on", "date", "The day after the last one; null while it lasts.",
               "Le lendemain du dernier jour; nul tant que cela dure."),
        Column("source", "text", "What proves it: `ballots`, `members` or `both`.",
               "Ce qui le prouve\u00a0: `ballots` (les voix), `members` (les listes de la Chambre) ou `both`.",
               required=True),
        Column("end_source", "text", "What gave its end; `inferred` is the least certain.",
               "Ce qui en a donné la fin; `inferred` (déduite) est le moins sûr."),
    ),
)  # fmt: skip
OFFICES: Final = Dataset(
    name="offices",
    en="Offices that members held, and in which intervals.",
    fr="Les charges exercées par les députés, et quand.",
    home="catalog",
    by_session=False,
    order=("person_id", "from_on", "office"),
    key=("person_id", "office", "from_on"),
    columns=(
        Column("person_id", "whole", "The member’s PersonId.", "Le PersonId.", required=True),
        Column("office", "text", "The office, as a code.", "La charge, par code.", required=True),
        *_both("title", "Its title", "Son titre"),
        Column("in_cabinet", "flag", "It is in the cabinet.", "Elle est au Cabinet.", required=True),
        Column("from_on", "date", "The first day.", "Le premier jour.", required=True),
        Column("to_on", "date", "The day after the last one; null while it lasts.",
               "Le lendemain du dernier jour; nul tant que cela dure."),
    ),
)  # fmt: skip
FINDINGS: Final = Dataset(
    name="findings",
    en="Open doubts about what is in these tables, each with its rule.",
    fr="Les doutes ouverts sur ces tables, chacun avec sa règle.",
    home="catalog",
    by_session=False,
    order=("rule", "entity", "key", "finding"),
    key=("finding",),
    columns=(
        Column("finding", "text", "Its id.", "Son identifiant.", required=True),
        Column("rule", "text", "The rule that raised it.", "La règle qui l’a soulevé.", required=True),
        Column("entity", "text", "The kind of record it is about.", "Le genre de fiche visée.", required=True),
        Column("key", "text", "That record’s key.", "La clé de cette fiche.", required=True),
        Column("message", "text", "What is doubtful, in English.", "Ce qui est douteux, en anglais.", required=True),
        Column("document_sha256", "text", "The SHA-256 of the document it was read from.",
               "Le SHA-256 du document dont il provient."),
        Column("first_seen_at", "instant", "Since when.", "Depuis quand.", required=True),
    ),
)  # fmt: skip
DATASETS: Final[Mapping[str, Dataset]] = {
    each.name: each for each in (SESSIONS, BILLS, STAGES, VOTES, BALLOTS, MEMBERS, TERMS, OFFICES, FINDINGS)
}
"""Every table of a release by its name."""
