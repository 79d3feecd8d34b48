"""What tests of fetching share: impatient manners, and requests in one word."""

from assets.upstream.fetch import Manners, Request
from assets.upstream.transport import Timeouts

QUICK = Manners(backoff_s=0.01, attempts=3, timeouts=Timeouts(connect_s=5, read_s=10, document_s=20))


def ask(*urls: str, max_bytes: int = 1_000_000) -> list[Request]:
    """Requests for these addresses."""
    return [Request(url=url, source="ourcommons_votes", session="45-1", max_bytes=max_bytes) for url in urls]
