"""A snapshot is one state, the same at every address; where it cannot be shown it is refused with the reason."""

import datetime as dt
import time
from collections.abc import Callable

import msgspec
import pytest

from serving.core.http.errors import NotKept
from serving.core.process.cursors import Cursors
from serving.core.process.snapshots import ListSnapshot
from serving.statistics.request import require_same
from tests.api import sample
from tests.api.conftest import Client, Parliament, everything
from warehouse.runtime.errors import StoreUnavailable
from warehouse.runtime.settings import Settings

pytestmark = pytest.mark.postgres
BILL, VOTE, MEMBER = "/api/v1/bills/45-1/C-3", "/api/v1/votes/45-1/commons/3", "/api/v1/members/89003"


@pytest.fixture(scope="module")
def token(api: Client) -> str:
    found: str = api.get("/api/v1/snapshot").json()["data"]["snapshot"]
    return found


@pytest.mark.parametrize("address", ["/api/v1/bills", "/api/v1/votes", "/api/v1/members", f"{BILL}/votes"])
def test_lists_say_which_snapshot_they_are_of_in_every_format(api: Client, token: str, address: str) -> None:
    for suffix in ("", ".csv", ".ndjson"):
        answer = api.get(f"{address}{suffix}?limit=3")
        assert answer.headers["x-openpolicy-snapshot"] == token
        pinned = api.get(f"{address}{suffix}?limit=3&snapshot={token}")
        assert pinned.status_code == 200, pinned.text
        assert pinned.headers["x-openpolicy-snapshot"] == token
        assert "immutable" in pinned.headers["cache-control"]
    assert api.get(f"{address}?limit=3").json()["meta"]["snapshot"] == token
    assert api.get(f"{address}?limit=3&snapshot={token}").json()["data"] == api.get(f"{address}?limit=3").json()["data"]


@pytest.mark.parametrize(
    "address",
    [
        BILL,
        f"{BILL}/stages",
        VOTE,
        f"{VOTE}/ballots",
        MEMBER,
        f"{MEMBER}/ballots",
        "/api/v1/sessions",
        "/api/v1/sessions/45-1",
        "/api/v1/statistics/votes/45-1/commons/3",
    ],
)
def test_entities_their_parts_and_figures_are_those_of_the_snapshot(api: Client, token: str, address: str) -> None:
    plain = api.get(address)
    assert plain.json()["meta"]["snapshot"] is None
    answer = api.get(f"{address}?snapshot={token}")
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"] == plain.json()["data"]
    assert answer.json()["meta"]["snapshot"] == answer.headers["x-openpolicy-snapshot"] == token


@pytest.mark.parametrize(
    "address",
    ["/api/v1/search?q=act&", "/api/v1/changes?", "/api/v1/bill-statistics?", f"{BILL}/statistics?", f"{BILL}/history?",
     "/api/v1/quality/findings?", "/api/v1/status/freshness?"],
)  # fmt: skip
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_what_is_kept_only_as_it_is_now_refuses_it(api: Client, token: str, address: str, lang: str) -> None:
    problem = api.get(f"{address}snapshot={token}&lang={lang}").json()
    assert (problem["status"], problem["code"], problem["param"]) == (400, "unknown_parameter", "snapshot")
    assert {"en": "only as it is now", "fr": "dans son état actuel"}[lang] in problem["detail"]


def test_a_walk_stays_in_its_snapshot(api: Client, token: str) -> None:
    page = api.get(f"/api/v1/votes?limit=10&snapshot={token}").json()
    following = api.get(page["links"]["next"])
    assert f"snapshot={token}" in page["links"]["next"]
    assert following.json()["meta"]["snapshot"] == token
    bare = api.get(f"/api/v1/votes?limit=10&cursor={page['page']['next']}")
    assert bare.json()["data"] == following.json()["data"]


@pytest.mark.parametrize("address", ["/api/v1/bills?", f"{BILL}?", f"{VOTE}/ballots?", "/api/v1/sessions?",
                                     f"{MEMBER}/ballots?", "/api/v1/statistics/votes/45-1/commons/3?"])  # fmt: skip
def test_forged_cut_and_foreign_tokens_are_refused(api: Client, token: str, address: str) -> None:
    cursor = api.get("/api/v1/votes?limit=1").json()["page"]["next"]
    for text in ("x", token[:-2], token[:30] + "A" + token[31:] if token[30] != "A" else "B", cursor, "é", "%00a"):
        problem = api.get(f"{address}snapshot={text}").json()
        assert (problem["status"], problem["code"]) == (400, "invalid_value"), text
        assert problem["param"] in {"snapshot", "query"}


@pytest.mark.parametrize(
    ("query", "status", "code"), [("known_at=2025-01-01T00:00:00Z", 400, "invalid_value"),
                                  ("revision=1", 400, "invalid_value")],
)  # fmt: skip
def test_it_is_the_only_past_of_a_request(api: Client, token: str, query: str, status: int, code: str) -> None:
    problem = api.get(f"{BILL}?snapshot={token}&{query}").json()
    assert (problem["status"], problem["code"], problem["param"]) == (status, code, "snapshot")
    assert api.get(f"{BILL}@v1?snapshot={token}").json()["param"] == "snapshot"
    assert api.get(f"/api/v1/bills?snapshot={token}&known_at=2025-01-01T00:00:00Z").json()["param"] == "snapshot"


def test_tokens_of_replaced_databases_of_the_future_and_too_old_are_refused(
    parliament: Parliament, settings: Settings, open_client: Callable[[Settings], Client]
) -> None:
    parliament.store(*everything()[:3])
    parliament.settle()
    api = open_client(settings)
    cursors = Cursors(settings.cursor_secret)
    signed = cursors.verified(api.get("/api/v1/snapshot").json()["data"]["snapshot"])
    found = msgspec.msgpack.decode(signed or b"", type=ListSnapshot)

    def answer(**changes: object) -> tuple[int, str]:
        text = cursors.write(msgspec.structs.replace(found, **changes))  # type: ignore[arg-type]
        answers = {
            (problem["status"], problem["code"])
            for problem in (api.get(f"{each}?snapshot={text}").json() for each in ("/api/v1/bills", BILL))
        }
        assert len(answers) == 1
        return answers.pop()

    assert answer(version=found.version + 1) == (400, "invalid_value")
    assert answer(version=found.version + 1, installation=b"others") == (410, "snapshot_expired")
    assert answer(version=-1) == (410, "snapshot_expired")


def test_all_addresses_keep_the_state_that_was(
    parliament: Parliament, settings: Settings, open_client: Callable[[Settings], Client]
) -> None:
    parliament.store(*everything())
    parliament.settle()
    api = open_client(settings)
    token = api.get("/api/v1/votes?limit=1").json()["meta"]["snapshot"]
    addresses = ("/api/v1/bills?session=45-1", BILL + "?", f"{BILL}/stages?", "/api/v1/votes?", f"{VOTE}?",
                 f"{VOTE}/ballots?", "/api/v1/members?", f"{MEMBER}?", f"{BILL}/votes?")  # fmt: skip
    before = [api.get(f"{address}&snapshot={token}").json() for address in addresses]
    parliament.store(
        sample.bill("45-1", "C-3", 3, title_en="Corrected", stages=()),
        sample.bill("45-1", "C-99", 99),
        sample.vote("45-1", 3, result="negatived", ballots=(sample.ballot(1, position="nay"),), bill=None),
        sample.vote("45-1", 31, bill="45-1/C-3"),
        sample.member(3, caucus="NDP"),
    )
    parliament.settle()
    until_seen(api, token)
    assert [api.get(f"{address}&snapshot={token}").json() for address in addresses] == before
    assert api.get(f"{BILL}").json()["data"]["title"]["en"] == "Corrected"
    assert api.get(f"/api/v1/bills/45-1/C-99?snapshot={token}&lang=en").json()["detail"].endswith("in this snapshot.")
    for address in (f"{MEMBER}/ballots", "/api/v1/statistics/votes/45-1/commons/3"):
        problem = api.get(f"{address}?snapshot={token}").json()
        assert (problem["status"], problem["code"], problem["param"]) == (410, "not_kept", "snapshot")
    assert api.get(f"/api/v1/sessions?snapshot={token}").status_code == 200, "no session has changed"


def until_seen(api: Client, token: str) -> None:
    """Wait until the process has seen a newer version."""
    until = time.monotonic() + 60
    while api.get("/api/v1/snapshot").json()["data"]["snapshot"] == token:
        assert time.monotonic() < until, "The new version of the lists is not seen."
        time.sleep(0.05)


def test_figures_are_those_of_a_snapshot_only_where_the_last_records_are_the_same() -> None:
    first, second = (dt.datetime(2026, 1, day, tzinfo=dt.UTC) for day in (1, 2))
    require_same({"vote": first, "member": None}, {"vote": first, "member": None})
    with pytest.raises(NotKept, match="votes"):
        require_same({"vote": second, "member": first}, {"vote": first, "member": first})
    with pytest.raises(NotKept, match="members"):
        require_same({"vote": first, "member": first}, {"vote": second, "member": None})
    with pytest.raises(StoreUnavailable):
        require_same({"vote": None, "member": first}, {"vote": first, "member": first})


def test_a_cursor_is_no_snapshot_and_a_snapshot_no_cursor(api: Client, token: str) -> None:
    problem = api.get(f"/api/v1/bills?cursor={token}").json()
    assert (problem["status"], problem["code"]) == (400, "cursor_mismatch")
