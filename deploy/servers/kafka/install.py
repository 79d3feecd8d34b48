"""Downloads Kafka's jars with Maven, in the exact versions of `pom.xml`, once for each machine."""

import hashlib
import shutil
import subprocess
from pathlib import Path

from deploy.servers.cache import provide
from warehouse.runtime.errors import StoreUnavailable

HERE = Path(__file__).resolve().parent
_TIMEOUT_S = 300


def install() -> Path:
    """The folder of the jars; Maven runs only if this `pom.xml` was not installed before.

    Raises:
        StoreUnavailable: there is no Java or Maven, or Maven failed.
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
        said = (done.stdout.strip() or done.stderr.strip() or "no output").splitlines()[0]
        raise StoreUnavailable(f"Maven could not bring Kafka: {said}", fix="Check Maven's settings and try again.")
