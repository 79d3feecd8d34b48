"""Which format and compression a caller takes, and ETags."""

import pytest

from serving.core.http.cached_answer import matches
from serving.core.http.negotiation import Variants, coding_of, formats_of, split_suffix, wants_bom
from serving.core.http.request_ids import RequestIds


@pytest.mark.parametrize(
    ("accept", "formats"),
    [
        (None, ("json", "csv", "ndjson")),
        ("", ("json", "csv", "ndjson")),
        ("*/*", ("json", "csv", "ndjson")),
        ("text/csv", ("csv",)),
        ("text/*", ("csv",)),
        ("application/*;q=0.1, text/csv", ("csv", "json", "ndjson")),
        ("application/json;q=0, */*", ("csv", "ndjson")),
        ("APPLICATION/JSON; charset=utf-8", ("json",)),
        ("text/html", ("html",)),
        ("text/html, */*;q=0.8", ("html", "json", "csv", "ndjson")),
        ("text/csv;q=nonsense", ()),
        (";;;,,,=;q=1", ()),
    ],
)
def test_formats_are_ranked(accept: str | None, formats: tuple[str, ...]) -> None:
    assert formats_of(accept) == formats


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (None, ""),
        ("identity", ""),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1.0, zstd;q=0.5", "gzip"),
        ("*", "zstd"),
        ("*;q=0", ""),
        ("zstd;q=0, *", "br"),
        ("zstd;q=0, br;q=0, *", "gzip"),
        ("gzip;q=0.5, identity;q=0.9", ""),
        ("br", "br"),
        ("gzip, deflate, br", "br"),
        ("br;q=0.8, gzip", "gzip"),
        ("zstd;q=0, gzip;q=0.2, br;q=0.3", "br"),
        ("br;q=0, *", "zstd"),
        ("br;q=0.4, identity;q=0.5", ""),
        ("br;q=0, gzip;q=0, zstd;q=0", ""),
    ],
)
def test_the_best_compression_is_chosen(accepted: str | None, coding: str) -> None:
    assert coding_of(accepted) == coding


@pytest.mark.parametrize(
    ("accepted", "wants"),
    [
        (None, False), ("", False), ("utf-8", True), ("UTF-8", True), ("utf-8-sig", True), ("utf-8;q=0", False),
        ("ISO-8859-1,utf-8;q=0.7,*;q=0.7", False), ("iso-8859-1, utf-8-sig", True), ("*", False), ("latin1", False),
    ],
)  # fmt: skip
def test_only_who_names_utf_8_alone_or_its_mark_gets_the_mark(accepted: str | None, wants: bool) -> None:
    assert wants_bom(accepted) is wants


def test_headers_that_mean_the_same_share_one_variant() -> None:
    variants = Variants()
    first = variants.learn((b"*/*", b"gzip, zstd", None))
    assert variants.learn((None, b"zstd;q=1", b"iso-8859-1, utf-8")) is first
    assert variants.get((b"*/*", b"gzip, zstd", None)) is first
    assert variants.learn((None, None, None)) is not first
    assert variants.learn((b"*/*", b"gzip, zstd", b"utf-8")) is not first
    for number in range(5000):
        variants.learn((b"text/csv;q=0.%d" % number, None, None))
    assert variants.learn((b"*/*", b"zstd", None)) is first


def test_a_suffix_names_a_format() -> None:
    assert split_suffix("/api/v1/bills.csv") == ("/api/v1/bills", "csv")
    assert split_suffix("/api/v1/bills/45-1/C-3.json") == ("/api/v1/bills/45-1/C-3", "json")
    assert split_suffix("/api/v1/bills") == ("/api/v1/bills", None)


@pytest.mark.parametrize("sent", [b'"a"', b'W/"a"', b'"b", "a"', b'"b",W/"a"', b"*"])
def test_tags_are_compared_weakly(sent: bytes) -> None:
    assert matches(sent, b'"a"')
    assert not matches(b'"b"', b'"a"')
    assert not matches(b"", b'"a"')


def test_request_ids_are_unique_over_processes() -> None:
    one, other = RequestIds(), RequestIds()
    assert len({one.choose(None), one.choose(None), other.choose(None), other.choose(b"bad id!")}) == 4
    assert one.choose(b"from-a-gateway_1.2") == b"from-a-gateway_1.2"
