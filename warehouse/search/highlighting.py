"""Marks matches in a text. Everything is escaped; `<mark>` is the only markup."""

import html
import re
from collections.abc import Callable, Iterable
from typing import Final

from warehouse.model.folding import folded

_WORD: Final = re.compile(r"[^\W_]+")
_LONGEST: Final = 300
_BEFORE: Final = 80

Matches = Callable[[str], bool]


def marked(text: str, matches: Matches) -> str | None:
    """The text with every word that matches in `<mark>`, cut around the first one if long; None if none does."""
    found = [(word.start(), word.end()) for word in _WORD.finditer(text) if matches(word[0])]
    if not found:
        return None
    begin, end = _window(text, found[0][0])
    parts, at = ["" if begin == 0 else "…"], begin
    for start, stop in found:
        if stop > end:
            break
        parts += [html.escape(text[at:start]), "<mark>", html.escape(text[start:stop]), "</mark>"]
        at = stop
    parts += [html.escape(text[at:end]), "" if end == len(text) else "…"]
    return "".join(parts).replace("</mark> <mark>", " ")


def _window(text: str, first: int) -> tuple[int, int]:
    """The start and end of the excerpt of a long text: at spaces, around the first match."""
    if len(text) <= _LONGEST:
        return 0, len(text)
    begin = 0 if first <= _BEFORE else text.rfind(" ", 0, first - _BEFORE) + 1
    end = text.find(" ", begin + _LONGEST)
    return begin, len(text) if end < 0 else end


def like_any(misspelt: Iterable[tuple[str, int]], word: str) -> bool:
    """Whether a word differs from one of these by at most this many letters."""
    plain = folded(word)
    return any(_distance_within(plain, other, typos) for other, typos in misspelt)


def _distance_within(one: str, other: str, most: int) -> bool:
    """Whether the words differ by at most this many insertions, deletions, changes or swaps of neighbouring letters."""
    if abs(len(one) - len(other)) > most:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1] <= most
