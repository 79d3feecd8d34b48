"""Scores of members on divisions that a caller chose, with the caller's directions and weights."""

import hashlib
from typing import Annotated, Final, Literal

import msgspec
import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from warehouse.statistics.counting.formulas import BOTH, NAY, YEA, Counts, Flags, Floats
from warehouse.statistics.counting.sheets import Sheet

Direction = Literal["yea", "nay"]
_WANTED: Final = {"yea": YEA, "nay": NAY}


MOST_VOTES: Final = 200
HEAVIEST: Final = 1000
LONGEST_TITLE: Final = 200
VOTE_PATTERN: Final = "[1-9][0-9]{0,2}-[1-9][0-9]?/(commons|senate)/[1-9][0-9]{0,6}"
# Described, and refused by who reads a card, in both languages.
_TITLE: Final = Meta(extra_json_schema={"maxLength": LONGEST_TITLE})


class Choice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One vote of a scorecard, and how its author would have voted.
    / Un vote d’une fiche de notation, et comment son auteur aurait voté."""

    vote: Annotated[str, Meta(extra_json_schema={"pattern": f"^{VOTE_PATTERN}$"})]
    """The key of the vote, as `45-1/commons/43`. / La clé du vote, comme `45-1/commons/43`."""
    direction: Direction
    """How its author would have voted. / Comment son auteur aurait voté."""
    weight: Annotated[float, Meta(extra_json_schema={"exclusiveMinimum": 0, "maximum": HEAVIEST})] = 1.0
    """How much it counts in `score/1`. / Combien il compte dans `score/1`."""
    strong: bool = False
    """Whether it counts as strong in `publicwhip/1` and `tvfy/1`, which have two weights.
    / S’il compte comme fort dans `publicwhip/1` et `tvfy/1`, qui ont deux poids."""


class Scorecard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Votes that somebody chose, each once. / Des votes que quelqu’un a choisis, chacun une fois."""

    title_en: Annotated[str | None, _TITLE] = None
    """Its English title; null where it has none. / Son titre anglais; nul s’il n’en a pas."""
    title_fr: Annotated[str | None, _TITLE] = None
    """Its French title; null where it has none. / Son titre français; nul s’il n’en a pas."""
    votes: Annotated[tuple[Choice, ...], Meta(extra_json_schema={"minItems": 1, "maxItems": MOST_VOTES})]
    """The votes; their order means nothing. / Les votes; leur ordre ne veut rien dire."""

    def canonical(self) -> "Scorecard":
        """The same card as it is kept: the order in which divisions are named means nothing."""
        return msgspec.structs.replace(self, votes=tuple(sorted(self.votes, key=lambda choice: choice.vote)))

    def content(self) -> bytes:
        """What is kept, and hashed."""
        return msgspec.json.encode(self.canonical())


def digest_of(content: bytes) -> str:
    """The name of a card: the SHA-256 of its content."""
    return hashlib.sha256(content).hexdigest()


class Scores(msgspec.Struct, frozen=True, kw_only=True):
    """The scores of each person of a sheet; NaN where nothing counts."""

    persons: NDArray[np.int64]
    agreed: Counts
    differed: Counts
    absent: Counts
    score: Floats
    publicwhip_distance: Floats
    tvfy_agreement: Floats
    category: list[str | None]


def scores(sheet: Sheet, choices: tuple[Choice, ...]) -> Scores:
    """Score everybody. `choices` are in the order of the sheet's divisions.

    Absent is who was eligible and cast neither yea nor nay; paired members are absent here, as in both older methods.
    Who is on both lists counts nowhere.
    """
    wanted = np.array([_WANTED[each.direction] for each in choices], np.int8)[:, None]
    took_side = (sheet.position == YEA) | (sheet.position == NAY)
    agreed, differed = took_side & (sheet.position == wanted), took_side & (sheet.position != wanted)
    absent = sheet.eligible & ~took_side & (sheet.position != BOTH) & ~sheet.doubtful[:, None]
    strong = np.array([each.strong for each in choices], np.bool_)[:, None]
    weights = np.array([each.weight for each in choices])[:, None]
    tvfy = _tvfy(agreed, differed, absent, strong)
    voted = agreed | differed
    enough = (voted.sum(axis=0) >= 2) | (voted & strong).any(axis=0)
    return Scores(
        persons=sheet.persons,
        agreed=agreed.sum(axis=0),
        differed=differed.sum(axis=0),
        absent=absent.sum(axis=0),
        score=_share((weights * agreed).sum(axis=0), (weights * voted).sum(axis=0)),
        publicwhip_distance=_publicwhip(agreed, differed, absent, strong),
        tvfy_agreement=tvfy,
        category=[_category(value) if is_enough else None for value, is_enough in zip(tvfy, enough, strict=True)],
    )


def _publicwhip(agreed: Flags, differed: Flags, absent: Flags, strong: Flags) -> Floats:
    """`publicwhip/1`: points of disagreement over points to be had: 10 a division, 50 a strong one; who is absent gets
    1 of 2, and 25 of 50 on a strong one."""
    points = np.where(strong, 50 * differed + 25 * absent, 10 * differed + 1 * absent).sum(axis=0)
    available = np.where(strong, 50 * (agreed | differed | absent), 10 * (agreed | differed) + 2 * absent).sum(axis=0)
    return _share(points.astype(np.float64), available.astype(np.float64))


def _tvfy(agreed: Flags, differed: Flags, absent: Flags, strong: Flags) -> Floats:
    """`tvfy/1`: same 1, different 0, absent ½, weighted 5, of the absent 1, of strong divisions 25."""
    weight = np.where(strong, 25 * (agreed | differed | absent), 5 * (agreed | differed) + 1 * absent)
    return _share((weight * (agreed + 0.5 * absent)).sum(axis=0), weight.sum(axis=0).astype(np.float64))


_CATEGORIES: Final = (
    (0.95, "consistently_for"),
    (0.85, "almost_always_for"),
    (0.60, "generally_for"),
    (0.40, "mixture"),
    (0.15, "generally_against"),
    (0.05, "almost_always_against"),
)


def _category(agreement: float) -> str:
    return next((name for least, name in _CATEGORIES if agreement >= least), "consistently_against")


def _share(over: Floats, under: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(under > 0, over / under, np.nan)
