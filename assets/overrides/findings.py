"""Findings about overrides: upstream has fixed the value that they correct, or has changed it to another."""

from collections.abc import Iterator

import msgspec

from warehouse.model.entities import Finding
from warehouse.model.overrides import Override
from warehouse.postgres.catalog import loads
from warehouse.postgres.catalog import overrides as table
from warehouse.postgres.connections.pools import Database

SCOPE = "overrides"


def note_findings(catalog: Database) -> None:
    """Update the open findings from the table of overrides. Idempotent."""
    loads.replace_findings(catalog, SCOPE, list(_findings(catalog)))


def _findings(catalog: Database) -> Iterator[Finding]:
    for override in table.noted(catalog):
        fix = f"openpolicy override remove {override.id}"
        where = override.field or "the whole entity"
        if override.state == "settled":
            message = f"Upstream has fixed {where} of {override.key}; the override applies no more. Then: {fix}"
            yield _finding("override_settled", override, message)
        elif override.is_outdated:
            message = (
                f"Upstream now says {_shown(override)} for {where} of {override.key}; look whether it is right: {fix}"
            )
            yield _finding("override_outdated", override, message)


def _finding(rule: str, override: Override, message: str) -> Finding:
    return Finding(
        rule=rule,
        entity=override.entity,
        key=f"{override.key}{override.field}",
        message=message,
        document_sha256=override.document_sha256,
    )


def _shown(override: Override) -> str:
    if override.withdraws:
        return "something else"
    return msgspec.json.encode(override.upstream_value).decode()[:200]
