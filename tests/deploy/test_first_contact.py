"""First contact, as a matrix in clean rooms: as root and as an ordinary user, both below a closed home.

Either it works, or one line says cause and next step, the exit code is the documented one, and nothing is left. What
starts a whole OpenPolicy for one case takes a quarter of a minute: `make test-first-contact` runs those.
"""

from typing import NamedTuple

import pytest

from tests.support.processes import rooms

pytestmark = [
    pytest.mark.slow,
    pytest.mark.postgres,
    pytest.mark.skipif(bool(why_not := rooms.why_not()), reason=why_not or "rooms can be made"),
]
ROOT, USER, BOTH = ("root",), ("visitor",), ("root", "visitor")
_OUTSIDE = "/var/lib/openpolicy"


class Refused(NamedTuple):
    """A case that cannot work."""

    who: tuple[str, ...]
    script: str
    code: int
    cause: str
    fix: str
    left: tuple[str, ...] = ()
    """What was there before, as the ends of paths."""


REFUSED = {
    "read-only folder": Refused(
        BOTH,
        'mount -t tmpfs -o ro tmpfs "$home/here"; cd "$home/here"; openpolicy run $demo --detach; left',
        6, "cannot be written: Read-only file system", "Mount it writable, or choose another folder with --data-dir.",
    ),
    "folder of another user": Refused(
        USER,
        'chown root "$home/here"; openpolicy run $demo --detach; left',
        6, "cannot be written: Permission denied", "Run as its owner, or choose another folder with --data-dir.",
    ),
    "full disk": Refused(
        BOTH,
        'mount -t tmpfs -o size=60m tmpfs "$home/here"; cd "$home/here"; clean chmod 755 . 2>/dev/null; '
        'chown "$WHO" .; openpolicy run $demo --detach; left',
        6, "a new installation needs 256 MiB", "Free space there, or choose another folder with --data-dir.",
    ),
    "port taken": Refused(
        BOTH,
        'python3 -m http.server 8000 --bind 127.0.0.1 >/dev/null 2>&1 & sleep 1; openpolicy run $demo --detach; '
        "kill %1; left",
        7, "Port 8000 for the API is in use", "End that program, or choose another port with --port.",
    ),
    "/var/lib read-only": Refused(
        ROOT,
        "mount -o remount,ro /var/lib; openpolicy run $demo --detach; left",
        6, "/var/lib/openpolicy cannot be written: Read-only file system", "run as a user who is not root",
    ),
    "/var/lib full": Refused(
        ROOT,
        "mount -o remount,size=30m /var/lib; openpolicy run $demo --detach; left",
        6, "/var/lib/openpolicy cannot be written: No space left on device", "run as a user who is not root",
        (_OUTSIDE,),
    ),
    "/var/lib full after the programs": Refused(
        ROOT,
        "mount -o remount,size=200m /var/lib; openpolicy run $demo --detach; "
        "rm -r /var/lib/openpolicy/postgres-*; left",
        6, "MiB are free at /var/lib/openpolicy", "run as a user who is not root",
        (_OUTSIDE,),
    ),
    "data folder without write permission": Refused(
        USER,
        "clean mkdir -p .openpolicy/demo; "
        'echo "{\\"format\\":1,\\"version\\":\\"0\\",\\"kind\\":\\"demo\\",\\"source\\":\\"demo\\"}" '
        "> .openpolicy/demo/instance.json; chmod 644 .openpolicy/demo/instance.json; chown root .openpolicy/demo; "
        "openpolicy run $demo --detach; left",
        6, "cannot be written: Permission denied", "Run as its owner, or choose another folder with --data-dir.",
        (".openpolicy", "demo"),
    ),
    "data folder on a read-only file system": Refused(
        BOTH,
        "clean mkdir -p .openpolicy/demo; mount -t tmpfs tmpfs .openpolicy/demo; "
        'echo "{\\"format\\":1,\\"version\\":\\"0\\",\\"kind\\":\\"demo\\",\\"source\\":\\"demo\\"}" '
        "> .openpolicy/demo/instance.json; mount -o remount,ro .openpolicy/demo; openpolicy run $demo --detach; left",
        6, "cannot be written: Read-only file system", "Mount it writable, or choose another folder with --data-dir.",
        (".openpolicy", "demo"),
    ),
    "data folder of another format": Refused(
        BOTH,
        'clean mkdir -p .openpolicy/demo; echo "{\\"format\\":99}" > .openpolicy/demo/instance.json; '
        "openpolicy run $demo --detach; left",
        6, "was made by another version: its instance.json has format 99", "choose another folder with --data-dir",
        (".openpolicy", "demo"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "who"), [(name, who) for name, case in REFUSED.items() for who in case.who])
def test_what_cannot_work_says_why_in_one_line_and_leaves_nothing(name: str, who: str) -> None:
    case = REFUSED[name]
    visit = rooms.visit(who, case.script)
    assert visit.codes[-1] == case.code, visit.text
    told = [line for line in visit.printed if line.startswith("openpolicy: ")]
    assert len(told) == 1, visit.text
    assert visit.printed[-1] == told[0], "the last thing said"
    assert case.cause in told[0]
    assert case.fix in told[0]
    assert "Traceback" not in visit.text
    assert sorted(path.rpartition("/")[2] for path in visit.left) == sorted(
        path.rpartition("/")[2] for path in case.left
    ), visit.text


_ASK = 'clean curl -sf "http://127.0.0.1:8000/api/v1/votes?limit=1" | grep -o 91-1/commons/80 | head -1'
_RUN = f"openpolicy run $demo --detach; {_ASK}"
_STOP = "openpolicy stop; left"
ALL_IN_ONE = f"""umask 077; clean mkdir -p "$home/Élan vital/open policy"; clean ln -s "$home/Élan vital" "$home/link"
cd "$home/link/open policy"; {_RUN}; {_STOP}"""
"""A closed home, a closed umask, a path with a space and an accent, through a symbolic link."""

WORKS = {
    "closed home": f"{_RUN}; {_STOP}",
    "closed umask": f"umask 077; {_RUN}; {_STOP}",
    "space and accents": f'clean mkdir "$home/Élan vital"; cd "$home/Élan vital"; {_RUN}; {_STOP}',
    "symlinked folder": f'clean mkdir "$home/real"; clean ln -s "$home/real" "$home/link"; cd "$home/link"; {_RUN}; '
    f"clean ln -s .openpolicy/demo data; openpolicy stop; openpolicy run $demo --detach --data-dir data; {_ASK}; "
    "openpolicy stop --data-dir data; left",
    "killed run": 'openpolicy run $demo > run.txt 2>&1 & while ! grep -q "Ctrl-C stops" run.txt; do sleep 0.3; done; '
    f"pkill -KILL -f 'deploy.cli run'; sleep 1; {_RUN}; {_STOP}",
    "killed parent": "(openpolicy run $demo > run.txt 2>&1; true) & "
    f'while ! grep -q "Ctrl-C stops" run.txt; do sleep 0.3; done; kill -KILL $!; sleep 1; {_ASK}; {_STOP}',
    "moved folder": f'{_RUN}; openpolicy stop; cd "$home"; clean mv here moved; cd moved; {_RUN}; {_STOP}',
    "data folder of an earlier version": f'{_RUN}; openpolicy stop; clean "$project/.venv/bin/python" -c \''
    'import json; path = ".openpolicy/demo/instance.json"; held = json.load(open(path)); held.pop("options"); '
    'json.dump(held, open(path, "w"))\'; rm -f /var/lib/openpolicy/*.folder; '
    f"{_RUN}; {_STOP}",
}


@pytest.mark.parametrize("who", BOTH)
def test_a_start_below_a_closed_home_works(who: str) -> None:
    _works(rooms.visit(who, ALL_IN_ONE))


@pytest.mark.first_contact
@pytest.mark.parametrize("who", BOTH)
@pytest.mark.parametrize("name", WORKS)
def test_what_can_work_works(name: str, who: str) -> None:
    _works(rooms.visit(who, WORKS[name]))


def _works(visit: rooms.Visit) -> None:
    assert set(visit.codes) == {0}, visit.text
    assert "91-1/commons/80" in visit.printed
    assert "Traceback" not in visit.text
    assert not [line for line in visit.left if "deploy.cli" in line or "postgres -D" in line]


@pytest.mark.first_contact
@pytest.mark.parametrize("who", BOTH)
def test_a_second_run_beside_the_first_is_refused_and_harms_nothing(who: str) -> None:
    visit = rooms.visit(
        who, f"{_RUN}; openpolicy run $demo --detach; openpolicy run $demo --data-dir other; {_ASK}; {_STOP}"
    )
    assert visit.codes == [0, 6, 7, 0], visit.text
    assert visit.printed.count("91-1/commons/80") == 2
    assert any("already runs in" in line and "stop`" in line for line in visit.printed)
    assert any("Port 8000 for the API is in use by process" in line for line in visit.printed)
    assert not [line for line in visit.left if line.endswith("/other")]


@pytest.mark.first_contact
@pytest.mark.parametrize("who", BOTH)
def test_without_a_network_for_packages_one_line_says_so(who: str) -> None:
    visit = rooms.visit(
        who,
        'clean cp -r "$project/Makefile" "$project/pyproject.toml" "$project"/requirements*.lock . ; '
        'clean make --no-print-directory run; echo "[exit $?]"; left',
    )
    assert visit.codes == [2], visit.text
    told = [line for line in visit.printed if line.startswith("OpenPolicy: ")]
    assert len(told) == 1, visit.text
    assert "network" in told[0]


@pytest.mark.parametrize("who", BOTH)
def test_data_of_a_folder_that_is_away_is_listed_and_removed_by_name(who: str) -> None:
    """Only root's servers keep data elsewhere; for everybody else the list is empty."""
    folder = "/var/lib/openpolicy/0123456789abcdef"
    visit = rooms.visit(
        who,
        f"mkdir -p {folder}/data; echo 18 > {folder}/data/PG_VERSION; echo -n /gone/postgres > {folder}.folder; "
        "chmod 600 /var/lib/openpolicy/*.folder; chmod 700 /var/lib/openpolicy/*/; "
        "openpolicy homes list; openpolicy doctor; openpolicy homes remove 0123456789abcdef; left",
    )
    found = [line for line in visit.printed if "0123456789abcdef" in line and "/gone/postgres" in line]
    if who == "root":
        assert len(found) == 3, visit.text
        assert any("homes remove 0123456789abcdef`" in line for line in found)
        assert any("orphaned" in line for line in found)
        assert visit.codes[-1] == 0
        assert not [path for path in visit.left if "0123456789abcdef" in path]
    else:
        assert found == [], visit.text
        assert visit.codes[-1] == 6
        assert [path for path in visit.left if path == folder] == [folder]
