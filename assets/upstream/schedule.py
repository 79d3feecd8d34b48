"""When a document of Parliament's sites is requested again: often while it is new, less and less often later.

Records are corrected for years, so no document is ever final. Over loopback every document is always due.
"""

import datetime as dt

from warehouse.postgres.catalog.documents import Document

RECHECK_DAYS = (1, 2, 3, 7, 14, 21, 30, 50, 100, 150, 200, 300, 400, 550, 700, 1000)
"""Days after the last change. openparliament reports that this rhythm catches upstream's corrections."""
MISSING_HOURS = 6


def is_due(document: Document | None, now: dt.datetime) -> bool:
    """Whether a document was never requested, was missing some hours ago, or has reached its next day."""
    if document is None:
        return True
    if document.fetched_at is None:
        return now - document.checked_at >= dt.timedelta(hours=MISSING_HOURS)
    age, age_when_checked = now - document.fetched_at, document.checked_at - document.fetched_at
    return any(age_when_checked < dt.timedelta(days=days) <= age for days in RECHECK_DAYS)
