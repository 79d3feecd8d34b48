"""What `fields` does to answers, in the OpenAPI document: its names, and a schema without required fields."""

import re
from collections.abc import Iterator
from typing import Any, Final

from serving.core.parameters.schemas import FIELDS, Schema

_REFERENCE: Final = "#/components/schemas/"
_SPARSE: Final = "Sparse"
SPARSE_OF: Final = "x-sparse-of"
"""Says of which schema one is the same with nothing required."""


def offer_fields(document: Schema) -> None:
    """Fill in the names that `fields` may have at each address, and say that its answer may lack the others."""
    schemas: dict[str, Schema] = document["components"]["schemas"]
    for item in document["paths"].values():
        for operation in item.values():
            for place, parameter in enumerate(operation["parameters"]):
                if parameter["name"] == "fields":
                    content = operation["responses"]["200"]["content"]["application/json"]
                    entry = _entry(content["schema"], schemas)
                    names = list(_names(entry, schemas, ""))
                    values = FIELDS["schema"] | {
                        "items": {"type": "string", "pattern": f"^({'|'.join(map(re.escape, names))})$"}
                    }
                    operation["parameters"][place] = parameter | {"schema": values, "example": names[:2]}
                    content["schema"] = {"anyOf": [content["schema"], _without(content["schema"], schemas)]}


def _entry(answer: Schema, schemas: dict[str, Schema]) -> Schema:
    """A reference to the schema of what is in `data`, or of each entry of it."""
    return next(_references(_resolved(answer, schemas)["properties"]["data"]))


def _resolved(schema: Schema, schemas: dict[str, Schema]) -> Schema:
    return schemas[schema["$ref"].removeprefix(_REFERENCE)] if "$ref" in schema else schema


def _names(schema: Schema, schemas: dict[str, Schema], before: str) -> Iterator[str]:
    for name, field in _resolved(schema, schemas)["properties"].items():
        yield before + name
        for reference in _references(field):
            if "properties" in _resolved(reference, schemas):
                yield from _names(reference, schemas, f"{before}{name}.")
                break


def _references(schema: Any) -> Iterator[Schema]:
    """Every reference in a schema."""
    if isinstance(schema, list):
        for each in schema:
            yield from _references(each)
    elif isinstance(schema, dict):
        if "$ref" in schema:
            yield schema
        for each in schema.values():
            yield from _references(each)


def _without(answer: Schema, schemas: dict[str, Schema]) -> Schema:
    """The schema of an answer whose entries have some of their fields only."""
    whole = _resolved(answer, schemas)
    fields = whole["properties"] | {"data": _pointed(whole["properties"]["data"], schemas)}
    return {"type": "object", "required": whole["required"], "properties": fields}


def _loosen(name: str, schemas: dict[str, Schema]) -> str:
    """The name of the same schema with nothing required, nor in what it refers to."""
    loose = _SPARSE + name
    if loose not in schemas and "properties" in schemas[name]:
        schemas[loose] = {}  # so that a schema may refer to itself
        found = {key: value for key, value in schemas[name].items() if key not in {"required", "title"}}
        schemas[loose] = _pointed(found, schemas) | {SPARSE_OF: name}
    return loose if loose in schemas else name


def _pointed(schema: Any, schemas: dict[str, Schema]) -> Any:
    if isinstance(schema, list):
        return [_pointed(each, schemas) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _REFERENCE + _loosen(value.removeprefix(_REFERENCE), schemas)
        if key == "$ref"
        else _pointed(value, schemas)
        for key, value in schema.items()
    }
