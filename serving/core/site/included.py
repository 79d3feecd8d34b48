"""What `include` adds to answers, in the OpenAPI document: its names, and the field `included` of each entry."""

import re
from collections.abc import Sequence
from typing import Any, Final

from serving.core.entities.includes import MOST_COST, MOST_PARTS, Relation, Relations
from serving.core.parameters.schemas import Parameter, Schema, many_parameter
from warehouse.model.kinds import EntityType

_REFERENCE: Final = "#/components/schemas/"
_DESCRIPTION: Final = (
    f"What comes with each entry, with commas, at most two levels deep. A list in it has {MOST_PARTS} entries at most, "
    f"with its count and the address of all. All together may cost {MOST_COST}: 1 for each entity, 5 for the "
    "statistics of a vote, times the entries of a page; what is above is refused with its cost. Not for CSV. "
    "/ Ce qui vient avec chaque entrée, séparé par des virgules, sur deux niveaux au plus. Une liste y a "
    f"{MOST_PARTS} entrées au plus, avec leur nombre et l’adresse de toutes. Le tout peut coûter {MOST_COST}\u00a0: 1 "
    "par objet, 5 pour les statistiques d’un vote, fois les entrées d’une page; au-delà, c’est refusé avec le coût. "
    "Pas en CSV."
)


def include_parameter(relations: Relations, kind: EntityType) -> Parameter | None:
    """The parameter of an address about entities of a kind; None where nothing can be included."""
    names = relations.names(kind)
    if not names:
        return None
    values = {"type": "string", "pattern": f"^({'|'.join(re.escape(name) for name in names)})$"}
    listed = ", ".join(f"`{name}`" for name in names)
    english, french = _DESCRIPTION.split(" / ")
    text = f"{english} One of {listed}. / {french} L’un de {listed}."
    return many_parameter("include", text, values) | {"example": [*names[:1]]}


def offer_included(schemas: dict[str, Schema], relations: Sequence[Relation], entries: dict[EntityType, str]) -> None:
    """Add the field `included` to the schemas of entries, whose names are given by kind, and to their sparse ones."""
    for kind, name in entries.items():
        own = [each for each in relations if each.of == kind and each.shape.__name__ in schemas]
        if not own or name not in schemas:
            continue
        properties = {each.name: _part(each) for each in own}
        schemas[f"Included{name}"] = {
            "type": "object",
            "description": "What was asked for with `include`. / Ce qui a été demandé avec `include`.",
            "properties": properties,
        }
        for schema in (name, f"Sparse{name}"):
            if schema in schemas:
                schemas[schema]["properties"]["included"] = {
                    "description": "Only with `include`. / Seulement avec `include`.",
                    "allOf": [{"$ref": f"{_REFERENCE}Included{name}"}],
                }


def _part(relation: Relation) -> dict[str, Any]:
    text = f"{relation.en} / {relation.fr}"
    entry = {"$ref": _REFERENCE + relation.shape.__name__}
    if not relation.is_list:
        return {"description": text, "anyOf": [entry, {"type": "null"}]}
    return {
        "type": "object",
        "description": text,
        "required": ["data", "count", "all"],
        "properties": {
            "data": {"type": "array", "items": entry, "description": "The entries. / Les entrées."},
            "count": {"type": "integer", "description": "How many there are in all. / Leur nombre en tout."},
            "all": {"type": "string", "description": "Where all of them are. / Où elles sont toutes."},
        },
    }
