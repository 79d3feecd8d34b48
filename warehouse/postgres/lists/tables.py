"""The lists as SQLAlchemy sees them: which columns the public filter and sort names stand for."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    cast,
    func,
    literal_column,
    text,
)
from sqlalchemy.sql import ColumnElement, FromClause

from warehouse.model.read_models.bill_statistics import BillStatistics
from warehouse.model.read_models.selection import Listing
from warehouse.postgres.lists.derived import RIDINGS, SITTINGS

Matching = Literal["exact", "folded", "person", "overlap"]
_metadata = MetaData()
_INSTANT = DateTime(timezone=True)


def _table(name: str, required: Mapping[str, Any], optional: Mapping[str, Any]) -> Table:
    columns = [Column(key, type_, nullable=False) for key, type_ in required.items()]
    return Table(name, _metadata, *columns, *(Column(key, type_) for key, type_ in optional.items()))


_LISTED = {
    "key": Text(), "revision": Integer(), "live_from": BigInteger(), "state": Text(), "provenance": Text(),
    "recorded_at": _INSTANT,
}  # fmt: skip

LIST_VERSIONS = _table("list_versions", {"version": BigInteger()}, {})
BILLS = _table(
    "bill_list",
    _LISTED
    | {
        "session": Text(),
        "session_order": Integer(),
        "number_order": Integer(),
        "chamber": Text(),
        "provisional": Boolean(),
    },
    {
        "live_to": BigInteger(),
        "type": Text(),
        "status": Text(),
        "sponsor_person_id": Integer(),
        "sponsor_name": Text(),
        "introduced_on": Date(),
        "latest_activity_on": Date(),
        "royal_assent_on": Date(),
        "legisinfo_id": Integer(),
        "title_en": Text(),
        "title_fr": Text(),
        "outcome": Text(),
        "outcome_on": Date(),
        "died_on": Date(),
        "sponsor_caucus": Text(),
        "sponsor_changed": Boolean(),
        "stage_reached": Text(),
        "passed": ARRAY(Text()),
        "stage_order": SmallInteger(),
        "is_reinstated": Boolean(),
    },
)
VOTES = _table(
    "vote_list",
    _LISTED
    | {
        "session": Text(),
        "session_order": Integer(),
        "chamber": Text(),
        "number": Integer(),
        "held_at": _INSTANT,
        "held_on": Date(),
        "result": Text(),
        "disputed": Boolean(),
    },
    {
        "live_to": BigInteger(),
        "bill": Text(),
        "subject_en": Text(),
        "subject_fr": Text(),
        "margin": Integer(),
        "closeness": Float(),
        "kind": Text(),
        "yea_means": Text(),
        "split_caucuses": ARRAY(Text()),
        "largest_split": Integer(),
    },
)
MEMBERS = _table(
    "member_list",
    _LISTED | {"person_id": Integer(), "name": Text(), "is_sitting": Boolean(), "parliaments": ARRAY(SmallInteger())},
    {"live_to": BigInteger(), "caucus": Text(), "riding": Text(), "province": Text()},
)
_RIDING_FR = literal_column("member_list.state ->> 'riding_fr'", Text())
SESSIONS = _table(
    "sessions",
    {
        "key": Text(),
        "parliament": SmallInteger(),
        "number": SmallInteger(),
        "name_en": Text(),
        "is_current": Boolean(),
        "revision": Integer(),
        "source": Text(),
        "source_url": Text(),
        "document_sha256": Text(),
        "fetched_at": _INSTANT,
        "recorded_at": _INSTANT,
    },
    {"overrides": Text(), "name_fr": Text(), "opened_on": Date(), "closed_on": Date()},
)
BALLOTS = _table(
    "ballots",
    {
        "bucket": SmallInteger(),
        "vote_id": Uuid(),
        "person_id": Integer(),
        "position": Text(),
        "paired": Boolean(),
        "name": Text(),
        "sitting": Integer(),
    },
    {"caucus": Text(), "riding": Text(), "province": Text()},
)
BALLOT_NAMES = ("person_id", "position", "paired", "name", "caucus", "riding", "province")
BALLOT_VOTES = _table(
    "votes",
    {
        "bucket": SmallInteger(),
        "vote_id": Uuid(),
        "key": Text(),
        "session": Text(),
        "chamber": Text(),
        "number": Integer(),
        "held_at": _INSTANT,
        "held_at_local": Text(),
        "held_on": Date(),
        "result": Text(),
        "disputed": Boolean(),
        "revision": Integer(),
        "source": Text(),
        "source_url": Text(),
        "document_sha256": Text(),
        "fetched_at": _INSTANT,
        "recorded_at": _INSTANT,
    },
    {
        "overrides": Text(),
        "subject_en": Text(),
        "subject_fr": Text(),
        "result_en": Text(),
        "result_fr": Text(),
        "bill": Text(),
    },
)
BILL_STATISTICS = _table(
    "bill_statistics_kept",
    {
        "bill": Text(),
        "session": Text(),
        "vote_count": Integer(),
        "yea_votes": Integer(),
        "nay_votes": Integer(),
        "participating_members": Integer(),
        "counted_at": _INSTANT,
    },
    {
        "status": Text(),
        "decisive_vote": Text(),
        "approval_percentage": Float(),
        "senate_decisive_vote": Text(),
        "senate_approval_percentage": Float(),
        "pooled_yea_percentage": Float(),
    },
)

LOG = _table(
    "change_log",
    {
        "seq": BigInteger(),
        "entity": Text(),
        "key": Text(),
        "revision": Integer(),
        "op": Text(),
        "changed": ARRAY(Text()),
        "source": Text(),
        "source_url": Text(),
        "document_sha256": Text(),
        "fetched_at": _INSTANT,
        "recorded_at": _INSTANT,
    },
    {"state": Text(), "archive": Text(), "archive_row": Integer(), "reason": Text(), "overrides": Text()},
)
BEFORE = LOG.alias("before")
PAST_BALLOTS = (
    text(
        """select c.key, c.revision, cast(b.value ->> 0 as integer) as person_id, b.value ->> 1 as position,
        cast(b.value ->> 2 as boolean) as paired, b.value ->> 3 as name, b.value ->> 4 as caucus,
        b.value ->> 5 as riding, b.value ->> 6 as province
        from change_log as c cross join lateral jsonb_array_elements(
            coalesce(c.state -> 'ballots', cast(:archived_ballots as jsonb))) as b
        where c.entity = 'vote'"""
    )
    .columns(
        Column("key", Text()),
        Column("revision", Integer()),
        *(Column(name, BALLOTS.c[name].type, nullable=BALLOTS.c[name].nullable) for name in BALLOT_NAMES),
    )
    .subquery("past_ballots")
)
"""The ballots of every revision of every vote, out of the states that the change log holds; those of an
archived revision are given as JSON."""


class Field(msgspec.Struct, frozen=True):
    """The columns a filter looks at (it holds when it holds for one of them) and how it compares."""

    columns: tuple[ColumnElement[Any], ...]
    matching: Matching = "exact"
    has_trigrams: bool = False
    """Whether an index has the trigrams of every column (`plain_letters`)."""


class ListTable(msgspec.Struct, frozen=True, kw_only=True):
    """One list: where it is, what is read of it, what it can be filtered and sorted by, and what ends every order."""

    source: FromClause
    read: tuple[ColumnElement[Any], ...]
    filters: dict[str, Field]
    sorts: dict[str, ColumnElement[Any]]
    last: ColumnElement[Any]
    scope: dict[str, ColumnElement[Any]] = {}
    owned: ColumnElement[Any] | None = None
    """Of a list that is gathered from all shards, the bucket; only those that the asked shard owns count."""
    leading: Table | None = None
    """Of a join, the table with an index in the order of the list, which has one row for each row of the join: what
    needs no other table, the count and where a page ends, is read from it alone."""
    versions: tuple[ColumnElement[Any], ColumnElement[Any]] | None = None
    """`live_from` and `live_to` of a versioned list."""
    identity: tuple[ColumnElement[Any], ...] = ()
    """What names one row of a versioned list."""


def _exact(*columns: ColumnElement[Any]) -> Field:
    return Field(columns)


def _folded(*columns: ColumnElement[Any], has_trigrams: bool = False) -> Field:
    return Field(columns, "folded", has_trigrams)


def _person(*columns: ColumnElement[Any], has_trigrams: bool = False) -> Field:
    return Field(columns, "person", has_trigrams)


def _parliament(session: ColumnElement[Any]) -> Field:
    return _exact(cast(func.split_part(session, literal_column("'-'"), literal_column("1"), type_=Text()), Integer()))


def _after_slash(key: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.split_part(key, literal_column("'/'"), literal_column("2"), type_=Text())


def _listed(table: Table) -> tuple[ColumnElement[Any], ...]:
    columns = table.c
    return cast(columns.state, Text()), cast(columns.provenance, Text()), columns.revision, columns.recorded_at


def _state(log: FromClause) -> ColumnElement[Any]:
    """The state of a change; of an archived one its address."""
    columns = log.c
    address = columns.archive + literal_column("'#'") + cast(columns.archive_row, Text())
    return func.coalesce(cast(columns.state, Text()), address)


def _columns(table: FromClause, names: Sequence[str]) -> dict[str, ColumnElement[Any]]:
    return {name: table.c[name] for name in names}


def _vote_filters(votes: Table) -> dict[str, Field]:
    columns = votes.c
    return {
        **{name: _exact(columns[name]) for name in ("session", "chamber", "number", "result", "held_on", "disputed")},
        "parliament": _parliament(columns.session),
        "bill": _exact(columns.bill),
        "bill_number": _exact(_after_slash(columns.bill)),
        "subject": _folded(columns.subject_en, columns.subject_fr),
    }


def _ballot_filters(ballots: FromClause) -> dict[str, Field]:
    columns = ballots.c
    return {
        "member": _exact(columns.person_id),
        "position": _exact(columns.position),
        "paired": _exact(columns.paired),
        "name": _person(columns.name),
        "party": _folded(columns.caucus),
        "riding": _folded(columns.riding),
        "province": _folded(columns.province),
    }


_SITTING: Final = literal_column("((vote_list.held_on - date '1867-07-01') * 10000 + vote_list.number)", Integer())
"""`Vote.sitting`, as an index has it. Clocks are read during a division, so the later one may have the earlier
time."""


_BALLOTS_OF_VOTES = BALLOTS.join(
    BALLOT_VOTES,
    (BALLOTS.c.bucket == BALLOT_VOTES.c.bucket) & (BALLOTS.c.vote_id == BALLOT_VOTES.c.vote_id),
)
BALLOT_VOTE_NAMES = (
    "key", "session", "chamber", "number", "held_at", "held_at_local", "held_on", "subject_en", "subject_fr", "result",
    "result_en", "result_fr", "bill",
)  # fmt: skip
_BALLOT_READ = tuple(BALLOTS.c[name] for name in BALLOT_NAMES)
_TAIL = ("revision", "source", "source_url", "document_sha256", "fetched_at", "recorded_at")


def _tail(table: FromClause) -> tuple[ColumnElement[Any], ...]:
    """What ends a row that becomes an entity: its revision and where that is from."""
    return (*(table.c[name] for name in _TAIL), cast(table.c.overrides, Text()))


RIDING_NAMES = ("key", "representation_order", "order_from", "order_to", "name_en", "name_fr", "province", "terms")
SITTING_NAMES = ("key", "chamber", "sitting_on", "session", "votes", "readings")

TABLES: dict[Listing, ListTable] = {
    "sessions": ListTable(
        source=SESSIONS,
        read=tuple(
            SESSIONS.c[name]
            for name in ("key", "parliament", "number", "name_en", "name_fr", "opened_on", "closed_on", "is_current")
        ) + _tail(SESSIONS),
        filters={
            "parliament": _exact(SESSIONS.c.parliament),
            "current": _exact(SESSIONS.c.is_current),
            "opened_on": _exact(SESSIONS.c.opened_on),
            "updated_at": _exact(SESSIONS.c.recorded_at),
        },
        sorts={
            "session": SESSIONS.c.parliament * literal_column("100") + SESSIONS.c.number,
            "opened_on": SESSIONS.c.opened_on,
        },
        last=SESSIONS.c.key,
    ),
    "bills": ListTable(
        source=BILLS,
        read=_listed(BILLS),
        filters={
            **{
                name: _exact(BILLS.c[name])
                for name in ("key", "session", "chamber", "type", "status", "introduced_on", "latest_activity_on",
                             "royal_assent_on", "provisional", "sponsor_person_id", "legisinfo_id", "outcome",
                             "outcome_on", "died_on", "sponsor_changed", "stage_reached", "is_reinstated")
            },
            "sponsor_party": _folded(BILLS.c.sponsor_caucus),
            "passed": Field((BILLS.c.passed,), "overlap"),
            "parliament": _parliament(BILLS.c.session),
            "number": _exact(_after_slash(BILLS.c.key)),
            "sponsor_name": _person(BILLS.c.sponsor_name, has_trigrams=True),
            "title": _folded(BILLS.c.title_en, BILLS.c.title_fr, has_trigrams=True),
            "updated_at": _exact(BILLS.c.recorded_at),
        },
        sorts={
            "session": BILLS.c.session_order,
            "number": BILLS.c.number_order,
            "updated_at": BILLS.c.recorded_at,
            **_columns(
                BILLS,
                ("introduced_on", "latest_activity_on", "royal_assent_on", "status", "type", "outcome_on", "died_on",
                 "stage_order"),
            ),
        },
        last=BILLS.c.key,
        versions=(BILLS.c.live_from, BILLS.c.live_to),
        identity=(BILLS.c.key, BILLS.c.revision),
    ),
    "votes": ListTable(
        source=VOTES,
        read=_listed(VOTES),
        filters={
            **_vote_filters(VOTES),
            "key": _exact(VOTES.c.key),
            **{name: _exact(VOTES.c[name]) for name in ("margin", "closeness", "kind", "yea_means", "largest_split")},
            "split_caucus": Field((VOTES.c.split_caucuses,), "overlap"),
            "subject": _folded(VOTES.c.subject_en, VOTES.c.subject_fr, has_trigrams=True),
            "updated_at": _exact(VOTES.c.recorded_at),
        },
        sorts={
            "session": VOTES.c.session_order,
            "updated_at": VOTES.c.recorded_at,
            "sitting": _SITTING,
            **_columns(VOTES, ("number", "result", "margin", "closeness", "largest_split")),
        },
        last=VOTES.c.key,
        versions=(VOTES.c.live_from, VOTES.c.live_to),
        identity=(VOTES.c.key, VOTES.c.revision),
    ),
    "members": ListTable(
        source=MEMBERS,
        read=_listed(MEMBERS),
        filters={
            "key": _exact(MEMBERS.c.key),
            "party": _folded(MEMBERS.c.caucus),
            "riding": _folded(MEMBERS.c.riding, _RIDING_FR),
            "province": _folded(MEMBERS.c.province),
            "name": _person(MEMBERS.c.name, has_trigrams=True),
            "parliament": Field((MEMBERS.c.parliaments,), "overlap"),
            "sitting": _exact(MEMBERS.c.is_sitting),
            "person_id": _exact(MEMBERS.c.person_id),
            "updated_at": _exact(MEMBERS.c.recorded_at),
        },
        sorts={
            "party": MEMBERS.c.caucus,
            "updated_at": MEMBERS.c.recorded_at,
            **_columns(MEMBERS, ("name", "riding", "province", "person_id")),
        },
        last=MEMBERS.c.key,
        versions=(MEMBERS.c.live_from, MEMBERS.c.live_to),
        identity=(MEMBERS.c.key, MEMBERS.c.revision),
    ),
    "ballots": ListTable(
        source=_BALLOTS_OF_VOTES,
        read=(*_BALLOT_READ, BALLOT_VOTES.c.revision),
        filters=_ballot_filters(BALLOTS),
        sorts={
            "party": BALLOTS.c.caucus,
            **_columns(BALLOTS, ("name", "riding", "province", "position")),
        },
        last=BALLOTS.c.person_id,
        scope={"bucket": BALLOTS.c.bucket, "vote_id": BALLOTS.c.vote_id},
    ),
    "past_ballots": ListTable(
        source=PAST_BALLOTS,
        read=(*(PAST_BALLOTS.c[name] for name in BALLOT_NAMES), PAST_BALLOTS.c.revision),
        filters=_ballot_filters(PAST_BALLOTS),
        sorts={
            "party": PAST_BALLOTS.c.caucus,
            **{name: PAST_BALLOTS.c[name] for name in ("name", "riding", "province", "position")},
        },
        last=PAST_BALLOTS.c.person_id,
        scope={"key": PAST_BALLOTS.c.key, "revision": PAST_BALLOTS.c.revision},
    ),
    "history": ListTable(
        source=LOG.outerjoin(
            BEFORE,
            (BEFORE.c.entity == LOG.c.entity) & (BEFORE.c.key == LOG.c.key)
            & (BEFORE.c.revision == LOG.c.revision - literal_column("1")),
        ),
        read=(LOG.c.op, LOG.c.changed, _state(LOG), _state(BEFORE), LOG.c.reason,
              *_tail(LOG)),
        filters={},
        sorts={"revision": LOG.c.revision},
        last=LOG.c.seq,
        scope={"entity": LOG.c.entity, "key": LOG.c.key},
    ),
    "bill_statistics": ListTable(
        source=BILL_STATISTICS,
        read=tuple(BILL_STATISTICS.c[field.name] for field in msgspec.structs.fields(BillStatistics)),
        filters={
            **{name: _exact(BILL_STATISTICS.c[name]) for name in ("session", "status", "vote_count",
                                                                  "approval_percentage", "participating_members")},
            "parliament": _parliament(BILL_STATISTICS.c.session),
            "number": _exact(_after_slash(BILL_STATISTICS.c.bill)),
        },
        sorts=_columns(BILL_STATISTICS, ("approval_percentage", "vote_count", "participating_members", "session",
                                         "status")),
        last=BILL_STATISTICS.c.bill,
    ),
    "member_ballots": ListTable(
        source=_BALLOTS_OF_VOTES,
        read=(*_BALLOT_READ, *(BALLOT_VOTES.c[name] for name in BALLOT_VOTE_NAMES), *_tail(BALLOT_VOTES)),
        filters=_vote_filters(BALLOT_VOTES)
        | _ballot_filters(BALLOTS)
        | {"vote": _exact(BALLOT_VOTES.c.key), "sitting": _exact(BALLOTS.c.sitting)},
        sorts={"sitting": BALLOTS.c.sitting},
        last=BALLOT_VOTES.c.key.collate("C"),
        scope={"person_id": BALLOTS.c.person_id},
        owned=BALLOTS.c.bucket,
        leading=BALLOTS,
    ),
    "ridings": ListTable(
        source=RIDINGS,
        read=tuple(RIDINGS.c[name] for name in RIDING_NAMES),
        filters={
            "key": _exact(RIDINGS.c.key),
            "representation_order": _exact(RIDINGS.c.representation_order),
            "riding": _folded(RIDINGS.c.name_en, RIDINGS.c.name_fr),
            "province": _folded(RIDINGS.c.province),
            "party": _folded(RIDINGS.c.caucus),
            "parliament": Field((RIDINGS.c.parliaments,), "overlap"),
            "is_in_force": _exact(RIDINGS.c.is_in_force),
        },
        sorts=_columns(RIDINGS, ("representation_order", "spelling", "province")),
        last=RIDINGS.c.key,
    ),
    "sittings": ListTable(
        source=SITTINGS,
        read=tuple(SITTINGS.c[name] for name in SITTING_NAMES),
        filters={
            **{name: _exact(SITTINGS.c[name]) for name in SITTING_NAMES},
            "parliament": _parliament(SITTINGS.c.session),
        },
        sorts=_columns(SITTINGS, ("sitting_on", "votes", "readings")),
        last=SITTINGS.c.key,
    ),
}  # fmt: skip
