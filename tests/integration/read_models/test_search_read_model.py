"""The search index follows the change logs: what was stored is found, what was withdrawn is not."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.support.data.events import entry, state_of
from tests.support.data.searching import asking
from warehouse.model.read_models.search import Removed
from warehouse.postgres.connections.pools import Database
from warehouse.runtime.settings import Settings
from warehouse.search.opening import open_index
from warehouse.workers.read_models.registry import configured, open_read_model
from warehouse.workers.read_models.search import SearchReadModel

pytestmark = pytest.mark.postgres


@pytest.fixture
def read_model(tmp_path: Path, catalog: Database) -> Iterator[SearchReadModel]:
    opened = open_read_model("search", Settings(search_url=f"tantivy:{tmp_path}"), catalog)
    assert isinstance(opened, SearchReadModel)
    yield opened
    opened.close()


def test_it_is_kept_where_an_index_is_named() -> None:
    assert "search" not in configured(Settings())
    assert "search" in configured(Settings(search_url="tantivy:/folder"))


def test_changes_are_found_and_withdrawn_ones_are_not(read_model: SearchReadModel, tmp_path: Path) -> None:
    changes = [entry("bill"), entry("vote"), entry("member"), entry("session")]
    rows = [read_model.projected(change) for change in changes]
    assert rows[-1] is None
    read_model.insert([row for row in rows if row is not None])
    assert read_model.stored_revisions() == {"bill": {"1-1/C-7": 1}, "vote": {"1-1/commons/7": 1}, "member": {"5": 1}}
    gone = read_model.projected(msgspec.structs.replace(entry("bill", revision=2), op="withdrawn"))
    assert isinstance(gone, Removed)
    read_model.insert([gone])
    assert read_model.stored_revisions()["bill"] == {}
    reader = open_index(f"tantivy:{tmp_path}")
    assert [hit.document.key for hit in reader.search(asking("")).hits] == ["1-1/commons/7", "5"]


def test_a_rebuild_takes_the_newest_changes_of_the_logs(read_model: SearchReadModel) -> None:
    read_model.insert([row for row in [read_model.projected(entry("bill"))] if row is not None])
    renamed = msgspec.structs.replace(state_of("vote"), subject_en="Another motion")
    assert read_model.rebuild([[entry("session"), entry("vote", revision=4, state=renamed)], [entry("member")]]) == 2
    assert read_model.stored_revisions() == {"bill": {}, "vote": {"1-1/commons/7": 4}, "member": {"5": 1}}
