"""The texts that each field searches, and the order of documents by date, the same for every engine."""

import datetime as dt
from typing import Final

from warehouse.model.read_models.search import SearchDocument
from warehouse.model.vocabulary.codes import GENERAL_ELECTIONS

STEMMED_EN: Final = ("title_en", "short_title_en", "status_en", "summary_en")
STEMMED_FR: Final = ("title_fr", "short_title_fr", "status_fr", "summary_fr")
PLAIN: Final = ("words", "names", "sponsor", "riding", "numbered", "summary")
"""Fields of plain words, for phrases and typing errors."""

_FIRST_DAY: Final = dt.date(1867, 7, 1)
_NUMBERS_A_DAY: Final = 1 << 20


def searched_texts(document: SearchDocument) -> dict[str, list[str]]:
    """The texts of each field: a member's names are no title, and only a bill is found by its own number."""
    is_member = document.entity == "member"
    titles = {document.title_en, document.title_fr, document.short_title_en, document.short_title_fr}
    names = {document.title_en, *document.other_names}
    found: dict[str, set[str | None]] = {
        field: set() if is_member else {getattr(document, field)} for field in (*STEMMED_EN, *STEMMED_FR)
    }
    found |= {
        "words": set() if is_member else titles,
        "names": names if is_member else set(),
        "sponsor": {document.sponsor_en, document.sponsor_fr},
        "riding": {document.riding_en, document.riding_fr} if is_member else set(),
        "summary": {document.summary_en, document.summary_fr},
        "numbered": {document.bill} if document.entity == "bill" else set(),
    }
    return {field: sorted(text for text in texts if text) for field, texts in found.items()}


def day_number(day: dt.date) -> int:
    """Days since Confederation."""
    return (day - _FIRST_DAY).days


def recency(document: SearchDocument) -> int:
    """The day for sorting by date; for documents without a date, soon after the election of their Parliament."""
    if document.date is not None:
        return max(0, day_number(document.date))
    parliament, session = divmod(document.order, 100)
    elected = max((day for number, day in GENERAL_ELECTIONS.items() if number <= parliament), default=_FIRST_DAY)
    return day_number(elected) + session


def newest(document: SearchDocument) -> int:
    """The sort key of documents: their day, and for votes of one day their number."""
    return recency(document) * _NUMBERS_A_DAY + min(document.number or 0, _NUMBERS_A_DAY - 1)


def recency_weight(document: SearchDocument) -> float:
    """The factor of a score: one hundredth more for each year."""
    return float(2 ** (4 * recency(document) / 100_000))
