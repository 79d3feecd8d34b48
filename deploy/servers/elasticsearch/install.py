"""Downloads Elasticsearch's minimal distribution with Maven, once for each machine, and compiles and adds the
plugin."""

import hashlib
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path

from deploy.local.system.accounts import STATE_FOLDER, Account, can
from deploy.servers.cache import cache_folder, provide
from deploy.servers.elasticsearch.jdk import OLDEST, find_jdk
from warehouse.runtime.errors import StoreUnavailable

VERSION = "9.5.3"
"""An exact version: Maven's list of versions of this artifact ends before 9, so no range would find it."""
HERE = Path(__file__).resolve().parent
_PLUGIN = HERE / "plugin"
_DESCRIPTOR = f"""description=What the minimal distribution lacks of a full one and OpenPolicy's mapping uses
version=1
name=openpolicy-analysis
classname=openpolicy.search.AnalysisPlugin
java.version={OLDEST}
elasticsearch.version={VERSION}
"""
_ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
_TIMEOUT_S = 600


def install(account: Account | None = None) -> Path:
    """The home of Elasticsearch with the plugin, in a place where `account` can run it. Maven runs once for each
    machine.

    Raises:
        StoreUnavailable: there is no Maven or suitable JDK, or Maven or the compiler failed.
    """
    sources = sorted(_PLUGIN.rglob("*.java"))
    digest = hashlib.sha256(b"".join([_DESCRIPTOR.encode(), *(source.read_bytes() for source in sources)]))
    name = f"elasticsearch-{VERSION}-{digest.hexdigest()[:12]}"
    return provide(name, lambda folder: _fill(folder, sources), cache=_reachable_cache(account))


def _reachable_cache(account: Account | None) -> Path:
    """The cache, unless the account cannot reach it, such as below a closed /root."""
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    return cache if account is None or can(account, ["test", "-x", cache]) else STATE_FOLDER


def _fill(folder: Path, sources: Sequence[Path]) -> None:
    jdk = find_jdk()
    if shutil.which("mvn") is None:
        raise StoreUnavailable("Elasticsearch needs the program mvn.", fix="Install it, on Debian as maven.")
    copy = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
    _run(["mvn", "-q", "-B", copy, f"-Dartifact={_ARTIFACT}", f"-DoutputDirectory={folder}"], "bring Elasticsearch")
    archive = folder / f"elasticsearch-{VERSION}.zip"
    _unpack(archive, folder)
    archive.unlink()
    plugin = folder / "plugins" / "openpolicy-analysis"
    classes = folder / "classes"
    plugin.mkdir(parents=True)
    compiler: list[str | Path] = [jdk / "bin" / "javac", "--release", str(OLDEST), "-cp", f"{folder / 'lib'}/*"]
    _run([*compiler, "-d", classes, *sources], "compile its plugin")
    _run([jdk / "bin" / "jar", "cf", plugin / "openpolicy-analysis.jar", "-C", classes, "."], "pack its plugin")
    shutil.rmtree(classes)
    (plugin / "plugin-descriptor.properties").write_text(_DESCRIPTOR, encoding="utf-8")


def _unpack(archive: Path, folder: Path) -> None:
    """Unpack without the archive's outermost folder; executable files stay executable."""
    with zipfile.ZipFile(archive) as packed:
        for entry in packed.infolist():
            target = folder.joinpath(*Path(entry.filename).parts[1:])
            if not target.is_relative_to(folder) or ".." in target.parts:
                raise StoreUnavailable(f"The archive of Elasticsearch has an unexpected name: {entry.filename}")
            if entry.is_dir():
                target.mkdir(parents=True, exist_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(packed.read(entry))
            target.chmod(0o755 if (entry.external_attr >> 16) & 0o100 else 0o644)


def _run(command: Sequence[str | Path], purpose: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_TIMEOUT_S)
    if done.returncode != 0:
        said = (done.stdout.strip() or done.stderr.strip() or "no output").splitlines()[0]
        program = Path(command[0]).name
        raise StoreUnavailable(f"{program} could not {purpose}: {said}", fix="Correct what it names and try again.")
