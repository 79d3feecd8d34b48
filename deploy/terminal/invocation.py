"""How to call this command line in this installation, so that printed advice works as it is."""

import os
import re
import shlex
import shutil
import sys
from functools import cache
from pathlib import Path

_HINT = re.compile(r"`openpolicy (?=[a-z-])")


@cache
def program() -> str:
    """`openpolicy` if the shell finds this installation, else the path of its script."""
    script = Path(sys.executable).with_name("openpolicy")
    if not script.exists():
        return f"{shlex.quote(sys.executable)} -m deploy.cli"
    found = shutil.which("openpolicy")
    if found is not None and Path(found).samefile(script):
        return "openpolicy"
    near = os.path.relpath(script)
    return shlex.quote(str(script) if near.startswith(os.pardir) else near)


def runnable(text: str) -> str:
    """A message with every command in backticks in the form that works here."""
    return _HINT.sub(lambda _found: f"`{program()} ", text)
