"""What is nearest to a value that nothing has."""

import datetime as dt

import pytest

from serving.core.lists.nearest import nearest_of

NAMES = ["Pierre Poilievre", "Élisabeth Brière", "Elizabeth May"]
RIDINGS = ["Battle River—Crowfoot", "Vancouver East", "L'Érable"]


@pytest.mark.parametrize(
    ("values", "asked", "nearest"),
    [
        (NAMES, "pierre poliviere", "Pierre Poilievre"),
        (NAMES, "Poilievre", "Pierre Poilievre"),
        (NAMES, "elisabeth briere", None),
        (NAMES, "zzzz", None),
        (RIDINGS, "battle river", "Battle River—Crowfoot"),
        (["Liberal", "Conservative"], "Consevative", "Conservative"),
        (["45-1", "44-1", "43-2"], "46-1", "45-1"),
        (["45-1", "43-1"], "44-1", "45-1"),
        (["C-2", "C-33", "S-201"], "C-61", "C-33"),
        (["C-2", "C-33", "S-201"], "S-3", "S-201"),
        (["45-1/C-2", "44-1/C-61", "45-1/C-60"], "45-1/C-61", "44-1/C-61"),
        (["45-1/C-2", "45-1/C-60"], "45-1/C-61", "45-1/C-60"),
        (["45-1/commons/173", "44-1/commons/999"], "45-1/commons/999", "45-1/commons/173"),
        ([1, 5, 9], "8", "9"),
        ([1, 5], "5", None),
        ([1, 5], "x", None),
        ([dt.date(2025, 6, 13), dt.date(2025, 6, 16)], "2025-06-15", "2025-06-16"),
        ([True, False], "true", None),
        ([], "x", None),
    ],
)
def test_the_nearest_value(values: list[object], asked: str, nearest: str | None) -> None:
    assert nearest_of(values, asked) == nearest


def test_words_of_texts_are_near_where_parts_are_looked_for() -> None:
    assert nearest_of(["An Act respecting the Budget"], "bugdet", parts=True) == "Budget"
