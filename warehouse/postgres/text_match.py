"""Text as people type it: `quebec` finds `Québec`, `okanagan lake west-south` finds the riding with its long dashes.

A needle becomes a regular expression whose letters are classes of every accented form. That needs no extension of the
server, does not depend on a database's locale, and PostgreSQL matches it in linear time.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Literal

Mode = Literal["eq", "startswith", "contains"]

_LETTERS = [chr(point) for point in range(0x41, 0x250) if chr(point).isalpha()]
_DASHES = "-‐‑‒–—−"
_APOSTROPHES = "'’‘ʼ`"
_LIGATURES = {"œ": "oe", "æ": "ae", "ß": "ss"}


def pattern(needles: Iterable[str], mode: Mode) -> str:
    """The expression that matches any of the needles as a whole, at the start, or anywhere."""
    any_of = "|".join(_pattern_of(needle) for needle in needles)
    start = "" if mode == "contains" else "^"
    end = "$" if mode == "eq" else ""
    return f"{start}(?:{any_of}){end}"


def _pattern_of(needle: str) -> str:
    parts = []
    for run in re.split(r"(\s+|oe|ae|ss)", _plain(needle)):
        if run in {"oe", "ae", "ss"}:
            ligature = next(short for short, long in _LIGATURES.items() if long == run)
            parts.append(f"(?:{_class(run[0])}{_class(run[1])}|[{ligature}{ligature.upper()[0]}])")
        elif run.isspace():
            parts.append(r"\s+")
        else:
            parts.extend(_class(character) for character in run)
    return "".join(parts)


def _plain(needle: str) -> str:
    """Lower case without accents and ligatures."""
    lowered = "".join(_LIGATURES.get(character, character) for character in needle.strip().lower())
    return "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))


@cache
def _class(character: str) -> str:
    """Every form of one character."""
    if character in _DASHES:
        return f"[{_DASHES}]"
    if character in _APOSTROPHES:
        return f"[{_APOSTROPHES}]"
    forms = "".join(letter for letter in _LETTERS if _base(letter) == character)
    if forms:
        return f"[{forms}]"
    return character if character.isalnum() else f"\\{character}"


def _base(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0].lower()
