"""Whatever a caller sends, the fault is theirs and is named: no parameter without a value, no error of ours."""

import json
import logging as stdlib_logging
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote_from_bytes

import pytest

from serving.core.http.exchange import Scope
from serving.core.http.messages import Message
from serving.core.site.openapi import PATH
from serving.statistics.controllers.scorecards import checked
from tests.api.conftest import Client

pytestmark = pytest.mark.postgres
Header = tuple[bytes, bytes]
NOT_STARTED = {
    "/api/v1/statistics", "/api/v1/standings", "/api/v1/search", "/api/v1/suggest", "/api/v1/scorecards",
}  # fmt: skip
"""What has no store here: a request of these without a fault is a 503."""
IN_PATHS = {
    "session": "45-1", "chamber": "commons", "person_id": "1001", "person": "1001", "digest": "0" * 64,
    "override_id": "5f0c6c1e-6f0a-5b0e-9d7e-2b8f3f1f8a11",
}  # fmt: skip
MAY_BE_EMPTY = {("/api/v1/search", "q"), ("/api/v1/suggest", "q")}
VALUES: tuple[bytes, ...] = (
    b"", b"\x00", b"45-1\n", b"\r\nX: y", b"\xff", b"\xed\xa0\x80", "😀".encode(), "\u202e".encode(), b" ", b"/",
    b"../..", b"'\"\\", b"' or 1=1--", b"{[", b"%", b"%s%(a)s{0}$1", b"null", b"NaN", b"-inf", b"1e3", b"1e400",
    b"-1", b"+5", b"1.5", b"9" * 10, b"9" * 20, b"9" * 400, b"2147483648", b"9223372036854775808", "٣".encode(),
    b"1_000", b"0x10", b"TRUE", b"1", b"a" * 201, b"a" * 2_000, b",", b"a,", b"x," * 101, b"45-1,44-1", b"999-99",
    b"45-1/C-3", b"0001-01-01", b"9999-12-31", b"9999-12-31T23:59:59-12:00", b"0001-01-01T00:00:00+14:00",
    b"2025-02-30", b"2025-01-01T00:00:00+24:00", b"10000-01-01", b"2025-W01-1", b"..", b"2024..", b"*", b"a:b",
    b"session:99-99", b"(" * 50, b'"' * 51, b"a -b --c", "İß".encode(), "\uffff\U0010ffff".encode(), b"-date,-date",
    b"all", b"now", b"a\x7f",
)  # fmt: skip
HEADERS: tuple[Header, ...] = (
    (b"accept", b"\xff"), (b"accept", b"a/b;q=inf, */*;q=nan"), (b"accept", b"," * 5_000),
    (b"accept-encoding", b"zstd;q=nan"), (b"accept-charset", b"\xff;q=x"), (b"if-none-match", b'"' * 3_000),
    (b"if-none-match", b"\xff"), (b"x-request-id", b"\xe9" * 70), (b"content-type", b"\xff/\xff; charset=x"),
    (b"cookie", b"a=b;" * 900), (b"authorization", b"Basic %"), (b"origin", b"null"), (b"range", b"bytes=x-"),
    (b"if-modified-since", b"x"), (b"accept-language", b"\xff"), (b"last-event-id", b"\xff"), (b"host", b""),
    (b"host", b"\xff:\xff"), (b"content-length", b"-1"), (b"x-forwarded-for", b"\xff, a"),
)  # fmt: skip
METHODS = ("HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "FOO", "get", "")
_VOTE = b'{"vote":"45-1/commons/1","direction":"yea"'
BODIES: tuple[bytes, ...] = (
    b"", b"{", b"null", b"[]", b"1", b'"a"', b"\xff", b"\x00", b"[" * 60_000, b'{"a":' * 9_000, b'{"votes":null}',
    b'{"votes":[1]}', b'{"votes":[%s,"weight":1e400}]}' % _VOTE, b'{"votes":[%s,"weight":%s}]}' % (_VOTE, b"9" * 5_000),
    b'{"votes":[%s,"weight":NaN}]}' % _VOTE, b'{"votes":[{"vote":"\\ud800","direction":"yea"}]}',
    b'{"title_en":"\\ud800","votes":[%s}]}' % _VOTE,
    b'{"votes":[{"vote":"45-1/commons/1\\n","direction":"yea"}]}', b"a" * 70_000,
    b'{"votes":[%s]}' % b",".join([_VOTE + b"}"] * 201),
)  # fmt: skip
PATHS: tuple[bytes, ...] = (
    b"*", b"", b"/", b"//", b"/%", b"/%00", b"/%ff", b"/api/v1//bills", b"/api/v1/bills/", b"/api/v1/bills/../votes",
    b"/api/v1/bills.csv.csv", b"/api/v1/.json", b"/api/v1/bills;a=b", b"/" + b"a" * 1_100, b"/a" * 500, b"http://[::1/",
    b"/api/v1/bills/45-1/C-2@v", b"/api/v1/bills/45-1/C-2@v99999999999999999999", b"/api/v1/bills/45-1/C-2@v%d9%a3",
)  # fmt: skip


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: bytes


class Sender:
    """Sends requests byte for byte, past a client's own corrections."""

    def __init__(self, api: Client) -> None:
        self._api = api
        self.operations: dict[str, dict[str, Any]] = api.get(PATH).json()["paths"]

    def __call__(
        self, method: str, path: bytes, query: bytes = b"", headers: tuple[Header, ...] = (), body: bytes = b""
    ) -> Answer:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path.decode("latin-1"),
            "raw_path": path,
            "root_path": "",
            "query_string": query,
            "headers": [(b"host", b"x"), *headers],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "state": {},
        }
        with self._api.portal() as portal:
            return portal.call(self._send, scope, body)

    async def _send(self, scope: Scope, body: bytes) -> Answer:
        messages: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            messages.append(message)

        await self._api.app(scope, receive, send)
        return Answer(messages[0]["status"], b"".join(each.get("body", b"") for each in messages[1:]))

    def reads(self) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
        """Every address that is read, with its parameters; the stream's answers have no end."""
        for path, item in self.operations.items():
            if "get" in item and not path.endswith("/stream"):
                yield path, item["get"].get("parameters", [])


@pytest.fixture(scope="module")
def send(api: Client) -> Sender:
    return Sender(api)


def filled(path: str, but: str = "", value: str = "") -> bytes:
    """The path with an example in each of its parts, and the value in one."""
    parts = IN_PATHS | {"number": "1" if "/votes/" in path else "C-2"} | ({but: value} if but else {})
    for name, text in parts.items():
        path = path.replace(f"{{{name}}}", text)
    return path.encode()


def require_callers_fault(path: str, answer: Answer, what: object) -> None:
    has_no_store = any(path.startswith(each) for each in NOT_STARTED)
    assert answer.status < 500 or (answer.status == 503 and has_no_store), (path, what, answer)


def others(parameters: list[Mapping[str, Any]], name: str) -> str:
    """The parameters that must be there, but for one."""
    examples = {"session": "45-1", "with": "1002"}
    needed = [each["name"] for each in parameters if each["in"] == "query" and each["required"]]
    return "".join(f"{each}={examples[each]}&" for each in needed if each != name)


def test_a_parameter_without_a_value_is_refused_by_its_name(send: Sender) -> None:
    """Each parameter of the document, alone and as an empty entry of a list."""
    tried = 0
    for path, parameters in send.reads():
        for each in parameters:
            name = each["name"]
            if each["in"] != "query" or (path, name) in MAY_BE_EMPTY:
                continue
            formatted = filled(path) + (b".csv" if name in {"columns", "bom"} else b"")
            for value in ("", *(("x,",) if each.get("explode") is False else ())):
                answer = send("GET", formatted, f"{others(parameters, name)}{name}={value}".encode())
                if answer.status == 404:  # no such entity
                    continue
                assert answer.status == 400, (path, name, value, answer)
                assert json.loads(answer.body)["param"] == name, (path, value, answer.body)
                tried += 1
    assert tried > 400


def test_an_empty_text_to_search_is_no_fault(send: Sender) -> None:
    for path, _ in MAY_BE_EMPTY:
        assert send("GET", path.encode(), b"q=").status != 400


def test_no_value_of_a_parameter_is_a_fault_of_ours(send: Sender, caplog: pytest.LogCaptureFixture) -> None:
    count = 0
    with caplog.at_level(stdlib_logging.ERROR):
        for path, parameters in send.reads():
            for each in parameters:
                if each["in"] != "query" or each["name"] == "wait":
                    continue
                for value in VALUES[count % 7 :: 7]:
                    count += 1
                    query = f"{others(parameters, each['name'])}{each['name']}={quote_from_bytes(value)}".encode()
                    require_callers_fault(path, send("GET", filled(path), query), query)
    assert count > 2_000
    assert "Traceback" not in caplog.text


def test_no_part_of_a_path_is_a_fault_of_ours(send: Sender) -> None:
    for path, parameters in send.reads():
        for each in parameters:
            for value in VALUES if each["in"] == "path" else ():
                formatted = filled(path, each["name"], quote_from_bytes(value, safe=""))
                require_callers_fault(path, send("GET", formatted), value)
    for odd in PATHS:
        assert send("GET", odd).status < 500
        assert send("OPTIONS", odd).status < 500


def test_no_method_header_or_repetition_is_a_fault_of_ours(send: Sender) -> None:
    for path, _ in send.reads():
        for method in METHODS:
            require_callers_fault(path, send(method, filled(path), b"lang=%ff", body=b"{"), method)
            require_callers_fault(path, send(method, filled(path)), method)
        for header in HEADERS:
            require_callers_fault(path, send("GET", filled(path), headers=(header,)), header)
        for query in (
            b"lang=en&lang=fr",
            b"&&&=&==",
            b"&".join([b"a=b"] * 101),
            b"=x",
            b"%00=1",
            b"\xff=\xff",
            b"lang[]=en",
        ):
            require_callers_fault(path, send("GET", filled(path), query), query)


def test_no_body_is_a_fault_of_ours(send: Sender) -> None:
    types = (
        "application/json",
        "application/x-msgpack",
        "multipart/form-data",
        "text/plain",
        "",
        "a/b; charset=utf-16",
    )
    for body in BODIES:
        for media_type in types:
            answer = send("POST", b"/api/v1/scorecards", headers=((b"content-type", media_type.encode()),), body=body)
            assert 400 <= answer.status < 500, (body[:80], media_type, answer)


def test_what_nobody_sees_in_the_title_of_a_card_is_not_handed_on() -> None:
    for title, kept in (
        ("\\u0000", None),
        ("\u202e", None),
        (" ", None),
        ("", None),
        (" Housing\\n\u202enow ", "Housing now"),
    ):
        assert checked(b'{"title_en":"%s","votes":[%s}]}' % (title.encode(), _VOTE)).title_en == kept
