"""What of bills follows from sessions, members and earlier records, as loads and editors leave it."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from assets.bills.settle import settle, settle_incoming
from tests.support.data.samples import ORIGIN
from warehouse.model.entities import Bill, Member, Membership, Session
from warehouse.model.keys import bill_key
from warehouse.postgres.aggregates.current import every_bill
from warehouse.postgres.aggregates.store import BILLS, MEMBERS, SESSIONS, Incoming, store, store_sharded
from warehouse.runtime.settings import Settings
from warehouse.stores import Stores, open_stores
from warehouse.workers.stream.apply import catch_up_lists
from warehouse.workers.upkeep.verify import verify

pytestmark = pytest.mark.postgres
D = dt.date


@pytest.fixture
def stores(database_urls: list[str], tmp_path: Path) -> Iterator[Stores]:
    settings = Settings(
        catalog_url=database_urls[0], shard_urls=tuple(database_urls[1:]), objects_url=tmp_path.as_uri()
    )
    with open_stores(settings) as opened:
        yield opened


def session(key: str, closed: D | None = None) -> Session:
    parliament, number = map(int, key.split("-"))
    return Session(key=key, parliament=parliament, number=number, name_en=key, closed_on=closed)


def bill(key: str, sponsor: str | None = "Hon. Ann Lee", **fields: Any) -> Bill:
    of_session, _, number = key.partition("/")
    values: dict[str, Any] = {"title_en": "An Act", "introduced_on": D(2020, 2, 3), "status": "house-second-reading"}
    return Bill(
        key=bill_key(of_session, number),
        session=of_session,
        number=number,
        chamber="commons",
        sponsor_name_en=sponsor,
        **(values | fields),
    )


def member(person_id: int, name: str) -> Member:
    term = Membership(
        parliament=43,
        caucus="NDP",
        riding="Perth",
        province="Ontario",
        from_on=D(2019, 10, 21),
        to_on=None,
        source="ballots",
    )
    return Member(key=str(person_id), person_id=person_id, name=name, memberships=(term,))


def put(stores: Stores, *roots: Bill | Member | Session) -> None:
    """Store entities as loads do, without what follows of bills."""
    store_sharded(stores.shards, BILLS, [Incoming(each, ORIGIN) for each in roots if isinstance(each, Bill)])
    store(stores.catalog, MEMBERS, [Incoming(each, ORIGIN) for each in roots if isinstance(each, Member)])
    store(stores.catalog, SESSIONS, [Incoming(each, ORIGIN) for each in roots if isinstance(each, Session)])


def held(stores: Stores) -> dict[str, Bill]:
    return {item.root.key: item.root for item in every_bill(stores.shards)}


def load(stores: Stores, found: Bill, on: D) -> Bill:
    """One load of a bill whose document is of a day."""
    origin = msgspec.structs.replace(ORIGIN, fetched_at=dt.datetime.combine(on, dt.time(18), dt.UTC))
    store_sharded(stores.shards, BILLS, settle_incoming(stores, found.session, [Incoming(found, origin)]))
    return held(stores)[found.key]


def findings(stores: Stores) -> list[tuple[str, str]]:
    with stores.catalog.connection() as connection:
        return connection.execute(
            "select rule, key from findings where resolved_at is null order by rule, key"
        ).fetchall()


def agrees(stores: Stores) -> bool:
    """Whether state, log and lists are the same, once the lists have followed."""
    catch_up_lists(stores.catalog, stores.shards)
    return verify(stores.catalog, stores.shards).clean


def test_outcomes_and_sponsors_follow_and_are_announced_once(stores: Stores) -> None:
    put(stores, session("43-1", D(2020, 8, 18)), bill("43-1/C-201"), bill("43-1/C-202"))
    assert {change.key for change in settle(stores)} == {"43-1/C-201", "43-1/C-202"}
    assert {each.outcome_rule for each in held(stores).values()} == {"next-session-not-held"}
    assert findings(stores) == [("sponsor_unknown", "43-1")]
    put(stores, session("43-2"), bill("43-2/C-201", is_reinstated=True), member(7, "Ann Lee"))
    settle(stores)
    found = held(stores)
    assert [(found[key].outcome, found[key].outcome_on) for key in sorted(found)] == [
        ("reinstated", None),
        ("died", D(2020, 8, 18)),
        ("pending", None),
    ]
    assert found["43-1/C-201"].reinstated_as == "43-2/C-201"
    assert {(each.sponsor_person_id, each.sponsor_basis, each.sponsor_caucus) for each in found.values()} == {
        (7, "name", "NDP")
    }
    assert findings(stores) == []
    assert settle(stores) == []
    put(stores, session("43-2", D(2021, 8, 15)))
    (died,) = settle(stores)
    assert (died.key, died.changed) == ("43-2/C-201", ["outcome", "outcome_on", "outcome_rule"])
    assert agrees(stores)


def test_who_sponsored_a_bill_before_is_kept_through_loads_and_sessions(stores: Stores) -> None:
    put(stores, session("43-1", D(2020, 8, 18)), session("43-2"), member(7, "Ann Lee"), member(8, "Bo Roy"))
    assert load(stores, bill("43-1/C-201"), D(2020, 3, 1)).former_sponsors == ()
    (former,) = load(stores, bill("43-1/C-201", "Bo Roy"), D(2020, 6, 1)).former_sponsors
    assert (former.person_id, former.name_en, former.caucus) == (7, "Hon. Ann Lee", "NDP")
    assert (former.bill, former.until_on) == ("43-1/C-201", D(2020, 6, 1))
    again = load(stores, bill("43-1/C-201", "Bo Roy", status="house-committee"), D(2020, 7, 1))
    assert again.former_sponsors == (former,)
    reinstated = load(stores, bill("43-2/C-201", "Cy Oak", is_reinstated=True), D(2020, 10, 1))
    assert [(each.name_en, each.until_on) for each in reinstated.former_sponsors] == [
        ("Hon. Ann Lee", D(2020, 6, 1)),
        ("Bo Roy", None),
    ]
    assert load(stores, bill("43-2/C-202", "Bo Roy", is_reinstated=False), D(2020, 10, 1)).former_sponsors == ()
    settle(stores)
    assert settle(stores) == []
    assert held(stores)["43-2/C-201"].former_sponsors == reinstated.former_sponsors


def test_bills_of_a_version_before_agree_with_their_log_and_follow_once(stores: Stores) -> None:
    put(stores, session("45-1"), bill("45-1/C-2"))
    added = "{sponsor_basis,sponsor_caucus,outcome,outcome_on,outcome_rule,reinstated_as,former_sponsors}"
    for database in stores.shards.databases:
        with database.connection() as connection:
            connection.execute("update bills set former_sponsors = null, content_hash = 'older'")
            connection.execute("update change_log set state = state - %s::text[] where entity = 'bill'", (added,))
    assert agrees(stores)
    assert [change.revision for change in settle(stores)] == [2]
    assert settle(stores) == []
    assert held(stores)["45-1/C-2"].outcome == "pending"
    assert agrees(stores)
