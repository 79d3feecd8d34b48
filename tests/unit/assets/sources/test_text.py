"""Plain text out of markup, Ottawa's clock out of shifted stamps, and duplicates within a document."""

import datetime as dt

import msgspec
import pytest

from assets.sources.parsed import Parsed, without_duplicates
from assets.sources.text import english_date, one_line_text, plain_text, real_time, shifted_to_local


@pytest.mark.parametrize(
    ("published", "plain"),
    [
        ("Loi n<Sup>o</Sup> 2", "Loi no 2"),
        ("45<sup>e</sup> législature, 1<sup>re</sup> session", "45e législature, 1re session"),
        ("Manufacturers & Exporters", "Manufacturers & Exporters"),
        ("Smith &amp; Sons", "Smith & Sons"),
        ("two  blanks stay", "two  blanks stay"),
        ("two <br /> blanks go", "two blanks go"),
        ("one<br>or the other", "one or the other"),
        ("<div>First.  <br/><br/>Second.<br/><br />\r\nThird.</div>", "First.\n\nSecond.\n\nThird."),
        ("<p>First.</p><p>Second.</p>", "First.\n\nSecond."),
        ("a < b and c > d", "a < b and c > d"),
        ("Private Member’s Bill", "Private Member’s Bill"),
        ("An Act to amend &lt;i&gt;the Code&lt;/i&gt;", "An Act to amend the Code"),
        ("An Act to amend &amp;lt;i&amp;gt;the Code&amp;lt;/i&amp;gt;", "An Act to amend the Code"),
        ("Smith &amp;amp; Sons", "Smith & Sons"),
        ("An Act <![CDATA[to amend <i>X</i>]]> now", "An Act to amend X now"),
        ("An Act <!-- hidden -->respecting", "An Act respecting"),
        ("<script>alert(1)</script>An Act", "An Act"),
        (" \r\n ", None),
        ("", None),
        (None, None),
    ],
)
def test_plain_text(published: str | None, plain: str | None) -> None:
    assert plain_text(published) == plain


def test_a_title_is_one_line() -> None:
    assert one_line_text("<p>An Act</p><p>respecting\n   fish</p>") == "An Act respecting fish"


@pytest.mark.parametrize(
    ("stamp", "local"),
    [
        ("2025-05-26T20:00:00-04:00", "2025-05-27T00:00:00"),
        ("1994-03-22T19:00:00-05:00", "1994-03-23T00:00:00"),
        ("2025-05-27T08:44:38.9-04:00", "2025-05-27T12:44:38.9"),
    ],
)
def test_shifted_stamps_are_ottawas_clock(stamp: str, local: str) -> None:
    assert shifted_to_local(dt.datetime.fromisoformat(stamp)) == dt.datetime.fromisoformat(local)


def test_a_stamp_without_zone_is_no_longer_what_we_know() -> None:
    with pytest.raises(ValueError, match="no zone"):
        shifted_to_local(dt.datetime.fromisoformat("2025-05-27T00:00:00"))


def test_the_year_1_is_no_time() -> None:
    assert real_time(dt.datetime.fromisoformat("0001-01-01T00:00:00")) is None


def test_years_that_no_parliament_had_are_refused() -> None:
    with pytest.raises(ValueError, match="outside every known Parliament"):
        real_time(dt.datetime.fromisoformat("9999-12-31T23:59:59"))


def test_dates_are_read_in_english_whatever_the_machine_speaks() -> None:
    assert english_date("May 27, 2025") == dt.date(2025, 5, 27)
    with pytest.raises(ValueError, match="mai"):
        english_date("mai 27, 2025")


class Row(msgspec.Struct, frozen=True):
    key: int
    text: str


def test_equal_twins_are_kept_once_and_named() -> None:
    parsed = without_duplicates(Parsed(records=[Row(1, "a"), Row(2, "b"), Row(1, "a")]), lambda row: row.key)
    assert parsed.records == [Row(1, "a"), Row(2, "b")]
    assert parsed.repeated == ["1"]
    assert parsed.unfit == []


def test_twins_that_differ_are_both_parked() -> None:
    parsed = without_duplicates(Parsed(records=[Row(1, "a"), Row(2, "b"), Row(1, "c")]), lambda row: row.key)
    assert parsed.records == [Row(2, "b")]
    assert [(item.record_key, item.record) for item in parsed.unfit] == [
        ("1", '{"key":1,"text":"a"}'),
        ("1", '{"key":1,"text":"c"}'),
    ]
    assert "different content" in parsed.unfit[0].reason
