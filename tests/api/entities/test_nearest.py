"""Nothing found says what was nearest, and the address it gives finds something."""

import pytest

from tests.api.conftest import Client

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize(
    ("address", "param", "nearest", "count"),
    [
        ("bills?session=46-1", "session", "45-1", 20),
        ("bills?session=45-1&number=C-18", "number", "C-16", 1),
        ("bills?title__contains=smaple", "title__contains", "sample", 40),
        ("votes?held_on=2025-08-01", "held_on", "2025-07-01", 1),
        ("votes?bill=44-1/C-3", "bill", "45-1/C-3", 10),
        ("votes?subject__contains=raeding", "subject__contains", "reading", 30),
        ("members?party=consevative", "party", "Conservative", 6),
        ("members?name=rene%20elan", "name", "Renée Élan", 1),
        ("members?riding=okanagan%20lake", "riding", "Okanagan Lake West—South Kelowna", 6),
        ("members?person_id=89931&lang=fr", "person_id", "89030", 1),
        ("members/89003/ballots?session=44-1", "session", "45-1", 30),
        ("votes/45-1/commons/3/ballots?party=grene%20party", "party", "Green Party", 2),
    ],
)
def test_a_list_says_what_was_nearest(api: Client, address: str, param: str, nearest: str, count: int) -> None:
    answer = api.get(f"/api/v1/{address}").json()
    assert (answer["data"], answer["page"]["count"]) == ([], 0)
    said = answer["did_you_mean"][0]
    assert (said["param"], said["nearest"], said["count"]) == (param, nearest, count)
    assert nearest in next(iter(said["text"].values()))
    assert api.get(said["address"]).json()["page"]["count"] == count


def test_filters_that_only_together_find_nothing_are_left_out_one_by_one(api: Client) -> None:
    answer = api.get("/api/v1/bills?session=45-1&status=defeated&chamber=senate").json()
    (said,) = answer["did_you_mean"]
    assert (said["param"], said["nearest"], said["count"]) == ("status", None, 5)
    assert api.get(said["address"]).json()["page"]["count"] == 5


@pytest.mark.parametrize(
    "address", ["bills", "bills?session=45-1", "members?name=renee%20elan", "votes.csv?session=46-1"]
)
def test_where_something_is_found_or_rows_are_wanted_nothing_is_said(api: Client, address: str) -> None:
    assert "did_you_mean" not in api.get(f"/api/v1/{address}").text


@pytest.mark.parametrize(
    ("address", "nearest"),
    [
        ("bills/45-1/C-17", "bills/45-1/C-16"),
        ("bills/46-1/C-3", "bills/45-1/C-3"),
        ("bills/45-1/C-17/stages", "bills/45-1/C-16"),
        ("bills/45-1/C-17/votes", "bills/45-1/C-16"),
        ("votes/45-1/commons/99", "votes/45-1/commons/30"),
        ("votes/45-1/commons/99/ballots", "votes/45-1/commons/30"),
        ("votes/44-1/commons/3", "votes/45-1/commons/3"),
        ("members/89300", "members/89030"),
        ("members/89300/ballots", "members/89030"),
        ("sessions/46-1", "sessions/45-1"),
    ],
)
def test_an_entity_that_is_not_held_names_the_nearest(api: Client, address: str, nearest: str) -> None:
    problem = api.get(f"/api/v1/{address}")
    assert problem.status_code == 404
    body = problem.json()
    assert body["links"]["nearest"] == f"/api/v1/{nearest}"
    assert nearest.endswith(body["nearest"])
    assert body["detail"].count(body["nearest"]) == 2, "in both languages"
    assert api.get(body["links"]["nearest"]).status_code == 200


def test_a_field_with_several_values_has_near_ones_too(api: Client) -> None:
    """Of a vote's split caucuses each is a value: the first misspelt one was an error of the server."""
    answer = api.get("/api/v1/votes?split_caucus=nobody-at-all")
    assert (answer.status_code, answer.json()["data"]) == (200, [])
