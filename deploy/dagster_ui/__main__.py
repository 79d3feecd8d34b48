"""`python -m deploy.dagster_ui HOST PORT WORKSPACE`: Dagster's web server, guarded, until a signal comes.

What `dagster-webserver` does, which has no place for another layer. DAGSTER_HOME names the folder of its settings.
"""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator

import uvicorn
from dagster import DagsterInstance
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster._utils.interrupts import setup_interrupt_handlers
from dagster_webserver.app import create_app_from_workspace_process_context
from dagster_webserver.version import __version__

from deploy.dagster_ui.guard import Guard
from warehouse.runtime.settings import read_settings

_STATEMENT_MS, _RECYCLE_S, _OVERFLOW = 15_000, 3_600, 20
_POLL_MS = 2_000
"""How often the UI asks for new data; as all numbers here, Dagster's own default."""


@contextlib.asynccontextmanager
async def _until_ended(_app: object) -> AsyncIterator[None]:
    """Ctrl-C cancels the server's task; that is its end, not an error."""
    with contextlib.suppress(asyncio.CancelledError):
        yield


def serve(host: str, port: int, workspace: str) -> None:
    """Serve the UI of the code in a workspace file."""
    hosts = read_settings().dagster_hosts
    setup_interrupt_handlers()
    with DagsterInstance.get() as instance:
        instance.optimize_for_webserver(_STATEMENT_MS, _RECYCLE_S, _OVERFLOW)
        with WorkspaceProcessContext(
            instance, version=__version__, workspace_load_target=WorkspaceFileTarget([workspace])
        ) as context:
            app = create_app_from_workspace_process_context(context, "", _POLL_MS, lifespan=_until_ended)
            uvicorn.run(Guard(app, hosts), host=host, port=port, log_level="warning")


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), sys.argv[3])
