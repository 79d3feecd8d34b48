"""CSV for programs is as recorded; CSV for spreadsheets cannot be run."""

import csv
import io

import msgspec
import pytest

from serving.core.answers.formats import CsvStyle, as_csv

SPREADSHEET = CsvStyle(for_spreadsheets=True)


class Row(msgspec.Struct, frozen=True):
    """A text, a number, and a list."""

    text: str | None
    share: float | None
    names: list[str]


def cells(text: str | None, style: CsvStyle, share: float | None = None) -> list[str]:
    """The cells of one row, read back."""
    body = as_csv(Row, [Row(text, share, [])], "both", style).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(body, newline="")))[1]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("http://x","y")', "＝1", "-Bill", "＠x"],
)
def test_a_text_that_could_be_run_is_harmless_in_spreadsheets_only(text: str) -> None:
    assert cells(text, SPREADSHEET)[0] == f"'{text}"
    assert cells(text, CsvStyle())[0] == text


@pytest.mark.parametrize("text", ["An Act", "C-21", "'quoted", "", "é=", None])
def test_other_texts_are_left_alone(text: str | None) -> None:
    assert cells(text, SPREADSHEET)[0] == (text or "")


def test_a_negative_number_is_a_number() -> None:
    assert cells("x", SPREADSHEET, -0.5)[1] == "-0.5"


def test_the_mark_is_there_once() -> None:
    assert as_csv(Row, [], "both", SPREADSHEET) == b"\xef\xbb\xbftext,share,names\r\n"
    assert as_csv(Row, [], "both") == b"text,share,names\r\n"
