"""The search index follows the change logs: what was stored is found, what was withdrawn is not."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.support.events import entry, state_of
from tests.support.searching import asking
from warehouse.model.read_models.search import Removed
from warehouse.postgres.connections.pools import Database
from warehouse.runtime.settings import Settings
from warehouse.search.opening import open_index
from warehouse.workers.read_models.registry import configured, open_sink
from warehouse.workers.read_models.search import SearchSink

pytestmark = pytest.mark.postgres


@pytest.fixture
def sink(tmp_path: Path, catalog: Database) -> Iterator[SearchSink]:
    opened = open_sink("search", Settings(search_url=f"tantivy:{tmp_path}"), catalog)
    assert isinstance(opened, SearchSink)
    yield opened
    opened.close()


def test_it_is_kept_where_an_index_is_named() -> None:
    assert "search" not in configured(Settings())
    assert "search" in configured(Settings(search_url="tantivy:/folder"))


def test_changes_are_found_and_withdrawn_ones_are_not(sink: SearchSink, tmp_path: Path) -> None:
    changes = [entry("bill"), entry("vote"), entry("member"), entry("session")]
    rows = [sink.projected(change) for change in changes]
    assert rows[-1] is None
    sink.insert([row for row in rows if row is not None])
    assert sink.stored_revisions() == {"bill": {"1-1/C-7": 1}, "vote": {"1-1/commons/7": 1}, "member": {"5": 1}}
    gone = sink.projected(msgspec.structs.replace(entry("bill", revision=2), op="withdrawn"))
    assert isinstance(gone, Removed)
    sink.insert([gone])
    assert sink.stored_revisions()["bill"] == {}
    reader = open_index(f"tantivy:{tmp_path}")
    assert [hit.document.key for hit in reader.search(asking("")).hits] == ["1-1/commons/7", "5"]


def test_a_rebuild_takes_the_newest_changes_of_the_logs(sink: SearchSink) -> None:
    sink.insert([row for row in [sink.projected(entry("bill"))] if row is not None])
    renamed = msgspec.structs.replace(state_of("vote"), subject_en="Another motion")
    assert sink.rebuild([[entry("session"), entry("vote", revision=4, state=renamed)], [entry("member")]]) == 2
    assert sink.stored_revisions() == {"bill": {}, "vote": {"1-1/commons/7": 4}, "member": {"5": 1}}
