"""Clean rooms: this checkout as on a machine that has never seen OpenPolicy, in namespaces of its own.

In a room accounts, /var/lib, homes, network and processes are its own: nothing that happens there stays. Only root may
make one.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

CHECKOUT = Path(__file__).resolve().parents[3]

_PRELUDE = r"""
set -u
mount --make-rprivate /
mount -t tmpfs tmpfs "$ROOM"
mkdir "$ROOM"/upper "$ROOM"/work "$ROOM"/python "$ROOM"/checkout "$ROOM"/venv
mount --bind "$INTERPRETER" "$ROOM/python"
mount --bind "$CHECKOUT" "$ROOM/checkout"
mount --bind "$VENV" "$ROOM/venv"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$ROOM/upper,workdir=$ROOM/work" /etc
for name in openpolicy visitor; do userdel "$name" >/dev/null 2>&1; done
mount -t tmpfs tmpfs /var/lib
mount -t tmpfs tmpfs /root
mount -t tmpfs tmpfs /home
chmod 711 /root /home
mkdir -p "$INTERPRETER"
[ -x "$INTERPRETER/bin/python3" ] || mount --bind "$ROOM/python" "$INTERPRETER"
ip link set lo up
useradd --create-home --home-dir /home/visitor visitor
mkdir /home/admin
chmod 700 /home/visitor /home/admin
if [ "$WHO" = root ]; then home=/home/admin; else home=/home/visitor; fi
project=$home/openpolicy
as() { if [ "$WHO" = root ]; then "$@"; else setpriv --reuid=visitor --regid=visitor --clear-groups "$@"; fi; }
clean() { as env -i HOME="$home" USER="$WHO" LC_ALL=C.UTF-8 PATH="$TOOLS" PYTHONPATH="$project" "$@"; }
clean mkdir "$project"
mount --bind "$ROOM/checkout" "$project"
[ -x "$project/.venv/bin/python" ] || mount --bind "$ROOM/venv" "$project/.venv"
openpolicy() { clean "$project/.venv/bin/python" -m deploy.cli "$@"; local code=$?; echo "[exit $code]"; return $code; }
demo="--source demo --sessions 91-1 --no-dagster"
left() {
    echo "[left]"
    for place in "$home" /var/lib/openpolicy "$@"; do
        find "$place" -maxdepth 3 -path "$project" -prune -o -not -name '.bash*' -not -name .profile -print 2>/dev/null
    done
    ps -eo args= | grep -F "$project" | grep -vF grep
    echo "[end]"
}
clean mkdir "$home/here"
cd "$home/here"
"""


class Visit(NamedTuple):
    """What a script did in a room."""

    text: str

    @property
    def codes(self) -> list[int]:
        """The exit codes of our command line, in order."""
        return [int(code) for code in re.findall(r"^\[exit (\d+)\]$", self.text, re.MULTILINE)]

    @property
    def printed(self) -> list[str]:
        """The lines that were printed before the script looked at what was left."""
        lines = self.text.partition("[left]")[0].splitlines()
        return [line for line in lines if line and not line.startswith("[exit ")]

    @property
    def left(self) -> list[str]:
        """The files and processes that were left, without those every room has."""
        lines = self.text.rpartition("[left]\n")[2].partition("[end]")[0].splitlines()
        return [line for line in lines if line.removesuffix("/here") not in {"/home/admin", "/home/visitor"}]


def why_not() -> str:
    """Why no room can be made here; empty where one can."""
    if os.geteuid() != 0:
        return "only root may make clean rooms (mount, network and process namespaces)"
    if missing := [name for name in ("unshare", "setpriv", "useradd", "ip", "ps") if not shutil.which(name)]:
        return f"clean rooms need {', '.join(missing)}"
    probe = (
        'mount --make-rprivate / && mount -t tmpfs tmpfs "$0" && mkdir "$0/u" "$0/w" && mount -t overlay overlay '
        '-o "lowerdir=/etc,upperdir=$0/u,workdir=$0/w" /etc'
    )
    with tempfile.TemporaryDirectory() as place:
        tried = subprocess.run([*_ENTER, "sh", "-c", probe, place], capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else f"this system allows no namespaces: {tried.stderr.strip()}"


_ENTER = ("unshare", "--mount", "--net", "--pid", "--ipc", "--fork", "--kill-child", "--mount-proc")


def visit(who: str, script: str, *, checkout: Path = CHECKOUT, seconds: float = 240) -> Visit:
    """Run a bash script in a new room as `root` or `visitor`, who has a closed home and is in it.

    The script has `openpolicy …` (the command line, in the current folder), `clean …` (any command as that user),
    `$home`, `$project` (the checkout) and `left` (what is there now).
    """
    with tempfile.TemporaryDirectory(prefix="openpolicy-room-") as room:
        environment = {
            "ROOM": room, "WHO": who, "INTERPRETER": sys.base_prefix, "CHECKOUT": str(checkout),
            "VENV": sys.prefix, "PATH": os.environ["PATH"],
            "TOOLS": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8",
        }  # fmt: skip
        done = subprocess.run(
            [*_ENTER, "bash", "-c", _PRELUDE + script],
            env=environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=seconds,
        )
    return Visit(done.stdout.decode(errors="replace"))
