"""Lists as CSV and NDJSON hold what JSON holds."""

import csv
import io
import json

import pytest

from tests.api.conftest import Client

pytestmark = pytest.mark.postgres
LISTS = [
    "/api/v1/sessions",
    "/api/v1/bills",
    "/api/v1/bills/45-1/C-3/stages",
    "/api/v1/bills/45-1/C-3/votes",
    "/api/v1/votes",
    "/api/v1/votes/45-1/commons/3/ballots",
    "/api/v1/members",
    "/api/v1/members/89003/ballots",
]


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("lang", ["both", "en", "fr"])
def test_the_formats_agree(api: Client, address: str, lang: str) -> None:
    data = api.get(f"{address}?lang={lang}").json()["data"]
    assert data
    lines = api.get(f"{address}.ndjson?lang={lang}").text.splitlines()
    assert [json.loads(line) for line in lines] == data
    answer = api.get(f"{address}.csv?lang={lang}")
    assert answer.text.endswith("\r\n")
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert len(rows) == len(data)
    for row, entry in zip(rows, data, strict=True):
        for column, cell in row.items():
            assert cell == _expected(entry, column), column
    assert not any(column.endswith({"en": "_fr", "fr": "_en", "both": "_de"}[lang]) for column in rows[0])


def _expected(entry: object, column: str) -> str:
    """The cell that a column should have, found by trying its name as a path."""
    found = _find(entry, column)
    if found is None:
        return ""
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, list):
        return json.dumps(found, ensure_ascii=False, separators=(",", ":")) if found else ""
    return str(found)


def _find(entry: object, path: str) -> object:
    if not isinstance(entry, dict):
        return None
    if path in entry:
        return entry[path]
    inner = (
        _find(value, path.removeprefix(f"{name}_")) for name, value in entry.items() if path.startswith(f"{name}_")
    )
    return next((found for found in inner if found is not None), None)


def test_data_that_looks_like_a_formula_is_left_as_it_is(api: Client) -> None:
    row = next(csv.DictReader(io.StringIO(api.get("/api/v1/bills.csv?number=C-2&session=45-1").text)))
    assert row["title_en"] == "An Act respecting sample no. 1, the café’s licence"


def test_every_format_links_to_the_next_page(api: Client) -> None:
    for suffix in ("", ".csv", ".ndjson"):
        answer = api.get(f"/api/v1/votes{suffix}?limit=4")
        following = answer.links["next"]["url"]
        assert following.startswith(f"/api/v1/votes{suffix}?limit=4&cursor=")
        assert api.get(following).status_code == 200
