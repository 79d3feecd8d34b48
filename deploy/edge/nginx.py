"""nginx's configuration, for nginx 1.18 and newer: each address to its service, another process where one fails."""

from collections.abc import Mapping, Sequence
from typing import Final

from deploy.edge.declaration import Edge, EdgeRoute, EdgeService
from deploy.edge.kong import pattern

_HEAD: Final = """\
# Made by `openpolicy nginx` from the services' own routes; change those, not this file.
# Set OPENPOLICY_TRUSTED_PROXIES at the services to nginx's addresses: the services count callers and make request ids.
# nginx asks no process whether it is ready: one that fails is left alone for a while, and another one answers.
"""
_FAIL_S: Final = 2
"""Seconds for which a process that failed is left alone."""
_CONNECT_S: Final = 1
_KEPT: Final = 32
"""Connections to a service that are kept open."""


def render(
    edge: Edge, *, targets: Mapping[str, Sequence[str]] | None = None, listen: str = "8000", scratch: str = ""
) -> str:
    """The file.

    Args:
        edge: What is declared.
        targets: Where the processes of each service listen, host and port; a service that is not named is at its name,
            port 8000.
        listen: Port, or address and port, that nginx listens on.
        scratch: A folder for what nginx writes; its own where this is empty.
    """
    lines = ["worker_processes auto;", "events {", "    worker_connections 4096;", "}", "http {"]
    lines += _indented(_common(edge, scratch))
    for service in edge.services:
        lines += _indented(_upstream(service, (targets or {}).get(service.name) or [f"{service.name}:8000"]))
    lines += _indented(_server(edge, listen))
    return _HEAD + "\n".join([*lines, "}", ""])


def _common(edge: Edge, scratch: str) -> list[str]:
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi") if scratch else ()
    return [
        *(f"{kind}_temp_path {scratch}/{kind};" for kind in kinds),
        "access_log off;",
        "server_tokens off;",
        f"client_max_body_size {edge.most_body_bytes};",
        "large_client_header_buffers 4 16k;  # 1 KiB of path and 8 KiB of query are allowed by the services",
        "proxy_http_version 1.1;",
        'proxy_set_header Connection "";',
        "proxy_set_header Host $http_host;",
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        f"proxy_connect_timeout {_CONNECT_S}s;",
        "# GET, HEAD and OPTIONS go to another process where one fails; POST does only where it cannot connect.",
        "proxy_next_upstream error timeout http_502 http_503;",
        "proxy_next_upstream_tries 2;",
    ]


def _upstream(service: EdgeService, targets: Sequence[str]) -> list[str]:
    return [
        f"upstream {service.name} {{",
        f"    zone {service.name} 64k;",
        "    least_conn;",
        *(f"    server {target} max_fails=1 fail_timeout={_FAIL_S}s;" for target in targets),
        f"    keepalive {_KEPT};",
        "}",
    ]


def _server(edge: Edge, listen: str) -> list[str]:
    routes = [(route, service) for service in edge.services for route in service.routes]
    # nginx takes the first pattern that matches: the one with the most fixed parts has to come first.
    routes.sort(
        key=lambda each: (-sum(bool(part) and "{" not in part for part in each[0].path.split("/")), each[0].path)
    )
    lines = ["server {", f"    listen {listen};"]
    for route, service in routes:
        lines += _indented(_location(route, service))
    return [*lines, "    location / {", "        return 404;", "    }", "}"]


def _location(route: EdgeRoute, service: EdgeService) -> list[str]:
    return [
        f'location ~ "^{pattern(route.path)[1:]}" {{',
        f"    proxy_pass http://{service.name};",
        f"    proxy_read_timeout {service.read_seconds}s;",
        *(["    proxy_buffering off;"] if route.waits else []),
        "}",
    ]


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]
