"""What is nearest to a value that nothing has."""

import datetime as dt
import difflib

import pytest

from serving.core.process.vocabulary import Vocabulary

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
    assert Vocabulary(values).nearest(asked) == nearest


def test_words_of_texts_are_near_where_parts_are_looked_for() -> None:
    assert Vocabulary(["An Act respecting the Budget"]).nearest("bugdet", parts=True) == "Budget"


def test_values_that_come_later_are_found_as_well() -> None:
    vocabulary = Vocabulary(["An Act respecting the Budget"])
    assert vocabulary.nearest("enviromment", parts=True) is None
    vocabulary.add(["Environment Act", "An Act respecting the Budget"])
    assert vocabulary.nearest("enviromment", parts=True) == "Environment"
    sessions = Vocabulary(["43-2"])
    assert sessions.nearest("45-1") == "43-2"
    sessions.add(["44-1"])
    assert sessions.nearest("45-1") == "44-1"


def test_a_word_is_itself_or_the_one_most_like_it() -> None:
    vocabulary = Vocabulary(["Canada’s Health and Environment", "Loi sur l’environnement"])
    assert vocabulary.nearest_word("HEALTH", 0.65) == (1.0, "Health", "Canada’s Health and Environment")
    near = vocabulary.nearest_word("enviromment", 0.65)
    assert near is not None
    assert (near.word, near.likeness < 1) == ("Environment", True)
    assert vocabulary.nearest_word("qqqqqqqq", 0.65) is None


def test_the_nearest_of_many_is_the_one_that_comparing_all_gives() -> None:
    consonants, vowels = "bcdfgklmnprst", "aeiou"
    words = [f"{a}{b}{c}{d}{a}{e}" for a in consonants for b in vowels for c in consonants[:6] for d in vowels[:3]
             for e in ("ment", "tion")]  # fmt: skip
    vocabulary = Vocabulary(words)
    for word in words[::97]:
        misspelt = word[0] + word[2] + word[1] + word[3:]
        near = vocabulary.nearest_word(misspelt, 0.6)
        best = max(difflib.SequenceMatcher(None, each, misspelt).ratio() for each in words)
        assert near is not None
        assert near.likeness == pytest.approx(best)
