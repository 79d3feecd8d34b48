"""What the README tells people to type: its code blocks, read in one place."""

import re
from pathlib import Path
from typing import NamedTuple

README = Path(__file__).resolve().parents[2] / "README.md"
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_QUERY = re.compile(r'curl (?:-H "([^"]+)" )?"http://127\.0\.0\.1:8000(/[^"]+)"')


class Query(NamedTuple):
    """One `curl` on the API."""

    header: str
    """As `Accept: text/csv`, or empty."""
    address: str
    """Path and query."""


def commands() -> list[str]:
    """Every line of every shell block, without its comment."""
    text = README.read_text(encoding="utf-8")
    lines = [line for block in _BLOCK.findall(text) for line in block.splitlines()]
    return [command for line in lines if (command := re.sub(r"\s+# .*$", "", line).strip())]


def queries() -> list[Query]:
    """Every question to the API, in order."""
    return [Query(*found.groups()) for command in commands() if (found := _QUERY.fullmatch(command))]


def exact(address: str, session: str) -> str:
    """An address of the demo with its current session replaced: the README's examples are of the demo."""
    return address.replace("/91-1/", f"/{session}/")


def table(heading: str) -> list[str]:
    """The first column of the first table below a heading, without backticks."""
    below = README.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in below.splitlines() if line.startswith("| `")]
    return [name.strip("`") for row in rows for name in row.split(", ")]
