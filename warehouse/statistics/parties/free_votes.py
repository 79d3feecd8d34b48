"""Free votes: a label with its evidence, never a reason to leave dissent out."""

import re
from collections.abc import Sequence
from typing import Final, Literal

import msgspec
import numpy as np

from warehouse.model.curated import FreeVote
from warehouse.statistics.counting import formulas
from warehouse.statistics.counting.sheets import Division
from warehouse.statistics.counting.tallies import Tallies

MINORITY_SHARE: Final = 0.15
FEWEST_DISSENTERS: Final = 3
_PRIVATE_TYPES: Final = frozenset({"private-member", "senate-public", "senate-private"})
_FIRST_PRIVATE: Final = 201
"""House bills of private members are numbered from C-201 on, by convention."""
_PRIVATE_MOTION: Final = re.compile(r"\bM[-‑–]\d+\b|private members['’] business", re.IGNORECASE)
_CONSCIENCE: Final = re.compile(
    r"\bmarriage\b|\babortion\b|\bunborn\b|assistance in dying|assisted suicide|\beuthanasia\b|death penalty"
    r"|capital punishment|freedom of conscience",
    re.IGNORECASE,
)

Evidence = Literal["minority_share", "private_members_business", "conscience_words", "declared"]


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """Why a division looks free, or was declared so, for one caucus."""

    vote: str
    caucus: str
    label: Literal["free_vote/declared", "free_vote/suspected"]
    evidence: tuple[Evidence, ...]
    minority_share: float | None
    dissenters: int
    citation: str | None = None
    url: str | None = None


def labels(divisions: Sequence[Division], tallies: Tallies, declared: Sequence[FreeVote]) -> list[Label]:
    """The label of every caucus and division that has one. A declared free vote needs no other evidence."""
    said = {(each.vote, each.caucus): each for each in declared}
    yea, nay = tallies.yea - tallies.both, tallies.nay - tallies.both  # on both lists is on neither side
    shares, minority = formulas.minority_share(yea, nay), np.minimum(yea, nay)
    split = tallies.is_caucus & (shares >= MINORITY_SHARE) & (minority >= FEWEST_DISSENTERS)
    found = []
    for row, division in enumerate(divisions):
        subject = _evidence(division)
        for column, caucus in enumerate(tallies.groups):
            cited, is_split = said.get((division.key, caucus)), bool(split[row, column]) and bool(subject)
            if cited is None and not is_split:
                continue
            share = float(shares[row, column])
            evidence: tuple[Evidence, ...] = ("declared",) if cited else ()
            found.append(
                Label(
                    vote=division.key,
                    caucus=caucus,
                    label="free_vote/declared" if cited else "free_vote/suspected",
                    evidence=evidence + (("minority_share", *subject) if is_split else ()),
                    minority_share=None if np.isnan(share) else share,
                    dissenters=int(minority[row, column]),
                    citation=cited.citation if cited else None,
                    url=cited.url if cited else None,
                )
            )
    return found


def _evidence(division: Division) -> tuple[Evidence, ...]:
    """The words in a subject that make a free vote likely."""
    number = re.search(r"/C-(\d+)", division.bill or "")
    is_private = division.bill_type in _PRIVATE_TYPES or (number is not None and int(number[1]) >= _FIRST_PRIVATE)
    found: list[Evidence] = []
    if is_private or _PRIVATE_MOTION.search(division.subject or ""):
        found.append("private_members_business")
    if _CONSCIENCE.search(division.subject or ""):
        found.append("conscience_words")
    return tuple(found)
