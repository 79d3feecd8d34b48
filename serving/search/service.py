"""The name-plate of the service."""

from typing import Final

from serving.core.service import ExampleLink, Service
from serving.search.codes import CODES
from serving.search.controllers import SearchController, SuggestController
from serving.search.errors import InvalidQuery
from serving.search.openapi import PARAMETERS, RULES

SERVICE: Final = Service(
    name="search",
    codes=CODES,
    controllers=(SearchController, SuggestController),
    tags={"search": "Search / Recherche"},
    parameters=PARAMETERS,
    rules=RULES,
    problems=(InvalidQuery,),
    stores=frozenset({"search"}),
    lanes=(("/api/v1/search", "search"), ("/api/v1/suggest", "search")),
    examples=(
        ExampleLink("/search?q=budget&limit=5", "A search for “budget”", "Une recherche\u00a0: «\u00a0budget\u00a0»"),
    ),
)
