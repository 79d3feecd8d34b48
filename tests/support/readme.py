"""What the README tells people to type: its code blocks, read in one place."""

import re
from pathlib import Path
from typing import NamedTuple

README = Path(__file__).resolve().parents[2] / "README.md"
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_QUERY = re.compile(r'curl (?:-H "([^"]+)" )?"http://127\.0\.0\.1:8000(/[^"]+)"')
_OF_THE_DEMO = re.compile(r"/91-1/|simulated|C-5$")


class Query(NamedTuple):
    """One `curl` on the API."""

    header: str
    """As `Accept: text/csv`, or empty."""
    address: str
    """Path and query."""


def blocks() -> list[list[str]]:
    """The commands of each shell block, without comments; an indented line goes on with the one above."""
    found = [re.sub(r"\s*\\?\n\s+", " ", block) for block in _BLOCK.findall(README.read_text(encoding="utf-8"))]
    return [
        [command for line in block.splitlines() if (command := re.sub(r"(^|\s+)# .*$", "", line).strip())]
        for block in found
    ]


def commands() -> list[str]:
    """Every command, in order, queries too."""
    return [command for block in blocks() for command in block]


def demo_queries() -> list[Query]:
    """The questions to the demo: the first block that asks any."""
    return next(queries for block in blocks() if (queries := _queries(block)))


def recorded_queries() -> list[Query]:
    """The questions to Parliament's own documents: those of the demo that name nothing of it, and the next block's."""
    asked = [queries for block in blocks() if (queries := _queries(block))]
    general = [query for query in asked[0] if not _OF_THE_DEMO.search(query.address)]
    return general + [query for queries in asked[1:] for query in queries]


def _queries(block: list[str]) -> list[Query]:
    found = (_QUERY.fullmatch(command) for command in block)
    return [Query(each[1] or "", each[2]) for each in found if each]


def table(heading: str) -> list[str]:
    """The first column of the first table below a heading, without backticks."""
    below = README.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in below.splitlines() if line.startswith("| `")]
    return [name.strip("`") for row in rows for name in row.split(", ")]
