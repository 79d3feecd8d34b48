"""Converts documents to Elasticsearch's operations, and back."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from warehouse.model.read_models.search import Removed, SearchDocument, SearchRow
from warehouse.runtime.errors import RowRefused
from warehouse.search.texts import PLAIN, newest, recency_weight, searched_texts

_LARGEST: Final = 2**63 - 1
_LONGEST_CODE: Final = 8_000
"""Characters; Lucene refuses a term of more than 32,766 bytes."""


def newest_of_each(rows: Iterable[SearchRow]) -> list[SearchRow]:
    """One row for each id, the one with the newest revision."""
    found: dict[str, SearchRow] = {}
    for row in rows:
        known = found.get(row.id)
        if known is None or known.revision < row.revision:
            found[row.id] = row
    return list(found.values())


def action(row: SearchRow, index: str) -> dict[str, Any]:
    """The operation that indexes a row unless the index has a newer one: revisions are its versions.

    Raises:
        RowRefused: the engine can never index it.
    """
    content = _tombstone(row) if isinstance(row, Removed) else _indexed(row)
    if wrong := next((name for name, value in content.items() if not _fits(name, value)), None):
        raise RowRefused(f"The search index cannot hold {wrong} of {row.id[:100]}: it is too large, or no text.")
    return {
        "_op_type": "index",
        "_index": index,
        "_id": row.id,
        "version": row.revision,
        "version_type": "external",
        "_source": content,
    }


def stored(source: dict[str, Any]) -> SearchDocument:
    """The original document."""
    return msgspec.convert(source, SearchDocument)


def _tombstone(removed: Removed) -> dict[str, Any]:
    """The remains of a removed document: a version that refuses older ones, without anything to find it by.

    A deletion would be forgotten after a minute, and a late older revision would bring the document back.
    """
    return {"id": removed.id, "removed": True, "revision": removed.revision}


def _indexed(document: SearchDocument) -> dict[str, Any]:
    extra = {
        "id": document.id,
        "removed": False,
        "year": document.year,
        "newest": newest(document),
        "recency": recency_weight(document),
    }
    texts = searched_texts(document)
    return {**msgspec.to_builtins(document), **extra, **{field: texts[field] for field in PLAIN}}


def _fits(name: str, value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return all(_fits(name, each) for each in value)
    if isinstance(value, str):
        is_text = name.endswith(("_en", "_fr")) or name in {
            "words",
            "names",
            "sponsor",
            "riding",
            "summary",
            "other_names",
        }
        return (is_text or len(value) <= _LONGEST_CODE) and not any("\ud800" <= each <= "\udfff" for each in value)
    return not isinstance(value, int) or 0 <= value <= _LARGEST
