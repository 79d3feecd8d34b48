"""Text as people type it: `quebec` finds `Québec`, `okanagan lake west-south` finds the riding with its long dashes.

A needle becomes a regular expression whose letters are classes of every accented form. That needs no extension of the
server, does not depend on a database's locale, and PostgreSQL matches it in linear time.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Final, Literal

Mode = Literal["eq", "startswith", "contains"]

_DASHES: Final = "-‐‑‒–—−"
_APOSTROPHES: Final = "'’‘ʼ`"
_LIGATURES: Final = {"oe": "œŒ", "ae": "æÆ", "ss": "ßẞ"}
_LATIN: Final = (*range(0x41, 0x250), *range(0x1E00, 0x1F00))


def pattern(needles: Iterable[str], mode: Mode) -> str:
    """The expression that matches any of the needles as a whole, at the start, or anywhere."""
    any_of = "|".join(_pattern_of(needle) for needle in needles)
    start = "" if mode == "contains" else "^"
    end = "$" if mode == "eq" else ""
    return f"{start}(?:{any_of}){end}"


def _pattern_of(needle: str) -> str:
    parts = []
    for run in re.split(r"(\s+|oe|ae|ss)", _plain(needle)):
        if run in _LIGATURES:
            parts.append(f"(?:{_class(run[0])}{_class(run[1])}|[{_LIGATURES[run]}])")
        elif run.isspace():
            parts.append(r"\s+")
        else:
            parts.extend(_class(character) for character in run)
    return "".join(parts)


def _plain(needle: str) -> str:
    """Lower-case Latin letters without accents and ligatures; every other character as it is."""
    spelled = {form: letters for letters, forms in _LIGATURES.items() for form in forms}
    composed = unicodedata.normalize("NFC", needle.strip())
    return "".join(spelled.get(character) or _base(character) or character for character in composed)


@cache
def _class(character: str) -> str:
    """Every form of one character."""
    if character in _DASHES:
        return f"[{_DASHES}]"
    if character in _APOSTROPHES:
        return f"[{_APOSTROPHES}]"
    if character in _forms():
        return f"[{_forms()[character]}]"
    if character.isalpha():
        cases = {character, character.lower(), character.upper()}
        return f"[{''.join(sorted(case for case in cases if len(case) == 1))}]"
    return character if character.isalnum() or ord(character) > 0x7F else f"\\{character}"


@cache
def _forms() -> dict[str, str]:
    """The accented forms, in both cases, of each letter from a to z."""
    forms: dict[str, str] = defaultdict(str)
    for letter in map(chr, _LATIN):
        if base := _base(letter):
            forms[base] += letter
    return dict(forms)


def _base(letter: str) -> str | None:
    """The letter from a to z that an accented one is made of; None for all others."""
    first = unicodedata.normalize("NFD", letter)[0].lower()
    return first if "a" <= first <= "z" else None
