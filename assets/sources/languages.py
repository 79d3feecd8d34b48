"""Detects which of Parliament's two languages a text is in, by its small words."""

import re
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+")
_ENGLISH: Final = frozenset(
    ["the", "of", "and", "to", "an", "act", "respecting", "for", "in", "on", "by", "with", "from", "that", "other",
     "certain", "amend", "reading", "bill", "agreed", "negatived"]
)  # fmt: skip
_FRENCH: Final = frozenset(
    ["le", "la", "les", "de", "du", "des", "et", "un", "une", "à", "au", "aux", "sur", "pour", "par", "dans", "loi",
     "visant", "concernant", "modifiant", "projet", "lecture", "autres", "certaines", "adoptée", "rejetée", "l", "d"]
)  # fmt: skip


def is_english(text: str | None) -> bool:
    """Whether a text is certainly English. Names, numbers and words that both languages have prove nothing."""
    return _leans(text, _ENGLISH, _FRENCH)


def is_french(text: str | None) -> bool:
    """Whether a text is certainly French."""
    return _leans(text, _FRENCH, _ENGLISH)


def _leans(text: str | None, own: frozenset[str], other: frozenset[str]) -> bool:
    words = [word.casefold() for word in _WORD.findall(text or "")]
    return sum(word in own for word in words) >= 2 and not any(word in other for word in words)
