"""Every parser, whatever the bytes: records or a refusal, in bounded time, and nothing hidden in what comes back."""

import contextlib
import importlib
import inspect
import json
import pkgutil
import re
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets import sources
from assets.sources.legisinfo_bills.parse import parse_bills
from assets.sources.ourcommons_ballots.parse import parse_ballots
from assets.sources.ourcommons_members.parse import parse_members
from assets.sources.ourcommons_votes.parse import parse_votes
from assets.sources.text import plain_text
from assets.upstream.simulator import SimulatedUpstream
from warehouse.runtime.errors import SourceChanged
from warehouse.runtime.printable import printable

Parse = Callable[[bytes], Any]
SIMULATED = SimulatedUpstream(seed=7, sessions=("90-1",), members=20, bills=12, votes=24)
HIDDEN = (
    "".join(
        map(chr, [*range(9), *range(0xB, 0xD), *range(0xE, 0x20), *range(0x7F, 0xA0), 0xAD, 0x200B, 0x200E, 0x200F])
    )
    + "\u2028\u2029\u202a\u202e\u2066\u2069\ufeff\U000e0041"
)
PIECES = [
    b"", b"\0", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"<", b">", b"&", b"&#x202e;", b"&#0;", b"&lol;", b"]]>",
    b"<!--",
    b"<!DOCTYPE a [<!ENTITY lol 'lol'>]>", b"<?xml version='1.0' encoding='utf-16'?>", b"{", b"}", b"[", b"]", b'"',
    b"\\ud800", b"\\u0000", b"\\u202e", b"NaN", b"Infinity", b"1e999", b"-0", b"1e3", b"+5", b"\xd9\xa3",
    b"9" * 5_000,
    b"0001-01-01T00:00:00", b"9999-12-31T23:59:59", b"0000-00-00T99:99:99", b"null", b"true", b",", b"\r", b"\n",
    b"\t" * 9,
    "\u2028\u202e\u200b\x9b".encode(), b"[" * 2_000, b"<a>" * 400,
]  # fmt: skip


def parsers() -> dict[str, Parse]:
    """Every `parse_…` of every source, found and not listed: a new source is tested with its first parser."""
    found = {}
    for module in pkgutil.iter_modules(sources.__path__):
        if module.ispkg:
            reader = importlib.import_module(f"assets.sources.{module.name}.parse")
            found |= {
                name: parse
                for name, parse in inspect.getmembers(reader, inspect.isfunction)
                if name.startswith("parse_")
            }
    return found


PARSERS = parsers()


def seeds() -> list[bytes]:
    """A short document of each kind and form, as it should be."""
    paths = [
        "/legisinfo/en/bills/json?parlsession=90-1", "/legisinfo/en/bills/xml?parlsession=90-1",
        "/legisinfo/en/bill/90-1/c-2/json", "/members/en/votes/xml?parlSession=90-1", "/members/en/votes/90/1/1/csv",
        "/members/en/votes/90/1/1/xml", "/members/en/search/xml", "/members/en/search/csv",
    ]  # fmt: skip
    found = []
    for path in paths:
        place, _, query = path.partition("?")
        found.append(SIMULATED.answer(place, dict([query.split("=")] if query else [])).body)
    return found


SEEDS = seeds()
LAST = len(parse_votes(SEEDS[3]).records)


def strings(value: Any) -> list[str]:
    """Every text in what a parser gave."""
    if isinstance(value, msgspec.Struct):
        return [text for name in value.__struct_fields__ for text in strings(getattr(value, name))]
    if isinstance(value, list | tuple):
        return [text for each in value for text in strings(each)]
    return [value] if isinstance(value, str) else []


def read(parse: Parse, document: bytes) -> Any:
    """What a parser gives, null when it refuses; any other exception fails the test."""
    with contextlib.suppress(SourceChanged):
        found = parse(document)
        for text in strings(found):
            assert text == printable(text), repr(text)
        return found
    return None


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A document as it should be, with some of it replaced."""
    document = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(document)))
        length = draw(st.sampled_from([0, 1, 2, 8, 40, 10_000]))
        piece = draw(
            st.one_of(st.sampled_from(PIECES), st.binary(max_size=12), st.text(HIDDEN, max_size=4).map(str.encode))
        )
        document = document[:start] + piece + document[start + length :]
    return document


@pytest.mark.parametrize("name", sorted(PARSERS))
@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(document=st.one_of(st.binary(max_size=300), damaged()))
def test_any_bytes_are_records_or_a_refusal(name: str, document: bytes) -> None:
    read(PARSERS[name], document)


@cache
def bombs() -> dict[str, bytes]:
    """Every bomb by name. Made when a test asks: a million attributes take a while."""
    return {
        "nested JSON": b"[" * 200_000, "nested objects": b'[{"a":' * 100_000, "nested XML": b"<Bills>" * 100_000,
        "a record nested deeply": b'[{"BillId":' + b"[" * 100_000 + b"]" * 100_000 + b"}]",
        "a million attributes": b"<Bills " + b" ".join(b"a%d=''" % n for n in range(1_000_000)) + b"/>",
        "a million elements": b"<ArrayOfVote>" + b"<Vote/>" * 1_000_000 + b"</ArrayOfVote>",
        "entities": b"<!DOCTYPE a [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;'>]><ArrayOfVote>&b;</ArrayOfVote>",
        "entities in UTF-16": "<!DOCTYPE a [<!ENTITY a 'aaaa'>]><ArrayOfVote>&a;</ArrayOfVote>".encode("utf-16"),
        "comments before nothing": b"<!---->" * 100_000 + b"x", "comments": b"<!-- --> " * 400 + b"<Bills/>",
        "instructions": b"<?a?>" * 100_000, "blanks": b" " * 5_000_000,
        "one long text": b'["' + b"a" * 10_000_000 + b'"]',
        "one long number": b"[" + b"9" * 1_000_000 + b"]", "zeros": b"\0" * 1_000_000,
        "UTF-16": SEEDS[0].decode().encode("utf-16"),
        "two documents": SEEDS[0] * 2, "a page": b"<html><body>Sorry</body></html>",
        "nothing": b"", "a mark": b"\xef\xbb\xbf",
        "quotes": b'"' * 1_000_000, "a long line": SEEDS[4] + b"," * 1_000_000 + b"\r\n",
        "gzip": b"\x1f\x8b\x08" + b"\0" * 100,
    }  # fmt: skip


BOMBS = (
    "nested JSON",
    "nested objects",
    "nested XML",
    "a record nested deeply",
    "a million attributes",
    "a million elements",
    "entities",
    "entities in UTF-16",
    "comments before nothing",
    "comments",
    "instructions",
    "blanks",
    "one long text",
    "one long number",
    "zeros",
    "UTF-16",
    "two documents",
    "a page",
    "nothing",
    "a mark",
    "quotes",
    "a long line",
    "gzip",
)


def test_every_bomb_is_thrown() -> None:
    assert [*bombs()] == [*BOMBS]


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_are_refused_in_bounded_time(bomb: str) -> None:
    began = time.process_time()
    for parse in PARSERS.values():
        read(parse, bombs()[bomb])
    assert time.process_time() - began < 15


@pytest.mark.parametrize(
    "text",
    [" " * 200_000 + "<", "<br" + " " * 200_000, "<p>" * 100_000 + "&", "&#" + "9" * 100_000 + ";", "<" * 200_000],
)
def test_markup_is_removed_in_linear_time(text: str) -> None:
    began = time.process_time()
    plain_text(text)
    assert time.process_time() - began < 1


def test_hidden_characters_go_and_those_of_languages_stay() -> None:
    kept = "« Loi no 2 » : l’Assemblée, ᐃᓄᒃᑎᑐᑦ, Île-à-la-Crosse\u00a0! 🇨🇦\ttab"
    assert printable(kept) == kept
    assert printable(f"a{HIDDEN}b") == "a   b".replace("   ", " " * sum(c in "\x85\u2028\u2029" for c in HIDDEN))
    assert printable("one\r\ntwo\rthree") == "one\ntwo\nthree"


@pytest.mark.parametrize("number", ["1e3", "+5", "٣", "1.0", "0x5", "1_0", "", "-1", "99999999999999999999"])
def test_what_only_looks_like_a_number_is_no_id(number: str) -> None:
    votes = SEEDS[3].replace(b"<DecisionDivisionNumber>3<", f"<DecisionDivisionNumber>{number}<".encode())
    found = parse_votes(votes)
    assert (len(found.records), len(found.unfit)) == (LAST - 1, 1)
    bills = re.sub(rb"<BillId>\d+<", f"<BillId>{number}<".encode(), SEEDS[1], count=1)
    assert len(parse_bills(bills).unfit) == 1
    first, second, *rest = SEEDS[4].split(b"\r\n")
    ballots = b"\r\n".join([first, number.encode() + second[second.index(b",") :], *rest])
    assert len(parse_ballots(ballots).unfit) == 1
    members = re.sub(rb"<PersonId>\d+<", f"<PersonId>{number}<".encode(), SEEDS[6], count=1)
    assert len(parse_members(members).unfit) == 1


@pytest.mark.parametrize("number", [1_200, 5_000, 2**31 - 1])
def test_a_number_far_beyond_the_last_is_parked_and_the_rest_is_read(number: int) -> None:
    found = parse_votes(SEEDS[3].replace(b"DivisionNumber>%d<" % LAST, b"DivisionNumber>%d<" % number))
    assert [each.record_key for each in found.unfit] == [str(number)]
    assert f"far beyond {LAST - 1}" in found.unfit[0].reason
    assert sorted(record.number for record in found.records) == list(range(1, LAST))


@pytest.mark.parametrize("lacking", [1, 150, 865])
def test_a_list_that_only_lacks_its_beginning_is_read(lacking: int) -> None:
    document = SEEDS[3]
    for number in range(LAST, 0, -1):
        document = document.replace(b"DivisionNumber>%d<" % number, b"DivisionNumber>%d<" % (number + 10_000))
    for number in range(1, LAST + 1):
        document = document.replace(
            b"DivisionNumber>%d<" % (number + 10_000), b"DivisionNumber>%d<" % (number + lacking)
        )
    found = parse_votes(document)
    assert found.unfit == []
    assert sorted(record.number for record in found.records) == list(range(1 + lacking, LAST + lacking + 1))


def test_thousands_of_missing_numbers_are_a_broken_list() -> None:
    document = SEEDS[3]
    for number in range(LAST, 1, -1):
        document = document.replace(
            b"<DecisionDivisionNumber>%d<" % number, b"<DecisionDivisionNumber>%d<" % (number * 50)
        )
    with pytest.raises(SourceChanged, match=r"lacks \d,\d{3} of"):
        parse_votes(document)


def test_json_that_says_two_things_of_one_record_costs_that_record() -> None:
    bills = json.loads(SEEDS[0])
    document = SEEDS[0].replace(b'"BillId":', b'"BillId":1,"BillId":', 1)
    found = parse_bills(document)
    assert (len(found.records), len(found.unfit)) == (len(bills) - 1, 1)
    assert "`BillId` appears twice" in found.unfit[0].reason


def test_hidden_characters_of_a_document_reach_neither_records_nor_the_quarantine() -> None:
    document = (
        SEEDS[6].replace(b"<PersonId>", "<PersonId>\u202e\x9b".encode(), 1).replace(b"</Con", "\u2066</Con".encode())
    )
    found = parse_members(document)
    for text in strings(found.records) + strings(found.unfit):
        assert text == printable(text)
    title = json.loads(SEEDS[0])
    title[0]["LongTitleEn"] = "A\u202e bill\u2028 of\x1b[31m &#8238; red"
    (first, *_) = parse_bills(json.dumps(title).encode()).records
    assert first.long_title_en == "A bill  of[31m  red"
