"""Generates JSON Schemas from the structs, and finds incompatibilities between an old and a new schema."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from warehouse.model.changes.envelope import EVENT_TYPES, Event
from warehouse.model.kinds import KINDS

_EVENTS: dict[str, Any] = {name: Event[kind.struct] for name, kind in KINDS.items()}  # type: ignore[name-defined]
FOLDER = Path(__file__).resolve().parent


def schema_of(event_type: str) -> dict[str, Any]:
    """The JSON Schema of one event type."""
    entity = event_type.partition(".")[0]
    (schema,), definitions = msgspec.json.schema_components(
        [_EVENTS[entity]],
        ref_template="#/$defs/{name}",
    )
    definitions = _on_one_line(definitions)
    root = definitions.pop(schema["$ref"].rpartition("/")[2])
    root["properties"]["event_type"] = {"const": event_type, "type": "string"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": event_type,
        **{name: value for name, value in root.items() if name != "title"},
        "$defs": definitions,
    }


def _on_one_line(schema: Any) -> Any:
    """Normalize descriptions: they are docstrings, which Python versions indent differently."""
    if isinstance(schema, list):
        return [_on_one_line(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: " ".join(value.split()) if name == "description" and isinstance(value, str) else _on_one_line(value)
        for name, value in schema.items()
    }


def schemas() -> dict[Path, bytes]:
    """Every schema file with its content."""
    return {
        FOLDER / f"{event_type}.json": msgspec.json.format(
            msgspec.json.encode(schema_of(event_type), order="deterministic"), indent=2
        )
        + b"\n"
        for event_type in EVENT_TYPES
    }


def breaking(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Why events of one schema could not be read by the other: a field removed, changed, or newly required."""
    return list(_breaking(old, new, old.get("$defs", {}), new.get("$defs", {}), "event"))


def _breaking(
    old: Any, new: Any, old_definitions: dict[str, Any], new_definitions: dict[str, Any], path: str
) -> Iterator[str]:
    old, new = _resolved(old, old_definitions), _resolved(new, new_definitions)
    if "properties" in old and "properties" in new:
        for name, field in old["properties"].items():
            if name not in new["properties"]:
                yield f"{path}.{name} was removed"
            else:
                yield from _breaking(field, new["properties"][name], old_definitions, new_definitions, f"{path}.{name}")
        yield from (
            f"{path}.{name} is required now" for name in set(new.get("required", [])) - set(old.get("required", []))
        )
        yield from (
            f"{path}.{name} may be missing now" for name in set(old.get("required", [])) - set(new.get("required", []))
        )
        return
    for part in ("items", "prefixItems", "anyOf"):
        if part in old and part in new:
            olds, news = ([each] if isinstance(each, dict) else each for each in (old[part], new[part]))
            if len(news) < len(olds) or (part == "anyOf" and len(news) != len(olds)):
                yield f"{path} has other {part}"
            for index, (one, other) in enumerate(zip(olds, news, strict=False)):
                yield from _breaking(one, other, old_definitions, new_definitions, f"{path}[{index}]")
    for word in ("type", "format", "const", "minItems", "minimum"):
        if old.get(word) != new.get(word):
            yield f"{path}: {word} was {old.get(word)}, is {new.get(word)}"
    removed = set(map(str, old.get("enum", []))) - set(map(str, new.get("enum", [])))
    if removed or ("enum" in new and "enum" not in old):
        yield f"{path}: no longer takes {', '.join(sorted(removed)) or 'any value'}"


def _resolved(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    return schema
