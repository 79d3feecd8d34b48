"""The closed lists that search alone has."""

from typing import Final

from serving.core.answers.closed_lists import UNKNOWN_WORDING, ClosedList, worded
from warehouse.model.vocabulary.codes import BILL_TYPES

_ENTITIES: Final = {
    "bill": ("Bills", "Projets de loi"),
    "vote": ("Recorded votes", "Votes par appel nominal"),
    "member": ("Members", "Députées et députés"),
}
CODES: Final = (
    ClosedList(
        "search-types",
        "What can be searched for: entities, or bills of one kind",
        "Ce qu’on peut chercher\u00a0: des objets, ou les projets de loi d’un genre",
        _ENTITIES | dict(worded("", "", "", BILL_TYPES).codes) | {"unknown": UNKNOWN_WORDING},
    ),
    ClosedList(
        "suggestions",
        "What can be suggested",
        "Ce qui peut être proposé",
        {
            "member": ("Members, by name", "Députées et députés, par nom"),
            "riding": ("Ridings, by name", "Circonscriptions, par nom"),
            "bill": ("Bills, by number or title", "Projets de loi, par numéro ou titre"),
        },
    ),
    ClosedList(
        "search-orders",
        "Orders of hits",
        "Ordres des résultats",
        {
            "relevance": ("Best first", "Les meilleurs d’abord"),
            "-date": ("Newest first", "Les plus récents d’abord"),
            "date": ("Oldest first", "Les plus anciens d’abord"),
        },
    ),
    ClosedList(
        "facets",
        "What all hits can be counted by",
        "Selon quoi tous les résultats peuvent être comptés",
        {
            "type": ("The kind of entity", "Le genre d’objet"),
            "session": ("The session", "La session"),
            "party": ("The caucus of a member", "Le caucus d’une personne"),
            "chamber": ("The chamber", "La chambre"),
            "status": ("The status of a bill", "L’état d’un projet de loi"),
            "year": ("The year of the date shown", "L’année de la date montrée"),
            "all": ("All of these", "Tout cela"),
        },
    ),
)
