"""Sources of documents: Parliament's sites, a folder of recorded documents, or an invented Parliament."""

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import msgspec

from deploy.local.folder import DEFAULT_PARENT, DataFolder, Instance, named_folder, recorded_kind
from warehouse.model.keys import SessionCode
from warehouse.runtime.errors import SourceUnusable
from warehouse.runtime.settings import Settings

if TYPE_CHECKING:
    from assets.upstream.server import Upstream

PROBE_S = 3.0
_PROBES = (("legisinfo_url", "/legisinfo/en/bills"), ("ourcommons_url", "/members/en/votes"))
_REFUSALS = frozenset({401, 403, 407, 451})
"""Status codes by which gateways on the way answer in place of Parliament."""

SessionChoice = list[SessionCode] | Literal["all"] | None
"""None: the current session of the live sites, or everything in a folder or the demo."""


class ChosenSource(msgspec.Struct, frozen=True):
    """A source as the user chose it."""

    name: str
    """`live`, `demo`, or the absolute path of a folder."""
    why: str = ""
    """Why `auto` chose it."""
    size: str = ""
    """Size of the demo, a name in `SIZES`; empty: that of the data folder, or medium for a new one."""

    @classmethod
    def of(cls, instance: Instance) -> "ChosenSource":
        """The source of a data folder."""
        return cls(instance.source, size=instance.size)

    @property
    def kind(self) -> str:
        """The name of data folders of this source."""
        return self.name if self.name in {"live", "demo"} else recorded_kind(Path(self.name))

    def __str__(self) -> str:
        meaning = {"live": "Parliament's sites", "demo": "an invented Parliament"}.get(self.name, "recorded documents")
        return f"{self.name}, {meaning}" + (f" ({self.why})" if self.why else "")


def folder_for(source: ChosenSource, data_dir: Path | None) -> DataFolder:
    """The named data folder, or the source's default one below the current folder."""
    return DataFolder(named_folder(data_dir) or DEFAULT_PARENT / source.kind)


def resolve(text: str, settings: Settings, *, size: str = "") -> ChosenSource:
    """The source that `--source` means now, on this machine.

    Raises:
        SourceUnusable: it is neither a known word nor a folder, or it has no sizes.
    """
    source = _automatic(settings) if text == "auto" else _named(text)
    if size and source.name != "demo":
        raise SourceUnusable("Only the demo has a size to choose.", fix="Use --source demo, or leave out --size.")
    return msgspec.structs.replace(source, size=size)


def _named(text: str) -> ChosenSource:
    if text in {"live", "demo"}:
        return ChosenSource(text)
    folder = Path(text).expanduser()
    if not folder.is_dir():
        raise SourceUnusable(
            f"The source {text!r} is not a folder.", fix="Give auto, live, demo, or the path of a folder of documents."
        )
    return ChosenSource(str(folder.resolve()))


def _automatic(settings: Settings) -> ChosenSource:
    silent = unanswered([getattr(settings, name) + path for name, path in _PROBES], PROBE_S)
    if silent:
        return ChosenSource("demo", f"{urlsplit(silent[0]).netloc} did not answer within {PROBE_S:.0f} s")
    return ChosenSource("live", "both sites answered")


class _Probe(threading.Thread):
    """One request to a site, given up after three seconds even if the name server hangs."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self._url = url
        self.answered = False

    def run(self) -> None:
        import urllib3

        with urllib3.PoolManager(retries=False, timeout=PROBE_S) as pool:
            try:
                status = pool.request("HEAD", self._url, redirect=False).status
            except (urllib3.exceptions.HTTPError, ValueError, OSError):
                return
        self.answered = status < 500 and status not in _REFUSALS


def unanswered(urls: Sequence[str], seconds: float) -> list[str]:
    """The URLs that do not answer within this many seconds; all are requested at once."""
    probes = [_Probe(url) for url in urls]
    for probe in probes:
        probe.start()
    end = time.monotonic() + seconds
    for probe in probes:
        probe.join(max(end - time.monotonic(), 0))
    return [url for url, probe in zip(urls, probes, strict=True) if not probe.answered]


def open_upstream(source: ChosenSource, faults: Sequence[str] = ()) -> "Upstream":
    """The server that answers in place of Parliament for a folder or the demo.

    Raises:
        SourceUnusable: the folder has no expected files, or there is no fault with such a name.
    """
    if source.name == "demo":
        from assets.upstream.simulator import SIZES, Fault, SimulatedUpstream

        try:
            chosen = [Fault(fault) for fault in faults]  # type: ignore[call-arg]
        except ValueError as error:
            known = ", ".join(fault.value for fault in Fault)
            raise SourceUnusable(f"{error}.", fix=f"The faults are: {known}.") from error
        size = SIZES[source.size or "medium"]
        return SimulatedUpstream(members=size["members"], bills=size["bills"], votes=size["votes"], faults=chosen)
    if faults:
        raise SourceUnusable("Recorded documents have no faults to switch on.", fix="Use --source demo with --fault.")
    from assets.upstream.replay import ReplayUpstream

    return ReplayUpstream(Path(source.name))


def require_sessions(upstream: "Upstream", wanted: SessionChoice) -> None:
    """Refuse sessions that a folder or the demo does not have, before anything is started.

    Raises:
        SourceUnusable: the message names the available sessions.
    """
    held = upstream.sessions()
    missing = [session for session in wanted if session not in held] if isinstance(wanted, list) else []
    if missing:
        raise SourceUnusable(
            f"The source has no session {', '.join(map(str, missing))}.",
            fix=f"It has {', '.join(map(str, held))}.",
        )
