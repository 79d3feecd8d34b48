"""Kong's declarative file: what the routes say, under the names that Kong's documentation has."""

import re
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from deploy.commands.kong import declarative_file
from deploy.edge.declaration import Edge, EdgeService, declare
from deploy.edge.kong import pattern, render
from warehouse.runtime.errors import SettingInvalid

ROOT: Final = Path(__file__).resolve().parents[4]
FILE: Final = ROOT / "deploy" / "kong" / "kong.yaml"
FIELDS: Final = {
    "": {"_format_version", "services", "upstreams", "consumers", "plugins"},
    "services": {
        *("name", "host", "port", "protocol", "retries", "connect_timeout", "write_timeout", "read_timeout", "routes"),
    },
    "routes": {
        *("name", "protocols", "methods", "paths", "regex_priority", "strip_path", "preserve_host"),
        "response_buffering",
    },
    "upstreams": {"name", "algorithm", "healthchecks", "targets"},
    "targets": {"target", "weight"},
    "consumers": {"id", "username", "jwt_secrets"},
    "jwt_secrets": {"key", "algorithm", "rsa_public_key"},
    "plugins": {"name", "config"},
}
"""Fields of entities that Kong 3 documents, as far as they are used."""
PLUGINS: Final = {
    "correlation-id": {"header_name", "generator", "echo_downstream"},
    "jwt": {
        *("key_claim_name", "claims_to_verify", "uri_param_names", "cookie_names", "header_names", "anonymous"),
        *("run_on_preflight", "maximum_expiration", "secret_is_base64"),
    },
    "rate-limiting": {
        *("second", "minute", "hour", "day", "limit_by", "policy", "sync_rate", "fault_tolerant", "redis"),
    },
    "request-size-limiting": {"allowed_payload_size", "size_unit", "require_content_length"},
    "cors": {"origins", "methods", "headers", "exposed_headers", "max_age", "credentials", "preflight_continue"},
    "prometheus": {
        *("per_consumer", "status_code_metrics", "latency_metrics", "bandwidth_metrics", "upstream_health_metrics"),
    },
    "opentelemetry": {"traces_endpoint", "resource_attributes", "propagation", "headers", "queue"},
}
"""Settings of plugins that Kong documents."""


@pytest.fixture(scope="module")
def edge() -> Edge:
    """What is declared."""
    return declare()


@pytest.fixture(scope="module")
def document(edge: Edge) -> dict[str, Any]:
    """The file, read again."""
    found: dict[str, Any] = yaml.safe_load(render(edge))
    return found


def config(document: dict[str, Any], plugin: str) -> dict[str, Any]:
    return next(each["config"] for each in document["plugins"] if each["name"] == plugin)


def test_the_file_is_what_the_command_prints(edge: Edge) -> None:
    """To make it again: `openpolicy kong > deploy/kong/kong.yaml`."""
    assert FILE.read_text(encoding="utf-8") == render(edge)


def test_every_field_has_a_documented_name(document: dict[str, Any]) -> None:
    def check(kind: str, entity: dict[str, Any]) -> None:
        assert set(entity) <= FIELDS[kind], (kind, set(entity) - FIELDS[kind])
        for name, value in entity.items():
            if name in FIELDS and name != "":
                for each in value:
                    check(name, each)

    check("", document)
    assert document["_format_version"] == "3.0"
    assert {each["name"] for each in document["plugins"]} == set(PLUGINS)
    for plugin in document["plugins"]:
        assert set(plugin["config"]) <= PLUGINS[plugin["name"]]
    assert "$(" not in FILE.read_text(encoding="utf-8")


def test_names_are_unique_and_every_service_has_its_upstream(document: dict[str, Any]) -> None:
    routes = [route["name"] for service in document["services"] for route in service["routes"]]
    assert len(set(routes)) == len(routes) > 50
    upstreams = {each["name"]: each["targets"] for each in document["upstreams"]}
    assert [each["host"] for each in document["services"]] == list(upstreams)
    assert upstreams["bills.openpolicy"] == [{"target": "bills:8000", "weight": 100}]


def matches(document: dict[str, Any], method: str, path: str) -> str | None:
    """The service that Kong would choose: the highest priority first."""
    found = [
        (route["regex_priority"], service["name"])
        for service in document["services"]
        for route in service["routes"]
        if method in route["methods"] and any(re.match(each[1:], path) for each in route["paths"])
    ]
    return max(found)[1] if found else None


@pytest.mark.parametrize(
    ("method", "path", "service"),
    [
        ("GET", "/api/v1/bills", "bills"),
        ("HEAD", "/api/v1/bills", "bills"),
        ("OPTIONS", "/api/v1/bills", "bills"),
        ("GET", "/api/v1/bills.csv", "bills"),
        ("GET", "/api/v1/bills/45-1/C-3@v2", "bills"),
        ("GET", "/api/v1/bills/45-1/C-3.json", "bills"),
        ("GET", "/api/v1/bills/45-1/C-3/votes", "votes"),
        ("GET", "/api/v1/bills/45-1/C-3/votes.ndjson", "votes"),
        ("GET", "/api/v1/votes/45-1/commons/43/ballots", "votes"),
        ("GET", "/api/v1/statistics/members/89156", "statistics"),
        ("POST", "/api/v1/scorecards", "statistics"),
        ("GET", "/api/v1/changes/stream", "changes"),
        ("GET", "/api/v1/openapi.json", "site"),
        ("GET", "/", "site"),
        ("GET", "/docs/start.js", "site"),
        ("POST", "/api/v1/bills", None),
        ("DELETE", "/api/v1/bills/45-1/C-3", None),
        ("GET", "/api/v1/bills/45-1/C-3/votes/1/2/3", None),
        ("GET", "/api/v1/billsxcsv", None),
        ("GET", "/metrics", None),
        ("GET", "/ready", None),
    ],
)
def test_routes_lead_where_the_router_leads(
    document: dict[str, Any], method: str, path: str, service: str | None
) -> None:
    assert matches(document, method, path) == service


def test_fixed_names_are_quoted() -> None:
    assert pattern("/api/v1/corrections.atom") == r"~/api/v1/corrections\.atom/?$"
    assert pattern("/api/v1/stats/{rest*}") == "~/api/v1/stats/.+/?$"


def test_bounds_are_those_of_the_services(edge: Edge, document: dict[str, Any]) -> None:
    compose = yaml.safe_load((ROOT / "deploy" / "compose" / "compose.yaml").read_text(encoding="utf-8"))
    limits = ",".join(f"{count}/{window}" for window, count in edge.limits.items())
    assert compose["services"]["api"]["environment"]["OPENPOLICY_RATE_LIMIT"] == limits
    limiting = config(document, "rate-limiting")
    assert (limiting["minute"], limiting["hour"], limiting["limit_by"]) == (60, 1000, "ip")
    assert config(document, "request-size-limiting")["allowed_payload_size"] == 65_536
    times = {service["name"]: service["read_timeout"] for service in document["services"]}
    assert times["changes"] == 60_000
    assert times["bills"] == 5_000  # the deadline of the service, 2 s, and time to send the answer
    assert EdgeService("bills", (), deadline_s=0.5).read_seconds == 4
    assert "RateLimit-Remaining" in config(document, "cors")["exposed_headers"]


def test_tokens_are_verified_with_the_keys_that_are_named(tmp_path: Path, document: dict[str, Any]) -> None:
    anybody = document["consumers"][0]
    assert (config(document, "jwt")["anonymous"], len(document["consumers"])) == (anybody["id"], 1)
    assert config(document, "jwt")["claims_to_verify"] == ["exp", "nbf"]
    key = tmp_path / "key.pem"
    key.write_text("-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n", encoding="ascii")
    text = declarative_file("api:8000", "cache", "http://traces:4318/v1/traces", [f"https://id.example.org/?a=b={key}"])
    found = yaml.safe_load(text)
    (secret,) = found["consumers"][1]["jwt_secrets"]
    assert secret == {
        "key": "https://id.example.org/?a=b",
        "algorithm": "RS256",
        "rsa_public_key": key.read_text(encoding="ascii"),
    }
    assert {each["target"] for upstream in found["upstreams"] for each in upstream["targets"]} == {"api:8000"}
    assert config(found, "rate-limiting")["redis"]["host"] == "cache"


@pytest.mark.parametrize("text", ["issuer", "=key.pem", "issuer=", "issuer=/nowhere/key.pem"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(SettingInvalid):
        declarative_file("api:8000", "redis", "http://traces:4318/v1/traces", [text])
