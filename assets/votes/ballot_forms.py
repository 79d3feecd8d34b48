"""Chooses the format from which the ballots of a division are read.

The CSV is 15 times smaller, but for a member on both lists it prints only one side (41-1 no. 699: 113 of 120 nays). If
it falls short of the announced totals, the XML shows who that is.
"""

from collections.abc import Iterable, Sequence

from assets.loading import published
from assets.sources.ourcommons_votes.parse import VoteRecord
from warehouse.model.documents import Document
from warehouse.objects.archive import Archive


def choose(record: VoteRecord, documents: Sequence[Document], archive: Archive) -> Document | None:
    """The document to read: the XML if it exists and the CSV falls short, else the published one."""
    printed = [each for each in documents if is_csv(each.url) and each.sha256 is not None]
    whole = [each for each in documents if not is_csv(each.url) and each.sha256 and each.outcome != "missing"]
    if printed and whole and falls_short(record, archive.get(printed[0].sha256 or "")):
        return whole[0]
    return published(documents)


def short_ones(records: Iterable[VoteRecord], csv_of: dict[int, Document], archive: Archive) -> list[VoteRecord]:
    """The divisions whose CSV falls short."""
    return [
        record
        for record in records
        if (document := csv_of.get(record.number)) is not None
        and document.sha256 is not None
        and falls_short(record, archive.get(document.sha256))
    ]


def falls_short(record: VoteRecord, csv: bytes) -> bool:
    """Whether a CSV prints ballots, but fewer yeas or nays than were announced."""
    yeas, nays = csv.count(b",Yea,"), csv.count(b",Nay,")
    announced = (record.decision_division_number_of_yeas or 0, record.decision_division_number_of_nays or 0)
    return yeas + nays > 0 and (yeas < announced[0] or nays < announced[1])


def is_csv(url: str) -> bool:
    """Whether an address is that of ballots in CSV."""
    return url.endswith("/csv")
