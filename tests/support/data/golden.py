"""The golden fixture: four divisions of two large caucuses, a small one and an independent, checkable by hand.

a6 is in the Chair, a3's seat is vacant and b4 has crossed the floor before the fourth division.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np

from warehouse.model.curated import Chair
from warehouse.statistics.counting.formulas import POSITIONS
from warehouse.statistics.counting.sheets import NO_GROUP, Ballots, Division, Names, Seat, Sheet, build

PERSONS = (
    {f"a{n}": 100 + n for n in range(1, 7)}
    | {f"b{n}": 200 + n for n in range(1, 5)}
    | {
        "c1": 301,
        "c2": 302,
        "i1": 401,
    }
)
DAYS = [dt.date(2025, 6, day) for day in (2, 3, 4, 5)]
CAUCUSES = ("A", "B", "C", "independent")
PROVINCES = ("ON", "QC")
SIDES = ("government", "opposition")
_CAUCUS = {"a": "A", "b": "B", "c": "C", "i": "independent"}

Recorded = Mapping[str, str]
"""Person to position; `+paired` after it for a broken pair."""

D1: Recorded = (
    dict.fromkeys(("a1", "a2", "a3", "a4", "a5", "c1"), "yea")
    | dict.fromkeys(("b1", "b2", "b3", "b4", "c2", "i1"), "nay")
    | {"a6": "nay"}
)
D2: Recorded = dict.fromkeys(("a1", "a2", "a3", "c1", "c2"), "yea") | dict.fromkeys(
    ("a4", "a5", "b1", "b2", "b3", "i1"), "nay"
)
D3: Recorded = dict.fromkeys(("a1", "a2", "a3", "a4", "a5", "b1", "b2", "b3", "b4", "c1", "c2", "i1"), "yea")
D4: Recorded = (
    dict.fromkeys(("a1", "a4", "a5", "b4", "i1"), "yea")
    | dict.fromkeys(("b1", "b3", "c2"), "nay")
    | dict.fromkeys(("a2", "b2"), "paired")
)
CHAIRS = (
    Chair(
        name="a6",
        person_id=PERSONS["a6"],
        chamber="commons",
        from_on=dt.date(2025, 1, 1),
        to_on=None,
        source="https://example.org/",
    ),
)


def division(number: int, day: dt.date, chamber: str = "commons", **fields: str) -> Division:
    """A division with nothing special about it."""
    return Division(
        key=f"45-1/{chamber}/{number}", session="45-1", chamber=chamber, number=number, held_on=day, **fields
    )


def caucus_of(name: str, row: int) -> str:
    """The caucus on the ballot; b4 sits with A from the fourth division on."""
    return "A" if name == "b4" and row == 3 else _CAUCUS[name[0]]


def seats() -> list[Seat]:
    """Everybody's seat; a3 leaves and b4 crosses on the day of the fourth division."""
    found = []
    for name, person_id in PERSONS.items():
        spans = [(_CAUCUS[name[0]], dt.date(2025, 5, 1), DAYS[3] if name in {"a3", "b4"} else None)]
        if name == "b4":
            spans.append(("A", DAYS[3], None))
        found += [
            Seat(person_id=person_id, caucus=caucus, province="ON", from_on=first, to_on=last)
            for caucus, first, last in spans
        ]
    return found


def sheet_of(
    recorded: Sequence[Recorded],
    *,
    divisions: Sequence[Division] | None = None,
    seated: Sequence[Seat] = (),
    chairs: Sequence[Chair] = (),
    caucus: Mapping[tuple[str, int], str] | None = None,
) -> Sheet:
    """A sheet of made-up divisions; `caucus` overrides that of one person in one division."""
    rows = [(row, name, text) for row, positions in enumerate(recorded) for name, text in positions.items()]
    overrides = caucus or {}
    columns = Ballots(
        vote=np.array([row for row, _, _ in rows], np.int64),
        person=np.array([PERSONS[name] for _, name, _ in rows], np.int64),
        position=np.array([POSITIONS[text.removesuffix("+paired")] for _, _, text in rows], np.int8),
        paired=np.array([text.endswith("paired") for _, _, text in rows], np.bool_),
        caucus=np.array(
            [CAUCUSES.index(overrides.get((name, row), caucus_of(name, row))) for row, name, _ in rows], np.int16
        ),
        province=np.array([0 if name.startswith("a") else 1 for _, name, _ in rows], np.int16),
        side=np.array([0 if caucus_of(name, row) == "A" else 1 for row, name, _ in rows], np.int16),
    )
    assert NO_GROUP not in columns.caucus
    given = divisions or [division(row + 1, DAYS[row % 4]) for row in range(len(recorded))]
    names = Names(caucus=CAUCUSES, province=PROVINCES, side=SIDES)
    return build(given, columns, names, seated, chairs)


def golden() -> Sheet:
    """The whole fixture."""
    return sheet_of([D1, D2, D3, D4], seated=seats(), chairs=CHAIRS)
