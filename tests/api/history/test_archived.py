"""After old months were archived every answer is the same, byte for byte; without the object store it says so."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.api import sample
from tests.api.conftest import Client, Parliament, everything
from tests.support.data.months import archived, spread, states_in_logs
from warehouse.runtime.settings import Settings
from warehouse.workers.stream.apply import catch_up_lists

pytestmark = pytest.mark.postgres
VOTE = "/api/v1/votes/45-1/commons/3"
BILL = "/api/v1/bills/45-1/C-3"
ADDRESSES = (
    *(f"{VOTE}@v{revision}" for revision in (1, 2, 3)),
    *(f"{VOTE}?known_at=2025-0{month}-20T00:00:00Z" for month in (1, 2, 3)),
    *(f"{VOTE}@v{revision}/ballots?limit=5" for revision in (1, 2, 3)),
    f"{VOTE}@v1/ballots?position=nay&sort=-name",
    f"{VOTE}@v1/ballots.csv?party=ndp",
    f"{VOTE}/ballots?known_at=2025-01-20T00:00:00Z",
    f"{BILL}@v1", f"{BILL}@v1/stages", f"{BILL}/history", f"{VOTE}/history", f"{VOTE}/history?limit=1",
    "/api/v1/members/89001@v1", "/api/v1/members/89001/history", "/api/v1/sessions/45-1@v1",
    "/api/v1/sessions/45-1/history.ndjson", "/api/v1/corrections", "/api/v1/corrections?limit=1",
    "/api/v1/votes?session=45-1", "/api/v1/bills?session=45-1&limit=3", VOTE, BILL,
)  # fmt: skip


@pytest.fixture
def old(parliament: Parliament) -> Parliament:
    """The small Parliament with revisions of three months."""
    parliament.claim("recorded")
    parliament.store(*everything())
    ballots = [sample.ballot(n, position="nay") if n == 4 else sample.ballot(n) for n in range(1, 12)]
    parliament.store(
        sample.vote("45-1", 3, nays=5, ballots=tuple(ballots)),
        sample.bill("45-1", "C-3", 2, stages=()),
        sample.member(1, caucus="NDP"),
        sample.session(45, 1, is_current=False),
    )
    parliament.store(sample.vote("45-1", 3, result="tie", result_en="Tie", ballots=()))
    spread(parliament.catalog, parliament.shards)
    with parliament.catalog.connection() as connection:
        connection.execute("truncate bill_list, vote_list, member_list, projection_positions")
    catch_up_lists(parliament.catalog, parliament.shards)
    parliament.settle()
    return parliament


def answers(client: Client) -> dict[str, bytes]:
    """Every address, the pages that follow it, and the whole feed from its beginning."""
    found: dict[str, bytes] = {}
    for address in (*ADDRESSES, "/api/v1/changes?limit=40"):
        following: str | None = address
        while following and following not in found:
            answer = client.get(following)
            assert answer.status_code == 200, f"{following}: {answer.text}"
            found[following] = answer.content
            is_json = answer.headers["content-type"].startswith("application/json")
            following = answer.links.get("next", {}).get("url") if is_json else None
    return found


def test_every_answer_is_the_same_after_archiving(
    old: Parliament, settings: Settings, tmp_path: Path, open_client: Callable[[Settings], Client]
) -> None:
    settings = msgspec.structs.replace(settings, objects_url=tmp_path.as_uri())
    before = answers(open_client(settings))
    assert len(before) > len(ADDRESSES) + 3
    assert archived(old.catalog, old.shards, tmp_path).archived
    assert set(states_in_logs(old.catalog, old.shards).values()) == {0}
    after = answers(open_client(settings))
    assert {address for address in before if after.get(address) != before[address]} == set()


def test_without_the_object_store_what_is_old_is_away_and_the_rest_is_not(
    old: Parliament, settings: Settings, tmp_path: Path, open_client: Callable[[Settings], Client]
) -> None:
    archived(old.catalog, old.shards, tmp_path)
    client = open_client(settings)
    for address in (f"{VOTE}@v1", f"{VOTE}/history", f"{VOTE}@v1/ballots", "/api/v1/changes"):
        answer = client.get(address)
        assert answer.status_code == 503, address
        assert answer.headers["retry-after"]
    for address in (VOTE, f"{VOTE}@v3", "/api/v1/votes?session=45-1", f"{VOTE}/ballots"):
        assert client.get(address).status_code == 200, address
