"""The eight odd records of ../shared/cases, loaded as a stranger's site would give them, asked over the API."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from assets.ingest import ingest
from assets.progress import Silent
from assets.upstream.server import running
from serving.app import create_app
from tests.conftest import ROOT
from tests.support.servers.postgres import empty
from tests.support.upstream.ingestion import Installation
from tests.support.upstream.records import Records
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import ShardMap, Shards, initial_map
from warehouse.workers.stream.apply import catch_up_lists

pytestmark = [pytest.mark.recorded, pytest.mark.postgres]


class Site:
    """The API of an installation."""

    def __init__(self, client: TestClient[Any]) -> None:
        self._client = client

    def status(self, path: str) -> int:
        return self._client.get(f"/api/v1{path}").status_code

    def data(self, path: str) -> Any:
        answer = self._client.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def rules(self, key: str) -> set[str]:
        return {each["rule"] for each in self.data("/quality/findings?limit=500") if each["key"] == key}


@pytest.fixture(scope="module")
def site(worker_urls: list[str], recorded_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The cases, loaded twice: the second load changes nothing."""
    folder = recorded_data.parent / "cases" / "records"
    assert folder.is_dir(), f"{ROOT.parent}/shared/cases is missing"
    empty(worker_urls)
    catalog = Database(worker_urls[0])
    shards = Shards([Database(url) for url in worker_urls[1:]], ShardMap(initial_map(4), 4))
    installation = Installation(worker_urls, catalog, shards, tmp_path_factory.mktemp("archive"))
    with running(Records.of_folder(folder)) as url:
        settings = msgspec.structs.replace(installation.settings(url), ballot_format="xml", cursor_secret="x")
        ingest(settings, sessions=None, progress=Silent())
        before = installation.revisions()
        ingest(settings, sessions=None, progress=Silent())
    assert installation.revisions() == before
    catch_up_lists(catalog, shards)
    with TestClient(create_app(settings)) as client:
        yield Site(client)
    catalog.close()
    shards.close()


def test_a_member_on_both_lists_is_counted_on_both(site: Site) -> None:
    assert site.data("/votes/40-3/commons/1")["counted"] == {"yeas": 2, "nays": 2, "paired": 0}
    (ballot,) = site.data("/votes/40-3/commons/1/ballots?member=1")
    assert ballot["position"] == "both"
    assert site.rules("40-3/commons/1") >= {"member_on_both_lists"}


def test_a_refused_vote_leaves_no_bill_behind(site: Site) -> None:
    assert site.status("/bills/45-1/C-777") == 404
    assert site.data("/bills?provisional=true") == []
    assert site.rules("45-1/commons/1") == set()


def test_markup_inside_a_title_does_not_cut_it(site: Site) -> None:
    assert site.data("/bills/43-1/C-2")["title"]["en"] == "An Act to amend the Criminal Code (sentencing)"


def test_two_rows_with_the_same_position_are_one_ballot(site: Site) -> None:
    assert site.data("/votes/40-3/commons/2")["counted"]["yeas"] == 3
    assert site.rules("40-3/commons/2") >= {"ballot_listed_twice"}


def test_a_result_against_the_totals_is_a_finding_and_unknown(site: Site) -> None:
    assert site.rules("40-2/commons/1") == {"result_against_totals", "ballots_differ_from_totals"} - (
        set() if site.data("/votes/40-2/commons/1")["disputed"] else {"ballots_differ_from_totals"}
    )


def test_a_vote_of_the_year_2099_is_not_served(site: Site) -> None:
    assert site.status("/votes/40-2/commons/2") == 404


def test_a_vote_after_midnight_is_of_the_sitting_of_the_evening_before(site: Site) -> None:
    vote = site.data("/votes/39-2/commons/2")
    assert (vote["held_on"], vote["held_at_local"]) == ("2008-06-11", "2008-06-12T00:05:00")


def test_a_bill_listed_under_two_ids_is_not_lost(site: Site) -> None:
    assert site.data("/bills/39-1/S-201")["number"] == "S-201"
    assert site.rules("39-1/S-201") >= {"listed_under_two_ids"}
