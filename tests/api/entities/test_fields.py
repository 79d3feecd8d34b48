"""`fields` leaves the named fields of each entry, in every format."""

import json
import re

import pytest

from serving.core.site.openapi import PATH
from tests.api.conftest import Client

pytestmark = pytest.mark.postgres
BILL = "/api/v1/bills/45-1/C-3"


def test_only_the_named_fields_come_in_the_order_of_the_entry(api: Client) -> None:
    whole = api.get(BILL).json()
    answer = api.get(f"{BILL}?fields=title,key,sponsor.name,links.self")
    assert answer.status_code == 200, answer.text
    data = whole["data"]
    assert answer.json() == {
        "data": {
            "key": "45-1/C-3",
            "title": data["title"],
            "sponsor": data["sponsor"] and {"name": data["sponsor"]["name"]},
            "links": {"self": data["links"]["self"]},
        },
        "meta": whole["meta"],
    }
    assert list(answer.json()["data"]) == ["key", "title", "sponsor", "links"]
    assert answer.headers["etag"] != api.get(BILL).headers["etag"]


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/sessions",
        "/api/v1/bills",
        f"{BILL}/stages",
        f"{BILL}/votes",
        f"{BILL}/history",
        "/api/v1/votes",
        "/api/v1/votes/45-1/commons/3/ballots",
        "/api/v1/members",
        "/api/v1/members/89003/ballots",
    ],
)
def test_every_list_takes_them(api: Client, address: str) -> None:
    whole = api.get(f"{address}?limit=2" if "stages" not in address else address).json()
    chosen = "limit=2&fields=links.self,revision" if "stages" not in address else "fields=links.self,revision"
    answer = api.get(f"{address}?{chosen}")
    assert answer.status_code == 200, answer.text
    expected = [{"revision": entry["revision"], "links": {"self": entry["links"]["self"]}} for entry in whole["data"]]
    assert answer.json()["data"] == expected
    assert answer.json()["page"]["count"] == whole["page"]["count"]
    lines = api.get(f"{address}.ndjson?{chosen}").text.splitlines()
    assert lines[0].startswith('{"revision":')
    rows = api.get(f"{address}.csv?{chosen}").text.splitlines()
    assert rows[0] == "revision,links_self"


def test_parts_of_lists_and_nulls_keep_their_shape(api: Client) -> None:
    answer = api.get("/api/v1/members/89003?fields=memberships.riding,honorific")
    whole = api.get("/api/v1/members/89003").json()["data"]
    assert answer.json()["data"] == {
        "honorific": None,
        "memberships": [{"riding": each["riding"]} for each in whole["memberships"]],
    }
    without_sponsor = api.get("/api/v1/bills/45-1/C-3?fields=sponsor.name").json()["data"]
    with_sponsor = api.get("/api/v1/bills/45-1/C-2?fields=sponsor.name").json()["data"]
    assert without_sponsor == {"sponsor": None}
    assert with_sponsor == {"sponsor": {"name": "Hon. Zoé Ünal"}}


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("address", [BILL, "/api/v1/bills", "/api/v1/bills.csv", "/api/v1/bills.ndjson"])
def test_an_unknown_field_is_named_with_those_there_are(api: Client, address: str, lang: str) -> None:
    problem = api.get(f"{address}?fields=key,titel&lang={lang}").json()
    assert (problem["status"], problem["code"], problem["param"]) == (400, "invalid_value", "fields")
    assert "`titel`" in problem["detail"]
    assert ("champ" in problem["detail"]) == (lang == "fr")
    assert problem["nearest"] == "title"
    assert {"key", "title", "sponsor.name", "links.self"} <= set(problem["allowed"])


@pytest.mark.parametrize(
    "query", ["fields=", "fields=key,,title", "fields=self_", "fields=sponsor.", "fields=" + ",".join("k" * 101)]
)
def test_what_is_no_set_of_fields_is_refused(api: Client, query: str) -> None:
    assert api.get(f"{BILL}?{query}").json()["param"] == "fields"


def test_csv_takes_fields_or_columns_and_not_both(api: Client) -> None:
    assert api.get("/api/v1/bills.csv?fields=title,key&lang=en").text.splitlines()[0] == "key,title_en"
    problem = api.get("/api/v1/bills.csv?fields=key&columns=key").json()
    assert (problem["status"], problem["param"]) == (400, "fields")


def test_permutations_share_one_entry_of_the_cache(api: Client) -> None:
    """Asked for in a batch, since the test client puts queries into `raw_path`, which servers do not."""
    entries = _entries(api)
    sets = ("status,number,session", "session,status,number", "number%2Csession,status", "status,status,session,number")
    paths = [f"{BILL}?fields={names}" for names in sets]
    parts = [api.post("/api/v1/batch", json={"paths": [path]}).json()["data"][0] for path in paths]
    assert [part["body"] for part in parts] == [parts[0]["body"]] * 4
    assert len({part["headers"]["etag"] for part in parts}) == 1
    assert _entries(api) == entries + 1
    page = api.get("/api/v1/bills?fields=title,key&limit=1").json()
    assert page["links"]["self"].endswith("?fields=key,title&limit=1")


def _entries(api: Client) -> int:
    lines = api.get("/metrics").text.splitlines()
    return int(float(next(line.split()[-1] for line in lines if line.startswith("openpolicy_cache_entries"))))


def test_the_document_has_the_names_and_a_schema_that_needs_none_of_them(api: Client) -> None:
    document = api.get(PATH).json()
    for path, most in (("/api/v1/bills/{session}/{number}", 200), ("/api/v1/members/{person_id}/ballots", 200)):
        operation = document["paths"][path]["get"]
        fields = next(each for each in operation["parameters"] if each["name"] == "fields")
        names = fields["schema"]["items"]["pattern"].strip("^()$").replace("\\", "").split("|")
        assert 20 < len(names) < most
        assert "links.self" in names
        whole, sparse = operation["responses"]["200"]["content"]["application/json"]["schema"]["anyOf"]
        assert whole["$ref"]
        data = sparse["properties"]["data"]
        name = re.findall(r'"#/components/schemas/(\w+)"', json.dumps(data))[0]
        assert name.startswith("Sparse")
        assert "required" not in document["components"]["schemas"][name]
