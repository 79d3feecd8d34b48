"""Who may use the Dagster UI: the person whose browser shows it, and programs; no other site."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import make_url

from deploy.dagster_ui.guard import Guard
from deploy.local.dagster_home import write_home


async def _application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-from", b"dagster")]})
    await send({"type": "http.response.body", "body": b""})


def ask(
    method: str, path: str, headers: dict[str, str], *, kind: str = "http", hosts: tuple[str, ...] = ()
) -> list[dict[str, Any]]:
    """The messages that answer one request."""
    sent: list[dict[str, Any]] = []

    async def receive() -> Any:
        return {"type": f"{kind}.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": kind,
        "path": path,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    } | ({"method": method} if kind == "http" else {})
    asyncio.run(Guard(_application, hosts)(scope, receive, send))
    return sent


LOCAL = {"host": "127.0.0.1:3000"}
JSON = {"content-type": "application/json"}
PAGE = {"accept": "text/html,*/*"}
OWN = {"origin": "http://127.0.0.1:3000", "sec-fetch-site": "same-origin"}
FOREIGN = {"origin": "https://evil.example", "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/", LOCAL | {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"}),
        ("GET", "/server_info", LOCAL),
        ("GET", "/runs", LOCAL | {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}),
        ("GET", "/graphql", LOCAL | PAGE),
        ("POST", "/graphql", LOCAL | JSON),
        ("POST", "/graphql", LOCAL | JSON | OWN),
        ("POST", "/graphql", {"host": "localhost:13000", "origin": "http://localhost:13000"} | JSON),
        ("POST", "/graphql", {"host": "[::1]:3000", "origin": "http://[::1]:3000"} | JSON),
        ("POST", "/graphql", LOCAL | {"content-type": "application/json; charset=utf-8"}),
        ("POST", "/report_asset_materialization/a", LOCAL),
    ],
)
def test_its_own_pages_and_programs_are_served(method: str, path: str, headers: dict[str, str]) -> None:
    start = ask(method, path, headers)[0]
    assert start["status"] == 200
    assert (b"x-frame-options", b"DENY") in start["headers"]


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/", {"host": "evil.example"}, 403),
        ("GET", "/", {"host": "127.0.0.1.evil.example"}, 403),
        ("GET", "/", {"host": "127.0.0.1@evil.example"}, 403),
        ("GET", "/", {}, 403),
        ("POST", "/graphql", {"host": "evil.example", "x-forwarded-host": "127.0.0.1"} | JSON, 403),
        ("GET", "/graphql", LOCAL, 405),
        ("HEAD", "/graphql", LOCAL, 405),
        ("GET", "/graphql/", LOCAL | {"accept": "*/*"}, 405),
        ("POST", "/graphql", LOCAL, 415),
        ("POST", "/graphql", LOCAL | {"content-type": "text/plain"}, 415),
        ("POST", "/graphql", LOCAL | {"content-type": "text/plain; application/json"}, 415),
        ("POST", "/graphql", LOCAL | {"content-type": "multipart/form-data"}, 415),
        ("POST", "/graphql", LOCAL | JSON | FOREIGN, 403),
        ("POST", "/graphql", LOCAL | JSON | {"origin": "null"}, 403),
        ("POST", "/graphql", LOCAL | JSON | {"origin": "http://127.0.0.1:8000"}, 403),
        ("OPTIONS", "/graphql", LOCAL | FOREIGN, 403),
        ("POST", "/report_asset_materialization/a", LOCAL | FOREIGN, 403),
        ("GET", "/logs/a/b.out", LOCAL | {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, 403),
        ("GET", "/logs/a/b.out", LOCAL | {"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors"}, 403),
        ("POST", "/runs", LOCAL | {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, 403),
    ],
)
def test_what_another_site_could_send_is_refused(method: str, path: str, headers: dict[str, str], status: int) -> None:
    start, body = ask(method, path, headers)
    assert start["status"] == status
    assert dict(start["headers"]).get(b"x-from") is None
    assert body["body"].endswith(b".\n")


def test_two_hosts_are_none() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"host", b"localhost"), (b"host", b"evil")]}
    asyncio.run(Guard(_application)(scope, _application, send))  # type: ignore[arg-type]
    assert sent[0]["status"] == 403


def test_a_websocket_is_opened_by_its_own_page_only() -> None:
    assert ask("", "/graphql", LOCAL | OWN, kind="websocket") == [{"type": "websocket.accept"}]
    assert ask("", "/graphql", LOCAL, kind="websocket") == [{"type": "websocket.accept"}]
    for headers in (LOCAL | FOREIGN, {"host": "evil.example"}, LOCAL | {"origin": "http://127.0.0.1:8000"}):
        assert ask("", "/graphql", headers, kind="websocket") == [{"type": "websocket.close", "code": 1008}]


def test_a_name_behind_a_proxy_is_listed() -> None:
    headers = {"host": "dagster.example.org", "origin": "https://dagster.example.org"} | JSON
    assert ask("POST", "/graphql", headers)[0]["status"] == 403
    assert ask("POST", "/graphql", headers, hosts=("Dagster.example.org",))[0]["status"] == 200
    other = headers | {"origin": "https://dagster.example.org:8443"}
    assert ask("POST", "/graphql", other, hosts=("dagster.example.org",))[0]["status"] == 403


@pytest.mark.parametrize("password", ["hidden", "h:i\\dd@en/ %"])
def test_dagsters_settings_name_the_file_of_the_password(tmp_path: Path, password: str) -> None:
    """What they say of the storage is on the command line of every code server."""
    home = tmp_path / "with space" / "dagster"
    given = make_url("postgresql://me@db:5433/dagster?sslmode=require").set(password=password)
    write_home(home, given.render_as_string(hide_password=False))
    text = (home / "dagster.yaml").read_text(encoding="utf-8")
    assert password not in text
    url = make_url(yaml.safe_load(text)["storage"]["postgres"]["postgres_url"])
    assert (url.drivername, url.username, url.password) == ("postgresql+psycopg2", "me", None)
    assert (url.host, url.port, url.database) == ("db", 5433, "dagster")
    assert url.query == {"sslmode": "require", "passfile": str(home / "pgpass")}
    assert (home / "pgpass").stat().st_mode & 0o777 == 0o600
    assert (home.stat().st_mode & 0o777) == 0o700
    escaped = password.replace("\\", "\\\\").replace(":", "\\:")
    assert (home / "pgpass").read_text() == f"*:*:*:*:{escaped}\n"


def test_a_url_without_a_password_is_left_to_libpq(tmp_path: Path) -> None:
    write_home(tmp_path, "postgresql://me@db/dagster?passfile=/run/secrets/pgpass")
    url = yaml.safe_load((tmp_path / "dagster.yaml").read_text())["storage"]["postgres"]["postgres_url"]
    assert url == "postgresql+psycopg2://me@db/dagster?passfile=/run/secrets/pgpass"
    assert not (tmp_path / "pgpass").exists()
