"""`openpolicy …` in a process of its own that starts at once, for tests that call or kill commands many times.

Each is forked from a process that has already imported the commands. Arguments, output and exit codes are real.
Tests of the start itself start Python anew.
"""

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import CompletedProcess

from deploy.cli.app import main
from deploy.commands import dlq, ingest, log, overrides, shards, status, stream  # noqa: F401  what commands import

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__])


def openpolicy(*words: str, env: Mapping[str, str], seconds: float = 240) -> CompletedProcess[str]:
    """Run one command to its end, with `env` added to the environment of the tests."""
    with tempfile.TemporaryDirectory() as folder:
        output, errors = Path(folder) / "stdout", Path(folder) / "stderr"
        process = _FORKS.Process(target=_run, args=(words, os.environ | dict(env), output, errors), daemon=True)
        process.start()
        process.join(seconds)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise AssertionError(f"{' '.join(words)} still ran after {seconds:.0f} s:\n{errors.read_text()}")
        return CompletedProcess(words, process.exitcode, output.read_text(), errors.read_text())


def _run(words: Sequence[str], environment: Mapping[str, str], output: Path, errors: Path) -> None:
    for path, descriptor in ((output, 1), (errors, 2)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(file, descriptor)
        os.close(file)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["openpolicy", *words]
    main()
