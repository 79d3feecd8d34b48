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

from warehouse.model.folding import DASHES

Mode = Literal["eq", "startswith", "contains"]

_APOSTROPHES: Final = "'’‘ʼ`"
_LIGATURES: Final = {"oe": "œŒ", "ae": "æÆ", "ss": "ßẞ"}
_BLANK_OR_DASH: Final = rf"[{DASHES}\s]+"
_BETWEEN: Final = re.compile(_BLANK_OR_DASH)
"""Separators of words in names: `Battle River—Crowfoot` is typed with a dash of any length, or a space."""
_HONORIFICS: Final = (
    r"(?:[Tt]he |[Ll](?:e |['’]))?(?:(?:[Rr](?:igh)?t\.? |[Tt]r[èe]s )?[Hh]on(?:ou?rable)?\.?|[Ss]en(?:ator)?\.?|"
    r"[Ss][ée]n(?:ateur|atrice)?\.?|[Mm]rs?\.?|[Mm]s\.?|[Mm]me\.?|[Dd]r\.?)[ \u00a0]+"
)
_HONORIFIC: Final = re.compile(f"^(?:{_HONORIFICS})")
_LATIN: Final = (*range(0x41, 0x250), *range(0x1E00, 0x1F00))
_LETTERS: Final = re.compile("[a-z0-9]+")
_TRIGRAM: Final = 3


def pattern(needles: Iterable[str], mode: Mode, *, of_persons: bool = False) -> str:
    """The expression that matches any of the needles as a whole, at the start, or anywhere.

    In names of people honorifics are ignored on both sides: `Mark Carney` finds `Right Hon. Mark Carney`, and vice
    versa.
    """
    if of_persons:
        needles = [_bare(needle) for needle in needles]
    any_of = "|".join(_pattern_of(needle) for needle in needles)
    start = "" if mode == "contains" else f"^(?:{_HONORIFICS})?" if of_persons else "^"
    end = "$" if mode == "eq" else ""
    return f"{start}(?:{any_of}){end}"


def letters_pattern(needles: Iterable[str], *, of_persons: bool = False) -> str | None:
    """An expression that `plain_letters(text)` matches wherever the text matches `pattern`, for a trigram index.

    None if such an index would not help, because a needle has no three letters in a row.
    """
    runs = [_LETTERS.findall(_plain(_bare(needle) if of_persons else needle)) for needle in needles]
    if not all(any(len(run) >= _TRIGRAM for run in each) for each in runs):
        return None
    return "|".join(".*".join(each) for each in runs)


def _bare(name: str) -> str:
    """A person's name without honorifics."""
    return _HONORIFIC.sub("", name.strip()) or name


def _pattern_of(needle: str) -> str:
    parts = []
    plain = _plain(needle)
    has_words = any(character.isalnum() for character in plain)
    for run in re.split(rf"([\s{DASHES[1:]}-]+|oe|ae|ss)", plain):
        if run in _LIGATURES:
            parts.append(f"(?:{_class(run[0])}{_class(run[1])}|[{_LIGATURES[run]}])")
        elif has_words and _BETWEEN.fullmatch(run):
            parts.append(_BLANK_OR_DASH)
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
    if character in DASHES:
        return f"[{DASHES}]"
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
    """The base letter from a to z of an accented letter; None for all others."""
    first = unicodedata.normalize("NFD", letter)[0].lower()
    return first if "a" <= first <= "z" else None
