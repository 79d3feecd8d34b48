"""Lists of entries by their keys."""

import pytest

from tests.api.conftest import Client

pytestmark = pytest.mark.postgres


def _keys(api: Client, address: str) -> list[str]:
    answer = api.get(address)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["page"]["count"] == len(body["data"])
    return [entry["key"] for entry in body["data"]]


def test_entries_come_by_their_keys_in_the_order_of_the_list(api: Client) -> None:
    assert _keys(api, "/api/v1/bills?key__in=45-1/C-5,44-1/C-3,45-1/C-3") == ["45-1/C-3", "45-1/C-5", "44-1/C-3"]
    assert _keys(api, "/api/v1/votes?key__in=45-1/commons/3,45-1/commons/7&sort=number") == [
        "45-1/commons/3",
        "45-1/commons/7",
    ]
    assert _keys(api, "/api/v1/members?key=89007&key=89003") == ["89003", "89007"]


def test_keys_in_other_spellings_mean_the_same_and_unknown_ones_are_left_out(api: Client) -> None:
    assert _keys(api, "/api/v1/bills?key__in=45-1/c3,45-1/C-999") == ["45-1/C-3"]
    assert _keys(api, "/api/v1/votes?key__in=45-1/commons/03,45-1/senate/3") == ["45-1/commons/3"]
    assert _keys(api, "/api/v1/members?key__in=089003,1") == ["89003"]


def test_two_hundred_keys_are_the_most(api: Client) -> None:
    keys = ",".join(str(89_000 + number) for number in range(1, 201))
    assert len(_keys(api, f"/api/v1/members?key__in={keys}&limit=500")) == 30
    problem = api.get(f"/api/v1/members?key__in={keys},1")
    assert (problem.status_code, problem.json()["param"]) == (400, "key__in")
    assert "200" in problem.json()["detail"]


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/bills?key=C-3",
        "/api/v1/bills?key__in=45-1/C-3,",
        "/api/v1/votes?key=45-1/43",
        "/api/v1/votes?key=45-1/commons/0",
        "/api/v1/members?key=Smith",
        "/api/v1/members?key__contains=1",
        "/api/v1/bills/45-1/C-3/votes?key=45-1/commons/3",
    ],
)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_what_is_no_key_is_refused(api: Client, address: str, lang: str) -> None:
    problem = api.get(f"{address}&lang={lang}")
    assert problem.status_code == 400
    assert problem.json()["param"].startswith("key")
