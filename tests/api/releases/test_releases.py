"""Releases over HTTP: files whole and in ranges, compressed or not, and the pages that list them."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import zstandard
from litestar.testing import TestClient

from serving.app import create_app
from serving.releases.files import range_of
from tests.api.conftest import Client, Parliament, everything, settings_for
from tests.support.servers.postgres import SHARDS, empty
from warehouse.objects.release_store import ReleaseStore, path_of
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import ShardMap, Shards, initial_map
from warehouse.runtime.settings import Settings
from warehouse.workers.releases.make import make

pytestmark = pytest.mark.postgres
DAY = "2025-06-02"
BALLOTS = f"/data/{DAY}/45-1/ballots"


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("objects")


@pytest.fixture(scope="module")
def api(worker_urls: list[str], objects: Path):  # type: ignore[no-untyped-def]
    """The API over the small Parliament, with one release of it."""
    empty(worker_urls)
    catalog = Database(worker_urls[0])
    shards = Shards([Database(url) for url in worker_urls[1:]], ShardMap(initial_map(SHARDS), SHARDS))
    parliament = Parliament(catalog, shards)
    parliament.claim("simulated")
    parliament.store(*everything())
    parliament.settle()
    make(catalog, shards, ReleaseStore(objects.as_uri()), dt.datetime(2025, 6, 2, 16, tzinfo=dt.UTC))
    settings = msgspec.structs.replace(settings_for(worker_urls), objects_url=objects.as_uri())
    with TestClient(create_app(settings)) as client:
        client.follow_redirects = False
        yield client
    shards.close()


def kept(objects: Path, table: str, format_: str) -> bytes:
    manifest = ReleaseStore(objects.as_uri()).manifest(DAY)
    assert manifest is not None
    part = manifest.part(table)
    assert part is not None
    return (objects / path_of(part.file(format_))).read_bytes()  # type: ignore[arg-type]


def test_a_release_lists_its_files_and_each_is_there(api: Client) -> None:
    (summary,) = api.get("/api/v1/releases").json()["data"]
    assert summary == {
        "release": DAY,
        "is_latest": True,
        "url": f"/api/v1/releases/{DAY}",
        "page": f"/data/{DAY}",
    }
    release = api.get("/api/v1/releases/latest").json()["data"]
    assert release == api.get(summary["url"]).json()["data"]
    assert release["rows"] == sum(part["rows"] for part in release["parts"])
    ballots = next(each for each in release["parts"] if (each["table"], each["session"]) == ("ballots", "45-1"))
    assert ballots["rows"] == sum(
        len(api.get(f"/api/v1/votes/45-1/commons/{number}/ballots?limit=500").json()["data"]) for number in range(1, 31)
    )
    for part in release["parts"]:
        for file in part["files"]:
            answer = api.head(file["url"], headers={"accept-encoding": "zstd"})
            assert (answer.status_code, answer.headers["content-length"]) == (200, str(file["bytes"]))


def test_a_file_comes_whole_and_is_not_sent_again(api: Client, objects: Path) -> None:
    answer = api.get(f"{BALLOTS}.parquet")
    assert answer.content == kept(objects, "45-1/ballots", "parquet")
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    assert answer.headers["cache-control"].endswith("immutable")
    assert "immutable" not in api.head("/data/latest/45-1/ballots.parquet").headers["cache-control"]
    tag = answer.headers["etag"]
    again = api.get(f"{BALLOTS}.parquet", headers={"if-none-match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)


@pytest.mark.parametrize(
    ("asked", "start", "end"), [("bytes=0-9", 0, 10), ("bytes=10-", 10, None), ("bytes=-8", -8, None)]
)
def test_a_range_of_a_file(api: Client, objects: Path, asked: str, start: int, end: int | None) -> None:
    whole = kept(objects, "45-1/ballots", "parquet")
    answer = api.get(f"{BALLOTS}.parquet", headers={"range": asked})
    assert (answer.status_code, answer.content) == (206, whole[start:end])
    first = start % len(whole)
    last = (end or len(whole)) - 1
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(whole)}"
    other = api.get(f"{BALLOTS}.parquet", headers={"range": asked, "if-range": '"another"'})
    assert (other.status_code, other.content) == (200, whole)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, None), ("bytes=", None), ("bytes=-", None), ("bytes=5-2", None), ("bytes=0-1,4-5", None),
        ("lines=0-1", None), ("bytes=0-0", (0, 1)), ("bytes=90-200", (90, 10)), ("bytes=-200", (0, 100)),
    ],
)  # fmt: skip
def test_ranges_that_are_none_are_ignored(text: str | None, expected: tuple[int, int] | None) -> None:
    assert range_of(text, 100) == expected


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0"])
def test_a_range_behind_the_end_is_refused(api: Client, objects: Path, asked: str) -> None:
    answer = api.get(f"{BALLOTS}.parquet", headers={"range": asked})
    assert (answer.status_code, answer.json()["code"]) == (416, "range_not_satisfiable")
    size = len(kept(objects, "45-1/ballots", "parquet"))
    assert answer.headers["content-range"] == f"bytes */{size}"


@pytest.mark.parametrize("format_", ["csv", "ndjson"])
def test_text_comes_as_the_caller_can_read_it(api: Client, objects: Path, format_: str) -> None:
    body = kept(objects, "45-1/ballots", format_)
    text = zstandard.ZstdDecompressor().stream_reader(body).read()
    plain = api.get(f"{BALLOTS}.{format_}", headers={"accept-encoding": "gzip"})
    assert (plain.content, plain.headers.get("content-encoding")) == (text, None)
    raw = api.get(f"{BALLOTS}.{format_}.zst", headers={"accept-encoding": "identity"})
    assert (raw.content, raw.headers["content-type"]) == (body, "application/zstd")
    coded = api.head(f"{BALLOTS}.{format_}", headers={"accept-encoding": "gzip, zstd"})
    assert (coded.headers["content-encoding"], coded.headers["content-length"]) == ("zstd", str(len(body)))
    assert coded.headers["vary"] == "Accept-Encoding"
    assert coded.headers["etag"] != plain.headers["etag"]


@pytest.mark.parametrize(
    "path",
    [
        f"/data/{DAY}/45-1/nothing.csv", f"/data/{DAY}/members.parquet.zst", f"/data/{DAY}/45-1/ballots.xml",
        f"/data/{DAY}/45-1/ballots", "/data/2020-01-01", "/data/2020-01-01/members.csv", "/api/v1/releases/nothing",
        f"/data/{DAY}/..%2f..%2fsecret.csv",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(api: Client, path: str) -> None:
    answer = api.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_pages_have_the_same_structure_in_both_languages(api: Client) -> None:
    english, french = api.get("/data").text, api.get("/data?lang=fr").text
    for page in (english, french):
        assert page.count("<h1>") == 1
        assert 'role="note"' in page, "simulated data are marked"
        assert "<script" not in page
        assert f"{BALLOTS}.parquet" in page
    assert re.findall(r"<(\w+)", english) == re.findall(r"<(\w+)", french)
    assert "Jeux de données" in french
    assert "Data releases" not in french
    assert api.get("/data").headers["content-security-policy"].startswith("default-src 'none'")
    assert api.get(f"/data/{DAY}").text.count("<h1>") == 1
    assert api.get("/static/openpolicy.css").headers["content-type"].startswith("text/css")
    assert api.get("/static/nothing.css").status_code == 404


def test_before_the_first_release_the_page_says_so(
    settings: Settings, parliament: Parliament, open_client: Callable[[Settings], Client], tmp_path: Path
) -> None:
    client = open_client(msgspec.structs.replace(settings, objects_url=tmp_path.as_uri()))
    assert "openpolicy release make" in client.get("/data").text
    assert client.get("/api/v1/releases").json()["data"] == []
    assert client.get("/data/latest/members.csv").status_code == 404
    without = open_client(settings)
    assert "openpolicy release make" in without.get("/data").text
    assert without.get("/api/v1/releases").status_code == 404
