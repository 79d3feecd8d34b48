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
    answer = api.get(f"{address}.csv?lang={lang}&columns=all")
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


@pytest.mark.parametrize("address", LISTS)
def test_columns_are_tidy_unless_more_are_asked_for(api: Client, address: str) -> None:
    tidy, every = (_header(api, f"{address}.csv{query}") for query in ("", "?columns=all"))
    assert tidy == [column for column in every if not column.startswith(("links_", "provenance_"))]
    assert {column.partition("_")[0] for column in every} - {column.partition("_")[0] for column in tidy} == {
        "links",
        "provenance",
    }


def _header(api: Client, address: str) -> list[str]:
    answer = api.get(address)
    assert answer.status_code == 200, answer.text
    return next(csv.reader(io.StringIO(answer.text)))


def test_columns_are_a_choice_in_its_order(api: Client) -> None:
    assert _header(api, "/api/v1/bills.csv?columns=title_fr,key,title_fr") == ["title_fr", "key"]
    assert _header(api, "/api/v1/bills.csv?columns=key,title&lang=en") == ["key", "title_en"]
    assert _header(api, "/api/v1/bills.csv?columns=links_official,status") == [
        "links_official_en",
        "links_official_fr",
        "status_code",
        "status_en",
        "status_fr",
    ]


@pytest.mark.parametrize(
    ("address", "param", "nearest"),
    [
        ("/api/v1/bills.csv?columns=titel_en", "columns", "title_en"),
        ("/api/v1/bills.csv?columns=title_fr&lang=en", "columns", "title_en"),
        ("/api/v1/bills.csv?columns=", "columns", None),
        ("/api/v1/bills?columns=key", "columns", None),
        ("/api/v1/bills.ndjson?bom=1", "bom", None),
        ("/api/v1/bills.csv?bom=yes", "bom", None),
        ("/api/v1/statistics/parties.csv?session=45-1&bom=2", "bom", None),
    ],
)
def test_what_csv_cannot_give_is_refused(api: Client, address: str, param: str, nearest: str | None) -> None:
    problem = api.get(address)
    assert problem.status_code == 400
    assert problem.json()["param"] == param
    assert problem.json().get("nearest") == nearest


def test_a_mark_and_harmless_cells_come_together_and_only_when_asked_for(api: Client) -> None:
    address = "/api/v1/bills.csv?number=C-2&session=45-1"
    plain = api.get(address)
    assert not plain.content.startswith(b"\xef\xbb\xbf")
    assert plain.headers["vary"] == "Accept, Accept-Encoding, Accept-Charset"
    asked = api.get(f"{address}&bom=1")
    by_header = api.get(address, headers={"accept-charset": "utf-8"})
    assert asked.content == by_header.content == b"\xef\xbb\xbf" + plain.content
    assert by_header.headers["etag"] == asked.headers["etag"] != plain.headers["etag"]
    assert api.get(f"{address}&bom=0", headers={"accept-charset": "utf-8"}).content == plain.content
    assert api.get(address).content == plain.content, "the cache keeps them apart"
    same = api.get(address, headers={"accept-charset": "utf-8", "if-none-match": plain.headers["etag"]})
    assert same.status_code == 200, "another representation has another tag"


def test_every_format_links_to_the_next_page(api: Client) -> None:
    for suffix in ("", ".csv", ".ndjson"):
        answer = api.get(f"/api/v1/votes{suffix}?limit=4")
        following = answer.links["next"]["url"]
        assert following.startswith(f"/api/v1/votes{suffix}?limit=4&cursor=")
        assert answer.headers["x-total-count"] == "30"
        assert api.get(following).headers["x-total-count"] == "30"
        assert "next" not in api.get(f"/api/v1/votes{suffix}?limit=30").links
