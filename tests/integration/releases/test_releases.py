"""Dataset releases: what is in the files is what the shards hold, and the last good release is always there."""

import datetime as dt
import json
import signal
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
import zstandard

from tests.support.data.samples import bill, vote
from tests.support.processes.command_line import openpolicy
from warehouse.model.releases.datasets import DATASETS
from warehouse.model.releases.manifest import Manifest, ReleasePart
from warehouse.objects.release_store import ReleaseStore, path_of
from warehouse.postgres.aggregates.store import BILLS, VOTES, store_sharded
from warehouse.postgres.connections.pools import Database
from warehouse.postgres.shards.shard_map import Shards
from warehouse.runtime.errors import SettingInvalid
from warehouse.runtime.failpoints import RELEASE_FAILPOINTS
from warehouse.workers.releases.make import Made, make
from warehouse.workers.releases.verify import verify

pytestmark = pytest.mark.postgres
AT = dt.datetime(2025, 6, 2, 2, 0, tzinfo=dt.UTC)
"""In Ottawa it is still the first of June."""
NEVER = frozenset[int]()


@pytest.fixture
def held(catalog: Database, shards: Shards) -> Shards:
    """Shards with bills and votes of one session."""
    with catalog.connection() as connection:
        connection.execute("insert into dataset (kind) values ('simulated') on conflict do nothing")
    store_sharded(shards, BILLS, [bill(number) for number in range(1, 12)])
    store_sharded(shards, VOTES, [vote(number) for number in range(1, 6)])
    return shards


def made(catalog: Database, shards: Shards, folder: Path, at: dt.datetime = AT) -> tuple[Made, Manifest]:
    store = ReleaseStore(folder.as_uri())
    report = make(catalog, shards, store, at)
    manifest = store.manifest(report.release)
    assert manifest is not None
    return report, manifest


def part_of(manifest: Manifest, name: str) -> ReleasePart:
    found = manifest.part(name)
    assert found is not None, name
    return found


def parquet(folder: Path, part: ReleasePart) -> pl.DataFrame:
    return pl.read_parquet(folder / path_of(part.file("parquet")))


def lines(folder: Path, part: ReleasePart, format_: str) -> str:
    body = (folder / path_of(part.file(format_))).read_bytes()  # type: ignore[arg-type]
    return zstandard.ZstdDecompressor().stream_reader(body).read().decode()


def stored(shards: Shards, query: str) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for database in shards.databases:
        with database.connection() as connection:
            found += connection.execute(query.encode()).fetchall()
    return sorted(found, key=str)


def test_what_is_in_the_files_is_what_the_shards_hold(catalog: Database, held: Shards, tmp_path: Path) -> None:
    report, manifest = made(catalog, held, tmp_path)
    assert (report.release, report.is_new, report.taken_over) == ("2025-06-01", True, 0)
    assert {each.name for each in manifest.parts} >= {"1-1/bills", "1-1/stages", "1-1/votes", "1-1/ballots", "members"}
    ballots = part_of(manifest, "1-1/ballots")
    found = parquet(tmp_path, ballots)
    query = (
        "select v.key, b.person_id, b.name, b.position, b.paired, b.caucus, b.riding, b.province, v.held_on "
        "from votes as v join ballots as b using (bucket, vote_id)"
    )
    names = ("vote", "person_id", "name", "position", "paired", "caucus", "riding", "province", "held_on")
    assert sorted(found.select(names).rows(), key=str) == stored(held, query)
    assert found.rows() == found.sort("chamber", "number", "person_id").rows(), "in the order of votes"
    bills = parquet(tmp_path, part_of(manifest, "1-1/bills"))
    assert sorted(bills.select("bill", "title_en", "introduced_on", "recorded_at").rows(), key=str) == stored(
        held, "select key, title_en, introduced_on, recorded_at from bills"
    )
    assert sum(each.rows for each in manifest.parts) == report.rows


def test_every_format_has_the_same_rows(catalog: Database, held: Shards, tmp_path: Path) -> None:
    _, manifest = made(catalog, held, tmp_path)
    for part in manifest.parts:
        table = parquet(tmp_path, part)
        columns = [each.name for each in DATASETS[part.table].columns]
        assert table.columns == columns
        assert len(table) == part.rows
        rows = [json.loads(line) for line in lines(tmp_path, part, "ndjson").splitlines()]
        assert [list(row) for row in rows] == [columns] * part.rows
        assert [row[columns[0]] for row in rows] == table[columns[0]].to_list()
        csv = pl.read_csv(lines(tmp_path, part, "csv").encode(), infer_schema=False)
        assert csv.columns == columns
        assert len(csv) == part.rows


def test_a_file_says_what_its_columns_mean(catalog: Database, held: Shards, tmp_path: Path) -> None:
    _, manifest = made(catalog, held, tmp_path)
    schema = pq.read_schema(tmp_path / path_of(part_of(manifest, "1-1/votes").file("parquet")))
    for field, column in zip(schema, DATASETS["votes"].columns, strict=True):
        assert field.metadata[b"description_en"].decode() == column.en
        assert field.metadata[b"description_fr"].decode() == column.fr
        assert field.nullable is not column.required


def test_what_has_not_changed_is_not_written_again(catalog: Database, held: Shards, tmp_path: Path) -> None:
    made(catalog, held, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    again, _ = made(catalog, held, tmp_path, AT + dt.timedelta(days=1))
    assert (again.release, again.is_new, again.written) == ("2025-06-01", False, ())
    assert before == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}

    store_sharded(held, VOTES, [vote(3, nays=frozenset({2}))])
    report, manifest = made(catalog, held, tmp_path)
    assert (report.release, report.written) == ("2025-06-01.2", ("1-1/votes", "1-1/ballots"))
    assert [each.part for each in manifest.differences] == ["1-1/votes", "1-1/ballots"]
    assert manifest.previous == "2025-06-01"
    latest = ReleaseStore(tmp_path.as_uri()).latest()
    assert latest is not None
    assert (latest.release, latest.releases) == ("2025-06-01.2", ("2025-06-01", "2025-06-01.2"))


def test_a_flipped_byte_is_noticed(catalog: Database, held: Shards, tmp_path: Path) -> None:
    _, manifest = made(catalog, held, tmp_path)
    store = ReleaseStore(tmp_path.as_uri())
    assert verify(catalog, held, store).damage == ()
    path = tmp_path / path_of(part_of(manifest, "1-1/ballots").file("csv"))
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(body)
    (line,) = verify(catalog, held, store).damage
    assert line.startswith("1-1/ballots.csv: ")
    assert "was altered" in line
    path.unlink()
    assert "is missing" in verify(catalog, held, store).damage[0]
    report, _ = made(catalog, held, tmp_path)
    assert report.written == ("1-1/ballots",), "what is missing is written again"
    assert verify(catalog, held, store).damage == ()


def test_a_release_that_is_behind_is_no_damaged_one(catalog: Database, held: Shards, tmp_path: Path) -> None:
    made(catalog, held, tmp_path)
    store_sharded(held, BILLS, [bill(1, title="Another")])
    verdict = verify(catalog, held, ReleaseStore(tmp_path.as_uri()))
    assert (verdict.damage, verdict.outdated) == ((), ("1-1/bills", "1-1/stages"))
    with pytest.raises(SettingInvalid, match=r"There is no release 2020-01-01\."):
        verify(catalog, held, ReleaseStore(tmp_path.as_uri()), "2020-01-01")


def test_texts_come_back_as_they_were(catalog: Database, held: Shards, tmp_path: Path) -> None:
    title = 'A "bill", with\nlines; \u00e9\u00e0 \u2014 \\N and , commas'
    store_sharded(held, BILLS, [bill(1, title=title), bill(2, title="NULL")])
    _, manifest = made(catalog, held, tmp_path)
    part = part_of(manifest, "1-1/bills")
    titles = dict(parquet(tmp_path, part).select("bill", "title_en").rows())
    assert (titles["1-1/C-1"], titles["1-1/C-2"]) == (title, "NULL")
    csv = pl.read_csv(lines(tmp_path, part, "csv").encode(), infer_schema=False)
    assert csv["title_en"].to_list() == parquet(tmp_path, part)["title_en"].to_list()
    assert csv["short_title_en"].null_count() == parquet(tmp_path, part)["short_title_en"].null_count()


@pytest.fixture
def variables(database_urls: list[str], tmp_path: Path) -> dict[str, str]:
    return {
        "OPENPOLICY_CATALOG_URL": database_urls[0],
        "OPENPOLICY_SHARD_URLS": ",".join(database_urls[1:]),
        "OPENPOLICY_OBJECTS_URL": tmp_path.as_uri(),
    }


@pytest.mark.slow
def test_killed_anywhere_the_last_good_release_stays(
    catalog: Database, held: Shards, tmp_path: Path, variables: dict[str, str]
) -> None:
    made(catalog, held, tmp_path)
    store = ReleaseStore(tmp_path.as_uri())
    for number, failpoint in enumerate(RELEASE_FAILPOINTS, 2):
        store_sharded(held, BILLS, [bill(1, title=f"Title {number}")])
        before = store.latest()
        killed = openpolicy("release", "make", "--json", env={**variables, "OPENPOLICY_FAILPOINT": failpoint})
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        latest = store.latest()
        assert latest is not None
        assert latest == before or failpoint == "release.after_manifest"
        assert verify(catalog, held, store, latest.release).damage == ()
        report, manifest = made(catalog, held, tmp_path, AT + dt.timedelta(days=number))
        assert report.is_new is (failpoint != "release.after_manifest")
        assert parquet(tmp_path, part_of(manifest, "1-1/bills")).filter(bill="1-1/C-1")["title_en"].to_list() == [
            f"Title {number}"
        ]
        assert verify(catalog, held, store).damage == ()
