"""Addresses under `/api/v1/releases` and `/data`."""

import asyncio
import contextlib
from functools import cache, lru_cache
from typing import Final

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from serving.core.answers.answer import Answer, AnyRequest, dataset_header, json_answer, meta
from serving.core.answers.links import API
from serving.core.answers.texts import View
from serving.core.html.render import HTML, POLICY, page_lang, render
from serving.core.http.errors import NotFound
from serving.core.http.event_stream import Streamed
from serving.core.http.exchange import CURRENT, UNSETTLED, Answered, exchange_of
from serving.core.parameters.json_request import asked_in_json
from serving.core.parameters.query_string import Parameters
from serving.core.process.platform import Platform
from serving.releases.files import FileRequest, answer
from serving.releases.page import groups_of, snippets_of
from serving.releases.schemas import DATA, Release, Releases, ReleaseSummary, release_out
from warehouse.model.releases.manifest import FORMATS, FileFormat, Manifest
from warehouse.objects.release_store import ReleaseStore
from warehouse.runtime.versions import Stamp

LATEST: Final = "latest"
_KEPT_SUFFIX: Final = ".zst"


class ReleaseController(Controller):
    """Releases for programs."""

    path = "/api/v1/releases"
    tags = ("operation",)

    @get(
        "/",
        operation_id="getReleases",
        summary="Dataset releases / Jeux de données publiés",
        description="Newest first. Each has every table of every session as Parquet, CSV and NDJSON. "
        "/ Du plus récent au plus ancien. Chacun a toutes les tables de toutes les sessions en Parquet, CSV et NDJSON.",
    )
    async def get_releases(self, request: AnyRequest, platform: NamedDependency[Platform]) -> Answer[Releases]:
        """Every release."""
        _, parameters, view = asked_in_json(request, platform)
        parameters.finish(())
        latest = await asyncio.to_thread(_store(platform).latest)
        names = () if latest is None else latest.releases
        found = [
            ReleaseSummary(
                release=name, is_latest=name == names[-1], url=f"{API}/releases/{name}", page=f"{DATA}/{name}"
            )
            for name in reversed(names)
        ]
        stamp = Stamp(platform.versions.catalog, None)
        body = Releases(data=found, meta=meta(None, view))
        return json_answer(body, stamp, view, prefix="d", cache_control=UNSETTLED)

    @get(
        "/{release:str}",
        operation_id="getRelease",
        summary="One dataset release / Un jeu de données publié",
        description="`latest` or the name of one: its files with rows, bytes and SHA-256, what changed, and what the "
        "columns mean. / `latest` ou le nom d’un jeu\u00a0: ses fichiers avec lignes, octets et SHA-256, ce qui a "
        "changé et ce que les colonnes veulent dire.",
    )
    async def get_release(
        self, release: FromPath[str], request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[Release]:
        """One release with all its files."""
        _, parameters, view = asked_in_json(request, platform)
        parameters.finish(())
        manifest = await asyncio.to_thread(_manifest, _store(platform), release)
        control = UNSETTLED if release == LATEST else CURRENT  # the columns' texts may be mended
        body = Release(data=release_out(manifest, view), meta=meta(manifest.made_at, view))
        stamp = Stamp(platform.versions.catalog, None)
        return json_answer(body, stamp, view, prefix=manifest.release, cache_control=control)


class DataController(Controller):
    """Releases for people, and their files."""

    path = DATA
    include_in_schema = False

    @get("/")
    async def show_latest(self, request: AnyRequest, platform: NamedDependency[Platform]) -> Answer[bytes]:
        """The latest release as a page, in English or with `lang=fr` in French."""
        return await _page(platform, request, LATEST)

    @get("/{release:str}")
    async def show(
        self, release: FromPath[str], request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[bytes]:
        """A release as a page."""
        return await _page(platform, request, release)

    @get("/{release:str}/{file:str}")
    async def get_table(
        self, release: FromPath[str], file: FromPath[str], request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Streamed:
        """A table of all sessions: `members.parquet`."""
        return await _file(platform, request, release, file)

    @get("/{release:str}/{session:str}/{file:str}")
    async def get_table_of_session(
        self,
        release: FromPath[str],
        session: FromPath[str],
        file: FromPath[str],
        request: AnyRequest,
        platform: NamedDependency[Platform],
    ) -> Streamed:
        """A table of one session: `45-1/ballots.csv`."""
        return await _file(platform, request, release, f"{session}/{file}")


def _store(platform: Platform) -> ReleaseStore:
    if not platform.settings.objects_url:
        raise NotFound(
            "This server keeps no releases: it has no object store.",
            "Ce serveur ne conserve pas de publications\u00a0: il n’a pas d’entrepôt d’objets.",
        )
    return _opened(platform.settings.objects_url)


@cache
def _opened(url: str) -> ReleaseStore:
    """The store at a URL, opened once: an S3 client has connections that stay."""
    return ReleaseStore(url)


@lru_cache(maxsize=16)
def _kept_manifest(store: ReleaseStore, release: str) -> Manifest:
    """A release that was published never changes, and a file of it costs no reading of its whole manifest.

    Raises:
        LookupError: the store has lost it; that is not kept.
    """
    if (found := store.manifest(release)) is None:
        raise LookupError(release)
    return found


def _manifest(store: ReleaseStore, release: str) -> Manifest:
    latest = store.latest()
    name = latest.release if latest is not None and release == LATEST else release
    found = None
    with contextlib.suppress(LookupError):
        found = None if latest is None or name not in latest.releases else _kept_manifest(store, name)
    if found is None:
        near = None if latest is None else latest.release
        raise NotFound(
            "There is no such release." if latest is not None else "There is no release yet.",
            "Il n’y a pas cette publication." if latest is not None else "Il n’y a pas encore de publication.",
            param="release",
            nearest=near,
            links={"latest": f"{DATA}/{LATEST}"} if latest is not None else {},
        )
    return found


async def _page(platform: Platform, request: AnyRequest, release: str) -> Answer[bytes]:
    parameters = Parameters(exchange_of(request.scope).query)
    lang = page_lang(parameters)
    parameters.finish(())
    has_store = bool(platform.settings.objects_url)
    store = _store(platform) if has_store or release != LATEST else None
    latest = None if store is None else await asyncio.to_thread(store.latest)
    found = None
    if store is not None and (latest is not None or release != LATEST):
        manifest = await asyncio.to_thread(_manifest, store, release)
        found = release_out(manifest, View("both", platform.versions.dataset))
    view = View(lang, platform.versions.dataset)
    html = render(
        "releases/page.html",
        lang,
        here=DATA if release == LATEST else f"{DATA}/{release}",
        simulated=view.dataset == "simulated",
        release=found,
        is_latest=found is not None and latest is not None and found.release == latest.release,
        groups=[] if found is None else groups_of(found),
        snippets=[] if found is None else snippets_of(found, str(request.base_url).rstrip("/")),
        names=[] if latest is None else list(reversed(latest.releases)),
    )
    answered = Answered(
        html,
        stamp=Stamp(platform.versions.catalog, None),
        media_type=HTML,
        etag_prefix="d",
        last_modified=None,
        headers=[*dataset_header(view), ("content-security-policy", POLICY)],
        cache_control=UNSETTLED,
    )
    return Answer(answered)


async def _file(platform: Platform, request: AnyRequest, release: str, name: str) -> Streamed:
    parameters = Parameters(exchange_of(request.scope).query)
    parameters.finish(())
    store = _store(platform)
    manifest = await asyncio.to_thread(_manifest, store, release)
    as_kept = name.endswith(_KEPT_SUFFIX)
    stem, format_ = _split(name.removesuffix(_KEPT_SUFFIX))
    part = manifest.part(stem)
    if part is None or format_ is None or (as_kept and not part.file(format_).is_compressed):
        raise NotFound(
            "The release has no such file.",
            "La publication n’a pas ce fichier.",
            links={"release": f"{API}/releases/{manifest.release}"},
        )
    header = request.headers.get
    asked = FileRequest(header("accept-encoding"), header("if-none-match"), header("if-range"), header("range"))
    shown = f"openpolicy-{manifest.release}-{name.replace('/', '-')}"
    return Streamed(answer(store, part.file(format_), asked, as_kept=as_kept, name=shown, is_latest=release == LATEST))


def _split(name: str) -> tuple[str, FileFormat | None]:
    """`45-1/ballots.csv`: the part, and the format; None where there is no such format."""
    stem, _, suffix = name.rpartition(".")
    return stem, next((each for each in FORMATS if each == suffix), None)
