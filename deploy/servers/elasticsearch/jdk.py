"""Finds the Java for Elasticsearch 9 and for compiling the plugin: a JDK of version 21 or newer."""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from warehouse.runtime.errors import StoreUnavailable

OLDEST = 21
_SYSTEM = Path("/usr/lib/jvm")
_VERSION = re.compile(r'^JAVA_VERSION="(\d+)', re.MULTILINE)


def find_jdk(environment: Mapping[str, str] = os.environ, system: Path = _SYSTEM) -> Path:
    """The home of a suitable JDK: ES_JAVA_HOME or JAVA_HOME if suitable, else the newest of the system.

    Raises:
        StoreUnavailable: there is none; the message names the unsuitable ones.
    """
    named = [Path(home) for name in ("ES_JAVA_HOME", "JAVA_HOME") if (home := environment.get(name))]
    installed = sorted(system.iterdir()) if system.is_dir() else []
    if chosen := next((home for home in named if _fits(home)), None):
        return chosen
    if fitting := [home for home in installed if _fits(home)]:
        return max(fitting, key=_version)
    raise StoreUnavailable(
        f"Elasticsearch needs a JDK of version {OLDEST} or newer; there is {_told([*named, *installed])}.",
        fix="Install one, on Debian 13 as openjdk-21-jdk-headless (Debian 12 has none: Temurin 25 from Adoptium fits), "
        "and set JAVA_HOME to it if it is not below /usr/lib/jvm.",
    )


def _fits(home: Path) -> bool:
    return _version(home) >= OLDEST and (home / "bin" / "javac").is_file()


def _version(home: Path) -> int:
    """The feature version from the home's `release` file; 0 if there is none."""
    try:
        found = _VERSION.search((home / "release").read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return 0
    return int(found[1]) if found else 0


def _told(homes: Iterable[Path]) -> str:
    versions = {home.resolve(): _version(home) for home in homes}
    return ", ".join(f"version {number} in {home}" for home, number in versions.items() if number) or "no Java at all"
