"""The limit of open files: raised as far as the system allows, and never claimed beyond."""

import subprocess
import sys

import pytest

_PROGRAM = """
import resource, sys
from deploy.local.system.open_files import allow
soft, hard, wanted = map(int, sys.argv[1:])
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
print(allow(wanted), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.parametrize(
    ("soft", "hard", "wanted", "allowed"),
    [
        (64, 200, 150, (150, 150)),
        (64, 200, 400, (200, 200)),
        (180, 200, 150, (150, 180)),  # never lowered
    ],
)
def test_the_limit_is_raised_as_far_as_the_system_allows(
    soft: int, hard: int, wanted: int, allowed: tuple[int, int]
) -> None:
    command = [sys.executable, "-c", _PROGRAM, str(soft), str(hard), str(wanted)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    assert tuple(map(int, said.split())) == allowed
