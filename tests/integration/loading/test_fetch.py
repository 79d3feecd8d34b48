"""The whole way of a document: a folder replayed over HTTP, the fetcher, the archive, the register in the catalog."""

import gzip
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from assets.upstream.addresses import BALLOTS, BILL_DETAIL, BILLS, VOTES, Addresses
from assets.upstream.fetch import Fetched, Fetcher, Request
from assets.upstream.replay import ReplayUpstream
from assets.upstream.server import running
from warehouse.objects.archive import Archive
from warehouse.postgres.catalog.documents import DocumentRegister
from warehouse.postgres.connections.pools import Database

pytestmark = [pytest.mark.postgres, pytest.mark.recorded]

DIVISIONS = 173


@pytest.fixture
def folder(recorded_data: Path, tmp_path: Path) -> Path:
    """A copy of 45-1 that a test may correct."""
    for part in ("bills/legisinfo_bills_45-1.json", "votes/votes_metadata_45-1.csv", "ballots/45-1.tar.gz"):
        (tmp_path / part).parent.mkdir(exist_ok=True)
        shutil.copyfile(recorded_data / part, tmp_path / part)
    return tmp_path


@pytest.fixture
def addresses(folder: Path) -> Iterator[Addresses]:
    with running(ReplayUpstream(folder)) as url:
        yield Addresses(url, url)


def requests(addresses: Addresses) -> list[Request]:
    wanted = [
        (BILLS, addresses.bill_list("45-1")),
        (BILL_DETAIL, addresses.bill_detail("45-1", "C-2")),
        (VOTES, addresses.vote_list("45-1")),
        (VOTES, addresses.vote_list("45-1", "fr")),
        *((BALLOTS, addresses.ballots("45-1", number)) for number in range(1, DIVISIONS + 1)),
    ]
    return [Request(url=url, source=source, session="45-1", max_bytes=10_000_000) for source, url in wanted]


@pytest.fixture
def stores(catalog: Database, tmp_path: Path) -> tuple[Archive, DocumentRegister]:
    return Archive((tmp_path / "archive").as_uri()), DocumentRegister(catalog)


def fetch(stores: tuple[Archive, DocumentRegister], addresses: Addresses) -> list[Fetched]:
    """As a new process would."""
    fetcher = Fetcher(*stores, allowed_hosts=addresses.hosts())
    try:
        return fetcher.fetch(requests(addresses))
    finally:
        fetcher.close()


def outcomes(fetched: list[Fetched]) -> dict[str, int]:
    found = [row.outcome for row in fetched]
    return {outcome: found.count(outcome) for outcome in sorted(set(found))}


def test_a_session_is_fetched_once_and_asked_again_without_bytes(
    stores: tuple[Archive, DocumentRegister], addresses: Addresses
) -> None:
    archive, documents = stores
    first = fetch(stores, addresses)
    assert outcomes(first) == {"changed": DIVISIONS + 2, "missing": 2}  # no bill details, no French list
    known = documents.known(BALLOTS, "45-1")
    assert len(known) == DIVISIONS
    assert all(document.sha256 and archive.exists(document.sha256) for document in known.values())
    again = fetch(stores, addresses)
    assert outcomes(again) == {"missing": 2, "unchanged": DIVISIONS + 2}
    assert sum(row.size for row in again) == 0
    assert [row.fetched_at for row in again] == [row.fetched_at for row in first]


def test_one_corrected_ballot_file_is_one_change(
    stores: tuple[Archive, DocumentRegister], addresses: Addresses, folder: Path
) -> None:
    fetch(stores, addresses)
    corrected = correct(folder / "ballots" / "45-1.tar.gz", "45-1/43.csv", b",Yea,", b",Nay,")
    changed = [row for row in fetch(stores, addresses) if row.outcome == "changed"]
    assert [row.url for row in changed] == [addresses.ballots("45-1", 43)]
    assert stores[0].get(changed[0].sha256 or "") == corrected


def correct(tar: Path, name: str, old: bytes, new: bytes) -> bytes:
    """Replace the first `old` of one file by as many bytes, as upstream corrects a ballot; gives its new bytes."""
    unpacked = bytearray(gzip.decompress(tar.read_bytes()))
    with tarfile.open(tar) as archive:
        member = archive.getmember(name)
    start = unpacked.index(old, member.offset_data)
    unpacked[start : start + len(old)] = new
    tar.write_bytes(gzip.compress(bytes(unpacked), 1))
    return bytes(unpacked[member.offset_data : member.offset_data + member.size])


def test_a_crash_before_the_register_only_costs_asking_again(
    stores: tuple[Archive, DocumentRegister], addresses: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(DocumentRegister, "record", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            fetch(stores, addresses)
    assert stores[1].known(BALLOTS) == {}
    assert outcomes(fetch(stores, addresses)) == {"changed": DIVISIONS + 2, "missing": 2}
