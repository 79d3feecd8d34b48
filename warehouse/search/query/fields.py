"""The fields a query can filter by: their names and values in either language."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Final

from warehouse.model.folding import folded
from warehouse.model.keys import SessionCode
from warehouse.model.read_models.search import Filter, FilterField, SearchedEntity
from warehouse.model.vocabulary.codes import (
    BILL_STATUSES,
    BILL_TYPES,
    CAUCUSES,
    CHAMBERS,
    PROVINCES,
    RESULTS,
    UNKNOWN,
    CodeList,
    as_typed,
)
from warehouse.search.query.dates import date_range, is_range, year_of
from warehouse.search.query.errors import QueryInvalid

NAMES: Final[dict[str, FilterField]] = {
    "party": "party", "parti": "party", "caucus": "party",
    "session": "session",
    "sponsor": "sponsor", "parrain": "sponsor", "marraine": "sponsor",
    "type": "type",
    "chamber": "chamber", "chambre": "chamber",
    "status": "status", "statut": "status", "etat": "status",
    "result": "result", "resultat": "result",
    "province": "province",
    "year": "year", "annee": "year",
    "date": "date",
}  # fmt: skip
"""Every name of a field, without accents."""

_ENTITIES: Final[dict[SearchedEntity, tuple[str, ...]]] = {
    "bill": ("bill", "bills", "projet", "projets", "projet de loi", "projets de loi"),
    "vote": ("vote", "votes", "division", "divisions", "scrutin", "scrutins"),
    "member": ("member", "members", "mp", "mps", "depute", "deputes", "deputee", "deputees"),
}
_KINDS: Final = {word: entity for entity, words in _ENTITIES.items() for word in words}
_ALSO: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "chamber": {"commons": ("house", "hoc", "communes", "chambre", "cdc")},
    "type": {
        "house-government": ("government", "gouvernement", "gouvernemental"),
        "senate-government": ("government", "gouvernement", "gouvernemental"),
        "private-member": ("private", "prive"),
        "senate-private": ("private", "prive"),
        "senate-public": ("public",),
    },
    "status": {"royal-assent-received": ("law", "loi", "royal assent", "sanction royale", "assented")},
    "result": {"agreed": ("passed", "adopted", "adoptes"), "negatived": ("defeated", "rejected", "rejetes")},
}
_LISTS: Final[Mapping[str, CodeList]] = {
    "party": CAUCUSES, "chamber": CHAMBERS, "type": BILL_TYPES, "status": BILL_STATUSES, "result": RESULTS,
    "province": PROVINCES,
}  # fmt: skip
_LONGEST_NAME: Final = 100
LATIN: Final = "A-Za-zÀ-ÖØ-öø-ÿ"
"""The letters of names in both official languages; names without any of them match nobody."""
_LETTER: Final = re.compile(f"[{LATIN}]")


def field_named(name: str, position: int) -> FilterField:
    """The field of a name in either language.

    Raises:
        QueryInvalid: there is none.
    """
    found = NAMES.get(folded(name))
    if found is None:
        raise QueryInvalid(
            f"There is no field {name[:40]!r}. Write words that contain a colon in quotes.",
            f"Il n’y a pas de champ {name[:40]!r}. Mettez entre guillemets ce qui contient un deux-points.",
            position,
            allowed=sorted(set(NAMES.values())),
            nearest=_nearest(name, NAMES),
        )
    return found


def filters_of(
    field: FilterField, value: str, position: int, *, start: int | None = None, negated: bool = False
) -> list[Filter]:
    """What `field:value` means: one filter, or some that are alternatives. Values may be of either language.

    The value is at `position`, and the filter begins at `start` where that is elsewhere.

    Raises:
        QueryInvalid: the field has no such value.
    """
    value, start = value.strip(), position if start is None else start
    if not value:
        raise QueryInvalid(f"`{field}:` needs a value.", f"`{field}:` demande une valeur.", position)
    if field == "date" or (field == "year" and is_range(value)):
        from_on, to_on = date_range(value, position)
        return [Filter(field="date", value="", position=start, from_on=from_on, to_on=to_on, negated=negated)]
    meant = [(field, _PLAIN[field](value, position))] if field in _PLAIN else _coded(field, value, position)
    return [Filter(field=each, value=code, position=start, negated=negated) for each, code in meant]


def entity_called(word: str) -> SearchedEntity | None:
    """The kind of document that a word without accents means: `votes` and `scrutins` mean votes."""
    return _KINDS.get(word)


def _session(value: str, position: int) -> str:
    try:
        return str(SessionCode.parse(folded(value)))
    except ValueError:
        raise QueryInvalid(
            f"{value[:40]!r} is not a session; write it as 45-1.",
            f"{value[:40]!r} n’est pas une session; écrivez par exemple 45-1.",
            position,
        ) from None


def _sponsor(value: str, position: int) -> str:
    if len(value) > _LONGEST_NAME or not _LETTER.search(value):
        raise QueryInvalid("`sponsor:` needs a name.", "`parrain:` demande un nom.", position)
    return value


_PLAIN: Final[Mapping[str, Callable[[str, int], str]]] = {"session": _session, "sponsor": _sponsor, "year": year_of}


def codes_of(field: FilterField) -> list[str]:
    """The codes that a field may have, in alphabetical order; their names are accepted too."""
    return sorted({code for codes in _values(field).values() for _, code in codes})


def _coded(field: FilterField, value: str, position: int) -> list[tuple[FilterField, str]]:
    known = _values(field)
    found = known.get(as_typed(value))
    if found is None:
        allowed = codes_of(field)
        raise QueryInvalid(
            f"`{field}` has no value {value[:40]!r}.",
            f"`{field}` n’a pas de valeur {value[:40]!r}.",
            position,
            allowed=allowed,
            nearest=_nearest(value, allowed),
        )
    return found


@cache
def _values(field: FilterField) -> dict[str, list[tuple[FilterField, str]]]:
    """Every spelling of every value of a field, without accents, with its field and codes."""
    known: dict[str, list[tuple[FilterField, str]]] = {}
    if field in {"type", "entity"}:
        known = {as_typed(word): [("entity", entity)] for word, entity in _KINDS.items()}
    if field == "entity":
        return known
    also = _ALSO.get(field, {})
    for code in _LISTS[field].codes:
        texts = (code.code, code.en, code.fr or code.en, *code.also, *code.typed, *also.get(code.code, ()))
        for text in {as_typed(text) for text in texts}:
            known.setdefault(text, []).append((field, code.code))
    return known | {UNKNOWN: [(field, UNKNOWN)]}


def _nearest(text: str, allowed: Iterable[str]) -> str | None:
    found = difflib.get_close_matches(folded(text[:40]), list(allowed), n=1, cutoff=0.5)
    return found[0] if found else None
