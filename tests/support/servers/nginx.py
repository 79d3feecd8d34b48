"""nginx in front of the services, with the configuration that `openpolicy nginx` prints."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.commands.nginx import configuration
from deploy.edge.declaration import declare
from deploy.local.system import children, ports
from tests.support.processes.streaming import wait_until


@contextmanager
def running_nginx(folder: Path, targets: Sequence[str]) -> Iterator[str]:
    """The URL of an nginx in front of these processes, each as `service=host:port`. Other services answer nothing.

    Where a machine has no nginx the test is skipped; in CI it must run.
    """
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        assert not os.environ.get("CI"), "There is no nginx on this machine."
        pytest.skip("There is no nginx on this machine.")
    port = ports.free_port()
    named = {target.partition("=")[0] for target in targets}
    others = [f"{service.name}=127.0.0.1:9" for service in declare().services if service.name not in named]
    # The deadline is the services' own, long on a busy machine.
    text = configuration([*targets, *others], f"127.0.0.1:{port}", deadline_ms=60_000, scratch=str(folder))
    file = folder / "nginx.conf"
    file.write_text(text, encoding="utf-8")
    errors = folder / "nginx.log"
    settings = f"daemon off; master_process off; pid {folder}/nginx.pid; error_log {errors};"
    process = subprocess.Popen([program, "-p", folder, "-c", file, "-g", settings])
    try:
        wait_until(children.accepts(port), "nginx listens")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)
