"""ClickHouse for one machine: its engine as a library (chdb) in a process of its own, behind ClickHouse's protocol.

chdb allows one process a folder, and several processes need the facts; so one owns the folder and the others ask it as
they would ask a server. What is here is what `clickhouse-connect` uses of the protocol, and no more.
"""

import secrets
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from deploy.local.system import children, ports

DATABASE = "openpolicy"
USER = "openpolicy"


def is_available() -> bool:
    """Whether this machine has the engine; there is no wheel of it for every system."""
    return find_spec("chdb") is not None


def start(
    *, port: int, folder: Path, logs: Path, environment: Mapping[str, str], password: str = ""
) -> tuple[children.Child, str]:
    """Start the endpoint over the data in `folder`; the server and its URL, which has the only copy of the password.

    One that is started again has the password it had.
    """
    password = password or secrets.token_hex(16)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    command = [children.own_command()[0], "-m", "deploy.local.clickhouse", str(folder), str(port)]
    child = children.start(
        "clickhouse", command, logs=logs, environment=environment, cwd=folder.parent, stdin=password.encode()
    )
    return child, f"http://{USER}:{password}@{ports.LOOPBACK}:{port}/{DATABASE}"
