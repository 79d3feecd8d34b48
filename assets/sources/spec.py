"""A source's `source.yml`: its address, its licence, and how many records to expect."""

from functools import cache
from pathlib import Path

import msgspec
import yaml


class Expect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many records a good document has, by kind of record. A document outside these bounds is not published."""

    min: dict[str, int] = {}
    max: dict[str, int] = {}


class SourceSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One source: `url` is an example of its address, `licence` the terms its publisher states."""

    title: str
    url: str
    licence: str
    cadence: str
    expect: Expect = Expect()


@cache
def source_spec(source: str) -> SourceSpec:
    """Read `assets/sources/<source>/source.yml`.

    Raises:
        FileNotFoundError: there is no such source.
        msgspec.ValidationError: the file has a field or value that this program does not know.
    """
    path = Path(__file__).parent / source / "source.yml"
    return msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), SourceSpec)
