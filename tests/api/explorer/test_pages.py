"""Pages for people: the same addresses, the same figures, the same structure in both languages, everything escaped."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import msgspec
import pytest

from serving.explorer.pictures import Seats, hemicycle, vote_bars
from serving.explorer.reading import ApiReader, PageProblem
from tests.api import sample
from tests.api.conftest import Client, Parliament
from warehouse.runtime.settings import Settings

pytestmark = pytest.mark.postgres
BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PAGES = (
    "bills", "bills?session=45-1", "bills?title__contains=nothing", "bills/45-1/C-3", "votes", "votes/45-1/commons/3",
    "members", "members/1001", "members?name__contains=a",
)  # fmt: skip


def text_of(page: str) -> str:
    """What a reader sees, without line breaks."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def known(api: Client) -> list[str]:
    """Addresses of pages of this Parliament."""
    person = api.get("/api/v1/members?limit=1").json()["data"][0]["person_id"]
    return [page.replace("1001", str(person)) for page in PAGES]


def test_a_browser_gets_a_page_at_the_address_of_the_api_and_others_get_json(api: Client) -> None:
    page = api.get("/api/v1/bills/45-1/C-3", headers=BROWSER)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "Accept" in page.headers["vary"]
    assert page.text == api.get("/bills/45-1/C-3").text
    for accept in ("application/json", "*/*", "application/json, text/html;q=0.5"):
        answer = api.get("/api/v1/bills/45-1/C-3", headers={"accept": accept})
        assert answer.headers["content-type"] == "application/json"
        assert answer.json()["data"]["key"] == "45-1/C-3"
    assert api.get("/api/v1/bills/45-1/C-3@v1", headers=BROWSER).headers["content-type"] == "application/json"
    assert api.get("/api/v1/bills.csv", headers=BROWSER).headers["content-type"].startswith("text/csv")
    assert api.get("/api/v1/bills?limit=2", headers=BROWSER).headers["content-type"] == "application/json"
    assert "<h1>" in api.get("/api/v1/bills?session=45-1", headers=BROWSER).text
    assert api.get("/api/v1/sessions", headers=BROWSER).headers["content-type"] == "application/json"


def test_pages_have_the_same_structure_in_both_languages(api: Client) -> None:
    for path in known(api):
        english = api.get(f"/{path}")
        french = api.get(f"/{path}{'&' if '?' in path else '?'}lang=fr")
        assert (english.status_code, french.status_code) == (200, 200), path
        for page in (english.text, french.text):
            assert page.count("<h1>") == 1, path
            assert "<script" not in page, path
            assert "style=" not in page, path
            assert not re.search(r"(?:src|href)=\"https?://(?!www\.(?:parl|ourcommons)\.ca)", page), path
        tags = [
            re.findall(r"</?(\w+)", re.sub(r"</?(?:span|input)[^>]*>", "", page.text)) for page in (english, french)
        ]
        assert tags[0] == tags[1], path
        assert '<html lang="fr">' in french.text
        assert 'hreflang="fr"' in english.text


def test_a_vote_shows_the_figures_of_the_api(api: Client) -> None:
    page = api.get("/votes/45-1/commons/3").text
    vote = api.get("/api/v1/votes/45-1/commons/3").json()["data"]
    ballots = api.get("/api/v1/votes/45-1/commons/3/ballots?limit=500").json()["data"]
    seen = text_of(page)
    assert vote["subject"]["en"] in seen
    assert f"{vote['totals']['yeas']} for, {vote['totals']['nays']} against" in seen
    rows = re.findall(r"<td class=\"(yea|nay|both|abstain|paired|no_vote)\">", page)
    assert rows == [each["position"] for each in ballots]
    for each in ballots:
        assert f'href="/members/{each["member"]["person_id"]}"' in page


def test_a_bill_shows_what_the_api_says(api: Client) -> None:
    bill = api.get("/api/v1/bills/45-1/C-3?lang=fr").json()["data"]
    seen = text_of(api.get("/bills/45-1/C-3?lang=fr").text)
    assert bill["title"]["fr"] in seen
    assert bill["status"]["fr"] in seen
    assert (bill["introduced_on"] or "") in seen


def test_a_page_is_kept_and_not_sent_again_until_something_changes(api: Client) -> None:
    first = api.get("/bills/45-1/C-3")
    again = api.get("/bills/45-1/C-3", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("bills/45-1/C-999", 404), ("votes/45-1/commons/999", 404), ("members/999999999", 404),
        ("votes?cursor=nothing", 400), ("bills?session=nothing", 400), ("search?q=a&offset=99999999", 400),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_a_page_too(api: Client, path: str, status: int) -> None:
    answer = api.get(f"/{path}{'&' if '?' in path else '?'}lang=fr", headers=BROWSER)
    assert answer.status_code == status
    if status == 404 or "offset" not in path:
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.text.count("<h1>") == 1


def test_an_alias_leads_to_the_page_of_the_entity(api: Client) -> None:
    moved = api.get("/bills/45-1/c3?lang=fr")
    assert (moved.status_code, moved.headers["location"]) == (308, "/bills/45-1/C-3?lang=fr")


def test_what_does_not_answer_is_never_said_to_be_nothing(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without ClickHouse a member's figures are left out with a word; without ballots there is no page of a vote."""
    person = api.get("/api/v1/members?limit=1").json()["data"][0]["person_id"]
    assert "could not be read just now" in api.get(f"/members/{person}").text
    assert "could not be read just now" not in api.get("/votes/45-1/commons/4").text
    read = ApiReader.get

    async def without_ballots(self: ApiReader, path: str, **query: Any) -> dict[str, Any]:
        if path.endswith("/ballots"):
            raise PageProblem(503, {"title": "Away", "detail": "No database answers."}, {"retry-after": "5"})
        return await read(self, path, **query)

    monkeypatch.setattr(ApiReader, "get", without_ballots)
    answer = api.get("/votes/45-1/commons/5")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "No ballots" not in answer.text
    monkeypatch.undo()
    assert "No ballots" not in api.get("/votes/45-1/commons/5").text
    assert api.get("/votes/45-1/commons/5").status_code == 200


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;{{7*7}}"


def test_titles_are_escaped(
    parliament: Parliament, settings: Settings, open_client: Callable[[Settings], Client]
) -> None:
    parliament.claim("recorded")
    odd: Any = sample.bill("45-1", "C-3", 1)
    parliament.store(msgspec.structs.replace(odd, title_en=HOSTILE, title_fr=HOSTILE * 60), sample.session(45, 1))
    parliament.settle()
    client = open_client(settings)
    for path in ("bills/45-1/C-3", "bills/45-1/C-3?lang=fr", "bills"):
        page = client.get(f"/{path}").text
        assert "<script" not in page, path
        assert "<img" not in page, path
        assert "{{7*7}}" in page, path


def test_pictures_have_a_title_and_every_seat() -> None:
    seats = [Seats("liberal", 169), Seats("conservative", 143), Seats("x", 31)]
    picture = str(hemicycle(seats, "Seats & more"))
    assert picture.count("<circle") == 343
    assert "<title>Seats &amp; more</title>" in picture
    rows = [{"code": "ndp", "name": "<NDP>", "yeas": 0, "nays": 0}]
    assert "&lt;NDP&gt;" in str(vote_bars(rows, "t", {"yea": "y", "nay": "n"}))
