"""A site that answers as a test says, and a fetcher that may ask it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assets.upstream.fetch import Fetcher
from tests.support.upstream.fetching import QUICK
from tests.support.upstream.known_documents import KnownDocuments
from tests.support.upstream.scripted_site import ScriptedSite, scripted_site
from warehouse.objects.archive import Archive


@pytest.fixture
def site() -> Iterator[ScriptedSite]:
    with scripted_site() as found:
        yield found


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive((tmp_path / "archive").as_uri())


@pytest.fixture
def documents() -> KnownDocuments:
    return KnownDocuments()


@pytest.fixture
def fetcher(site: ScriptedSite, archive: Archive, documents: KnownDocuments) -> Iterator[Fetcher]:
    found = Fetcher(archive, documents, allowed_hosts=frozenset({site.host}), manners=QUICK)
    yield found
    found.close()
