"""The kinds of entities, each described once: its struct, tables, topic, list, key and names.

Aggregates, topics, event types, the change feed, `verify`, rebuilds, lists, overrides and error texts follow from this
table. A new kind takes an entry here and a migration for its tables. What is particular to a kind (its facts, its
search document, list columns that are computed) is registered under its name by the module that makes it.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeVar, get_args

import msgspec

from warehouse.model.entities import (
    Ballot,
    Bill,
    CaucusCount,
    Entity,
    Identifier,
    Member,
    Membership,
    Office,
    Publication,
    Session,
    Stage,
    Vote,
)
from warehouse.model.keys import (
    BILL_PATTERN,
    PERSON_PATTERN,
    SESSION_PATTERN,
    VOTE_NUMBER_PATTERN,
    Chamber,
    read_bill_key,
    read_member_key,
    read_session_key,
    read_vote_key,
)

E = TypeVar("E", bound=Entity)


class KindPart(msgspec.Struct, frozen=True, kw_only=True):
    """A field of an entity that holds several structs, and how one of them is told from the others."""

    field: str
    struct: type[msgspec.Struct]
    identity: str
    """The field of a part that names it within its entity."""
    is_ordered: bool = False
    """The parts stand in the order of their identity."""
    table: str = ""
    """Where each part has a row of its own; empty where the parts stay within the entity's row."""
    repeated: Mapping[str, tuple[str, ...]] = {}
    """Attributes of the entity that the row of each part repeats, so that an index can hold them, each with the fields
    of the entity it is made of."""


class Kind(msgspec.Struct, Generic[E], frozen=True, kw_only=True):
    """One kind of entity."""

    name: str
    """`bill`: in the change log and in event types, and with `_id` and `_states` in the names of column and view."""
    plural: str
    """`bills`: the name of its table, and of its list in the API."""
    name_fr: str
    """`projet de loi`."""
    of_fr: str
    """`du projet de loi`."""
    struct: type[E]
    identity: frozenset[str]
    """The fields that say which entity it is; no editor can change them."""
    is_sharded: bool
    """Its rows are on the shards, by the hash of the key; else in the catalog."""
    topic: str
    """The Kafka topic of its events. Several kinds may share one."""
    partitions: int = 3
    """Of the topic."""
    keep_days: int = 7
    """How long the topic keeps an event."""
    parts: tuple[KindPart, ...] = ()
    """At most one of them has a table."""
    example_key: str
    """A key, to show what keys look like."""
    key_pattern: str
    """A regular expression of the keys, for the API's description."""
    read_key: Callable[[str], str]
    """A key as the kind writes it, from a text that somebody typed; raises ValueError where the text is no such key."""
    key_has_session: bool = False
    """The key begins with the session, as in `45-1/C-3`."""
    key_chamber: Literal["", "code", "letter"] = ""
    """Where the key says the chamber: as the code after the session (`45-1/commons/43`), or by the letter there."""
    happened_at: str = ""
    """The field with the instant at which Parliament acted; empty where there is none."""
    list_table: str = ""
    """The list table in the catalog; empty where no read model lists the kind."""
    list_columns: tuple[str, ...] = ()
    """The columns of the list table between `revision` and `state`: fields of the entity, or what
    `warehouse.projections.lists` computes."""
    correctable: frozenset[str] = frozenset()
    """The fields that Parliament does not change in the normal course of things once it has published them."""
    derived: frozenset[str] = frozenset()
    """The fields that follow from others, so that editors change those instead."""
    added: tuple[str, ...] = ()
    """Fields that were added later: where one is null it is left out of the content hash, so that an upgrade announces
    nothing."""
    refuse: Callable[[Any], str] = lambda _entity: ""
    """Why an event with this state can never be processed, as a sentence; empty where it can."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of an entity, in order."""
        names: tuple[str, ...] = self.struct.__struct_fields__
        return names

    @property
    def stored_part(self) -> KindPart | None:
        """The parts that have a table."""
        return next((part for part in self.parts if part.table), None)


def _refuse_vote(vote: Vote) -> str:
    return "A ballot is of an unknown member." if any(ballot.person_id < 1 for ballot in vote.ballots) else ""


READING_DAYS: Final = tuple(
    f"passed_{chamber}_{reading}_on" for chamber in ("house", "senate") for reading in ("first", "second", "third")
)
"""The fields with the days of a bill's readings, in the order of the list column `reading_days`."""

BILL: Final = Kind(
    name="bill",
    plural="bills",
    name_fr="projet de loi",
    of_fr="du projet de loi",
    struct=Bill,
    identity=frozenset({"key", "session", "number", "chamber", "provisional"}),
    is_sharded=True,
    topic="bill.events",
    partitions=12,
    parts=(
        KindPart(field="stages", struct=Stage, identity="ordinal", is_ordered=True, table="bill_stages"),
        KindPart(field="publications", struct=Publication, identity="publication_id"),
    ),
    example_key="45-1/C-3",
    key_pattern=f"{SESSION_PATTERN}/{BILL_PATTERN}",
    read_key=read_bill_key,
    key_has_session=True,
    key_chamber="letter",
    list_table="bill_list",
    list_columns=(
        "session", "session_order", "number_order", "chamber", "type", "status", "sponsor_person_id", "sponsor_name",
        "introduced_on", "latest_activity_on", "royal_assent_on", "provisional", "legisinfo_id", "title_en",
        "title_fr", "outcome", "outcome_on", "died_on", "sponsor_caucus", "sponsor_changed", "stage_reached", "passed",
        "stage_order", "is_reinstated", "reading_days",
    ),
    correctable=frozenset(
        {"title_en", "title_fr", "short_title_en", "short_title_fr", "introduced_on", "royal_assent_on", *READING_DAYS}
    ),
    derived=frozenset(
        {"outcome", "outcome_on", "outcome_rule", "reinstated_as", "sponsor_basis", "sponsor_caucus",
         "former_sponsors", "stage_reached"}
    ),
    added=("summary_en", "summary_fr"),
)  # fmt: skip
VOTE: Final = Kind(
    name="vote",
    plural="votes",
    name_fr="vote",
    of_fr="du vote",
    struct=Vote,
    identity=frozenset({"key", "session", "chamber", "number"}),
    is_sharded=True,
    topic="vote.events",
    partitions=12,
    parts=(
        KindPart(field="ballots", struct=Ballot, identity="person_id", is_ordered=True, table="ballots",
             repeated={"sitting": ("held_on", "number")}),
        KindPart(field="caucuses", struct=CaucusCount, identity="caucus"),
    ),
    example_key="45-1/commons/43",
    key_pattern=f"{SESSION_PATTERN}/({'|'.join(get_args(Chamber))})/{VOTE_NUMBER_PATTERN}",
    read_key=read_vote_key,
    key_has_session=True,
    key_chamber="code",
    happened_at="held_at",
    list_table="vote_list",
    list_columns=(
        "session", "session_order", "chamber", "number", "held_at", "held_on", "result", "bill", "disputed",
        "subject_en", "subject_fr", "margin", "closeness", "kind", "yea_means", "split_caucuses", "largest_split",
    ),
    correctable=frozenset(
        {"held_at", "held_on", "subject_en", "subject_fr", "result", "bill", "yeas", "nays", "paired", "ballots"}
    ),
    derived=frozenset(
        {"counted_yeas", "counted_nays", "counted_paired", "disputed", "held_on", "held_at_local", "caucuses"}
    ),
    refuse=_refuse_vote,
)  # fmt: skip
MEMBER: Final = Kind(
    name="member",
    plural="members",
    name_fr="personne",
    of_fr="de la personne",
    struct=Member,
    identity=frozenset({"key", "person_id"}),
    is_sharded=False,
    topic="member.events",
    parts=(
        KindPart(field="memberships", struct=Membership, identity="from_on", is_ordered=True, table="memberships"),
        KindPart(field="identifiers", struct=Identifier, identity="scheme"),
        KindPart(field="offices", struct=Office, identity="key"),
    ),
    example_key="89156",
    key_pattern=PERSON_PATTERN,
    read_key=read_member_key,
    list_table="member_list",
    list_columns=("person_id", "name", "caucus", "riding", "province", "is_sitting", "parliaments"),
)
SESSION: Final = Kind(
    name="session",
    plural="sessions",
    name_fr="session",
    of_fr="de la session",
    struct=Session,
    identity=frozenset({"key", "parliament", "number"}),
    is_sharded=False,
    topic="member.events",  # what the catalog owns: too few for a topic of their own
    example_key="45-1",
    key_pattern=SESSION_PATTERN,
    read_key=read_session_key,
    key_has_session=True,
)
BULKY: Final = "ballots"
"""The field that is left out wherever a state is not read whole, here and in the SQL of the change log."""
KINDS: Final[dict[str, Kind[Any]]] = {kind.name: kind for kind in (BILL, VOTE, MEMBER, SESSION)}
"""Every kind by its name."""

if TYPE_CHECKING:
    EntityType = str
else:
    EntityType = Literal[tuple(KINDS)]
"""The name of a kind. The type checker sees a text, because the names are in the table; decoders and schemas see the
closed list."""


def parts_by_field() -> dict[str, KindPart]:
    """The parts of all kinds by their field, whose name no two kinds share."""
    return {part.field: part for kind in KINDS.values() for part in kind.parts}


def shard_tables() -> list[str]:
    """The tables with rows of entities on a shard: of each sharded kind its own, and that of its parts."""
    kinds = [kind for kind in KINDS.values() if kind.is_sharded]
    return [
        name for kind in kinds for name in (kind.plural, kind.stored_part.table if kind.stored_part else "") if name
    ]


def lists() -> list[Kind[Any]]:
    """The kinds that have a list table."""
    return [kind for kind in KINDS.values() if kind.list_table]
