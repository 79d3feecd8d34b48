"""Archived changes as Parquet: whole rows in the order of the log, readable without this program.

Row groups are small, because reading one state reads its whole group. Pages have checksums, so altered data is refused.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

_INSTANT = pa.timestamp("us", tz="UTC")
SCHEMA: Final = pa.schema(
    [
        pa.field("seq", pa.int64(), nullable=False),
        pa.field("xid", pa.int64(), nullable=False),
        pa.field("bucket", pa.int16(), nullable=False),
        pa.field("entity", pa.string(), nullable=False),
        pa.field("key", pa.string(), nullable=False),
        pa.field("revision", pa.int32(), nullable=False),
        pa.field("op", pa.string(), nullable=False),
        pa.field("changed", pa.list_(pa.string()), nullable=False),
        pa.field("state", pa.string(), nullable=False),  # JSON; votes without their ballots
        pa.field("whole", pa.string()),  # JSON of a vote with its ballots; null if `state` is complete
        pa.field("state_hash", pa.int64(), nullable=False),  # PostgreSQL's hash of key, revision and whole state
        pa.field("source", pa.string(), nullable=False),
        pa.field("source_url", pa.string(), nullable=False),
        pa.field("document_sha256", pa.string(), nullable=False),
        pa.field("fetched_at", _INSTANT, nullable=False),
        pa.field("recorded_at", _INSTANT, nullable=False),
        pa.field("reason", pa.string()),
        pa.field("overrides", pa.string()),  # JSON
    ]
)
_STATE, _WHOLE = SCHEMA.get_field_index("state"), SCHEMA.get_field_index("whole")
_GROUP_ROWS: Final = 1000
_GROUP_CHARACTERS: Final = 1024 * 1024
"""A vote's state has up to 40,000 bytes, so a group has some 25 of them, compressed to a few tens of kilobytes."""
_CHECKED: Final = ("seq", "key", "revision", "state_hash", "state", "whole")


class Contents(msgspec.Struct, frozen=True):
    """The content of a file: its rows in order, and a hash over everything that must be read back unchanged."""

    seqs: list[int]
    hashes: list[int]
    digest: str


def write(rows: Iterable[tuple[Any, ...]], file: Path) -> Contents:
    """Write rows with the columns of `SCHEMA`; the same rows give the same bytes."""
    with pq.ParquetWriter(
        file,
        SCHEMA,
        compression="zstd",
        compression_level=9,
        write_page_checksum=True,
        use_dictionary=["entity", "op", "source", "source_url", "document_sha256"],
    ) as writer:
        return _contents(_written(writer, group) for group in _groups(rows))


def _written(writer: Any, group: Sequence[tuple[Any, ...]]) -> Any:
    columns = [pa.array(values, field.type) for values, field in zip(zip(*group, strict=True), SCHEMA, strict=True)]
    table = pa.Table.from_arrays(columns, schema=SCHEMA)
    writer.write_table(table, row_group_size=len(group))
    return table


def _groups(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    group: list[tuple[Any, ...]] = []
    size = 0
    for row in rows:
        group.append(row)
        size += len(row[_STATE]) + len(row[_WHOLE] or "")
        if len(group) == _GROUP_ROWS or size >= _GROUP_CHARACTERS:
            yield group
            group, size = [], 0
    if group:
        yield group


def read_back(source: Any) -> Contents:
    """Read the content of a file, one row group at a time."""
    found = pq.ParquetFile(source, page_checksum_verification=True)
    return _contents(found.read_row_group(group, columns=_CHECKED) for group in range(found.metadata.num_row_groups))


def _contents(tables: Iterable[Any]) -> Contents:
    digest = hashlib.sha256()
    contents = Contents([], [], "")
    for table in tables:
        columns = [table.column(name).to_pylist() for name in _CHECKED]
        for row in zip(*columns, strict=True):
            digest.update(msgspec.json.encode(row))
        contents.seqs.extend(columns[0])
        contents.hashes.extend(columns[3])
    return msgspec.structs.replace(contents, digest=digest.hexdigest())


def footer(source: Any) -> Any:
    """The row groups of a file."""
    return pq.read_metadata(source)


def states(source: Any, known: Any, group: int, *, whole: bool) -> list[str]:
    """The states of one row group; `known` is the file's footer."""
    names = ("state", "whole") if whole else ("state",)
    file = pq.ParquetFile(source, metadata=known, pre_buffer=True, page_checksum_verification=True)
    columns = [column.to_pylist() for column in file.read_row_group(group, columns=names, use_threads=False).columns]
    return [all_ or state for state, all_ in zip(*columns, strict=True)] if whole else columns[0]
