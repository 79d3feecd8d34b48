"""Lists whose cost must not grow with the data: what the server reads for them, and that they still answer rightly."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final, LiteralString

import psycopg
import pytest

from tests.api import sample
from warehouse.model.keys import entity_id
from warehouse.model.read_models.selection import Condition, Operator, Order, Selection
from warehouse.postgres import verify
from warehouse.postgres.aggregates.store import VOTES, Incoming, store
from warehouse.postgres.connections.pools import Connection, Database
from warehouse.postgres.lists.member_ballots import sessions_range, spans_of
from warehouse.postgres.lists.statements import Shape, count_statement, page_statement, parameters_of, shape_of
from warehouse.postgres.lists.text_match import pattern
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.sqlfiles import queries

pytestmark = pytest.mark.postgres
_PERSON: Final = 101
_VOTES: Final[LiteralString] = """
insert into votes (bucket, vote_id, key, session, chamber, number, held_at, held_at_local, held_on, result, disputed,
    subject_en, subject_fr, content_hash, revision, source, source_url, document_sha256, fetched_at)
select n %% 1024, gen_random_uuid(), '45-1/commons/' || n, '45-1', 'commons', n,
    timestamptz '2001-01-01' + n / 2 * interval '1 h', '', date '2001-01-01' + n / 48,
    'agreed', false, repeat('as long as subjects are. ', 12), repeat('aussi long que les objets. ', 12),
    '', 1, '', '', '', now()
from generate_series(%(first)s::integer, %(last)s::integer) as n"""
_SITTING: Final[LiteralString] = "(held_on - date '1867-07-01') * 10000 + number"
_BALLOTS: Final[LiteralString] = f"""
insert into ballots (bucket, vote_id, person_id, position, paired, name, sitting)
select v.bucket, v.vote_id, p, 'yea', false, 'Somebody', {_SITTING}
from votes as v cross join generate_series(101, 110) as p where v.number between %(first)s and %(last)s"""


def rows_read(connection: Connection, selection: Selection, build: Callable[[Shape], LiteralString]) -> int:
    """How many rows all steps of a query gave or looked at in vain."""
    text = "explain (analyze, format json, timing off) " + build(shape_of(selection))
    row = psycopg.ClientCursor(connection).execute(text, parameters_of(selection)).fetchone()
    assert row is not None
    return sum(_rows(step) for step in _steps(row[0][0]["Plan"]))


def _rows(step: dict[str, Any]) -> int:
    looked_at = [step.get(name, 0) for name in ("Rows Removed by Filter", "Rows Removed by Index Recheck")]
    return int(step["Actual Loops"] * (step["Actual Rows"] + sum(looked_at)))


def _steps(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(step for child in node.get("Plans", []) for step in _steps(child))]


def _ballots(**more: Any) -> Selection:
    return Selection(
        listing="member_ballots",
        scope={"person_id": _PERSON, "owned": list(range(1024))},
        order=(Order("sitting", descending=True),),
        **more,
    )


def test_a_page_of_a_members_ballots_costs_the_same_with_ten_times_as_many(shards: Shards) -> None:
    rows = []
    with shards.databases[0].connection() as connection:
        for numbers in ({"first": 1, "last": 500}, {"first": 501, "last": 5000}):
            connection.execute(_VOTES, numbers)
            connection.execute(_BALLOTS, numbers)
            connection.execute("analyze votes, ballots")
            place = connection.execute(f"select {_SITTING}, key from votes where number = 300").fetchone()
            only = (Condition("position", "eq", ("yea",)),)
            selections = (
                _ballots(),
                _ballots(conditions=only),
                _ballots(place=place),
                _ballots(place=place, backwards=True),
            )
            rows += [rows_read(connection, selection, page_statement) for selection in selections]
        counted = connection.execute(count_statement(shape_of(_ballots())), parameters_of(_ballots())).fetchone()
    assert counted == (5000,)
    assert max(rows) <= 400, f"rows read for four pages of 500 ballots, then for the same of 5,000: {rows}"


def test_the_ballots_of_a_session_cost_the_same_however_many_other_sessions_have(shards: Shards) -> None:
    session = Condition("session", "eq", ("44-1",))
    rows = []
    with shards.databases[0].connection() as connection:
        connection.execute(_VOTES, {"first": 1, "last": 200})
        connection.execute("update votes set session = '44-1'")
        for numbers in ({"first": 201, "last": 500}, {"first": 501, "last": 5000}):
            connection.execute(_VOTES, numbers)
            connection.execute(_BALLOTS, numbers | ({"first": 1} if numbers["first"] == 201 else {}))
            connection.execute("analyze votes, ballots")
            range_ = sessions_range(_spans(connection), session)
            assert range_ is not None
            selection = _ballots(conditions=(Condition("sitting", "range", range_),))
            rows += [rows_read(connection, selection, build) for build in (page_statement, count_statement)]
        counted = connection.execute(count_statement(shape_of(selection)), parameters_of(selection)).fetchone()
        found = connection.execute(page_statement(shape_of(selection)), parameters_of(selection)).fetchall()
    assert counted == (200,)
    assert [row[10] for row in found] == list(range(200, 149, -1))
    assert max(rows) <= 600, f"rows read for a page and a count among 500 ballots, then among 5,000: {rows}"


def _spans(connection: Connection) -> dict[str, tuple[int, int]]:
    return spans_of(connection.execute(queries("postgres/shard/queries/read_votes.sql")["session_spans"]).fetchall())


def test_the_sittings_of_each_session_are_those_of_its_votes(shards: Shards) -> None:
    with shards.databases[0].connection() as connection:
        assert _spans(connection) == {}
        connection.execute(_VOTES, {"first": 1, "last": 30})
        connection.execute("update votes set session = case when number <= 10 then '44-1' else '45-1' end")
        query = f"select session, min({_SITTING}), max({_SITTING}) from votes group by session"
        assert _spans(connection) == {session: (first, last) for session, first, last in connection.execute(query)}
        assert len(_spans(connection)) == 2


def test_pages_of_a_members_ballots_meet_without_gap_or_overlap(shards: Shards) -> None:
    with shards.databases[0].connection() as connection:
        numbers = {"first": 1, "last": 120}
        connection.execute(_VOTES, numbers)
        connection.execute(_BALLOTS, numbers)
        right = connection.execute(f"select key from votes order by {_SITTING} desc, key").fetchall()

        def page(**more: Any) -> list[tuple[Any, ...]]:
            selection = _ballots(limit=50, **more)
            statement = page_statement(shape_of(selection))
            return [row[-2:] for row in connection.execute(statement, parameters_of(selection)).fetchall()[:50]]

        first = page()
        second = page(place=first[-1])
        last = page(place=second[-1])
        assert [(key,) for _, key in [*first, *second, *last]] == right
        assert page(place=second[0], backwards=True) == first[::-1]
        assert page(offset=50) == second


def test_counting_a_members_ballots_reads_the_index_alone(shards: Shards) -> None:
    with shards.databases[0].connection() as connection:
        numbers = {"first": 1, "last": 500}
        connection.execute(_VOTES, numbers)
        connection.execute(_BALLOTS, numbers)
        connection.execute("analyze votes, ballots")
        text = "explain (format json) " + count_statement(shape_of(_ballots()))
        connection.execute("set local enable_seqscan = off")
        row = psycopg.ClientCursor(connection).execute(text, parameters_of(_ballots())).fetchone()
    assert row is not None
    plan = str(row[0])
    assert "ballots_by_person_and_sitting" in plan
    assert "'votes'" not in plan


@pytest.mark.parametrize("number", [1, 12])
def test_ballots_repeat_the_sitting_of_their_vote_also_once_that_was_corrected(shards: Shards, number: int) -> None:
    shard = shards.databases[0]
    later = sample.vote("45-1", 2).held_on + dt.timedelta(days=3)
    for changed in ({}, {"held_on": later}):
        root = sample.vote("45-1", number, **changed)
        store(shard, VOTES, [Incoming(root, sample.provenance("votes"))])
        with shard.connection() as connection:
            expected = (root.held_on - dt.date(1867, 7, 1)).days * 10_000 + number
            assert connection.execute("select distinct sitting from ballots").fetchall() == [(expected,)]
    assert not verify.orphans(shard)
    with shard.connection() as connection:
        connection.execute("update ballots set sitting = 1")
    assert verify.orphans(shard) == [
        f"ballots of vote {entity_id('vote', root.key)}: they repeat another sitting than its own"
    ]


_BILL_ROWS: Final[LiteralString] = """
insert into bill_list (key, revision, live_from, session, session_order, number_order, chamber, provisional, title_en,
    title_fr, sponsor_name, state, provenance, recorded_at)
select '45-1/C-' || n, 1, 0, '45-1', 4501, n, 'commons', false,
    case when n %% 500 = 0 and n <= 2000 then 'An Act about Œcumenical Zéphyr'
    else 'An Act to amend the law of ' || n end,
    'Loi modifiant la loi numéro ' || n, case when n = 7 then 'Hon. Zoë Quenneville' else 'Jane Doe' end,
    '{}', '{}', now()
from generate_series(%(first)s::integer, %(last)s::integer) as n"""


def _bills(field: str, operator: Operator, *values: str) -> Selection:
    return Selection(
        listing="bills",
        conditions=(Condition(field, operator, values),),
        order=(Order("number"),),
        limit=20,
        version=1,
    )


def test_text_conditions_cost_the_same_with_ten_times_as_many_rows(catalog: Database) -> None:
    needles = (
        _bills("title", "contains", "zephyr"),
        _bills("title", "contains", "oecumenical zéphyr"),
        _bills("title", "eq", "An Act about Œcumenical Zéphyr", "nothing of the sort"),
        _bills("sponsor_name", "contains", "quenneville"),
        _bills("sponsor_name", "startswith", "the hon. zoe"),
    )
    rows: dict[int, list[int]] = {}
    with catalog.connection() as connection:
        connection.execute("insert into list_versions (version) values (1)")
        for numbers in ({"first": 1, "last": 2000}, {"first": 2001, "last": 20_000}):
            connection.execute(_BILL_ROWS, numbers)
            connection.execute("analyze bill_list")
            rows[numbers["last"]] = [
                rows_read(connection, each, build) for each in needles for build in (page_statement, count_statement)
            ]
        counts = [
            connection.execute(count_statement(shape_of(each)), parameters_of(each)).fetchone() for each in needles
        ]
    assert counts == [(4,), (4,), (4,), (1,), (1,)]
    assert max(rows[20_000]) <= 60, f"rows read for each needle, among 2,000 bills and 20,000: {rows}"


@pytest.mark.parametrize(
    ("needle", "expected"), [("œ", 4), ("Zé", 4), ("z", 4), ("9 9", 0), ("-", 0), ("law of 1", 1109)]
)
def test_short_needles_are_found_too(catalog: Database, needle: str, expected: int) -> None:
    with catalog.connection() as connection:
        connection.execute(_BILL_ROWS, {"first": 1, "last": 2000})
        selection = _bills("title", "contains", needle)
        found = connection.execute(count_statement(shape_of(selection)), parameters_of(selection)).fetchone()
    assert found == (expected,)


def test_plain_letters_keep_what_any_expression_matches(catalog: Database) -> None:
    """Every form of every letter that a class has becomes that letter, or the index would hide rows."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    forms = {letter: pattern([letter], "contains")[4:-2] for letter in letters} | {"oe": "œŒ", "ae": "æÆ", "ss": "ßẞ"}
    with catalog.connection() as connection:
        for letter, each in forms.items():
            row = connection.execute("select plain_letters(%s)", (each,)).fetchone()
            assert row == (letter * len(each),), letter
