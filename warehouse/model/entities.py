"""Bills, votes, ballots, members and sessions as the platform keeps them.

Field names are column names and the names inside the change log's `state`. Texts are `_en` and `_fr`, null while
Parliament has not published them. `_at` is an aware instant in UTC, `_on` a sitting day in Ottawa.
"""

import datetime as dt
from typing import Literal

import msgspec

from warehouse.model.keys import Chamber

_CONFEDERATION = dt.date(1867, 7, 1)

Position = Literal["yea", "nay", "both", "abstain", "paired", "no_vote"]
"""`both`: the member stands on both lists of the division, and each of them counts the ballot."""


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """What the change log is about. Each kind is described in `warehouse.model.kinds`."""

    key: str


class OverrideRef(msgspec.Struct, frozen=True):
    """An editor’s correction that is in a revision. / Une correction de la rédaction que contient une révision."""

    id: str
    """The id of the correction. / L’identifiant de la correction."""
    field: str
    """The corrected field, as a JSON Pointer into the stored state; empty where the entity is withdrawn.
    / Le champ corrigé, en JSON Pointer dans l’état conservé; vide si l’objet est retiré."""


class Provenance(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The document that a revision was read from, and what editors have corrected in it.
    / Le document d’où une révision a été lue, et ce que la rédaction y a corrigé."""

    source: str
    """The source, by its name under `assets/sources`. / La source, par son nom sous `assets/sources`."""
    url: str
    """The address of the document at Parliament’s. / L’adresse du document chez le Parlement."""
    document_sha256: str
    """The SHA-256 of the document’s bytes, in hexadecimal digits: its name in the archive.
    / Le SHA-256 des octets du document, en hexadécimal : son nom dans l’archive."""
    fetched_at: dt.datetime
    """When the document was fetched, in UTC. / Quand le document a été obtenu, en UTC."""
    overrides: tuple[OverrideRef, ...] = ()
    """The editors’ corrections that are in the revision; absent where it is as its document has it.
    / Les corrections de la rédaction que contient la révision; absent si elle est conforme au document."""


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """One stage of a bill in one chamber, in the order Parliament lists them."""

    ordinal: int
    chamber: Chamber | None
    stage: str
    stage_en: str
    stage_fr: str | None = None
    state: str
    state_en: str | None = None
    state_fr: str | None = None
    state_on: dt.date | None = None
    committee_en: str | None = None
    committee_fr: str | None = None
    division_number: int | None = None
    decision: str | None = None


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """A published text of a bill; the last one is current."""

    publication_id: int
    type_id: int
    title_en: str
    title_fr: str | None = None


Outcome = Literal["law", "defeated", "not-proceeded-with", "died", "reinstated", "pro-forma", "pending"]
OutcomeRule = Literal[
    "royal-assent",
    "status",
    "dissolution",
    "prorogation",
    "reinstated",
    "session-open",
    "next-session-not-held",
    "end-unknown",
    "not-listed",
]
SponsorBasis = Literal["legisinfo", "editor", "name", "ambiguous", "unknown"]
"""How a sponsor's PersonId was found: LEGISinfo or an editor gives it, or exactly one person of the Parliament has the
published name. Where several have it, or nobody known, there is none."""


class FormerSponsor(msgspec.Struct, frozen=True, kw_only=True):
    """Who sponsored a bill before its present sponsor, in an earlier record of it or in the session before."""

    person_id: int | None
    name_en: str
    name_fr: str | None
    caucus: str | None
    """At the bill's introduction."""
    bill: str
    """The key of the bill whose record named them: its own, or the one it was reinstated from."""
    until_on: dt.date | None
    """The day on which a record first named somebody else; null where that was in another session."""


class Bill(Entity, frozen=True, kw_only=True):
    """A bill within its session. Source: LEGISinfo list and, where there is one, its detail record."""

    session: str
    number: str
    chamber: Chamber
    type: str | None = None
    type_en: str | None = None
    type_fr: str | None = None
    title_en: str | None = None
    title_fr: str | None = None
    short_title_en: str | None = None
    short_title_fr: str | None = None
    summary_en: str | None = None
    """The Library of Parliament's short summary, paragraphs set apart by empty lines; few bills have one."""
    summary_fr: str | None = None
    status: str | None = None
    status_en: str | None = None
    status_fr: str | None = None
    sponsor_person_id: int | None = None
    sponsor_name_en: str | None = None
    sponsor_name_fr: str | None = None
    introduced_on: dt.date | None = None
    passed_house_first_on: dt.date | None = None
    passed_house_second_on: dt.date | None = None
    passed_house_third_on: dt.date | None = None
    passed_senate_first_on: dt.date | None = None
    passed_senate_second_on: dt.date | None = None
    passed_senate_third_on: dt.date | None = None
    royal_assent_on: dt.date | None = None
    latest_activity_on: dt.date | None = None
    latest_activity_en: str | None = None
    latest_activity_fr: str | None = None
    statute_year: int | None = None
    statute_chapter: int | None = None
    legisinfo_id: int | None = None
    is_reinstated: bool | None = None
    stage_reached: str | None = None
    """The last reading passed, or royal assent: by its date, or where LEGISinfo has none, by what it says the bill has
    completed. The stages that a reinstated bill passed in an earlier session have no dates."""
    provisional: bool = False
    """Named by a vote before LEGISinfo lists it: only key, session, number and chamber are known."""
    sponsor_basis: SponsorBasis | None = None
    """Null where LEGISinfo names no sponsor."""
    sponsor_caucus: str | None = None
    """The sponsor's caucus on the day of introduction, as members' terms say; null where that is not certain."""
    outcome: Outcome | None = None
    """What became of the bill; null where nobody can know here, and `outcome_rule` says why."""
    outcome_on: dt.date | None = None
    outcome_rule: OutcomeRule | None = None
    reinstated_as: str | None = None
    """The bill of the next session that continues this one."""
    former_sponsors: tuple[FormerSponsor, ...] = ()
    """Oldest first."""
    publications: tuple[Publication, ...] = ()
    stages: tuple[Stage, ...] = ()


class Ballot(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One member's position in one vote, everything as recorded in that vote. Array-like: 340 of them make a state."""

    person_id: int
    position: Position
    paired: bool
    """Marked as paired; a member can be Nay *and* paired, and both announced totals count such a ballot."""
    name: str
    caucus: str | None
    riding: str | None
    province: str | None


class CaucusCount(msgspec.Struct, frozen=True, kw_only=True):
    """The ballots of one caucus in one vote, without those of the person in the Chair and of members on both lists."""

    caucus: str
    """As recorded on the ballots."""
    yeas: int
    nays: int
    abstentions: int
    paired: int


class Vote(Entity, frozen=True, kw_only=True):
    """One recorded division with its ballots. Totals are members; null where Parliament published none."""

    session: str
    chamber: Chamber
    number: int
    held_at: dt.datetime
    held_at_local: str
    """The instant exactly as the source writes it: Ottawa wall-clock time without a zone."""
    held_on: dt.date
    subject_en: str | None
    subject_fr: str | None = None
    result: str
    result_en: str | None
    result_fr: str | None = None
    bill: str | None = None
    document_type_en: str | None = None
    document_type_fr: str | None = None
    yeas: int | None = None
    nays: int | None = None
    paired: int | None = None
    counted_yeas: int | None = None
    """Counted from the ballots; null while they are not published."""
    counted_nays: int | None = None
    counted_paired: int | None = None
    disputed: bool = False
    """Announced and counted totals are both known and differ."""
    caucuses: tuple[CaucusCount, ...] = ()
    """Counted from the ballots, by name; empty while they are not published."""
    ballots: tuple[Ballot, ...] = ()

    @property
    def sitting(self) -> int:
        """The place of this division in the order of all: by sitting day, and within a day by number."""
        return (self.held_on - _CONFEDERATION).days * 10_000 + self.number


EndSource = Literal["roles", "members", "change", "successor", "last_listed", "inferred", "dissolution"]
"""What gave the end of a membership: the member's roles document; a members list with an end date; a change of caucus
or riding; the first day of the next holder of the riding; the last day on which a complete list named the member; the
last ballot, where the member cast none of the last 60 (`inferred`); or the end of the Parliament."""


class Membership(msgspec.Struct, frozen=True, kw_only=True):
    """A half-open interval `[from_on, to_on)` of Ottawa dates in which a person sat for one riding in one caucus.
    / Un intervalle semi-ouvert `[from_on, to_on)` de dates d’Ottawa où une personne a siégé pour une circonscription
    dans un caucus."""

    parliament: int
    """The number of the Parliament. / Le numéro de la législature."""
    caucus: str | None
    """The caucus, in Parliament’s words; null where no source names one.
    / Le caucus, dans les mots du Parlement; nul si aucune source n’en nomme."""
    riding: str | None
    """The riding by its English name; null where no source names one.
    / La circonscription, par son nom anglais; nul si aucune source n’en nomme."""
    province: str | None
    """The province or territory, in Parliament’s words; null where no source names one.
    / La province ou le territoire, dans les mots du Parlement; nul si aucune source n’en nomme."""
    from_on: dt.date
    """The first day. / Le premier jour."""
    to_on: dt.date | None
    """The day after the last one; null while the membership lasts.
    / Le lendemain du dernier jour; nul tant que le mandat dure."""
    source: Literal["ballots", "members", "both"]
    """What proves it, as a code of `membership-sources`. / Ce qui le prouve, un code de `membership-sources`."""
    end_source: EndSource | None = None
    """What gave `to_on`, as a code of `end-sources`; null while the membership lasts.
    / Ce qui a donné `to_on`, un code de `end-sources`; nul tant que le mandat dure."""


class Office(msgspec.Struct, frozen=True, kw_only=True):
    """An office that a member held in the half-open interval `[from_on, to_on)`, by the member's roles document."""

    key: str
    """What tells a member's offices apart: `speaker/2011-06-02`."""
    office: str
    """A code of `warehouse.model.vocabulary.offices`."""
    title_en: str
    title_fr: str | None = None
    in_cabinet: bool = False
    from_on: dt.date
    to_on: dt.date | None


class Identifier(msgspec.Struct, frozen=True, kw_only=True):
    """What another system calls the same person. / Le nom de la même personne dans un autre système."""

    scheme: str
    """The system, for example `ourcommons:PersonId`. / Le système, par exemple `ourcommons:PersonId`."""
    value: str
    """The identifier there. / L’identifiant dans ce système."""


class Member(Entity, frozen=True, kw_only=True):
    """A member of the House: identity by PersonId alone; name, caucus and riding are the latest known."""

    person_id: int
    name: str
    honorific: str | None = None
    caucus: str | None = None
    riding: str | None = None
    riding_fr: str | None = None
    province: str | None = None
    is_sitting: bool = False
    other_names: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    offices: tuple[Office, ...] = ()
    memberships: tuple[Membership, ...] = ()


class Session(Entity, frozen=True, kw_only=True):
    """A session of a Parliament; `closed_on` null while it runs. Source: the session text of LEGISinfo's bill list."""

    parliament: int
    number: int
    name_en: str
    name_fr: str | None = None
    opened_on: dt.date | None = None
    closed_on: dt.date | None = None
    is_current: bool = False


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A doubt about something that was kept. Kept and shown; resolved when a later load no longer raises it."""

    rule: str
    entity: str
    key: str
    message: str
    document_sha256: str | None = None


class Quarantined(msgspec.Struct, frozen=True, kw_only=True):
    """A document or record that was not published, with its reason. `record` is the raw record where it is not all."""

    source: str
    url: str
    document_sha256: str
    record_key: str
    """The record within the document; empty when the whole document is quarantined."""
    reason: str
    record: str = ""
