"""Brings Kafka's jars by Maven, by the exact versions of `pom.xml`, once a machine."""

import hashlib
import shutil
import subprocess
from pathlib import Path

from deploy.servers.cache import provide
from warehouse.runtime.errors import StoreUnavailable

HERE = Path(__file__).resolve().parent
_TIMEOUT_S = 300


def install() -> Path:
    """The folder of the jars; Maven is asked only if this `pom.xml` was not served before.

    Raises:
        StoreUnavailable: there is no Java or Maven, or Maven could not bring them.
    """
    for program, package in (("java", "default-jre-headless"), ("mvn", "maven")):
        if shutil.which(program) is None:
            raise StoreUnavailable(f"Kafka needs the program {program}.", fix=f"Install it, on Debian as {package}.")
    digest = hashlib.sha256((HERE / "pom.xml").read_bytes()).hexdigest()[:12]
    return provide(f"kafka-{digest}", _copy_jars) / "libs"


def _copy_jars(folder: Path) -> None:
    command = [
        "mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies",
        f"-DoutputDirectory={folder / 'libs'}", "-DincludeScope=runtime",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_TIMEOUT_S)
    if done.returncode != 0:
        said = (done.stdout.strip() or done.stderr.strip() or "it said nothing").splitlines()[0]
        raise StoreUnavailable(f"Maven could not bring Kafka: {said}", fix="Check Maven's settings and try again.")
