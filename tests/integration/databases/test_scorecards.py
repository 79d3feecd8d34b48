"""Places for scorecards: a quota for each caller, and what nobody reads goes."""

import pytest

from warehouse.postgres.connections.pools import Database
from warehouse.postgres.entities import scorecards

pytestmark = pytest.mark.postgres


def digest(number: int) -> str:
    return f"{number:064x}"


def store(catalog: Database, number: int, caller: bytes = b"a", **limits: int) -> str:
    return scorecards.store(catalog, digest(number), b"{}", caller, **limits)


def test_a_caller_may_bring_so_many_new_cards_and_others_as_many(catalog: Database) -> None:
    assert [store(catalog, number, most_of_one=3) for number in range(4)] == ["new", "new", "new", "quota"]
    assert store(catalog, 1, most_of_one=3) == "known"
    assert store(catalog, 3, b"b", most_of_one=3) == "new"


def test_where_there_is_no_room_cards_that_nobody_read_make_some(catalog: Database) -> None:
    assert [store(catalog, number, most=2) for number in range(3)] == ["new", "new", "full"]
    with catalog.connection() as connection:
        connection.execute("update scorecards set read_at = now() - interval '91 days'")
    scorecards.touch(catalog, digest(1))
    assert store(catalog, 2, most=2) == "new"
    with catalog.connection() as connection:
        kept = connection.execute("select hash from scorecards order by hash").fetchall()
    assert kept == [(digest(1),), (digest(2),)]
