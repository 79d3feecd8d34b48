"""The public shape of a dataset release."""

import datetime as dt

import msgspec

from serving.core.answers.envelope import Meta
from serving.core.answers.texts import Text, View
from warehouse.model.releases.datasets import DATASETS, ColumnType
from warehouse.model.releases.manifest import FileFormat, Manifest, ReleasePart

DATA = "/data"
"""Where files and pages of releases are."""


class FileOut(msgspec.Struct, frozen=True, kw_only=True):
    """One file. / Un fichier."""

    format: FileFormat
    """Its format. / Son format."""
    url: str
    """Its address, which never changes. / Son adresse, qui ne change jamais."""
    bytes: int
    """Bytes that are kept; CSV and NDJSON are kept compressed by Zstandard.
    / Les octets conservés; CSV et NDJSON sont conservés compressés par Zstandard."""
    sha256: str
    """The SHA-256 of the bytes that are kept. / Le SHA-256 des octets conservés."""


class PartOut(msgspec.Struct, frozen=True, kw_only=True):
    """One table, of one session where it has files for each.
    / Une table, d’une session si elle a des fichiers pour chacune."""

    table: str
    """The table’s name. / Le nom de la table."""
    session: str | None
    """The session; null where the table has files for all together.
    / La session; nul si la table a des fichiers pour toutes ensemble."""
    rows: int
    """How many rows it has. / Le nombre de lignes."""
    files: list[FileOut]
    """The same rows in each format. / Les mêmes lignes dans chaque format."""


class DifferenceOut(msgspec.Struct, frozen=True, kw_only=True):
    """A part that is not as it was in the release before.
    / Une partie qui n’est plus comme dans la publication précédente."""

    part: str
    """The part, as `45-1/ballots`. / La partie, comme `45-1/ballots`."""
    rows_before: int | None
    """Rows before; null where the part is new. / Les lignes avant; nul si la partie est nouvelle."""
    rows: int | None
    """Rows now; null where the part is gone. / Les lignes maintenant; nul si la partie a disparu."""


class ColumnOut(msgspec.Struct, frozen=True, kw_only=True):
    """One column of a table. / Une colonne d’une table."""

    name: str
    """The name in every format. / Le nom dans chaque format."""
    type: ColumnType
    """The type: a day is Ottawa’s, an instant is UTC. / Le type : un jour est d’Ottawa, un instant est en UTC."""
    required: bool
    """Whether it is never null. / Si elle n’est jamais nulle."""
    meaning: Text
    """What it means, and when it is null. / Ce qu’elle veut dire, et quand elle est nulle."""


class TableOut(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of table. / Un genre de table."""

    name: str
    """Its name. / Son nom."""
    title: Text
    """What its rows are. / Ce que sont ses lignes."""
    by_session: bool
    """Whether it has files for each session. / Si elle a des fichiers pour chaque session."""
    key: list[str]
    """The columns that tell its rows apart. / Les colonnes qui distinguent ses lignes."""
    columns: list[ColumnOut]
    """Its columns, in order. / Ses colonnes, dans l’ordre."""


class ReleaseSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A release in the list of all. / Une publication dans la liste de toutes."""

    release: str
    """Its name: the day it was made, in Ottawa. / Son nom : le jour où elle a été faite, à Ottawa."""
    is_latest: bool
    """Whether it is the newest. / Si elle est la plus récente."""
    url: str
    """Its address here. / Son adresse ici."""
    page: str
    """Its page for people. / Sa page pour les personnes."""


class ReleaseOut(msgspec.Struct, frozen=True, kw_only=True):
    """A release with all its files. It never changes.
    / Une publication avec tous ses fichiers. Elle ne change jamais."""

    release: str
    """Its name: the day it was made, in Ottawa. / Son nom : le jour où elle a été faite, à Ottawa."""
    made_at: dt.datetime
    """When it was made, in UTC. / Quand elle a été faite, en UTC."""
    dataset: str
    """`live`, `recorded`, or `simulated`: then nothing in it is real.
    / `live`, `recorded`, ou `simulated` : alors rien n’y est réel."""
    licence: Text
    """Under which terms Parliament lets everyone use it.
    / Les conditions auxquelles le Parlement permet à tous de l’utiliser."""
    previous: str | None
    """The release before; null where there is none. / La publication précédente; nul s’il n’y en a pas."""
    rows: int
    """Rows of all tables. / Les lignes de toutes les tables."""
    parts: list[PartOut]
    """Its tables. / Ses tables."""
    differences: list[DifferenceOut]
    """What is not as it was in the release before. / Ce qui n’est plus comme dans la publication précédente."""
    tables: list[TableOut]
    """What the columns mean. / Ce que les colonnes veulent dire."""


class Releases(msgspec.Struct, frozen=True, kw_only=True):
    """Every release, newest first. / Toutes les publications, la plus récente d’abord."""

    data: list[ReleaseSummary]
    """The releases. / Les publications."""
    meta: Meta


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """One release. / Une publication."""

    data: ReleaseOut
    """The release. / La publication."""
    meta: Meta


def file_address(release: str, part: ReleasePart, format_: FileFormat) -> str:
    """Where a file is: `/data/2026-11-28/45-1/ballots.parquet`."""
    return f"{DATA}/{release}/{part.name}.{format_}"


def release_out(manifest: Manifest, view: View) -> ReleaseOut:
    """A release as it is published."""
    return ReleaseOut(
        release=manifest.release,
        made_at=manifest.made_at,
        dataset=manifest.dataset,
        licence=view.text(manifest.licence_en, manifest.licence_fr),
        previous=manifest.previous,
        rows=sum(each.rows for each in manifest.parts),
        parts=[_part_out(manifest.release, each) for each in manifest.parts],
        differences=[
            DifferenceOut(part=each.part, rows_before=each.rows_before, rows=each.rows) for each in manifest.differences
        ],
        tables=tables_out(view),
    )


def _part_out(release: str, part: ReleasePart) -> PartOut:
    files = [
        FileOut(format=each.format, url=file_address(release, part, each.format), bytes=each.bytes, sha256=each.sha256)
        for each in part.files
    ]
    return PartOut(table=part.table, session=part.session, rows=part.rows, files=files)


def tables_out(view: View) -> list[TableOut]:
    """What the tables of every release are."""
    return [
        TableOut(
            name=each.name,
            title=view.text(each.en, each.fr),
            by_session=each.by_session,
            key=list(each.key),
            columns=[
                ColumnOut(
                    name=column.name,
                    type=column.type,
                    required=column.required,
                    meaning=view.text(column.en, column.fr),
                )
                for column in each.columns
            ],
        )
        for each in DATASETS.values()
    ]
