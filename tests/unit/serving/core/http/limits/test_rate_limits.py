"""The limit layer: what counts, what is free, and what every answer says of it."""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any

import pytest

from serving.core.http.exchange import Scope
from serving.core.http.limits.callers import Callers
from serving.core.http.limits.rate_limits import RateLimitLayer, in_words
from serving.core.http.messages import Message, Receive, Send
from serving.core.http.request_ids import RequestIdLayer
from serving.core.http.telemetry.metrics import Metrics
from warehouse.cache.buckets import windows_of
from warehouse.cache.leases import Leases


class Api:
    """An application behind a limit, without Redis."""

    def __init__(self, *limits: str) -> None:
        self.status = 200
        self.passed = 0
        self.leases = Leases(windows_of(limits), redis_url="", processes=1)
        self._app = RequestIdLayer(
            RateLimitLayer(self._answer, leases=self.leases, callers=Callers(), metrics=Metrics())
        )

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.passed += 1
        await send({"type": "http.response.start", "status": self.status, "headers": [(b"etag", b'"1"')]})
        await send({"type": "http.response.body", "body": b"{}"})

    async def get(
        self, path: str = "/api/v1/bills", *, query: str = "", host: str = "192.0.2.7", method: str = "GET"
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of an answer."""
        scope: Scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [],
            "client": (host, 4711),
        }
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            return {"type": "http.request", "body": b""}

        await self._app(scope, receive, send)
        start, body = sent
        headers = {name.decode(): value.decode() for name, value in start["headers"]}
        return start["status"], headers, body["body"]


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


@pytest.mark.parametrize("status", [200, 308, 401, 404, 405, 500, 503])
def test_every_answer_says_what_remains(status: int) -> None:
    async def work() -> None:
        api = Api("60/minute", "1000/hour")
        api.status = status
        for remaining in (59, 58, 57):
            _, headers, _ = await api.get()
            assert headers["etag"] == '"1"'
            assert headers["ratelimit-policy"] == '"minute";q=60;w=60, "hour";q=1000;w=3600'
            assert headers["ratelimit"].startswith(f'"minute";r={remaining};t=')
            assert f'"hour";r={940 + remaining};t=' in headers["ratelimit"]
            assert (headers["ratelimit-limit"], headers["ratelimit-remaining"]) == ("60", str(remaining))
            assert 1 <= int(headers["ratelimit-reset"]) <= 60

    run(work())


def test_the_older_headers_are_of_the_window_with_the_fewest_left() -> None:
    async def work() -> None:
        api = Api("5/second", "3/day")
        _, headers, _ = await api.get()
        assert (headers["ratelimit-limit"], headers["ratelimit-remaining"]) == ("3", "2")

    run(work())


def test_above_the_limit_is_a_problem_in_the_language_asked_for() -> None:
    async def work() -> None:
        api = Api("2/hour")
        assert [(await api.get())[0] for _ in range(4)] == [200, 200, 429, 429]
        assert api.passed == 2
        status, headers, body = await api.get(query="lang=fr")
        problem = json.loads(body)
        assert (status, problem["status"], problem["code"]) == (429, 429, "rate_limited")
        assert problem["title"] == "Trop de requêtes"
        assert problem["detail"].startswith("Vous pouvez faire 2 requêtes par heure. Réessayez dans 1800 s.")
        assert "limit=500" in problem["detail"]
        assert headers["content-type"] == "application/problem+json"
        assert headers["retry-after"] == "1800"
        assert headers["ratelimit-remaining"] == "0"
        assert headers["x-request-id"] == problem["request_id"]
        assert headers["access-control-allow-origin"] == "*"
        assert headers["cache-control"] == "no-store"
        assert int(headers["content-length"]) == len(body)
        _, headers, body = await api.get(method="HEAD")
        assert body == b""
        assert int(headers["content-length"]) > 0
        assert json.loads((await api.get())[2])["title"] == "Too many requests / Trop de requêtes"

    run(work())


def test_a_304_and_health_are_free() -> None:
    async def work() -> None:
        api = Api("5/hour")
        api.status = 304
        for _ in range(20):
            status, headers, _ = await api.get()
            assert (status, headers["ratelimit-remaining"]) == (304, "5")
        api.status = 200
        for path in ("/health", "/ready", "/metrics") * 5:
            status, headers, _ = await api.get(path)
            assert status == 200
            assert not [name for name in headers if name.startswith("ratelimit")]
        assert [(await api.get())[0] for _ in range(7)] == [200] * 5 + [429] * 2

    run(work())


def test_callers_have_limits_of_their_own() -> None:
    async def work() -> None:
        api = Api("1/hour")
        hosts = ["192.0.2.7", "192.0.2.8", "192.0.2.7", "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"]
        assert [(await api.get(host=host))[0] for host in hosts] == [200, 200, 429, 200, 429, 200]

    run(work())


def test_tokens_come_back_one_by_one() -> None:
    async def work() -> None:
        api = Api("4/second")
        answers = [await api.get()]
        while answers[-1][0] == 200:  # a busy machine gives tokens time to come back
            assert len(answers) < 1000
            answers.append(await api.get())
        assert len(answers) > 4
        assert (answers[-1][0], answers[-1][1]["retry-after"]) == (429, "1")
        await asyncio.sleep(1.1)
        assert (await api.get())[0] == 200

    run(work())


def test_refusals_are_counted() -> None:
    async def work() -> None:
        api = Api("1/hour")
        for _ in range(3):
            await api.get()
        assert (api.leases.refused, api.leases.callers) == (2, 1)

    run(work())


def test_limits_in_words() -> None:
    windows = windows_of(["60/minute", "1000/hour"])
    assert in_words(windows, "en") == "60 requests a minute and 1000 an hour"
    assert in_words(windows, "fr") == "60 requêtes par minute et 1000 par heure"
