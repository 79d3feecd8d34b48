"""`limit=all` sends every page of one state, in tables and lines; what cannot be had so is refused."""

import csv
import gzip
import io
import json
from collections.abc import Callable

import brotli
import pytest
import zstandard

from serving.core.lists import listing
from tests.api import sample
from tests.api.conftest import Client, Parliament
from warehouse.runtime.settings import Settings

pytestmark = pytest.mark.postgres


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MAX_LIMIT", 7)


@pytest.mark.parametrize(
    ("address", "count"),
    [
        ("/api/v1/bills", 40),
        ("/api/v1/votes", 30),
        ("/api/v1/members", 30),
        ("/api/v1/members/89003/ballots", 30),
        ("/api/v1/bills/45-1/C-3/votes", 10),
        ("/api/v1/votes?session=45-1&number__lte=5", 5),
    ],
)
def test_every_entry_comes_once_and_in_order(api: Client, address: str, count: int) -> None:
    path, _, query = address.partition("?")
    more = f"&{query}" if query else ""
    keys, following = [], f"{path}.ndjson?limit=7{more}"
    while following:
        page = api.get(following)
        keys += [json.loads(line)["links"]["self"] for line in page.text.splitlines()]
        following = page.links.get("next", {}).get("url", "")
    answer = api.get(f"{path}.ndjson?limit=all{more}")
    assert answer.status_code == 200
    assert [json.loads(line)["links"]["self"] for line in answer.text.splitlines()] == keys
    assert answer.headers["x-total-count"] == str(len(keys)) == str(count)
    assert "next" not in answer.links
    table = api.get(f"{path}.csv?limit=all{more}&columns=links_self,revision")
    rows = list(csv.reader(io.StringIO(table.text)))
    assert rows[0] == ["links_self", "revision"]
    assert [row[0] for row in rows[1:]] == keys


def test_it_is_compressed_as_it_is_sent(api: Client) -> None:
    address = "/api/v1/votes.csv?limit=all&bom=1"
    plain = api.get(address, headers={"accept-encoding": "identity"})
    assert plain.content.startswith(b"\xef\xbb\xbf")
    assert plain.content.count(b"\xef\xbb\xbf") == 1
    unpack: dict[str, Callable[[bytes], bytes]] = {
        "gzip": gzip.decompress,
        "br": brotli.decompress,
        "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
    }
    for coding, decompress in unpack.items():
        with api.stream("GET", address, headers={"accept-encoding": coding}) as answer:
            assert answer.headers["content-encoding"] == coding
            raw = b"".join(answer.iter_raw())
        assert decompress(raw) == plain.content
        assert len(raw) < len(plain.content) / 3
    head = api.head(address)
    assert (head.status_code, head.content, head.headers["x-total-count"]) == (200, b"", "30")


def test_fields_and_snapshots_go_with_it(api: Client) -> None:
    answer = api.get("/api/v1/bills.ndjson?limit=all&fields=key")
    assert json.loads(answer.text.splitlines()[-1]).keys() == {"key"}
    token = answer.headers["x-openpolicy-snapshot"]
    assert api.get(f"/api/v1/bills.ndjson?limit=all&fields=key&snapshot={token}").text == answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/bills?limit=all",
        "/api/v1/bills.csv?limit=all&offset=3",
        "/api/v1/bills.csv?limit=all&cursor=x",
        "/api/v1/bills.ndjson?limit=all&include=sponsor",
        "/api/v1/bills.csv?limit=ALL",
        "/api/v1/bills.csv?limit=all&limit=all",
        "/api/v1/sessions.csv?limit=all",
    ],
)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_what_does_not_go_with_it_is_refused(api: Client, address: str, lang: str) -> None:
    problem = api.get(f"{address}&lang={lang}").json()
    assert (problem["status"], problem["param"]) == (400, "limit")


def test_a_bad_column_is_refused_before_anything_is_sent(api: Client) -> None:
    for query, param in (("columns=nope", "columns"), ("fields=nope", "fields")):
        assert api.get(f"/api/v1/bills.csv?limit=all&{query}").json()["param"] == param


def test_too_many_entries_are_refused_with_their_number(
    parliament: Parliament,
    settings: Settings,
    open_client: Callable[[Settings], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listing, "MOST_OF_ALL", 9)
    parliament.store(*(sample.bill("45-1", f"C-{number}", number) for number in range(2, 12)))
    api = open_client(settings)
    problem = api.get("/api/v1/bills.csv?limit=all&lang=en").json()
    assert (problem["status"], problem["param"]) == (400, "limit")
    assert "9 entries at most, and there are 10" in problem["detail"]
    assert api.get("/api/v1/bills.csv?limit=all&number=C-3").status_code == 200


def test_a_page_that_cannot_be_read_breaks_the_transfer_off(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    class Lost(Exception):
        pass

    with api.stream("GET", "/api/v1/bills.csv?limit=all") as answer:
        assert answer.status_code == 200

    async def lost(*_: object) -> None:
        raise Lost

    reads = 0
    page = listing.ListRequest.find

    async def first_only(self: listing.ListRequest, read: object, count: object) -> object:
        nonlocal reads
        reads += 1
        found = await page(self, read, count)  # type: ignore[arg-type]
        monkeypatch.setattr("warehouse.postgres.lists.pages.WatchedDatabase.fetch", lost, raising=False)
        return found

    monkeypatch.setattr(listing.ListRequest, "find", first_only)
    with pytest.raises(Lost):
        api.get("/api/v1/bills.csv?limit=all&sort=-updated")
    assert reads == 1
