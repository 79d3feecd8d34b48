"""Writes one table of a release in its formats. The same rows make the same bytes, so that what did not change has the
same name."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import zstandard
from pyarrow import compute

from warehouse.model.releases.datasets import Column, ColumnType, Dataset
from warehouse.model.releases.manifest import FileFormat

_TYPES: Final[dict[ColumnType, Any]] = {
    "text": pa.string(),
    "whole": pa.int32(),
    "date": pa.date32(),
    "instant": pa.timestamp("us", tz="UTC"),
    "flag": pa.bool_(),
}
_GROUP_ROWS: Final = 131_072
_ZSTD_LEVEL: Final = 9


def schema_of(dataset: Dataset, licence: str) -> Any:
    """The Arrow schema of a table, with the meaning of each column in both languages in its metadata."""
    about = {"title_en": dataset.en, "title_fr": dataset.fr, "licence": licence}
    return pa.schema([_field(each) for each in dataset.columns], metadata=about)


def _field(column: Column) -> Any:
    about = {"description_en": column.en, "description_fr": column.fr}
    return pa.field(column.name, _TYPES[column.type], nullable=not column.required, metadata=about)


def read_rows(dataset: Dataset, licence: str, parts: Sequence[bytes]) -> Any:
    """An Arrow table of PostgreSQL's CSV, of all shards, sorted.

    Raises:
        pyarrow.ArrowInvalid: a value is not of its column's type, or a required one is null.
    """
    schema = schema_of(dataset, licence)
    options = pc.ConvertOptions(
        column_types={field.name: field.type for field in schema},
        include_columns=schema.names,
        null_values=[""],
        true_values=["t"],
        false_values=["f"],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )
    parse = pc.ParseOptions(newlines_in_values=True)
    tables = [pc.read_csv(pa.BufferReader(part), parse_options=parse, convert_options=options) for part in parts]
    whole = pa.concat_tables(tables).combine_chunks().sort_by([(name, "ascending") for name in dataset.order])
    whole = whole.cast(schema)
    whole.validate()
    return whole


def write(table: Any, format_: FileFormat, file: Path) -> None:
    """Write a table to a file in one of the formats. CSV and NDJSON are compressed by Zstandard."""
    if format_ == "parquet":
        pq.write_table(
            table,
            file,
            compression="zstd",
            compression_level=_ZSTD_LEVEL,
            row_group_size=_GROUP_ROWS,
            write_page_checksum=True,
        )
        return
    with file.open("wb") as opened, zstandard.ZstdCompressor(_ZSTD_LEVEL).stream_writer(opened) as out:
        if format_ == "csv":
            pc.write_csv(_for_csv(table), out, pc.WriteOptions(quoting_style="needed"))
        else:
            for batch in table.to_batches(max_chunksize=_GROUP_ROWS):
                out.write(pl.DataFrame(batch).write_ndjson().encode())


def _for_csv(table: Any) -> Any:
    """The table with instants as RFC 3339 writes them, which `write_csv` does not."""
    for number, field in enumerate(table.schema):
        if field.type == _TYPES["instant"]:
            text = compute.strftime(table.column(number), format="%Y-%m-%dT%H:%M:%SZ")
            table = table.set_column(number, field.name, text)
    return table


def rows_of(source: Any) -> int:
    """How many rows a Parquet file says it has."""
    return int(pq.read_metadata(source).num_rows)
