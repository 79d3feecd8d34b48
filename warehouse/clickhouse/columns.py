"""Converts Arrow columns to the arrays that formulas use."""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from warehouse.model.vocabulary.codes import CAUCUSES, PROVINCES, UNKNOWN, CodeList
from warehouse.statistics.counting.sheets import NO_GROUP, Ballots, Groups, Names


def ballots_of(table: pa.Table, rows: NDArray[np.int64]) -> tuple[Ballots, Names]:
    """Ballots of the divisions given by `rows`, and the names of their groups."""
    caucus, caucuses = groups_of(table, "caucus", CAUCUSES)
    province, provinces = groups_of(table, "province", PROVINCES)
    side, sides = groups_of(table, "side")
    ballots = Ballots(
        vote=rows,
        person=numbers(table, "person_id").astype(np.int64),
        position=numbers(table, "position").astype(np.int8),
        paired=numbers(table, "paired").astype(np.bool_),
        caucus=caucus,
        province=province,
        side=side,
    )
    return ballots, Names(caucus=caucuses, province=provinces, side=sides)


def numbers(table: pa.Table, name: str) -> NDArray[Any]:
    """One column of numbers or flags, none of them null."""
    chunks = table.column(name).chunks
    return np.concatenate([_array(chunk) for chunk in chunks]) if chunks else np.zeros(0, np.int64)


def _array(chunk: pa.Array) -> NDArray[Any]:
    """An array of numbers or flags. `to_numpy` would import pandas, which costs the first answer two seconds."""
    if pa.types.is_dictionary(chunk.type):
        chunk = chunk.dictionary_decode()
    if pa.types.is_boolean(chunk.type):
        return np.from_dlpack(chunk.cast(pa.uint8())).astype(np.bool_)
    found: NDArray[Any] = np.from_dlpack(chunk)
    return found


def groups_of(table: pa.Table, name: str, codes: CodeList | None = None) -> tuple[Groups, tuple[str, ...]]:
    """A column of few distinct words: their numbers in alphabetical order, and the words, as codes if there is a list.
    A missing word belongs to no group."""
    column = table.column(name)
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    column = column.unify_dictionaries()
    words = [code_of(word, codes) for word in (column.chunk(0).dictionary.to_pylist() if column.num_chunks else [])]
    known = sorted({word for word in words if word})
    number_of = np.array([known.index(word) if word else NO_GROUP for word in words], np.int16)
    parts = [number_of[_array(chunk.indices)] for chunk in column.chunks]
    return np.concatenate([np.zeros(0, np.int16), *parts]), tuple(known)


def code_of(word: str | None, codes: CodeList | None) -> str:
    """The code of a recorded word; the word itself where its list does not have it."""
    if codes is None or not word or word in codes:
        return word or ""
    found = codes.code_of(word)
    return word if found in {None, UNKNOWN} else str(found)
