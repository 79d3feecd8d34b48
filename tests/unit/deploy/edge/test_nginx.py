"""nginx's configuration: what the routes say. `tests/cluster/test_behind_nginx.py` runs it."""

import re
from pathlib import Path
from typing import Final

import pytest

from deploy.commands.nginx import configuration
from deploy.edge.declaration import declare
from warehouse.runtime.errors import SettingInvalid

FILE: Final = Path(__file__).resolve().parents[4] / "deploy" / "nginx" / "nginx.conf"
_LOCATION: Final = re.compile(
    r'location ~ "(?P<pattern>[^"]+)" \{\n +proxy_pass http://(?P<service>\w+);\n'
    r" +proxy_read_timeout (?P<seconds>\d+)s;"
)


@pytest.fixture(scope="module")
def text() -> str:
    """The file with the services at their names."""
    return configuration([], "8000", deadline_ms=2_000)


def test_the_file_is_what_the_command_prints(text: str) -> None:
    """To make it again: `openpolicy nginx > deploy/nginx/nginx.conf`."""
    assert FILE.read_text(encoding="utf-8") == text


def service_of(text: str, path: str) -> tuple[str, int] | None:
    """The service that nginx chooses, the first whose pattern fits, and the seconds that it waits for it."""
    for found in _LOCATION.finditer(text):
        if re.search(found["pattern"], path):
            return found["service"], int(found["seconds"])
    return None


@pytest.mark.parametrize(
    ("path", "chosen"),
    [
        ("/api/v1/bills", ("bills", 5)),
        ("/api/v1/bills.csv", ("bills", 5)),
        ("/api/v1/bills/45-1/C-3@v2", ("bills", 5)),
        ("/api/v1/bills/45-1/C-3/votes.ndjson", ("votes", 5)),
        ("/api/v1/statistics/members/89156", ("statistics", 5)),
        ("/api/v1/changes/stream", ("changes", 60)),
        ("/api/v1/openapi.json", ("site", 5)),
        ("/", ("site", 5)),
        ("/api/v1/billsxcsv", None),
        ("/metrics", None),
        ("/ready", None),
    ],
)
def test_addresses_lead_where_the_router_leads(text: str, path: str, chosen: tuple[str, int] | None) -> None:
    assert service_of(text, path) == chosen


def test_every_route_leads_to_its_own_service(text: str) -> None:
    routes = [(route.path, service.name) for service in declare().services for route in service.routes]
    for path, service in routes:
        found = service_of(text, re.sub(r"\{[^}]+\}", "45-1", path))
        assert found is not None, path
        assert found[0] == service, path


def test_the_processes_of_a_service_are_named() -> None:
    text = configuration(["bills=10.0.0.1:8001", "bills=10.0.0.2:8002"], "127.0.0.1:80", deadline_ms=500)
    assert re.findall(r"server (10\S+) max_fails=1", text) == ["10.0.0.1:8001", "10.0.0.2:8002"]
    assert "listen 127.0.0.1:80;" in text
    assert service_of(text, "/api/v1/bills") == ("bills", 4)


@pytest.mark.parametrize("target", ["bills", "bills=", "bils=10.0.0.1:80", "bills=10.0.0.1", "=10.0.0.1:80"])
def test_what_is_no_target_is_refused(target: str) -> None:
    with pytest.raises(SettingInvalid, match="--target"):
        configuration([target], "8000", deadline_ms=2_000)
