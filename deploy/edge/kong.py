"""Kong's declarative file, format 3.0, for Kong 3.8 and newer (its open version).

No Kong was at hand to run it: the names of its fields are those of Kong's documentation, which a test holds it against.
"""

import re
import uuid
from collections.abc import Mapping
from typing import Any, Final

import yaml

from deploy.edge.declaration import Edge, EdgeRoute, EdgeService
from serving.core.http.cors import CORS

Plugin = dict[str, Any]
_HEAD: Final = """\
# Made by `openpolicy kong` from the services' own routes; change those, not this file.
# Kong itself has not run it: only the names of its fields were held against Kong's documentation.
# Kong reads REDIS_PASSWORD from its environment, and traces only with KONG_TRACING_INSTRUMENTATIONS=all.
# Set OPENPOLICY_TRUSTED_PROXIES at the services to Kong's addresses, and leave OPENPOLICY_RATE_LIMIT unset there:
# Kong counts. The length of addresses (1 KiB of path, 8 KiB of query) is bounded by the services.
"""
_PART: Final = re.compile(r"\{[^}]+\}")
_SUFFIX: Final = r"(\.(json|csv|ndjson))?"
_ANYBODY: Final = "anybody"
_NAMESPACE: Final = uuid.UUID("5b0c5a44-6f0e-5d4e-9a51-0f6f0e3a5a10")


def render(
    edge: Edge,
    *,
    target: str = "{service}:8000",
    redis_host: str = "redis",
    traces_url: str = "http://otel-collector:4318/v1/traces",
    jwt_keys: Mapping[str, str] | None = None,
) -> str:
    """The file as YAML.

    Args:
        edge: What is declared.
        target: Where each service listens, host and port; `{service}` is its name.
        redis_host: Where the counts of callers are kept.
        traces_url: Where traces are sent, as OTLP over HTTP.
        jwt_keys: Public RSA keys in PEM by the issuer whose tokens they verify. Without any, no token is accepted, and
            every caller is anonymous.
    """
    document = {
        "_format_version": "3.0",
        "services": [_service(service) for service in edge.services],
        "upstreams": [_upstream(service, target) for service in edge.services],
        "consumers": _consumers(jwt_keys or {}),
        "plugins": _plugins(edge, redis_host, traces_url),
    }
    return _HEAD + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)


def _service(service: EdgeService) -> dict[str, Any]:
    return {
        "name": service.name,
        "host": _upstream_name(service),
        "port": 8000,
        "protocol": "http",
        "retries": 2,
        "connect_timeout": 1_000,
        "write_timeout": 10_000,
        "read_timeout": service.read_seconds * 1_000,
        "routes": [_route(service, route) for route in service.routes],
    }


def _route(service: EdgeService, route: EdgeRoute) -> dict[str, Any]:
    return {
        "name": f"{service.name}{re.sub('[^A-Za-z0-9]+', '-', route.path).rstrip('-') or '-home'}",
        "protocols": ["http", "https"],
        "methods": list(route.methods),
        "paths": [pattern(route.path)],
        "regex_priority": sum(bool(part) and "{" not in part for part in route.path.split("/")),
        "strip_path": False,
        "preserve_host": True,
        "response_buffering": not route.waits,
    }


def pattern(path: str) -> str:
    """A path as Kong matches it. Below `/api/v1` an address may end with its format, as `.csv`."""
    parts = [re.escape(part) if not _PART.search(part) else _of_part(part) for part in path.split("/")]
    ends_fixed = not _PART.search(path.rpartition("/")[2]) and "." not in path.rpartition("/")[2]
    suffix = _SUFFIX if path.startswith("/api/v1/") and ends_fixed else ""
    return f"~{'/'.join(parts).replace(chr(92) + '-', '-')}{suffix}/?$" if path != "/" else "~/$"


def _of_part(part: str) -> str:
    return ".+" if part.endswith("*}") else "[^/]+"


def _upstream_name(service: EdgeService) -> str:
    return f"{service.name}.openpolicy"


def _upstream(service: EdgeService, target: str) -> dict[str, Any]:
    return {
        "name": _upstream_name(service),
        "algorithm": "least-connections",
        "healthchecks": {
            "active": {
                "type": "http",
                "http_path": "/ready",
                "timeout": 1,
                "healthy": {"interval": 5, "successes": 1},
                "unhealthy": {"interval": 2, "http_failures": 2, "tcp_failures": 1, "timeouts": 2},
            },
            "passive": {"unhealthy": {"tcp_failures": 2, "timeouts": 3}},
        },
        "targets": [{"target": target.format(service=service.name), "weight": 100}],
    }


def _consumers(jwt_keys: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"id": _anybody_id(), "username": _ANYBODY},
        *(
            {
                "username": issuer,
                "jwt_secrets": [{"key": issuer, "algorithm": "RS256", "rsa_public_key": key}],
            }
            for issuer, key in jwt_keys.items()
        ),
    ]


def _anybody_id() -> str:
    return str(uuid.uuid5(_NAMESPACE, _ANYBODY))


def _plugins(edge: Edge, redis_host: str, traces_url: str) -> list[Plugin]:
    exposed = dict(CORS)[b"access-control-expose-headers"].decode().split(", ")
    configs: dict[str, dict[str, Any]] = {
        "correlation-id": {"header_name": "X-Request-ID", "generator": "uuid", "echo_downstream": True},
        # Tokens are read from the header only: addresses and cookies end up in logs.
        "jwt": {
            "key_claim_name": "iss",
            "claims_to_verify": ["exp", "nbf"],
            "uri_param_names": [],
            "cookie_names": [],
            "anonymous": _anybody_id(),
            "run_on_preflight": False,
        },
        # With `sync_rate` each node counts alone and tells Redis once a second; without Redis it still counts.
        "rate-limiting": {
            **edge.limits,
            "limit_by": "ip",
            "policy": "redis",
            "sync_rate": 1,
            "fault_tolerant": True,
            "redis": {"host": redis_host, "port": 6379, "password": "{vault://env/redis-password}", "timeout": 250},
        },
        "request-size-limiting": {"allowed_payload_size": edge.most_body_bytes, "size_unit": "bytes"},
        # A preflight request is passed to the service, whose router knows the methods of the address.
        "cors": {
            "origins": ["*"],
            "methods": sorted(
                {method for service in edge.services for route in service.routes for method in route.methods}
            ),
            "exposed_headers": exposed,
            "preflight_continue": True,
        },
        "prometheus": {
            "status_code_metrics": True,
            "latency_metrics": True,
            "bandwidth_metrics": True,
            "upstream_health_metrics": True,
        },
        "opentelemetry": {
            "traces_endpoint": traces_url,
            "resource_attributes": {"service.name": "openpolicy-kong"},
            "propagation": {"default_format": "w3c", "extract": ["w3c"], "inject": ["w3c"]},
        },
    }
    return [{"name": name, "config": config} for name, config in configs.items()]
