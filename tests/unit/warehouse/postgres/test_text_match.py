"""Text as people type it finds text as Parliament writes it."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.postgres.lists.text_match import letters_pattern, pattern


@pytest.mark.parametrize(
    ("typed", "recorded"),
    [
        ("quebec", "Québec"),
        ("QUÉBEC", "Quebec"),
        ("okanagan lake west-south kelowna", "Okanagan Lake West—South Kelowna"),
        ("orleans", "Orléans"),
        ("people's party", "People’s Party"),
        ("coeur", "cœur"),
        ("cœur", "Coeur"),
        ("  two   blanks ", "two blanks"),
        ("bill c-3 (2nd)", "Bill C‑3 (2nd)"),
        ("100% [sure]", "100% [sure]"),
        ("é", "É"),
        ("battle river crowfoot", "Battle River—Crowfoot"),
        ("Battle River - Crowfoot", "Battle River—Crowfoot"),
        ("saint hyacinthe bagot", "Saint-Hyacinthe—Bagot"),
        ("l’erable", "L'Érable"),
    ],
)
def test_the_typed_form_finds_the_recorded_one(typed: str, recorded: str) -> None:
    assert re.search(pattern([typed], "eq"), recorded)


@pytest.mark.parametrize(
    ("typed", "recorded"),
    [
        ("mark carney", "Right Hon. Mark Carney"), ("Hon. Mark Carney", "Mark Carney"),
        ("sen. marc gold", "Sen. Marc Gold"),
        ("Rt Hon. Mark Carney", "Right Hon. Mark Carney"), ("L’hon. Steven Guilbeault", "Steven Guilbeault"),
        ("Hon. Hon", "Hon"),
    ],
)  # fmt: skip
def test_honorifics_are_no_part_of_a_name(typed: str, recorded: str) -> None:
    assert re.search(pattern([typed], "eq", of_persons=True), recorded)
    assert not re.search(pattern([typed], "eq", of_persons=True), f"{recorded} Junior")


def test_modes() -> None:
    assert not re.search(pattern(["quebec"], "eq"), "Québec City")
    assert re.search(pattern(["quebec"], "startswith"), "Québec City")
    assert re.search(pattern(["city", "town"], "contains"), "Québec City")
    assert not re.search(pattern(["town"], "contains"), "Québec City")


@given(st.text(min_size=1, max_size=30).filter(lambda text: text.strip() and text.isprintable()))
def test_any_text_finds_itself(text: str) -> None:
    composed = unicodedata.normalize("NFC", text.strip())
    assert re.search(pattern([text], "contains"), composed)
    if composed.isascii():
        assert re.search(pattern([text], "eq"), composed.upper())


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["Québec"], "quebec"),
        (["Battle River—Crowfoot"], "battle.*river.*crowfoot"),
        (["cœur", "l'Érable"], "coeur|l.*erable"),
        (["c-3"], None),
        (["budget", "eu"], None),
        (["Ελλάδα"], None),
    ],
)
def test_an_index_is_asked_for_plain_letters(typed: list[str], expected: str | None) -> None:
    assert letters_pattern(typed) == expected


def test_an_index_is_not_asked_for_honorifics() -> None:
    assert letters_pattern(["Right Hon. Mark Carney"], of_persons=True) == "mark.*carney"
