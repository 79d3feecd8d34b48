"""Which source is meant, and how `auto` decides."""

import socket
import time
from pathlib import Path

import pytest

from assets.upstream.server import running
from assets.upstream.simulator import Fault, SimulatedUpstream
from deploy.local import sources
from deploy.local.sources import open_upstream, require_sessions, resolve, unanswered
from warehouse.model.keys import SessionCode
from warehouse.runtime.errors import SourceUnusable
from warehouse.runtime.settings import Settings

NOBODY = "http://127.0.0.1:1"


def test_auto_is_live_where_both_sites_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "PROBE_S", 60.0)
    with running(SimulatedUpstream()) as url:
        answering = Settings(legisinfo_url=url, ourcommons_url=url)
        assert resolve("auto", answering).name == "live"
        source = resolve("auto", Settings(legisinfo_url=url, ourcommons_url=NOBODY))
    assert source.name == "demo"
    assert "127.0.0.1:1 did not answer" in source.why
    assert "127.0.0.1:1 did not answer" in str(source)


def test_a_site_that_hangs_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "PROBE_S", 60.0)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        started = time.monotonic()
        assert unanswered([url, NOBODY], seconds=0.3) == [url, NOBODY]
        assert time.monotonic() - started < 30, "not the time-out of the question itself"


def test_a_folder_is_recorded_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    source = resolve("data", Settings())
    assert source.name == str((tmp_path / "data").resolve())
    assert source.kind.startswith("recorded-")
    with pytest.raises(SourceUnusable, match="not a folder"):
        resolve("elsewhere", Settings())


def test_faults_are_named() -> None:
    demo = resolve("demo", Settings())
    upstream = open_upstream(demo, ["tie"])
    assert isinstance(upstream, SimulatedUpstream)
    assert upstream.faults == {Fault.TIE}
    with pytest.raises(SourceUnusable, match="truncated_xml"):
        open_upstream(demo, ["earthquake"])


def test_sessions_are_checked_against_what_is_held() -> None:
    upstream = SimulatedUpstream()
    require_sessions(upstream, None)
    require_sessions(upstream, "all")
    require_sessions(upstream, upstream.sessions())
    with pytest.raises(SourceUnusable, match="no session 45-1"):
        require_sessions(upstream, [SessionCode(45, 1)])
