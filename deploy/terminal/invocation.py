"""How a person calls this command line here: what is advised must work as it is printed."""

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
    """`openpolicy` where the shell finds this very installation, else the path of its script from here."""
    script = Path(sys.executable).with_name("openpolicy")
    if not script.exists():
        return f"{shlex.quote(sys.executable)} -m deploy.cli"
    found = shutil.which("openpolicy")
    if found is not None and Path(found).samefile(script):
        return "openpolicy"
    near = os.path.relpath(script)
    return shlex.quote(str(script) if near.startswith(os.pardir) else near)


def runnable(text: str) -> str:
    """A message with every command in backticks as it can be typed here."""
    return _HINT.sub(lambda _found: f"`{program()} ", text)
