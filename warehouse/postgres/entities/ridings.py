"""Ridings out of the catalog's memberships."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import msgspec

from warehouse.model.read_models.ridings import RidingTerm, RidingTerms
from warehouse.model.read_models.selection import Condition, PageOf, Selection
from warehouse.model.vocabulary.codes import as_typed
from warehouse.postgres.connections.watched import WatchedDatabase
from warehouse.postgres.lists import pages
from warehouse.postgres.lists.derived import representation_orders
from warehouse.postgres.lists.tables import RIDING_NAMES

_MOST = 10_000
_terms = msgspec.json.Decoder(tuple[RidingTerm, ...])


def scope_of(on: dt.date) -> dict[str, Any]:
    """The scope of a selection of ridings: the representation orders, and the day on which someone holds the seat."""
    return {"orders": representation_orders(), "on": on}


async def every(catalog: WatchedDatabase, on: dt.date, *conditions: Condition) -> list[RidingTerms]:
    """All ridings under some conditions.

    Raises:
        StoreUnavailable: the catalog does not answer.
    """
    selection = Selection(listing="ridings", scope=scope_of(on), conditions=conditions, limit=_MOST)
    return from_rows(await pages.page(catalog, selection))


def from_rows(page_of: PageOf) -> list[RidingTerms]:
    """The ridings of a page."""
    return [_riding(dict(zip(RIDING_NAMES, row, strict=True))) for row in page_of.rows]


def of_name(ridings: Iterable[RidingTerms], spelled: str) -> RidingTerms | None:
    """The riding of a name in any spelling, in either language; None where none has it, or several."""
    wanted = as_typed(spelled)
    found = [
        riding for riding in ridings if wanted in {as_typed(name) for name in (riding.name_en, riding.name_fr) if name}
    ]
    return found[0] if len(found) == 1 else None


def _riding(row: dict[str, Any]) -> RidingTerms:
    return RidingTerms(**{**row, "terms": _terms.decode(row["terms"])})
