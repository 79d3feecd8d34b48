"""The register of documents in memory, for tests of fetching that are not about the database."""

from collections.abc import Sequence

import msgspec

from warehouse.model.documents import Document, Fetched


class KnownDocuments:
    """Keeps what a fetcher records; the real register is proven with the fetcher in `tests/integration`."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self.batches: list[list[Fetched]] = []

    def by_urls(self, urls: Sequence[str]) -> dict[str, Document]:
        return {url: self.documents[url] for url in urls if url in self.documents}

    def record(self, fetched: Sequence[Fetched]) -> None:
        self.batches.append(list(fetched))
        for row in fetched:
            old = self.documents.get(row.url)
            good = row.outcome in {"changed", "unchanged"}
            self.documents[row.url] = Document(
                url=row.url,
                source=row.source,
                session=row.session,
                outcome=row.outcome,
                reason=row.reason,
                sha256=row.sha256,
                fetched_at=row.fetched_at,
                checked_at=row.checked_at,
                etag=row.etag if good else old and old.etag,
                last_modified=row.last_modified if good else old and old.last_modified,
                loaded_sha256=old and old.loaded_sha256,
                loaded_fetched_at=None,
                loaded_by=None,
                loaded_at=None,
            )

    def load_all(self) -> None:
        """Mark everything as loaded."""
        for url, document in self.documents.items():
            self.documents[url] = msgspec.structs.replace(document, loaded_sha256=document.sha256)
