"""Lists: filters, orders, formats, and walks through pages."""

import pytest

from tests.api.conftest import Client, bills

pytestmark = pytest.mark.postgres


def keys(api: Client, address: str) -> list[str]:
    """The keys of all entries of a page."""
    answer = api.get(address)
    assert answer.status_code == 200, answer.text
    return [each.get("key") or each["vote"] for each in answer.json()["data"]]


def walk(api: Client, address: str, direction: str = "next") -> list[dict[str, object]]:
    """Every entry of every page, following the links."""
    found: list[dict[str, object]] = []
    following: str | None = address
    while following:
        answer = api.get(following)
        assert answer.status_code == 200, answer.text
        found += answer.json()["data"]
        following = answer.json()["links"][direction]
    return found


@pytest.mark.parametrize("word", ["senate", "S%C3%A9nat"])
def test_a_list_of_votes_says_that_none_of_the_senate_is_held(api: Client, word: str) -> None:
    answer = api.get(f"/api/v1/votes?session=44-1&chamber={word}").json()
    assert answer["data"] == []
    assert answer["note"]["en"].startswith("There are no votes of the Senate")
    assert "note" not in api.get("/api/v1/votes?session=44-1&chamber=commons").json()


def test_a_list_has_the_published_frame(api: Client) -> None:
    answer = api.get("/api/v1/bills?limit=3").json()
    assert [each["key"] for each in answer["data"]] == ["45-1/C-2", "45-1/C-3", "45-1/C-4"]
    assert answer["page"]["count"] == 40
    assert answer["page"]["count_kind"] == "exact"
    assert answer["page"]["prev"] is None
    assert answer["meta"]["watermark"]
    assert answer["links"]["first"] == "/api/v1/bills?limit=3"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 40),
        ("session=45-1", 20),
        ("session=45-1,44-1", 40),
        ("session=45-1&session=44-1", 40),
        ("session__ne=45-1", 20),
        ("parliament=44", 20),
        ("parliament__gte=45", 20),
        ("chamber=senate", 10),
        ("chamber=S%C3%A9nat", 10),
        ("status=royal-assent-received", 8),
        ("type=private-member,senate-public", 27),
        ("number=c-3", 2),
        ("number=c%203", 2),
        ("number=C%E2%80%9303", 2),
        ("sponsor=zoe%20unal", 20),
        ("sponsor=89156", 20),
        ("sponsor__contains=zoe%20unal", 20),
        ("sponsor__isnull=true", 20),
        ("introduced_on=2025-05-28", 1),
        ("introduced_on__range=2025-05-28,2025-05-30", 3),
        ("date_from=2025-05-30&date_to=2025-06-01", 3),
        ("latest_activity_on__isnull=true", 5),
        ("title__contains=cafe%27s", 40),
        ("title__startswith=loi%20concernant%20l%27%C3%A9chantillon", 40),
        ("title__contains=no.%2012", 1),
        ("provisional=true", 0),
        ("updated_since=2020-01-01T00:00:00Z", 40),
        ("updated_since=2100-01-01", 0),
        ("legisinfo_id=13000001", 1),
    ],
)
def test_bills_are_filtered(api: Client, query: str, count: int) -> None:
    answer = api.get(f"/api/v1/bills?limit=500&{query}")
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["data"]) == answer.json()["page"]["count"] == count


@pytest.mark.parametrize(
    "sort", ["number", "-session,number", "latest_activity_on", "-latest_activity_on", "status,-introduced_on", "type"]
)
@pytest.mark.parametrize("limit", [1, 7, 39, 40])
def test_a_walk_meets_every_entry_once_and_the_same_way_back(api: Client, sort: str, limit: int) -> None:
    whole = keys(api, f"/api/v1/bills?limit=500&sort={sort}")
    walked = walk(api, f"/api/v1/bills?limit={limit}&sort={sort}")
    assert [each["key"] for each in walked] == whole
    assert sorted(whole) == sorted(bill.key for bill in bills())
    if limit == 7:
        back: list[str] = []
        address = api.get(f"/api/v1/bills?limit=7&sort={sort}&offset=35").json()["links"]["prev"]
        while address:
            page = api.get(address).json()
            back = [each["key"] for each in page["data"]] + back
            address = page["links"]["prev"]
        assert back == whole[:35]


@pytest.mark.parametrize(
    ("address", "count"),
    [
        ("votes?result=negatived", 7),
        ("votes?result=Rejet%C3%A9e", 7),
        ("votes?bill=45-1/C-3", 10),
        ("votes?bill=c3", 10),
        ("votes?bill=c%C2%A03", 10),
        ("votes?bill=45%E2%80%931/C%E2%80%93003", 10),
        ("votes?bill__isnull=true", 20),
        ("votes?disputed=true", 2),
        ("votes?number__range=3,5", 3),
        ("votes?subject__contains=NO.%2017", 1),
        ("votes?date_from=2025-06-10&date_to=2025-06-11", 2),
        ("bills/45-1/C-3/votes", 10),
        ("bills/45-1/C-3/votes?result=negatived", 2),
        ("members?party=NPD", 6),
        ("members?party=new%20democratic%20PARTY", 6),
        ("members?party=Parti%20conservateur%20du%20Canada", 6),
        ("members?party=Conservative%20Party", 6),
        ("members?name=hon.%20RENEE%20elan", 1),
        ("members?riding=okanagan%20lake%20west%20south%20kelowna", 6),
        ("members?riding=vancouver%20est", 6),
        ("members?party=ndp,liberal", 12),
        ("members?party__ne=ndp", 24),
        ("members?party__contains=bloc%20quebec", 6),
        ("members?province=BC", 12),
        ("members?province=Colombie-Britannique", 12),
        ("members?riding=okanagan%20lake%20west-south%20kelowna", 6),
        ("members?name__contains=elan", 1),
        ("members?name=renee%20elan", 1),
        ("members?parliament=44", 15),
        ("members?parliament=45", 30),
        ("members?sitting=false", 3),
        ("members?person_id__lte=89005", 5),
        ("votes/45-1/commons/3/ballots", 12),
        ("votes/45-1/commons/3/ballots?position=nay", 4),
        ("votes/45-1/commons/3/ballots?paired=true", 1),
        ("votes/45-1/commons/3/ballots?party=bloc-quebecois", 3),
        ("votes/45-1/commons/3/ballots?province=QC&position=Contre", 1),
        ("votes/45-1/commons/3/ballots?member=89004", 1),
        ("members/89003/ballots", 30),
        ("members/89003/ballots?position=nay&result=negatived", 7),
        ("members/89003/ballots?bill=C-3", 10),
        ("members/89003/ballots?held_on__gte=2025-06-30", 2),
        ("members/89003/ballots?session=44-1", 0),
        ("sessions", 2),
        ("sessions?current=true", 1),
        ("sessions?parliament__lt=45", 1),
    ],
)
def test_lists_are_filtered(api: Client, address: str, count: int) -> None:
    answer = api.get(f"/api/v1/{address}")
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["data"]) == answer.json()["page"]["count"] == count


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("votes?sort=result,-number", "key"),
        ("members?sort=party,-name", "key"),
        ("sessions?sort=opened_on", "key"),
        ("votes/45-1/commons/3/ballots?sort=-party,name", "member"),
        ("members/89003/ballots?sort=date", "vote"),
        ("members/89003/ballots", "vote"),
    ],
)
def test_every_list_can_be_walked(api: Client, address: str, name: str) -> None:
    joint = "&" if "?" in address else "?"
    whole = [each[name] for each in api.get(f"/api/v1/{address}{joint}limit=500").json()["data"]]
    for limit in (1, 4):
        assert [each[name] for each in walk(api, f"/api/v1/{address}{joint}limit={limit}")] == whole
    if len(whole) > 12:
        back: list[object] = []
        following = api.get(f"/api/v1/{address}{joint}limit=4&offset=12").json()["links"]["prev"]
        while following:
            page = api.get(following).json()
            back = [each[name] for each in page["data"]] + back
            following = page["links"]["prev"]
        assert back == whole[:12]


def test_an_offset_skips(api: Client) -> None:
    whole = keys(api, "/api/v1/votes?limit=500")
    assert keys(api, "/api/v1/votes?limit=5&offset=10") == whole[10:15]
    assert keys(api, "/api/v1/members/89003/ballots?limit=5&offset=10") == whole[10:15]
    assert api.get("/api/v1/votes?offset=10000").json()["page"]["count"] == 30


def test_a_cursor_belongs_to_its_query(api: Client) -> None:
    cursor = api.get("/api/v1/bills?limit=5&session=45-1").json()["page"]["next"]
    assert api.get(f"/api/v1/bills?limit=9&session=45-1&lang=fr&cursor={cursor}").status_code == 200
    for other in ("bills?limit=5", "bills?session=44-1", "bills?session=45-1&sort=number", "votes?session=45-1"):
        joint = "&" if "?" in other else "?"
        answer = api.get(f"/api/v1/{other}{joint}cursor={cursor}")
        assert (answer.status_code, answer.json()["code"]) == (400, "cursor_mismatch")
        assert "cursor" not in answer.json()["links"]["restart"]
    forged = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
    assert api.get(f"/api/v1/bills?limit=5&session=45-1&cursor={forged}").json()["code"] == "invalid_value"
    assert api.get(f"/api/v1/bills?session=45-1&offset=5&cursor={cursor}").json()["param"] == "offset"


def test_every_character_can_be_searched_for(api: Client) -> None:
    for character in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ÿœ€😀":
        answer = api.get("/api/v1/bills", params={"title__contains": f"a{character}b"})
        assert (answer.status_code, answer.json()["data"]) == (200, []), character
    assert api.get("/api/v1/bills", params={"title__contains": "(no|an)"}).json()["data"] == []


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("margin=4", 30),
        ("margin__lte=3", 0),
        ("closeness__lt=0.34", 30),
        ("closeness__gt=0.34", 0),
        ("split_caucus=ndp", 30),
        ("split_caucus=NPD", 30),
        ("split_caucus=liberal", 0),
        ("split_caucus=liberal,green", 30),
        ("split_caucus__ne=ndp", 0),
        ("largest_split__gte=1", 30),
        ("largest_split__gte=2", 0),
        ("kind=second_reading&yea_means=adopts", 30),
        ("yea_means=rejects", 0),
    ],
)
def test_votes_are_filtered_by_how_close_they_were_and_who_split(api: Client, query: str, count: int) -> None:
    answer = api.get(f"/api/v1/votes?limit=500&{query}")
    assert answer.status_code == 200, answer.text
    assert answer.json()["page"]["count"] == count


def test_a_vote_says_how_close_it_was_what_a_yea_means_and_who_split(api: Client) -> None:
    listed = api.get("/api/v1/votes?number=5&sort=closeness&lang=fr").json()["data"][0]
    alone = api.get("/api/v1/votes/45-1/commons/5?lang=fr").json()["data"]
    for vote in (listed, alone):
        assert (vote["margin"], vote["closeness"], vote["kind"]) == (4, 4 / 12, "second_reading")
        assert vote["yea_means"] == {
            "code": "adopts",
            "of": "bill",
            "rule": "yea-means/second_reading",
            "fr": "Un pour adopte le principe du projet de loi en deuxième lecture.",
        }
        # Ballots of members 1 to 12: every fifth is of one caucus, every third a nay.
        assert [(each["caucus"]["code"], each["yeas"], each["nays"]) for each in vote["split_caucuses"]] == SPLIT


SPLIT = [("bloc-quebecois", 2, 1), ("conservative", 2, 1), ("green", 1, 1), ("ndp", 1, 1)]
"""1, 6, 11 Conservative; 2, 7, 12 Bloc; 3, 8 NDP; 4, 9 Green Party; 5 and 10 Liberal, both yea."""
