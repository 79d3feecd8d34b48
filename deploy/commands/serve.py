"""`openpolicy serve` and `openpolicy upstream`: one server in the foreground."""

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from deploy.local.attached import stores
from deploy.local.folder import find_folder
from deploy.local.sources import ChosenSource, open_upstream, resolve
from deploy.local.system import interrupts, open_files, ports
from deploy.terminal.output import say
from warehouse.postgres.roles import API
from warehouse.runtime.errors import SourceUnusable
from warehouse.runtime.settings import PREFIX, Settings

APPLICATION = "serving.asgi:app"

_CONNECTIONS: Final = 8192
"""Callers' connections that one worker takes; those beyond wait, unseen, until others close. The server's own default
is 1,024 divided by the workers: one client that holds so many would keep everybody else out."""
_OTHER_FILES: Final = 256
"""What else a worker has open: databases, log files, the index."""


def serve(
    host: str, port: int, settings: Settings, *, workers: int, data_dir: Path | None, services: Sequence[str]
) -> None:
    """Serve the API until a signal comes.

    Raises:
        PortTaken: the port is in use.
        SettingInvalid: there is no service with such a name.
        DataFolderUnusable: no URL is set and there is no data folder with stores.
    """
    if services:
        settings = _with_services(settings, services)
    ports.require_free(port, "--port", "the API")
    if settings.catalog_url and settings.shard_urls:
        _run(host, port, workers, settings)
        return
    interrupts.install()
    folder = find_folder(data_dir)
    instance = folder.read()
    assert instance is not None  # find_folder returns only folders with an instance file
    with stores(folder, ChosenSource.of(instance), say=say, role=API) as found:
        os.environ |= _variables(found)
        _run(host, port, workers, found)


def _with_services(settings: Settings, names: Sequence[str]) -> Settings:
    """The settings with the selected services, also for the server's own processes."""
    import msgspec

    from serving.app import SERVICES
    from serving.core.service import choose

    chosen = tuple(service.name for service in choose(SERVICES, names))
    os.environ[f"{PREFIX}API_SERVICES"] = ",".join(chosen)
    return msgspec.structs.replace(settings, api_services=chosen)


def _run(host: str, port: int, workers: int, settings: Settings) -> None:
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces

    from serving.core.process.stopping import STOPPING

    class DrainingServer(Granian):  # type: ignore[misc, valid-type]
        """Before it stops it answers for a while, and says that it is not ready."""

        def signal_handler_interrupt(self, *args: Any, **keywords: Any) -> None:
            """The first signal begins the end; the second does not wait."""
            stop = super().signal_handler_interrupt
            if not settings.drain_s or self._is_draining:
                stop(*args, **keywords)
                return
            self._is_draining = True
            for worker in self.wrks:
                with suppress(ProcessLookupError):
                    os.kill(worker.inner.pid, STOPPING)
            timer = threading.Timer(settings.drain_s, stop)
            timer.daemon = True
            timer.start()

        _is_draining = False

    os.environ[f"{PREFIX}API_WORKERS"] = str(max(workers, settings.api_workers))  # how many share its connections
    files = open_files.allow(_CONNECTIONS + _OTHER_FILES)
    server = DrainingServer(
        APPLICATION,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        backpressure=max(_OTHER_FILES, files - _OTHER_FILES),
        log_access=False,
        # With both protocols granian waits forever for a connection's first byte; with one, as long as for headers.
        http=HTTPModes.http1,
        respawn_failed_workers=True,
        workers_kill_timeout=settings.stop_s,  # it would wait forever; `openpolicy stop` gives the server 15 s
    )
    with _metrics_folder(workers):
        server.serve()


@contextmanager
def _metrics_folder(workers: int) -> Iterator[None]:
    """A folder for the metrics of several workers while they run; each server has its own."""
    if workers == 1:
        os.environ.pop(f"{PREFIX}METRICS_DIR", None)
        yield
        return
    with TemporaryDirectory(prefix="openpolicy-metrics-", ignore_cleanup_errors=True) as folder:
        os.environ[f"{PREFIX}METRICS_DIR"] = folder
        yield


def _variables(settings: Settings) -> dict[str, str]:
    """The settings as the environment of the server's own processes."""
    import msgspec

    values = msgspec.structs.asdict(settings)
    return {
        PREFIX + name.upper(): ",".join(value) if isinstance(value, tuple) else str(value)
        for name, value in values.items()
        if value
    }


def serve_upstream(source_text: str, port: int, faults: Sequence[str], size: str) -> None:
    """Answer in place of Parliament until a signal comes.

    Raises:
        SourceUnusable: the source is neither the demo nor a usable folder.
        PortTaken: the port is in use.
    """
    from assets.upstream.server import running

    if source_text in {"live", "auto"}:
        raise SourceUnusable("The live source cannot be served.", fix="Give --source demo or a folder.")
    source = resolve(source_text, Settings(), size=size)
    ports.require_free(port, "--port", "the upstream")
    upstream = open_upstream(source, faults)
    interrupts.install()
    with running(upstream, port) as url:
        say(f"{source} answers on {url}. Ctrl-C stops it.")
        threading.Event().wait()
