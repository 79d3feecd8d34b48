"""Free ports of this machine, for servers that are started on the loopback."""

import random
import socket
from typing import Final

LOOPBACK: Final = "127.0.0.1"
_SERVERS: Final = range(20_000, 32_768)
"""Below the ports that systems give to outgoing connections: one of those could take a port between its choice and the
start of its server, or while the server is started again."""
_given: set[int] = set()
"""What this process was given: each port is given once."""


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(1)
        except OSError:
            return False
    return True


def free_port(preferred: int | None = None) -> int:
    """`preferred` if it is free, else another that this process was not given before."""
    if preferred is not None and is_free(preferred):
        return preferred
    for port in random.SystemRandom().sample(_SERVERS, 200):
        if port not in _given and is_free(port):
            _given.add(port)
            return port
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind((LOOPBACK, 0))
        return int(listener.getsockname()[1])
