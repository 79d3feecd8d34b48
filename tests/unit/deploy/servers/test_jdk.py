"""Which Java runs Elasticsearch: one that was named and fits, else the newest that fits."""

from pathlib import Path

import pytest

from deploy.servers.elasticsearch.jdk import find_jdk
from warehouse.runtime.errors import StoreUnavailable


def java(home: Path, version: str, *, has_compiler: bool = True) -> Path:
    """The home of a Java that is none, as far as it is looked at."""
    (home / "bin").mkdir(parents=True)
    (home / "release").write_text(f'IMPLEMENTOR="Test"\nJAVA_VERSION="{version}"\n', encoding="utf-8")
    if has_compiler:
        (home / "bin" / "javac").touch()
    return home


def test_the_newest_that_fits(tmp_path: Path) -> None:
    java(tmp_path / "a-17", "17.0.15")
    java(tmp_path / "b-21", "21.0.1")
    newest = java(tmp_path / "c-25", "25")
    java(tmp_path / "d-26", "26.0.1", has_compiler=False)
    (tmp_path / "e-empty").mkdir()
    assert find_jdk({}, tmp_path) == newest


def test_one_that_is_named_comes_first_if_it_fits(tmp_path: Path) -> None:
    system = tmp_path / "system"
    java(system / "newer", "25.0.3")
    named, old = java(tmp_path / "named", "21.0.1"), java(tmp_path / "old", "17.0.1")
    assert find_jdk({"JAVA_HOME": str(named)}, system) == named
    assert find_jdk({"ES_JAVA_HOME": str(named), "JAVA_HOME": str(system / "newer")}, system) == named
    assert find_jdk({"JAVA_HOME": str(old)}, system) == system / "newer"


def test_none_that_fits_is_an_error_that_says_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="no Java at all"):
        find_jdk({}, tmp_path / "missing")
    old = java(tmp_path / "jvm" / "java-17", "17.0.15")
    with pytest.raises(StoreUnavailable, match=f"21 or newer; there is version 17 in {old}.*JAVA_HOME"):
        find_jdk({"JAVA_HOME": str(old)}, tmp_path / "jvm")
