"""`POST /api/v1/batch`: several reads in one request, each as if it had come alone."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from tests.api.conftest import Client, Parliament, everything
from warehouse.runtime.settings import Settings

pytestmark = pytest.mark.postgres
BATCH = "/api/v1/batch"


def _parts(api: Client, *paths: str) -> list[dict[str, Any]]:
    answer = api.post(BATCH, json={"paths": list(paths)})
    assert answer.status_code == 200, answer.text
    parts: list[dict[str, Any]] = answer.json()["data"]
    assert [part["path"] for part in parts] == list(paths)
    return parts


def test_each_address_is_answered_as_if_it_had_been_asked_for_alone(api: Client) -> None:
    paths = ("/api/v1/bills/45-1/C-3", "/api/v1/votes?limit=2&lang=fr", "/api/v1/members/89003?fields=key,name")
    for path, part in zip(paths, _parts(api, *paths), strict=True):
        alone = api.get(path, headers={"accept-encoding": "identity"})
        assert (part["status"], part["body"]) == (200, alone.json())
        assert part["headers"]["etag"] == alone.headers["etag"]
        assert part["headers"]["cache-control"] == alone.headers["cache-control"]
        assert part["headers"]["last-modified"] == alone.headers["last-modified"]


def test_what_fails_fails_alone_in_the_language_of_its_address(api: Client) -> None:
    paths = (
        "/api/v1/bills/45-1/C-999?lang=fr",
        "/api/v1/bills?nonsense=1&lang=en",
        "/api/v1/bills/45-1/c3",
        "/api/v1/bills.csv",
        "/api/v1/changes?wait=25",
        "/api/v1/changes/stream",
        "/api/v1/batch",
        "/api/v1/%ff",
        "/api/v1/bills/45-1/C-4",
    )
    parts = _parts(api, *paths)
    assert [part["status"] for part in parts] == [404, 400, 308, 406, 400, 406, 405, 400, 200]
    assert parts[0]["body"]["detail"].startswith("Introuvable")
    assert parts[1]["body"]["param"] == "nonsense"
    assert (parts[2]["headers"]["location"], parts[2]["body"]) == ("/api/v1/bills/45-1/C-3", None)
    assert parts[4]["body"]["param"] == "wait"


def test_each_read_has_an_id_made_from_that_of_the_batch(api: Client) -> None:
    sent = {"paths": ["/api/v1/bills/45-1/C-3", "/api/v1/nothing"]}
    answer = api.post(BATCH, json=sent, headers={"x-request-id": "from-outside-1"})
    assert answer.headers["x-request-id"] == "from-outside-1"
    assert [part["headers"]["x-request-id"] for part in answer.json()["data"]] == [
        "from-outside-1.1",
        "from-outside-1.2",
    ]
    assert answer.json()["data"][1]["body"]["request_id"] == "from-outside-1.2"


def test_the_second_batch_comes_from_memory(api: Client) -> None:
    path = "/api/v1/votes/45-1/commons/9?fields=key"
    line = 'route="/api/v1/votes/{session}/{chamber}/{number}",method="GET",status="2xx",cache="memory"'
    before = _count(api, line)
    _parts(api, path)
    _parts(api, path, path)
    assert _count(api, line) == before + 2


def _count(api: Client, labels: str) -> int:
    parts = set(labels.split(","))
    for each in api.get("/metrics").text.splitlines():
        if each.startswith("openpolicy_http_request_duration_seconds_count") and parts <= set(
            each[each.index("{") + 1 : each.index("} ")].split(",")
        ):
            return int(float(each.split()[-1]))
    return 0


@pytest.mark.parametrize(
    ("body", "param"),
    [
        (b"", "body"),
        (b"[]", "body"),
        (b"{}", "body"),
        (b'{"paths":[]}', "paths"),
        (b'{"paths":"/api/v1/bills"}', "paths"),
        (b'{"paths":["/api/v1/bills"],"more":1}', "body"),
        (b'{"paths":["https://example.org/api/v1/bills"]}', "paths[0]"),
        (b'{"paths":["/health"]}', "paths[0]"),
        (b'{"paths":["/api/v1/bills#x"]}', "paths[0]"),
        (b'{"paths":["/api/v1/bills?q=\\u00e9"]}', "paths[0]"),
        (b'{"paths":["\\ud800"]}', "body"),
        (b'{"paths":[1]}', "paths[0]"),
        (msgspec.json.encode({"paths": ["/api/v1/bills"] * 21}), "paths"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_what_is_no_batch_is_refused(api: Client, body: bytes, param: str, lang: str) -> None:
    answer = api.post(f"{BATCH}?lang={lang}", content=body)
    assert answer.status_code == 400, answer.text
    assert (answer.json()["code"], answer.json()["param"]) == ("invalid_value", param)
    assert ("lot valide" in answer.json()["detail"]) == (lang == "fr")


def test_each_read_counts_and_so_does_the_batch(
    parliament: Parliament, settings: Settings, open_client: Callable[[Settings], Client]
) -> None:
    parliament.store(*everything()[:2])
    api = open_client(msgspec.structs.replace(settings, rate_limit=("6/minute",)))
    parts = _parts(api, *["/api/v1/bills/45-1/C-2"] * 8)
    assert sorted(part["status"] for part in parts) == [200] * 5 + [429] * 3
    refused = next(part for part in parts if part["status"] == 429)
    assert refused["body"]["code"] == "rate_limited"
    assert int(refused["headers"]["retry-after"]) > 0
    assert api.get("/api/v1/bills").status_code == 429
