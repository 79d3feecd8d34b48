"""The same bills served the way services are commonly written: FastAPI, SQLAlchemy's ORM, Redis behind a decorator.

Nothing is slow on purpose and nothing is tuned: a session by dependency injection, `response_model`, a middleware that
counts requests, a cache decorator that looks in a dictionary and then in Redis. It reads the tables of OpenPolicy, by
primary key from the shard that has the bill, and answers with the same JSON. Below `/uncached` are the same handlers
without the decorator.
"""

import datetime as dt
import functools
import json
import os
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Query, Request, Response
from prometheus_client import Counter, Histogram
from prometheus_client import generate_latest as scrape
from pydantic import BaseModel, ConfigDict, Field
from redis.asyncio import Redis
from sqlalchemy import BigInteger, Date, DateTime, Integer, SmallInteger, Uuid, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from warehouse.model.keys import bucket_of, entity_id
from warehouse.postgres.shards.shard_map import initial_map


def _engine(url: str) -> Any:
    return create_async_engine(url.replace("postgresql://", "postgresql+psycopg://"), pool_size=8, max_overflow=0)


SHARDS = [
    async_sessionmaker(_engine(url), expire_on_commit=False) for url in os.environ["OPENPOLICY_SHARD_URLS"].split(",")
]
CATALOG = async_sessionmaker(_engine(os.environ["OPENPOLICY_CATALOG_URL"]), expire_on_commit=False)
SHARD_OF_BUCKET = initial_map(len(SHARDS))
REDIS = Redis.from_url(os.environ["OPENPOLICY_REDIS_URL"], decode_responses=True)
DATASET = os.environ["BENCH_DATASET"]


class Base(DeclarativeBase):
    """Tables of OpenPolicy."""


class Bill(Base):
    """A bill on its shard."""

    __tablename__ = "bills"
    bucket: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    bill_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    key: Mapped[str]
    session: Mapped[str]
    number: Mapped[str]
    chamber: Mapped[str]
    type: Mapped[str | None]
    type_en: Mapped[str | None]
    type_fr: Mapped[str | None]
    title_en: Mapped[str | None]
    title_fr: Mapped[str | None]
    short_title_en: Mapped[str | None]
    short_title_fr: Mapped[str | None]
    status: Mapped[str | None]
    status_en: Mapped[str | None]
    status_fr: Mapped[str | None]
    sponsor_person_id: Mapped[int | None]
    sponsor_name_en: Mapped[str | None]
    sponsor_name_fr: Mapped[str | None]
    introduced_on: Mapped[dt.date | None] = mapped_column(Date)
    passed_house_first_on: Mapped[dt.date | None] = mapped_column(Date)
    passed_house_second_on: Mapped[dt.date | None] = mapped_column(Date)
    passed_house_third_on: Mapped[dt.date | None] = mapped_column(Date)
    passed_senate_first_on: Mapped[dt.date | None] = mapped_column(Date)
    passed_senate_second_on: Mapped[dt.date | None] = mapped_column(Date)
    passed_senate_third_on: Mapped[dt.date | None] = mapped_column(Date)
    royal_assent_on: Mapped[dt.date | None] = mapped_column(Date)
    latest_activity_on: Mapped[dt.date | None] = mapped_column(Date)
    latest_activity_en: Mapped[str | None]
    latest_activity_fr: Mapped[str | None]
    statute_year: Mapped[int | None]
    statute_chapter: Mapped[int | None]
    legisinfo_id: Mapped[int | None] = mapped_column(Integer)
    is_reinstated: Mapped[bool | None]
    provisional: Mapped[bool]
    publications: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    revision: Mapped[int]
    source: Mapped[str]
    source_url: Mapped[str]
    document_sha256: Mapped[str]
    fetched_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))


class ListedBill(Base):
    """A bill in the list table of the catalog."""

    __tablename__ = "bill_list"
    key: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    live_to: Mapped[int | None] = mapped_column(BigInteger)
    session: Mapped[str]
    number_order: Mapped[int]
    type: Mapped[str | None]
    status: Mapped[str | None]
    introduced_on: Mapped[dt.date | None] = mapped_column(Date)
    latest_activity_on: Mapped[dt.date | None] = mapped_column(Date)
    state: Mapped[dict[str, Any]] = mapped_column(JSONB)
    provenance: Mapped[dict[str, Any]] = mapped_column(JSONB)
    recorded_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))


class Out(BaseModel):
    """What all answers share."""

    model_config = ConfigDict(from_attributes=True, populate_by_name=True)


class Text(Out):
    """A text in both languages."""

    en: str | None
    fr: str | None


class Coded(Text):
    """A code with its wording."""

    code: str | None


class Person(Out):
    """A sponsor."""

    person_id: int | None
    name: str


class Activity(Out):
    """The latest activity."""

    on: dt.date | None
    text: Text


class Statute(Out):
    """A chapter of the statutes."""

    year: int
    chapter: int


class Readings(Out):
    """Readings in one chamber."""

    first_on: dt.date | None
    second_on: dt.date | None
    third_on: dt.date | None


class ChamberReadings(Out):
    """Readings in both chambers."""

    commons: Readings
    senate: Readings


class Publication(Out):
    """A published text."""

    publication_id: int
    type_id: int
    title: Text
    official: Text | None


class Provenance(Out):
    """The document a bill was read from."""

    source: str
    url: str
    document_sha256: str
    fetched_at: dt.datetime


class Links(Out):
    """Addresses."""

    self_: str = Field(alias="self")
    official: Text | None
    session: str
    stages: str
    votes: str


class BillResponse(Out):
    """A bill."""

    key: str
    session: str
    number: str
    chamber: str
    type: str | None
    type_name: Text
    title: Text
    short_title: Text
    status: Coded
    sponsor: Person | None
    introduced_on: dt.date | None
    latest_activity: Activity
    royal_assent_on: dt.date | None
    statute: Statute | None
    readings: ChamberReadings
    publications: list[Publication]
    legisinfo_id: int | None
    is_reinstated: bool | None
    provisional: bool
    revision: int
    provenance: Provenance
    links: Links


class Meta(Out):
    """What the data is."""

    watermark: dt.datetime
    as_of: dt.datetime | None = None
    known_at: dt.datetime | None = None
    lang: str = "both"
    dataset: str = DATASET


class BillAnswer(Out):
    """One bill."""

    data: BillResponse
    meta: Meta


class BillsAnswer(Out):
    """A list of bills and how many there are."""

    data: list[BillResponse]
    count: int


app = FastAPI(title="bill-service")
requests_total = Counter("bill_requests", "Requests", ["method", "route", "status"])
request_seconds = Histogram("bill_request_seconds", "Seconds a request", ["method", "route"])


@app.middleware("http")
async def count_requests(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Count and time every request."""
    began = time.perf_counter()
    response = await call_next(request)
    route = request.scope["route"].path if "route" in request.scope else "unmatched"
    requests_total.labels(request.method, route, response.status_code).inc()
    request_seconds.labels(request.method, route).observe(time.perf_counter() - began)
    return response


async def shard_session(session: str, number: str) -> AsyncIterator[AsyncSession]:
    """A session on the shard that has the bill."""
    async with SHARDS[SHARD_OF_BUCKET[bucket_of(f"{session}/{number}")]]() as db:
        yield db


async def catalog_session() -> AsyncIterator[AsyncSession]:
    """A session on the catalog."""
    async with CATALOG() as db:
        yield db


ShardSession = Annotated[AsyncSession, Depends(shard_session)]
CatalogSession = Annotated[AsyncSession, Depends(catalog_session)]
_memory: dict[str, tuple[float, str]] = {}


def cache(expire: int) -> Callable[[Any], Any]:
    """Keep what a handler returns, in a dictionary and in Redis, for `expire` seconds there."""

    def decorate(handler: Any) -> Any:
        @functools.wraps(handler)
        async def cached(*args: Any, **kwargs: Any) -> Any:
            key = handler.__name__ + ":" + ":".join(str(value) for name, value in kwargs.items() if name != "db")
            if key in _memory and _memory[key][0] > time.monotonic():
                return json.loads(_memory[key][1])
            found: Any = await REDIS.get(key)
            if found is None:
                found = (await handler(*args, **kwargs)).model_dump_json(by_alias=True)
                await REDIS.set(key, found, ex=expire)
            _memory[key] = (time.monotonic() + expire, found)
            return json.loads(found)

        return cached

    return decorate


def page(path: str) -> Text | None:
    """Parliament's own page in both languages."""
    if DATASET == "simulated":
        return None
    return Text(en=f"https://www.parl.ca/{path.format(lang='en')}", fr=f"https://www.parl.ca/{path.format(lang='fr')}")


def response_of(bill: Any) -> BillResponse:
    """The public shape of a bill."""
    here = f"/api/v1/bills/{bill.key}"
    sponsor = bill.sponsor_name_en or bill.sponsor_name_fr
    return BillResponse(
        key=bill.key,
        session=bill.session,
        number=bill.number,
        chamber=bill.chamber,
        type=bill.type,
        type_name=Text(en=bill.type_en, fr=bill.type_fr),
        title=Text(en=bill.title_en, fr=bill.title_fr),
        short_title=Text(en=bill.short_title_en, fr=bill.short_title_fr),
        status=Coded(code=bill.status, en=bill.status_en, fr=bill.status_fr),
        sponsor=Person(person_id=bill.sponsor_person_id, name=sponsor) if sponsor is not None else None,
        introduced_on=bill.introduced_on,
        latest_activity=Activity(
            on=bill.latest_activity_on, text=Text(en=bill.latest_activity_en, fr=bill.latest_activity_fr)
        ),
        royal_assent_on=bill.royal_assent_on,
        statute=Statute(year=bill.statute_year, chapter=bill.statute_chapter) if bill.statute_chapter else None,
        readings=ChamberReadings(
            commons=Readings(
                first_on=bill.passed_house_first_on,
                second_on=bill.passed_house_second_on,
                third_on=bill.passed_house_third_on,
            ),
            senate=Readings(
                first_on=bill.passed_senate_first_on,
                second_on=bill.passed_senate_second_on,
                third_on=bill.passed_senate_third_on,
            ),
        ),
        publications=[
            Publication(
                publication_id=each["publication_id"],
                type_id=each["type_id"],
                title=Text(en=each["title_en"], fr=each["title_fr"]),
                official=page(f"DocumentViewer/{{lang}}/{each['publication_id']}"),
            )
            for each in bill.publications
        ],
        legisinfo_id=bill.legisinfo_id,
        is_reinstated=bill.is_reinstated,
        provisional=bill.provisional,
        revision=bill.revision,
        provenance=Provenance(
            source=bill.source, url=bill.source_url, document_sha256=bill.document_sha256, fetched_at=bill.fetched_at
        ),
        links=Links(
            self=here,
            official=page(f"legisinfo/{{lang}}/bill/{bill.session}/{bill.number.lower()}"),
            session=f"/api/v1/sessions/{bill.session}",
            stages=f"{here}/stages",
            votes=f"{here}/votes",
        ),
    )


async def load_bill(session: str, number: str, db: AsyncSession) -> BillAnswer:
    """One bill by its primary key."""
    key = f"{session}/{number}"
    query = select(Bill).where(Bill.bucket == bucket_of(key), Bill.bill_id == entity_id("bill", key))
    bill = (await db.execute(query)).scalar_one_or_none()
    if bill is None:
        raise HTTPException(404, "Bill not found")
    return BillAnswer(data=response_of(bill), meta=Meta(watermark=bill.recorded_at))


class _State:
    """A listed bill as an object."""

    def __init__(self, row: ListedBill) -> None:
        self.__dict__ = row.state | row.provenance | {"source_url": row.provenance["url"], "revision": row.revision}


_SORTS: dict[str, Any] = {
    "number": ListedBill.number_order,
    "type": ListedBill.type,
    "status": ListedBill.status,
    "introduced_on": ListedBill.introduced_on,
    "latest_activity_on": ListedBill.latest_activity_on,
}


async def load_bills(session: str, sort: str, limit: int, db: AsyncSession) -> BillsAnswer:
    """The first bills of a session, and how many there are."""
    wanted = (ListedBill.session == session, ListedBill.live_to.is_(None))
    column = _SORTS[sort.removeprefix("-")]
    order = column.desc().nulls_last() if sort.startswith("-") else column.asc().nulls_last()
    rows = (await db.execute(select(ListedBill).where(*wanted).order_by(order, ListedBill.key).limit(limit))).scalars()
    count = (await db.execute(select(func.count()).select_from(ListedBill).where(*wanted))).scalar_one()
    return BillsAnswer(data=[response_of(_State(row)) for row in rows], count=count)


@app.get("/metrics")
async def metrics() -> Response:
    """Prometheus' format."""
    return Response(scrape(), media_type="text/plain")


@app.get("/api/v1/bills", response_model=BillsAnswer)
@cache(expire=300)
async def list_bills(
    db: CatalogSession, session: str, sort: str = "number", limit: Annotated[int, Query(ge=1, le=500)] = 20
) -> Any:
    """Bills of a session, cached."""
    return await load_bills(session, sort, limit, db)


@app.get("/api/v1/bills/{session}/{number}", response_model=BillAnswer)
@cache(expire=300)
async def get_bill(session: str, number: str, db: ShardSession) -> Any:
    """One bill, cached."""
    return await load_bill(session, number, db)


@app.get("/uncached/api/v1/bills", response_model=BillsAnswer)
async def list_bills_uncached(
    db: CatalogSession, session: str, sort: str = "number", limit: Annotated[int, Query(ge=1, le=500)] = 20
) -> Any:
    """Bills of a session."""
    return await load_bills(session, sort, limit, db)


@app.get("/uncached/api/v1/bills/{session}/{number}", response_model=BillAnswer)
async def get_bill_uncached(session: str, number: str, db: ShardSession) -> Any:
    """One bill."""
    return await load_bill(session, number, db)
