"""Whether the list of members is there whole, in part or not at all."""

import pytest

from serving.core.answers.texts import View
from serving.quality.coverage import KindOut, coverage_out
from warehouse.model.quality import Coverage, DocumentCount, SessionCoverage

CURRENT = SessionCoverage(session="45-1", is_current=True, bills=3, votes=2, last_number=2, votes_with_ballots=2)
LIST = DocumentCount(source="ourcommons_members", session="", parliament="", outcome="changed", count=2)


def members_list(found: Coverage) -> KindOut:
    data = coverage_out(found, View(lang="en", dataset="simulated"))
    return next(kind for kind in data.sessions[0].kinds if kind.kind == "members_list")


@pytest.mark.parametrize(
    ("documents", "listed", "status"), [([], set(), "none"), ([LIST], set(), "partly"), ([LIST], {45}, "held")]
)
def test_an_excerpt_of_the_list_is_a_part(documents: list[DocumentCount], listed: set[int], status: str) -> None:
    found = Coverage(sessions=[CURRENT], documents=documents, members={45: (342, 0)}, listed=frozenset(listed))
    kind = members_list(found)
    assert kind.status == status
    assert (kind.reason is None) == (status == "held")


def test_before_the_first_vote_nothing_says_that_a_list_is_an_excerpt() -> None:
    session = SessionCoverage(session="46-1", is_current=True, bills=3)
    assert members_list(Coverage(sessions=[session], documents=[LIST], members={})).status == "held"
