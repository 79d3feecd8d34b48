"""Which tiers an address is looked for in, and that its key there tells apart all that its answer depends on."""

import pytest

from serving.core.http.answer_tiers import AnswerTiers, Key
from serving.core.http.negotiation import Variant
from serving.core.http.telemetry.metrics import Metrics
from tests.support.processes.toy_tiers import ToyVersions
from warehouse.cache.tiers import Tiers

JSON = Variant(("json",), "", False)


def tiers(program: str = "toy", versions: ToyVersions | None = None) -> AnswerTiers:
    return AnswerTiers(Tiers(None, None), versions or ToyVersions(), Metrics(), program=program)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/v1/bills/45-1/C-2@v3", "revision"),
        ("/api/v1/votes/45-1/commons/3@v1/ballots", "revision"),
        ("/api/v1/votes/45-1/commons/3/ballots.csv", "ballots"),
        ("/api/v1/members/89156/ballots", "ballots"),
        ("/api/v1/bills", "list"),
        ("/api/v1/votes.ndjson", "list"),
        ("/api/v1/bills?session=45-1", "list"),
        ("/api/v1/statistics/parties", "statistics"),
        ("/api/v1/search", "search"),
        ("/api/v1/suggest", None),
        ("/api/v1/bills/45-1/C-2", None),
        ("/api/v1/bills/45-1/C-2/history", None),
        ("/api/v1/votes/45-1/commons/3", None),
        ("/api/v1/status", None),
        ("/api/v1/changes", None),
        ("/health", None),
    ],
)
def test_every_kind_has_its_tiers(path: str, kind: str | None) -> None:
    place = tiers().place((path.encode(), b"", JSON))
    assert (place and place.kind.name) == kind


def test_a_key_tells_apart_what_answers_depend_on() -> None:
    bills: Key = (b"/api/v1/bills", b"", JSON)
    other = ToyVersions()
    other.database = "another"
    places = [
        tiers().place(bills),
        tiers().place((b"/api/v1/votes", b"", JSON)),
        tiers().place((b"/api/v1/bills", b"limit=5", JSON)),
        tiers().place((b"/api/v1/bills", b"", Variant(("csv",), "", False))),
        tiers().place((b"/api/v1/bills", b"", Variant(("csv",), "", True))),
        tiers("another program").place(bills),
        tiers(versions=other).place(bills),
    ]
    assert len({place.key for place in places if place}) == len(places)
    assert tiers().place((b"/api/v1/bills", b"", Variant(("json",), "zstd", False))) == places[0]


def test_nothing_is_looked_for_while_the_databases_are_not_known() -> None:
    unknown = ToyVersions()
    unknown.database = ""
    assert tiers(versions=unknown).place((b"/api/v1/bills", b"", JSON)) is None
