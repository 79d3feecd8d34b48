"""Facts that no feed of Parliament has, looked up by people; each entry names its source."""

import datetime as dt
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec
import yaml

_FOLDER = Path(__file__).parent
T = TypeVar("T")


class Chair(msgspec.Struct, frozen=True, kw_only=True):
    """A person who presided over a chamber, and so did not vote, in the half-open interval `[from_on, to_on)`."""

    name: str
    person_id: int | None
    chamber: str
    from_on: dt.date
    to_on: dt.date | None
    source: str
    """The address of a page that states it."""


class FreeVote(msgspec.Struct, frozen=True, kw_only=True):
    """A caucus that allowed a free vote in a division, as publicly reported."""

    vote: str
    caucus: str
    citation: str
    url: str


class Ministry(msgspec.Struct, frozen=True, kw_only=True):
    """A ministry and the caucus it governed with, in the half-open interval `[from_on, to_on)`."""

    ministry: int
    prime_minister: str
    caucus: str
    from_on: dt.date
    to_on: dt.date | None
    source: str
    """The address of a page that states it."""


class HouseSize(msgspec.Struct, frozen=True, kw_only=True):
    """The seats of the House under one representation order, in the half-open interval `[from_on, to_on)`."""

    seats: int
    representation_order: int
    from_on: dt.date
    to_on: dt.date | None
    source: str
    """The address of a page that states it."""


@cache
def chairs() -> tuple[Chair, ...]:
    """The Speakers of the House of Commons since 2001, the interim one too."""
    return _read("speakers.yml", tuple[Chair, ...])


def persons_in_the_chair(chamber: str, on: dt.date) -> frozenset[int]:
    """The PersonIds of those who presided over a chamber on a day."""
    return frozenset(
        chair.person_id
        for chair in chairs()
        if chair.person_id is not None
        and chair.chamber == chamber
        and chair.from_on <= on
        and (chair.to_on is None or on < chair.to_on)
    )


@cache
def free_votes() -> tuple[FreeVote, ...]:
    """Declared free votes. The table may be incomplete."""
    return _read("free_votes.yml", tuple[FreeVote, ...])


@cache
def ministries() -> tuple[Ministry, ...]:
    """The ministries since 1993, each with its caucus."""
    return _read("governments.yml", tuple[Ministry, ...])


@cache
def house_sizes() -> tuple[HouseSize, ...]:
    """How many seats the House has had since 1988."""
    return _read("house_sizes.yml", tuple[HouseSize, ...])


def house_seats(on: dt.date) -> int | None:
    """How many seats the House has on a day; null before 1988."""
    for each in house_sizes():
        if each.from_on <= on and (each.to_on is None or on < each.to_on):
            return each.seats
    return None


def governing_caucus(on: dt.date) -> str | None:
    """The caucus of the ministry on a day; null if the table has none."""
    for each in ministries():
        if each.from_on <= on and (each.to_on is None or on < each.to_on):
            return each.caucus
    return None


def _read(name: str, kind: type[T]) -> T:
    return msgspec.convert(yaml.safe_load((_FOLDER / name).read_text(encoding="utf-8")) or [], kind)
