"""The state of the data: findings, quarantined records, completeness of each session, and the trend."""

import datetime as dt
import re
from typing import Final

import msgspec

from warehouse.runtime.clock import OTTAWA

_BALLOTS: Final = re.compile(r"/votes/([0-9]+)/([0-9]+)/([0-9]+)/")
_DETAIL: Final = re.compile(r"/bill/([0-9]+-[0-9]+)/([a-z0-9-]+)/")


class HeldBack(msgspec.Struct, frozen=True, kw_only=True):
    """A document that was refused or could not be fetched, and what is missing because of it."""

    source: str
    session: str
    """Empty if the document belongs to none."""
    url: str
    reason: str
    since: dt.datetime
    last_good_at: dt.datetime | None
    """When the content in force was fetched; null if the document was never loaded."""

    @property
    def what(self) -> tuple[str, str]:
        """What the document holds back, in English and in French."""
        of = f" of {self.session}" if self.session else ""
        de = f" de la session {self.session}" if self.session else ""
        detail, ballots = _DETAIL.search(self.url), _BALLOTS.search(self.url)
        match self.source:
            case "legisinfo_bills":
                what = f"the bills{of}", f"les projets de loi{de}"
            case "legisinfo_bill_detail" if detail:
                key = f"{detail[1]}/{detail[2].upper()}"
                what = (
                    f"the stages and publications of bill {key}",
                    f"les étapes et publications du projet de loi {key}",
                )
            case "ourcommons_votes" if "/fr/" in self.url:
                what = f"the French subjects of the votes{of}", f"les objets en français des votes{de}"
            case "ourcommons_votes":
                what = f"the votes{of}", f"les votes{de}"
            case "ourcommons_ballots" if ballots:
                key = f"{ballots[1]}-{ballots[2]}/commons/{ballots[3]}"
                what = f"the ballots of vote {key}", f"le vote de chaque député au vote {key}"
            case "ourcommons_members":
                what = "what one list of members says", "ce que dit une liste des députés"
            case _:
                what = f"a document of {self.source}{of}", f"un document de {self.source}{de}"
        return what

    @property
    def effect(self) -> tuple[str, str]:
        """What readers see meanwhile, in English and in French."""
        if self.last_good_at is None:
            return "nothing of it has been loaded", "rien n’en a été chargé"
        day = self.last_good_at.astimezone(OTTAWA).date()
        return f"it stays as read on {day}", f"l’état lu le {day} reste en vigueur"

    @property
    def next_step(self) -> tuple[str, str]:
        """What to do, in English and in French."""
        command = f"openpolicy ingest --sessions {self.session}" if self.session else "openpolicy ingest"
        return (
            f"Look at the document, and run `{command}` once Parliament has put it right; scheduled runs try again.",
            f"Vérifiez le document, puis lancez `{command}` quand le Parlement l’aura corrigé\u00a0: "
            "les exécutions planifiées réessaient.",
        )

    @property
    def line(self) -> str:
        """All of it in one English line, for a terminal."""
        what, effect, next_step = self.what[0], self.effect[0], self.next_step[0]
        return f"Held back: {what}; {effect}. {self.url}: {self.reason.rstrip('.')}. {next_step}"


class OpenRule(msgspec.Struct, frozen=True, kw_only=True):
    """The number of open findings of one rule."""

    entity: str
    rule: str
    open: int
    first_seen_at: dt.datetime
    last_seen_at: dt.datetime


class OpenFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One open finding, and the document from which the entity was read; null if the entity is not stored."""

    entity: str
    rule: str
    key: str
    message: str
    first_seen_at: dt.datetime
    document_url: str | None
    document_sha256: str | None


class QuarantinedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A document or record that was not published, with its reason."""

    source: str
    session: str
    url: str
    record_key: str
    reason: str
    document_sha256: str
    first_seen_at: dt.datetime


class Completeness(msgspec.Struct, frozen=True, kw_only=True):
    """What is available of one session. / Ce qui est disponible d’une session."""

    session: str
    """The session, as `45-1`. / La session, comme `45-1`."""
    bills: int
    """How many bills. / Combien de projets de loi."""
    bills_without_french: int
    """Bills without a French title. / Les projets de loi sans titre français."""
    bills_provisional: int
    """Bills that a vote has named and LEGISinfo does not list yet.
    / Les projets de loi nommés par un vote et absents de LEGISinfo."""
    votes: int
    """How many recorded votes. / Combien de votes par appel nominal."""
    votes_without_french: int
    """Votes without a French subject. / Les votes sans objet français."""
    votes_without_ballots: int
    """Votes of which no ballots are available. / Les votes dont aucune voix n’est disponible."""
    votes_disputed: int
    """Votes whose ballots differ from the announced totals. / Les votes dont les voix diffèrent des totaux annoncés."""
    last_held_on: dt.date | None
    """The sitting day of the last vote, an Ottawa date; null where there is none.
    / Le jour de séance du dernier vote, une date d’Ottawa; nul s’il n’y en a pas."""
    documents: int
    """How many documents of the session are known. / Combien de documents de la session sont connus."""
    documents_broken: int
    """Documents whose last fetch failed. / Les documents dont la dernière lecture a échoué."""
    checked_at: dt.datetime | None
    """When Parliament was last asked for any of them, in UTC; null where it never was.
    / Quand le Parlement a été interrogé pour l’un d’eux, en UTC; nul s’il ne l’a jamais été."""


class Disputed(msgspec.Struct, frozen=True, kw_only=True):
    """A vote whose ballots do not add up to the announced totals.
    / Un vote dont les voix ne donnent pas les totaux annoncés."""

    key: str
    """The key of the vote. / La clé du vote."""
    announced: tuple[int | None, int | None, int | None]
    """Yeas, nays and paired as announced; null for what is not published.
    / Pour, contre et pairés tels qu’annoncés; nul pour ce qui n’est pas publié."""
    counted: tuple[int | None, int | None, int | None]
    """Yeas, nays and paired counted from the ballots; null for what cannot be counted.
    / Pour, contre et pairés comptés d’après les voix; nul pour ce qui ne peut être compté."""


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """What the last run of one day left open. / Ce que la dernière exécution d’un jour a laissé ouvert."""

    day: dt.date
    """The Ottawa date. / La date à Ottawa."""
    findings: dict[str, int]
    """Open doubts, by rule. / Les doutes ouverts, par règle."""
    quarantined: int
    """Documents and records in quarantine. / Les documents et fiches en quarantaine."""
    disputed: int
    """Votes whose ballots differ from the announced totals. / Les votes dont les voix diffèrent des totaux annoncés."""
    votes: int
    """Recorded votes that were available. / Les votes par appel nominal disponibles."""
    bills: int
    """Bills that were available. / Les projets de loi disponibles."""


class DataDocs(msgspec.Struct, frozen=True, kw_only=True):
    """One page of Great Expectations' Data Docs; members are of no session."""

    suite: str
    session: str
    made_at: dt.datetime
    passed: bool


class QualityReport(msgspec.Struct, frozen=True, kw_only=True):
    """The whole state of the data at one moment."""

    held_back: list[HeldBack]
    """What is missing because a document was refused or could not be fetched."""
    rules: list[OpenRule]
    findings: list[OpenFinding]
    """The first of each rule."""
    quarantined: list[QuarantinedRecord]
    """The newest of them."""
    quarantined_count: int
    sessions: list[Completeness]
    """Newest first."""
    disputed: list[Disputed]
    trend: list[Day]
    """Oldest first."""
    data_docs: list[DataDocs]


class SessionCoverage(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a session is stored. Counts are entities."""

    session: str
    opened_on: dt.date | None = None
    closed_on: dt.date | None = None
    is_current: bool = False
    bills: int = 0
    """As LEGISinfo's list has them."""
    bills_provisional: int = 0
    """Named by a vote but not in the loaded list of LEGISinfo."""
    bills_detailed: int = 0
    bills_french: int = 0
    votes: int = 0
    last_number: int = 0
    """The number of the last vote; they run from 1 without gaps."""
    votes_french: int = 0
    votes_with_ballots: int = 0


class DocumentCount(msgspec.Struct, frozen=True, kw_only=True):
    """The number of documents of a source with an outcome: changed, unchanged, missing, broken."""

    source: str
    session: str
    parliament: str
    """Of a members list: a Parliament's number, `all`, or empty for the sitting one."""
    outcome: str
    count: int


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """The stored data of all sessions."""

    sessions: list[SessionCoverage]
    documents: list[DocumentCount]
    members: dict[int, tuple[int, int]]
    """By Parliament, the number of members known to have sat, and of those with a stored roles document."""
    listed: frozenset[int] = frozenset()
    """Parliaments for which a complete list of sitting members was read."""
