"""Rules of matching, the same for every engine: stop words, typing errors, how many words must match."""

from typing import Final

from warehouse.model.folding import folded
from warehouse.model.read_models.search import BillReference, SearchedEntity

_ENGLISH: Final = (
    "a about an and are as at be been by did do does for from has have how i if in into is it its me my no not of on "
    "or our please say says show tell that the their there these they this to was we were what when where which who "
    "whose why will with would"
)
_FRENCH: Final = (
    "à au aux avec ce ces cet cette comment d dans de des dit du elle en est et eu il ils j je l la le les leur leurs "
    "lui m ma mais mes moi mon n ne nos notre nous on ou ont par pas pour qu quand que quel quelle quelles quels qui "
    "quoi s sa sans se ses son sont sur t un une vos votre vous y"
)
STOP_WORDS: Final = frozenset(folded(f"{_ENGLISH} {_FRENCH}").split())
"""Stop words of both languages, without accents, because the language of a query is unknown."""

TITLE_WEIGHT: Final = 3.0
SHORT_TITLE_WEIGHT: Final = 4.0
SPONSOR_WEIGHT: Final = 1.5
STATUS_WEIGHT: Final = 0.5
SUMMARY_WEIGHT: Final = 0.5
NUMBER_WEIGHT: Final = 1000.0
"""The weight of a bill whose number was searched: above any score of words."""
SENATE_NUMBER_WEIGHT: Final = 900.0
"""The weight of the Senate's bill if only digits were typed: after the House's bill of that number."""
NUMBER_OF_VOTE_WEIGHT: Final = 100.0
"""The weight of a vote on such a bill: after the bill, before documents that only mention it."""


def numbers_of(node: BillReference) -> list[tuple[str, SearchedEntity, float]]:
    """The bills that a reference means, and votes on them, with their weights."""
    found: list[tuple[str, SearchedEntity, float]] = [
        (node.number, "bill", NUMBER_WEIGHT),
        (node.number, "vote", NUMBER_OF_VOTE_WEIGHT),
    ]
    if node.or_number is not None:
        found += [(node.or_number, "bill", SENATE_NUMBER_WEIGHT), (node.or_number, "vote", NUMBER_OF_VOTE_WEIGHT)]
    return found


def mentions_of(node: BillReference) -> list[str]:
    """The forms in which texts mention the bills of a reference, of any session."""
    if node.or_number is None:
        return [node.number]
    return [node.number, node.or_number, node.number.partition("-")[2]]


def is_stop_word(word: str) -> bool:
    """Whether the word is a stop word; in a phrase it counts."""
    return folded(word) in STOP_WORDS


def typos_allowed(word: str) -> int:
    """How many letters may be wrong: none in short words and in words with a digit."""
    if len(word) < 5 or any(character.isdigit() for character in word):
        return 0
    return 1 if len(word) < 8 else 2


def required(words: int) -> int:
    """How many of these words must match: all of one or two, a little more than half of more."""
    return words if words <= 2 else (words + 2) // 2
