"""Every public text of the code in English has its French, with the same values in it and French typography."""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from tests.support.french import faults_of_typography, is_english_sentence
from warehouse.model.messages.translate import typeset

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = ("serving", "warehouse/model", "warehouse/statistics")
LITERAL: Final = ("warehouse/model/messages",)
"""Tables whose French is typeset when it is read; their own test holds it to the same rules."""
_PAIRED: Final = {"described", "about", "text"}
"""Functions whose first two arguments are an English text and its French."""
_BETWEEN: Final = re.compile(r" /\s+")
_FRENCH: Final = frozenset(
    {"le", "la", "les", "de", "des", "du", "un", "une", "et", "est", "n", "pas", "à", "aux", "d", "l"}
)
_OF_LANGUAGE: Final = re.compile(
    r"\[[01]\]|\b(en|fr|of|de)\b|_en\b|_fr\b|_FR\b|french|\b(what|words|hint|entity|reason|chamber)\b"
)
"""Values that each language has its own of, or one language alone."""


class Pair(NamedTuple):
    """A text in both languages, where it is, and the values that are written into each."""

    where: str
    english: str
    french: str
    values: tuple[set[str], set[str]]


def _text(node: ast.expr) -> tuple[str, set[str]] | None:
    """A literal text with `x` for each value in it, and the values; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value, set()
    if isinstance(node, ast.JoinedStr):
        values = {ast.unparse(part.value) for part in node.values if isinstance(part, ast.FormattedValue)}
        written = "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
        return written, {value for value in values if not _OF_LANGUAGE.search(value)}
    return None


def _candidates(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Tuple) and len(node.elts) == 2:
        return list(node.elts)
    if isinstance(node, ast.Call):
        named = {keyword.arg: keyword.value for keyword in node.keywords}
        if {"en", "fr"} <= named.keys():
            return [named["en"], named["fr"]]
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in _PAIRED or name[:1].isupper():
            return list(node.args[:2])
    return []


def _pairs() -> Iterator[Pair]:
    """The French of docstrings is typeset when it is read (`serving/core/site/descriptions.py`)."""
    for path in sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        name = str(path.relative_to(ROOT))
        if name.startswith(LITERAL):
            continue
        tree = ast.parse(path.read_text())
        docstrings = {each.value for each in ast.walk(tree) if isinstance(each, ast.Expr)}
        for node in ast.walk(tree):
            where = f"{name}:{getattr(node, 'lineno', 0)}"
            texts = [found for each in _candidates(node) if (found := _text(each)) is not None]
            if len(texts) == 2 and _is_pair(texts[0][0], texts[1][0]):
                yield Pair(where, texts[0][0], texts[1][0], (texts[0][1], texts[1][1]))
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and not node.value.startswith("Σ"):
                english, *french = _BETWEEN.split(node.value)
                if len(french) == 1 and _is_pair(english, french[0]):
                    shown = typeset(french[0]) if node in docstrings else french[0]
                    yield Pair(where, english, shown, (set(), set()))


def _is_pair(english: str, french: str) -> bool:
    words = re.findall(r"[a-zà-ÿ]+", french.lower())
    return english != french and " " in english.strip() and bool(_FRENCH.intersection(words))


@cache
def _all_pairs() -> Sequence[Pair]:
    """Found when a test asks, not when it is collected."""
    return list(_pairs())


def test_the_pairs_are_found() -> None:
    assert len(_all_pairs()) > 350


def test_the_french_has_french_typography_and_the_terms_of_the_house() -> None:
    assert [
        (pair.where, pair.french, faults) for pair in _all_pairs() if (faults := faults_of_typography(pair.french))
    ] == []


def test_the_french_is_french() -> None:
    assert [(pair.where, pair.french) for pair in _all_pairs() if is_english_sentence(pair.french)] == []


def test_both_languages_have_the_same_values() -> None:
    assert [(pair.where, pair.values) for pair in _all_pairs() if pair.values[0] != pair.values[1]] == []


def test_every_address_is_described_in_both_languages() -> None:
    found = 0
    for path in (ROOT / "serving").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            for keyword in node.keywords if isinstance(node, ast.Call) else ():
                if keyword.arg in {"summary", "description"} and (text := _text(keyword.value)) and " " in text[0]:
                    assert len(_BETWEEN.split(text[0])) == 2, f"{path}:{node.lineno}"  # type: ignore[attr-defined]
                    found += 1
    assert found > 60
