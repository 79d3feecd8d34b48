"""Public keys, the internal ids derived from them, and the bucket an aggregate lives in."""

import re
import unicodedata
import uuid
from functools import lru_cache
from typing import Final, Literal, NamedTuple, cast, get_args

import xxhash

from warehouse.model.folding import folded

BUCKETS = 1024
NAMESPACE = uuid.UUID("6f8d0a5e-6d5c-5f0b-9a57-0d2f3a6f1c45")

Chamber = Literal["commons", "senate"]
SESSION_PATTERN: Final = "[1-9][0-9]{0,2}-[1-9][0-9]?"
BILL_PATTERN: Final = "[CScs]-?0{0,3}[1-9][0-9]{0,3}[A-Z]?"
VOTE_NUMBER_PATTERN: Final = "[1-9][0-9]{0,6}"
PERSON_PATTERN: Final = "[0-9]{1,9}"
"""These patterns are what the API's description says of keys; more spellings are read."""
_LONGEST_NUMBER: Final = 9

_SESSION = re.compile(r"([1-9]\d{0,2})-([1-9]\d?)", re.ASCII)
_BILL_NUMBER = re.compile(
    r"(?:(?:BILL|PROJET DE LOI|PL)\s+)?([CS])\s*-?\s*0{0,3}([1-9]\d{0,3})\s*-?\s*([A-Z]?)", re.ASCII
)


def _typed(text: str) -> str:
    """What people type in one form: plain digits and dashes, single blanks."""
    return folded(unicodedata.normalize("NFKC", text))


class SessionCode(NamedTuple):
    """Parliament and session number; written `45-1`."""

    parliament: int
    number: int

    def __str__(self) -> str:
        return f"{self.parliament}-{self.number}"

    @classmethod
    def parse(cls, text: str) -> "SessionCode":
        """Read `45-1`.

        Raises:
            ValueError: the text is not of the form parliament-session.
        """
        match = _SESSION.fullmatch(text) or _SESSION.fullmatch(_typed(text))
        if match is None:
            raise ValueError(f"{text!r} is not a session; write it as parliament-session, for example 45-1")
        return cls(int(match[1]), int(match[2]))


def session_order(session: str) -> int:
    """A number that sorts sessions in time: 4501 for 45-1."""
    code = SessionCode.parse(session)
    return code.parliament * 100 + code.number


class BillNumber(NamedTuple):
    """A bill's number within its session: prefix C (House) or S (Senate), number, and for a split bill a letter."""

    prefix: str
    number: int
    suffix: str

    def __str__(self) -> str:
        return f"{self.prefix}-{self.number}{self.suffix}"

    @property
    def chamber(self) -> Chamber:
        """The chamber of origin; LEGISinfo's own chamber id is reported unreliable, the prefix is not."""
        return "commons" if self.prefix == "C" else "senate"

    @classmethod
    def parse(cls, text: str) -> "BillNumber":
        """Read `C-11`, `c 11`, `C–11`, `c-011`, `Bill C11` or `C-44A`.

        Raises:
            ValueError: the text is no bill number.
        """
        match = _BILL_NUMBER.fullmatch(text) or _BILL_NUMBER.fullmatch(_typed(text).upper())
        if match is None:
            raise ValueError(f"{text!r} is not a bill number; write it as C-11 or S-201")
        return cls(match[1], int(match[2]), match[3])


def bill_key(session: str, number: str) -> str:
    """`45-1/C-3`."""
    return f"{session}/{number}"


def vote_key(session: str, chamber: Chamber, number: int) -> str:
    """`45-1/commons/43`."""
    return f"{session}/{chamber}/{number}"


def read_session_key(text: str) -> str:
    """The key of a session, as `45-1`.

    Raises:
        ValueError: the text is no such key; also in the functions below.
    """
    return str(SessionCode.parse(text))


def read_bill_key(text: str) -> str:
    """The key of a bill, as `45-1/C-3`; the number in any spelling."""
    session, _, number = text.partition("/")
    return bill_key(read_session_key(session), str(BillNumber.parse(number)))


def read_vote_key(text: str) -> str:
    """The key of a vote, as `45-1/commons/43`."""
    session, chamber, number = text.split("/")
    if chamber not in get_args(Chamber):
        raise ValueError(f"{chamber!r} is not a chamber")
    return vote_key(read_session_key(session), cast("Chamber", chamber), _key_number(number))


def read_member_key(text: str) -> str:
    """The key of a member, as `89156`."""
    return str(_key_number(text))


def _key_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise ValueError(f"{text!r} is not a number of at most {_LONGEST_NUMBER} digits")
    return int(text)


@lru_cache(maxsize=16_384)
def entity_id(kind: str, key: str) -> uuid.UUID:
    """UUIDv5 of kind and key, so that every shard, replay and offline copy derives the same id."""
    return uuid.uuid5(NAMESPACE, f"{kind}|{key}")


@lru_cache(maxsize=16_384)
def bucket_of(key: str) -> int:
    """The bucket, 0 to 1023, of an aggregate root's public key: xxh3 (64 bits, seed 0) of its UTF-8 bytes."""
    return xxhash.xxh3_64_intdigest(key.encode()) % BUCKETS
