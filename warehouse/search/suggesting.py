"""Completions, the same for every engine: their labels and their order."""

import re
from collections.abc import Iterable
from itertools import chain, islice, zip_longest
from typing import Final

from warehouse.model.folding import folded
from warehouse.model.read_models.search import SearchDocument, Suggestion

_NUMBER: Final = re.compile(r"(?:bill |projet de loi |pl )?([cs])\s?-?\s?0{0,3}(\d{0,4})", re.ASCII)
_DIGITS: Final = re.compile(r"(?:bill |projet de loi |pl )?0{0,3}([1-9]\d{0,2})", re.ASCII)
MEMBERS_A_RIDING: Final = 5
"""How many members are read for each requested riding, because a riding can have several members."""


def number_begun(text: str) -> tuple[str, str] | None:
    """Letter and digits (possibly none yet) if the text is a bill's number or the beginning of one. Digits alone mean
    the House's bill of that number."""
    plain = folded(text)
    if (digits := _DIGITS.fullmatch(plain)) is not None:
        return "c", digits[1]
    found = _NUMBER.fullmatch(plain)
    return None if found is None else (found[1], found[2])


def in_turn(columns: Iterable[Iterable[Suggestion]], limit: int) -> list[Suggestion]:
    """The best of each kind in turn, at most `limit` in all."""
    rows = chain.from_iterable(zip_longest(*(islice(column, limit) for column in columns)))
    return list(islice((each for each in rows if each is not None), limit))


def members(documents: Iterable[SearchDocument]) -> Iterable[Suggestion]:
    """Members by name."""
    for document in documents:
        name = document.title_en or ""
        yield Suggestion(kind="member", key=document.key, text_en=name, text_fr=name)


def ridings(documents: Iterable[SearchDocument]) -> Iterable[Suggestion]:
    """The ridings of members, each once, with the first of its members."""
    seen = set()
    for document in documents:
        riding = document.riding_en or ""
        if folded(riding) not in seen:
            seen.add(folded(riding))
            yield Suggestion(kind="riding", key=document.key, text_en=riding, text_fr=document.riding_fr or riding)


def bills(documents: Iterable[SearchDocument]) -> Iterable[Suggestion]:
    """Bills, each once: `C-21 (44-1) An Act …`."""
    seen = set()
    for document in documents:
        if document.key not in seen:
            seen.add(document.key)
            title_en = document.short_title_en or document.title_en or ""
            title_fr = document.short_title_fr or document.title_fr or title_en
            label = f"{document.bill} ({document.session})"
            yield Suggestion(
                kind="bill",
                key=document.key,
                text_en=f"{label} {title_en}".strip(),
                text_fr=f"{label} {title_fr}".strip(),
            )
