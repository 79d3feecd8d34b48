"""Search and suggestions over HTTP, with a real index of the small Parliament."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest

from tests.api.conftest import Client
from tests.support.data.hostile import HOSTILE
from tests.support.data.searching import bill_document, member_document, vote_document
from warehouse.model.read_models.search import Removed
from warehouse.runtime.settings import Settings
from warehouse.search.opening import open_index
from warehouse.search.port import SearchIndex

pytestmark = pytest.mark.postgres


@pytest.fixture
def index(tmp_path: Path) -> Iterator[SearchIndex]:
    """The index that the read model of another process writes."""
    opened = open_index(f"tantivy:{tmp_path / 'search'}")
    opened.apply(
        [
            bill_document(
                "C-21",
                "44-1",
                title_en="An Act to amend certain Acts (firearms)",
                short_title_en="Arms Act",
                title_fr="Loi modifiant certaines lois (armes à feu)",
                status="royal-assent-received",
                status_en="Royal assent received",
                sponsor_en="Hon. Marco Mendicino",
            ),
            bill_document("C-21", title_en="An Act respecting <b>&fire</b>"),
            *(bill_document(f"C-{number}", title_en="An Act respecting trees") for number in range(100, 160)),
            vote_document(
                43, "44-1", title_en="3rd reading of Bill C-21", bill="C-21", result="agreed", status_en="Agreed To"
            ),
            member_document(89156, "Élise Able", party="bloc-quebecois", province="QC", riding_en="Québec Centre"),
        ]
    )
    yield opened
    opened.close()


@pytest.fixture
def client(index: SearchIndex, settings: Settings, tmp_path: Path, open_client: Callable[[Settings], Client]) -> Client:
    return open_client(msgspec.structs.replace(settings, search_url=f"tantivy:{tmp_path / 'search'}"))


def test_a_bill_by_its_number_with_what_belongs_to_it(client: Client) -> None:
    answer = client.get("/api/v1/search?q=projet%20de%20loi%20c21&session=44-1&facets=all")
    assert answer.status_code == 200
    body = answer.json()
    bill, vote = body["data"]
    assert (bill["type"], bill["key"]) == ("bill", "44-1/C-21")
    assert bill["title"]["fr"] == "Loi modifiant certaines lois (armes à feu)"
    assert bill["status"] == {"code": "royal-assent-received", "en": "Royal assent received", "fr": None}
    assert bill["links"]["self"] == "/api/v1/bills/44-1/C-21"
    assert (vote["type"], vote["result"]["code"]) == ("vote", "agreed")
    assert body["page"] == {"limit": 20, "offset": 0, "count": 2}
    assert [(each["value"], each["count"]) for each in body["facets"]["type"]] == [("bill", 1), ("vote", 1)]
    assert body["facets"]["status"][0]["name"]["fr"] == "Sanction royale reçue"


def test_one_language_is_shown_and_what_was_found_is_marked_safely(client: Client) -> None:
    body = client.get("/api/v1/search?q=fire&lang=en").json()
    (hit,) = body["data"]
    assert hit["title"] == {"en": "An Act respecting <b>&fire</b>"}
    assert hit["highlights"] == {"title_en": "An Act respecting &lt;b&gt;&amp;<mark>fire</mark>&lt;/b&gt;"}
    assert client.get("/api/v1/search?q=fire&highlight=false").json()["data"][0]["highlights"] == {}


def test_pages_lead_from_one_to_the_next(client: Client) -> None:
    address, keys = "/api/v1/search?q=trees&limit=25", []
    while address:
        body = client.get(address).json()
        keys += [hit["key"] for hit in body["data"]]
        address = body["links"]["next"]
    assert len(keys) == len(set(keys)) == body["page"]["count"] == 60
    assert body["links"]["prev"] == "/api/v1/search?q=trees&limit=25&offset=25"


def test_an_answer_is_kept_until_the_index_changes(client: Client, index: SearchIndex) -> None:
    first = client.get("/api/v1/search?q=trees")
    etag = first.headers["etag"]
    again = client.get("/api/v1/search?q=trees", headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    index.apply([], [Removed(entity="bill", key="45-1/C-100", revision=2)])
    until = time.monotonic() + 60
    while client.get("/api/v1/search?q=trees").json()["page"]["count"] != 59:
        assert time.monotonic() < until, "The change is never seen."
        time.sleep(0.05)
    assert client.get("/api/v1/search?q=trees", headers={"if-none-match": etag}).status_code == 200


@pytest.mark.parametrize(
    ("query", "code", "param"),
    [
        ("sort=best", "invalid_value", "sort"),
        ("limit=0", "invalid_value", "limit"),
        ("limit=101", "invalid_value", "limit"),
        ("offset=9990&limit=20", "invalid_value", "offset"),
        ("party=rhino", "invalid_value", "party"),
        ("date=soon", "invalid_value", "date"),
        ("facets=colour", "invalid_value", "facets"),
        ("highlight=yes", "invalid_value", "highlight"),
        ("lang=de", "invalid_value", "lang"),
        ("query=act", "unknown_parameter", "query"),
        ("q=a&q=b", "invalid_value", "q"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(client: Client, query: str, code: str, param: str) -> None:
    problem = client.get(f"/api/v1/search?{query}")
    assert problem.status_code == 400
    assert (problem.json()["code"], problem.json()["param"]) == (code, param)


def test_a_broken_query_says_where_in_both_languages(client: Client) -> None:
    problem = client.get("/api/v1/search?q=" + quote('trees "of the north'))
    body = problem.json()
    assert (problem.status_code, body["code"], body["position"]) == (400, "query_invalid", 6)
    assert body["detail"] == "This quotation mark is not closed. / Ce guillemet n’est pas fermé."
    body = client.get("/api/v1/search?q=partey:ndp").json()
    assert (body["position"], body["nearest"]) == (0, "party")


def test_hostile_queries_are_answered_or_refused_in_place(client: Client) -> None:
    assert len(HOSTILE) >= 300
    refused = 0
    for text in HOSTILE:
        answer = client.get("/api/v1/search?facets=all&q=" + quote(text, errors="surrogatepass"))
        assert answer.status_code in {200, 400}, text
        if answer.status_code == 400:
            body = answer.json()
            # What no address takes, control characters and ten thousand letters, is refused before `q` is looked at.
            assert (body["code"], body["param"]) in {("query_invalid", "q"), ("invalid_value", "query")}, text
            assert 0 <= body["position"] <= max(len(text), 8192), text
            refused += 1
        suggested = client.get("/api/v1/suggest?q=" + quote(text, errors="surrogatepass"))
        assert suggested.status_code in {200, 400}, text
    assert refused > len(HOSTILE) // 3


def test_suggestions(client: Client) -> None:
    body = client.get("/api/v1/suggest?q=%C3%89lis").json()
    assert [(each["type"], each["key"]) for each in body["data"]] == [("member", "89156")]
    assert body["data"][0]["links"]["self"] == "/api/v1/members/89156"
    keys = [each["key"] for each in client.get("/api/v1/suggest?q=c-21&types=bill").json()["data"]]
    assert keys == ["45-1/C-21", "44-1/C-21"]
    assert client.get("/api/v1/suggest?q=quebec%20c&types=riding").json()["data"][0]["text"]["en"] == "Québec Centre"
    assert client.get("/api/v1/suggest?q=a&types=bird").status_code == 400
    assert client.get("/api/v1/suggest").json()["data"] == []


def test_without_an_index_it_says_so_and_when_to_come_back(
    settings: Settings, open_client: Callable[[Settings], Client], tmp_path: Path
) -> None:
    for client in (
        open_client(settings),
        open_client(msgspec.structs.replace(settings, search_url=f"tantivy:{tmp_path / 'none'}")),
    ):
        answer = client.get("/api/v1/search?q=act")
        assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
        assert int(answer.headers["retry-after"]) > 0
    assert [each for each in client.get("/ready").json()["dependencies"] if each["name"] == "search"]


@pytest.mark.usefixtures("impatient")
def test_it_answers_again_when_the_index_comes_back(client: Client, tmp_path: Path) -> None:
    assert client.get("/api/v1/search?q=trees").status_code == 200
    (tmp_path / "search").rename(tmp_path / "away")
    until = time.monotonic() + 60
    while client.get("/api/v1/search?q=trees").status_code != 503:
        assert time.monotonic() < until, "It goes on without an index."
        time.sleep(0.05)
    (tmp_path / "away").rename(tmp_path / "search")
    until = time.monotonic() + 60
    while client.get("/api/v1/search?q=trees").status_code != 200:
        assert time.monotonic() < until, "It does not come back."
        time.sleep(0.05)


def test_the_document_of_the_api_names_every_parameter(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()
    parameters = {each["name"] for each in document["paths"]["/api/v1/search"]["get"]["parameters"]}
    assert {
        "q",
        "type",
        "session",
        "party",
        "date",
        "sort",
        "limit",
        "offset",
        "facets",
        "highlight",
        "lang",
    } <= parameters
    assert "/api/v1/suggest" in document["paths"]
    assert client.get("/problems/query_invalid").status_code == 200
