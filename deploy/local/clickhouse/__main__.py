"""`python -m deploy.local.clickhouse FOLDER PORT [CONNECTIONS]`; the password comes by standard input.

SIGTERM and SIGINT end it: running statements finish, new ones are refused, and the engine is closed.
"""

import signal
import sys
import threading
from pathlib import Path

from deploy.local.clickhouse import USER
from deploy.local.clickhouse.engine import Engine
from deploy.local.clickhouse.server import EngineServer

CONNECTIONS = 8


def main(folder: str, port: str, connections: str = str(CONNECTIONS)) -> None:
    """Serve until a signal comes."""
    password = sys.stdin.readline().strip()
    engine = Engine(Path(folder), int(connections))
    server = EngineServer(int(port), engine, USER, password)
    for number in (signal.SIGTERM, signal.SIGINT):  # after the engine, which sets its own handlers
        # `shutdown` waits for the loop that this thread runs, so another thread has to call it.
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"ClickHouse {engine.version} answers on port {server.server_port}", flush=True)
    try:
        server.serve_forever(poll_interval=0.1)
    finally:
        server.end()
        engine.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
