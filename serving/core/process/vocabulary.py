"""The values that a field of a list has, and which of them is nearest to one that it has not."""

import datetime as dt
import difflib
import heapq
import re
from collections import Counter
from collections.abc import Iterable
from itertools import chain
from typing import Any, Final, NamedTuple

from warehouse.model.keys import BillNumber, SessionCode, session_order
from warehouse.model.vocabulary.codes import as_typed

_TRIED: Final = 40
"""Of so many spellings that share most pairs of letters the likeness is computed; it costs too much for all."""
_WORD: Final = re.compile(r"[^\W_]{3,}")
LIKE: Final = 0.6
"""How alike two words are that may be one misspelt (Ratcliff and Obershelp); 1 is equal."""
_Place = tuple[Any, ...]


class Alike(NamedTuple):
    """A spelling that comes near a word."""

    likeness: float
    word: str
    text: str
    """The first text that has the word; the word itself where it is a whole text."""


class Vocabulary:
    """The values of one field. What is looked up is prepared when it is first needed, and once for each value."""

    def __init__(self, values: Iterable[Any] = ()) -> None:
        self._values: dict[Any, None] = {}
        self._texts: list[str] = []
        self._placed = self._spelled = 0
        self._places: list[tuple[_Place, str]] = []
        self._wholes: set[str] = set()
        self._by_spelling: dict[str, tuple[str, str]] = {}
        self._spellings: list[str] = []
        self._sizes: list[int] = []
        self._by_pair: dict[str, list[int]] = {}
        self.add(values)

    def add(self, values: Iterable[Any]) -> None:
        """Take in more values; those that are known already change nothing. Of a list, each entry is a value."""
        for value in values:
            for each in value if isinstance(value, list) else (value,):
                if each not in self._values:
                    self._values[each] = None
                    self._texts.append(str(each))

    def nearest(self, value: str, *, parts: bool = False) -> str | None:
        """The value nearest to a text; None where none is near, or one is it. `parts` gives words of values as well."""
        first = next(iter(self._values), None)
        if first is None or isinstance(first, bool):
            return None
        if isinstance(first, int):
            return _of_numbers(self._values, value)
        if isinstance(first, dt.date):
            return _of_days(self._values, value)
        if (key := self.nearest_key(value)) is not None:
            return key
        self._spell()
        wanted = as_typed(value)
        if wanted in self._wholes:
            return None
        near = self._alike(wanted, LIKE)
        return None if near is None else near.word if parts else near.text

    def nearest_key(self, value: str) -> str | None:
        """The session, bill number or key nearest in number, not in spelling; None where none is, or one is it."""
        place = _place(value)
        if place is None:
            return None
        for text in self._texts[self._placed :]:
            if (found := _place(text)) is not None:
                self._places.append((found, text))
        self._placed = len(self._texts)
        same = [each for each in self._places if len(each[0]) == len(place)]
        if not same:
            return None
        found, near = min(same, key=lambda each: (_distance(each[0], place), each[1]))
        return None if found == place else near

    def nearest_word(self, word: str, likeness: float) -> Alike | None:
        """The word of any value, or the whole value, that is most like a word; None where none is like it."""
        self._spell()
        wanted = as_typed(word)
        if (exact := self._by_spelling.get(wanted)) is not None:
            return Alike(1.0, *exact)
        return self._alike(wanted, likeness)

    def _spell(self) -> None:
        """Index what is new by its spelling, and spellings by their pairs of letters."""
        for text in self._texts[self._spelled :]:
            whole = as_typed(text)
            self._wholes.add(whole)
            self._index(whole, text, text)
            for word in _WORD.findall(text):
                self._index(as_typed(word), word, text)
        self._spelled = len(self._texts)

    def _index(self, spelling: str, word: str, text: str) -> None:
        if spelling in self._by_spelling:
            return
        self._by_spelling[spelling] = (word, text)
        pairs = _pairs(spelling)
        for pair in pairs:
            self._by_pair.setdefault(pair, []).append(len(self._spellings))
        self._spellings.append(spelling)
        self._sizes.append(len(pairs))

    def _alike(self, wanted: str, likeness: float) -> Alike | None:
        pairs = _pairs(wanted)
        shared = Counter(chain.from_iterable(self._by_pair.get(pair, ()) for pair in pairs))
        sizes, count = self._sizes, len(pairs)
        likely = heapq.nlargest(_TRIED, shared, key=lambda at: shared[at] / (sizes[at] + count))
        matcher = difflib.SequenceMatcher()
        matcher.set_seq2(wanted)
        best = (likeness, "")
        for at in likely:
            matcher.set_seq1(self._spellings[at])
            if matcher.real_quick_ratio() >= best[0] and matcher.quick_ratio() >= best[0]:
                best = max(best, (matcher.ratio(), self._spellings[at]))
        return Alike(best[0], *self._by_spelling[best[1]]) if best[1] else None


def _pairs(spelling: str) -> set[str]:
    """Its pairs of neighbouring letters, those with its ends too."""
    padded = f" {spelling} "
    return {padded[at : at + 2] for at in range(len(padded) - 1)}


def _of_numbers(values: Iterable[Any], value: str) -> str | None:
    if not value.lstrip("-").isdigit():
        return None
    found = min(values, key=lambda each: (abs(each - int(value)), -each))
    return None if found == int(value) else str(found)


def _of_days(values: Iterable[dt.date], value: str) -> str | None:
    try:
        wanted = dt.date.fromisoformat(value)
    except ValueError:
        return None
    found = min(values, key=lambda each: (abs(each - wanted), -each.toordinal()))
    return None if found == wanted else found.isoformat()


def _place(text: str) -> tuple[Any, ...] | None:
    """What orders a session, a bill number, a key of a bill or of a vote; None for other texts."""
    session, *rest = text.split("/")
    try:
        if not rest and "-" in session and session.strip()[:1].isdigit():
            return (session_order(str(SessionCode.parse(session))),)
        if not rest:
            number = BillNumber.parse(session)
            return (number.prefix, number.number, number.suffix)
        order = session_order(str(SessionCode.parse(session)))
        if len(rest) == 1:
            number = BillNumber.parse(rest[0])
            return (order, number.prefix, number.number, number.suffix)
        return (order, rest[0], int(rest[1]), "", "")
    except ValueError:
        return None


def _distance(one: tuple[Any, ...], other: tuple[Any, ...]) -> tuple[Any, ...]:
    """How far apart two places are. Of bills the same number in another session is nearest, then the nearest number in
    the session; of votes the nearest number in the session."""
    if len(one) == 1:
        return (abs(one[0] - other[0]), -one[0])
    if len(one) == 3:
        return (one[0] != other[0], abs(one[1] - other[1]), one[2] != other[2], -one[1])
    away, apart, is_other_kind = abs(one[0] - other[0]), abs(one[2] - other[2]), one[1] != other[1]
    if len(one) == 5:
        return (is_other_kind, away, apart, -one[2])
    is_same_elsewhere = apart == 0 and one[3] == other[3]
    return (is_other_kind, 0 if is_same_elsewhere else 1 if away == 0 else 2, away, apart, -one[0])
