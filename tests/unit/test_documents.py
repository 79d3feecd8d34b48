"""What README and CONTRIBUTING name exists: files and folders, modules, commands of make and of `openpolicy`."""

import re
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from deploy.cli.app import app
from warehouse.workers.read_models.registry import READ_MODELS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "SECURITY.md", ".github/pull_request_template.md")
MADE_LATER = {"deploy/compose/.env", "assets/sources/NAME/source.yml"}
"""Files that the reader makes."""
_PATH = re.compile(r"(?<![\w/.])(?:pipelines|assets|serving|warehouse|deploy|sql|tests)/[\w./{},-]*")
_BRACES = re.compile(r"(.*)\{(.*)\}(.*)")
_MODULE = re.compile(r"-m ([a-z_]+(?:\.[a-z_]+)+)")
_TARGET = re.compile(r"\bmake ([a-z][a-z-]*)")
_COMMAND = re.compile(r"(?<![./-])\bopenpolicy ([a-z]+)(?: ([a-z]+))?|\.venv/bin/openpolicy ([a-z]+)(?: ([a-z]+))?")
_CODE = re.compile(r"^```.*?^```$|`[^`\n]+`", re.MULTILINE | re.DOTALL)


def code_of(document: str) -> str:
    """What a document has between backticks."""
    return "\n".join(_CODE.findall((ROOT / document).read_text(encoding="utf-8")))


def paths_of(code: str) -> set[str]:
    """The paths in a text; `a/{b,c}/` is two of them."""
    found = set()
    for path in (each.rstrip(".,") for each in _PATH.findall(code)):
        braces = _BRACES.fullmatch(path)
        found |= {f"{braces[1]}{each}{braces[3]}" for each in braces[2].split(",")} if braces else {path}
    return found


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_exists(document: str) -> None:
    named = paths_of(code_of(document))
    assert sorted(path for path in named - MADE_LATER if not (ROOT / path).exists()) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_module_exists(document: str) -> None:
    named = set(_MODULE.findall(code_of(document)))
    assert sorted(name for name in named if find_spec(name) is None) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_target_of_make_exists(document: str) -> None:
    rules = re.findall(r"(?m)^([a-z][a-z -]*):(?!=)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    targets = set(chain.from_iterable(map(str.split, rules)))
    assert set(_TARGET.findall(code_of(document))) - targets == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_exists(document: str) -> None:
    openpolicy = get_command(app)
    assert isinstance(openpolicy, TyperGroup)
    unknown = []
    for words in _COMMAND.findall(code_of(document)):
        name, second = words[0] or words[2], words[1] or words[3]
        command = openpolicy.commands.get(name)
        if command is None or (isinstance(command, TyperGroup) and second and second not in command.commands):
            unknown.append(f"{name} {second}".strip())
    assert unknown == []


def test_the_readme_names_every_read_model() -> None:
    (row,) = re.findall(r"(?m)^\| `rebuild` \| (.*) or `all`", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert re.findall(r"`([^`]+)`", row) == list(READ_MODELS)


def test_the_patterns_find_what_is_named() -> None:
    code = code_of("README.md") + code_of("CONTRIBUTING.md")
    assert {"deploy/compose", "warehouse/model/kinds.py", "warehouse/clickhouse/"} <= paths_of(code)
    assert {"deploy.servers.kafka", "warehouse.model.schemas"} <= set(_MODULE.findall(code))
    assert {"run", "status", "stop", "check", "contracts"} <= set(_TARGET.findall(code))
    assert {("shards", "add"), ("homes", "remove")} <= {
        (words[0] or words[2], words[1] or words[3]) for words in _COMMAND.findall(code)
    }
