"""Bills and sponsors through ClickHouse: the funnel, censored steps, what is left out."""

import datetime as dt
from collections.abc import Callable, Iterator

import msgspec
import polars as pl
import pytest

from tests.api.conftest import Client
from tests.support.data.facts import RECORDED_AT, arrow
from warehouse.clickhouse.client import ClickHouse
from warehouse.runtime.settings import Settings

pytestmark = [pytest.mark.postgres, pytest.mark.clickhouse]

OPENED, CLOSED = dt.date(2020, 9, 23), dt.date(2021, 8, 15)
MILESTONES = (
    "passed_house_first_on", "passed_house_second_on", "passed_house_third_on", "passed_senate_first_on",
    "passed_senate_second_on", "passed_senate_third_on", "royal_assent_on",
)  # fmt: skip


def bill(number: str, sponsor: str | None, *days: int, **fields: object) -> dict[str, object]:
    """A House bill of 43-2 whose milestones come so many days after the opening."""
    reached = {name: OPENED + dt.timedelta(days=day) for name, day in zip(MILESTONES, days, strict=False)}
    return (
        {
            "key": f"43-2/{number}",
            "revision": 1,
            "batch": 1,
            "is_withdrawn": False,
            "session": "43-2",
            "number": number,
            "chamber": "commons",
            "type": "",
            "status": "",
            "sponsor_person_id": None,
            "sponsor_name": sponsor,
            "introduced_on": OPENED + dt.timedelta(days=days[0]) if days else None,
            **dict.fromkeys(MILESTONES),
            "latest_activity_on": None,
            "is_reinstated": False,
            "provisional": False,
            "recorded_at": RECORDED_AT,
        }
        | reached
        | fields
    )


def insert(clickhouse: ClickHouse, *bills: dict[str, object]) -> None:
    """Insert bills and their session, which is over."""
    dates = (*MILESTONES, "introduced_on", "latest_activity_on")
    frame = pl.DataFrame(bills, infer_schema_length=None).with_columns(
        pl.col(*dates).cast(pl.Date),
        pl.col("revision", "sponsor_person_id").cast(pl.UInt32),
        pl.col("batch").cast(pl.UInt64),
        pl.col("sponsor_name").cast(pl.String),
        pl.col("recorded_at").dt.cast_time_unit("us"),
    )
    clickhouse.insert_arrow("bills", arrow(frame))
    clickhouse.command(
        "insert into sessions "
        "(key, revision, batch, is_withdrawn, parliament, number, opened_on, closed_on, is_current) "
        "values ('43-2', 1, 1, false, 43, 2, '2020-09-23', '2021-08-15', false)"
    )


@pytest.fixture
def api_of_bills(
    clickhouse_url: str, settings: Settings, open_client: Callable[[Settings], Client]
) -> Iterator[tuple[ClickHouse, Client]]:
    """An empty ClickHouse and the API over it."""
    clickhouse = ClickHouse(clickhouse_url)
    yield clickhouse, open_client(msgspec.structs.replace(settings, clickhouse_url=clickhouse_url))
    clickhouse.close()


def test_the_funnel_and_the_steps_of_a_session(api_of_bills: tuple[ClickHouse, Client]) -> None:
    clickhouse, client = api_of_bills
    insert(
        clickhouse,
        bill("C-1", None, 0, status="pro-forma"),
        bill("C-2", "Jane Doe", 1, 11, 31, 41, 51, 61, 71),
        bill("C-3", "Jane Doe", 1, 21),
        bill("C-4", "John Roe", 1),
        bill("C-201", None, -100, 50, is_reinstated=True),
        bill("C-5", None, provisional=True),
    )
    answer = client.get("/api/v1/statistics/bills?session=43-2")
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    assert (data["unit"], data["bills"]) == ("bill", 4)
    funnel = {(row["stratum"]["code"], row["milestone"]): row["bills"] for row in data["funnel"]}
    assert [funnel["house-government", name] for name in ("H1", "H2", "H3", "S3", "RA")] == [3, 2, 1, 1, 1]
    step = next(row for row in data["steps"] if (row["stratum"]["code"], row["until"]) == ("house-government", "H2"))
    assert (step["median_days"]["value"], step["at_risk"], step["taken"], step["open"], step["died"]) == (
        20,
        2,
        2,
        0,
        1,
    )
    left = {each["reason"]["code"]: each["count"] for each in answer.json()["exclusions"]}
    assert left == {"pro_forma": 1, "provisional": 1, "undated": 0, "began_before": 1}
    assert answer.json()["links"]["rows"] == "/api/v1/bills?session=43-2"


def test_sponsors_and_what_names_nobody(api_of_bills: tuple[ClickHouse, Client]) -> None:
    clickhouse, client = api_of_bills
    insert(
        clickhouse,
        bill("C-2", "Jane Doe", 1, 11, 31, 41, 51, 61, 71),
        bill("C-3", "Jane Doe", 1, 21),
        bill("C-202", None, 1),
    )
    answer = client.get("/api/v1/statistics/sponsors?session=all").json()
    row = answer["data"][0]
    assert (row["sponsor"]["name"], row["introduced"], row["became_law"]) == ("Jane Doe", 2, 1)
    assert row["median_days_to_law"]["value"] == 70
    left = {each["reason"]["code"]: each["count"] for each in answer["exclusions"]}
    assert left["no_sponsor"] == 1
    assert client.get("/api/v1/statistics/bills?session=44-1").status_code == 404
