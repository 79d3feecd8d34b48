"""ClickHouse for one machine: its engine as a library (chdb) in its own process, behind ClickHouse's HTTP protocol.

chdb allows one process for each folder, but several processes need the facts. So one process owns the folder, and the
others connect to it as to a server. Only the part of the protocol that `clickhouse-connect` uses is implemented.
"""

import secrets
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from deploy.local.system import children, ports

DATABASE = "openpolicy"
USER = "openpolicy"


def is_available() -> bool:
    """Whether the engine is installed; not every system has a wheel."""
    return find_spec("chdb") is not None


def start(
    *, port: int, folder: Path, logs: Path, environment: Mapping[str, str], password: str = ""
) -> tuple[children.Child, str]:
    """Start the endpoint for the data in `folder`. Returns the server and its URL, which has the only copy of the
    password.

    A restarted server keeps its password.
    """
    password = password or secrets.token_hex(16)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    command = [children.own_command()[0], "-m", "deploy.local.clickhouse", str(folder), str(port)]
    child = children.start(
        "clickhouse", command, logs=logs, environment=environment, cwd=folder.parent, stdin=password.encode()
    )
    return child, f"http://{USER}:{password}@{ports.LOOPBACK}:{port}/{DATABASE}"
