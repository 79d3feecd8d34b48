"""The examples of the OpenAPI document: asked of the demo, shortened, and kept in `serving/core/site/examples.json`.

To make the answers again, while the demo runs: `python -m tests.support.examples http://127.0.0.1:8000`. The demo needs
what `PREPARATIONS` make. Requests are written by hand, one for each operation.
"""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tests.conftest import ROOT

FILE: Final = ROOT / "serving" / "core" / "site" / "examples.json"
DEMO: Final = ("--source", "demo", "--sessions", "91-1")
PREPARATIONS: Final = (
    ("override", "set", "bill", "91-1/C-2", "/short_title_en", "Example Act", "--author", "desk", "--reason", "Shown"),
    ("release", "make"),
)
"""Commands that make what the demo does not have by itself: a correction and a release."""
_SHOWN: Final = 2
"""Entries of a list that are kept."""
_ID: Final = "00000000-0000-0000-0000-000000000000"
"""Stands in a request for the id of the correction, which each installation makes anew."""
_FREE: Final = frozenset({"highlights", "facets", "findings", "old", "new", "value", "old_value", "upstream_value"})
"""Fields whose content has names of its own."""

Examples = dict[str, dict[str, Any]]


def read() -> Examples:
    """The examples, in an order in which they can be asked: what is created before what is read."""
    found: Examples = json.loads(FILE.read_text(encoding="utf-8"))
    return dict(sorted(found.items(), key=lambda item: "body" not in item[1]))


def prepare(folder: Path | str, environment: Mapping[str, str]) -> None:
    """Make what the examples need, in the demo that runs in this folder."""
    for command in PREPARATIONS:
        subprocess.run(
            [sys.executable, "-m", "deploy.cli", *command], cwd=folder, env=environment, check=True, capture_output=True
        )


def ask(api: str, example: dict[str, Any]) -> tuple[int, str, Any]:
    """Status, media type and answer of an example's request; of an answer without an end its first event."""
    path = str(example["request"]).partition(" ")[2]
    if _ID in path:
        with urllib.request.urlopen(f"{api}/api/v1/overrides", timeout=30) as listed:
            path = path.replace(_ID, json.load(listed)["data"][0]["id"])
    body = json.dumps(example["body"]).encode() if "body" in example else None
    request = urllib.request.Request(api + path, data=body, headers={"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        media_type = answer.headers["content-type"].partition(";")[0]
        if media_type == "text/event-stream":
            return answer.status, media_type, "".join(_first_event(answer))
        text = answer.read().decode()
        return answer.status, media_type, json.loads(text) if media_type.endswith("json") else text


def _first_event(answer: Any) -> Iterator[str]:
    while (line := answer.readline().decode()) not in {"", "\n"}:
        yield line


def shortened(value: Any) -> Any:
    """An answer with a few entries of each list."""
    if isinstance(value, list):
        return [shortened(each) for each in value[:_SHOWN]]
    if isinstance(value, dict):
        return {name: shortened(each) for name, each in value.items()}
    return value


def differences(kept: Any, found: Any, where: str = "") -> list[str]:
    """Where two answers are not built alike; null is like anything, since another answer may know more or less."""
    if kept is None or found is None or where.rpartition(".")[2] in _FREE:
        return []
    if isinstance(kept, dict) and isinstance(found, dict):
        lost = [f"{where}.{name}" for name in kept.keys() ^ found.keys()]
        return lost + [
            each
            for name in kept.keys() & found.keys()
            for each in differences(kept[name], found[name], f"{where}.{name}")
        ]
    if isinstance(kept, list) and isinstance(found, list):
        return [each for one, other in zip(kept, found, strict=False) for each in differences(one, other, f"{where}[]")]
    numbers = (int, float)
    alike = type(kept) is type(found) or (isinstance(kept, numbers) and isinstance(found, numbers))
    return [] if alike else [where]


def _renew(api: str) -> None:
    examples = read()
    for operation, example in examples.items():
        status, _, answer = ask(api, example)
        print(operation, status)
        example["answer"] = shortened(answer) if not isinstance(answer, str) else answer
    text = json.dumps(dict(sorted(examples.items())), ensure_ascii=False, indent=1)
    FILE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    _renew(sys.argv[1])
