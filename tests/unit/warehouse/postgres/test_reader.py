"""Statements as PostgreSQL numbers their parameters."""

import pytest

from warehouse.postgres.connections.reader import _numbered


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("select %s, %s", (b"select $1, $2", ())),
        ("select %(b)s, %(a)s, %(b)s", (b"select $1, $2, $1", ("b", "a"))),
        ("select 7 %% 2 where %(a)s", (b"select 7 % 2 where $1", ("a",))),
        ("select 1", (b"select 1", ())),
    ],
)
def test_each_parameter_gets_one_number(query: str, expected: tuple[bytes, tuple[str, ...]]) -> None:
    assert _numbered(query) == expected
