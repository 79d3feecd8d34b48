"""The change feed as server-sent events, under the real server."""

import http.client
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.api import sample
from tests.api.conftest import Client, Parliament
from tests.api.history.test_freshness import seconds_until
from tests.api.shell.test_server import server as server  # noqa: PLC0414  a fixture

pytestmark = pytest.mark.postgres
STREAM = "/api/v1/changes/stream"


class Listener:
    """One connection to the stream."""

    def __init__(self, server: str, query: str = "", **headers: str) -> None:
        self._connection = http.client.HTTPConnection(server.removeprefix("http://"), timeout=60)
        self._connection.request("GET", f"{STREAM}{query}", headers=headers)
        self.answer = self._connection.getresponse()
        self.last_id = ""

    def events(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every event with data as it comes: its name and content."""
        fields: dict[str, str] = {}
        while line := self.answer.readline().decode():
            name, _, value = line.rstrip("\n").partition(": ")
            if name:
                fields[name] = value
                continue
            self.last_id = fields.get("id", self.last_id)
            if "data" in fields:
                yield fields["event"], json.loads(fields["data"])
            fields = {}

    def take(self, count: int) -> list[dict[str, Any]]:
        """The next events."""
        coming = self.events()
        return [next(coming)[1] for _ in range(count)]

    def close(self) -> None:
        self.answer.close()
        self._connection.close()


def streams(server: str) -> float:
    lines = httpx.get(f"{server}/metrics", timeout=60).text.splitlines()
    return float(next(line for line in lines if line.startswith("openpolicy_feed_streams ")).rpartition(" ")[2])


def test_changes_come_as_they_are_stored_and_a_new_connection_goes_on(server: str, parliament: Parliament) -> None:
    first = Listener(server, "?types=bill")
    assert first.answer.getheader("content-type") == "text/event-stream; charset=utf-8"
    assert first.answer.getheader("cache-control") == "no-store"
    assert first.answer.getheader("access-control-allow-origin") == "*"
    seconds_until(lambda: streams(server) == 1)
    parliament.store(sample.bill("45-1", "C-91", 1), sample.member(91))
    assert [each["key"] for each in first.take(1)] == ["45-1/C-91"]
    first.close()
    seconds_until(lambda: streams(server) == 0)
    parliament.store(sample.bill("45-1", "C-92", 2))
    parliament.store(sample.bill("45-1", "C-91", 1, title_en="Another"), sample.bill("45-1", "C-93", 3))
    second = Listener(server, "?types=bill", **{"Last-Event-ID": first.last_id})
    found = [(each["key"], each["version"], each["op"]) for each in second.take(3)]
    assert found[0] == ("45-1/C-92", 1, "created")
    assert sorted(found[1:]) == [("45-1/C-91", 2, "corrected"), ("45-1/C-93", 1, "created")]
    second.close()


def test_the_stream_goes_on_where_a_page_ended(server: str, parliament: Parliament) -> None:
    parliament.settle()
    body = httpx.get(f"{server}/api/v1/changes?limit=20", timeout=60).json()
    rest = httpx.get(f"{server}/api/v1/changes?limit=500&cursor={body['page']['next']}", timeout=60).json()["data"]
    listener = Listener(server, f"?cursor={body['page']['next']}")
    assert [each["id"] for each in listener.take(len(rest))] == [each["id"] for each in rest]
    listener.close()
    again = httpx.get(f"{server}/api/v1/changes?cursor={listener.last_id}", timeout=60).json()
    assert again["data"] == []


def test_a_server_ends_though_someone_listens(server: str) -> None:
    """The fixture ends the server, and waits a minute at most."""
    listener = Listener(server)
    assert listener.answer.readline().startswith(b"retry: ")


@pytest.mark.parametrize(
    ("query", "headers", "param"),
    [
        ("?types=x", {}, "types"),
        ("?cursor=x", {}, "cursor"),
        ("?wait=1", {}, "wait"),
        ("", {"Last-Event-ID": "x"}, "Last-Event-ID"),
    ],
)
def test_bad_inputs_are_problems(api: Client, query: str, headers: dict[str, str], param: str) -> None:
    answer = api.get(f"{STREAM}{query}", headers=headers)
    assert (answer.status_code, answer.json()["param"]) == (400, param)


def test_head_begins_no_stream(api: Client) -> None:
    answer = api.head(STREAM)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
