"""Every fault upstream can have: no crash, nothing deleted, a reason for what is parked, good records through.

Each test first loads the simulated Parliament without the fault, then with it, then without it again.
"""

from collections.abc import Callable

import pytest

from assets.ingest import IngestReport
from assets.upstream.simulator import Fault, SimulatedUpstream
from tests.support.upstream.ingestion import Installation
from warehouse.workers.upkeep.verify import verify

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
SESSION = "91-1"


def small(*faults: Fault) -> SimulatedUpstream:
    """The smallest Parliament that has room for every fault."""
    return SimulatedUpstream(
        seed=7, sessions=("90-1", SESSION), members=20, bills=12, votes=24, faults=frozenset(faults)
    )


def with_fault(installation: Installation, fault: Fault) -> tuple[SimulatedUpstream, dict[str, int], IngestReport]:
    """Load a sound Parliament, then switch the fault on and load again; the revisions before, and the last report."""
    upstream = small()
    installation.ingest(upstream)
    before = installation.revisions()
    upstream.faults.add(fault)
    return upstream, before, installation.ingest(upstream)


def vote(number: int) -> str:
    return f"{SESSION}/commons/{number}"


@pytest.mark.parametrize("fault", list(Fault))
def test_a_fault_loses_nothing_and_heals_by_itself(installation: Installation, fault: Fault) -> None:
    upstream, before, _ = with_fault(installation, fault)
    assert before.keys() <= installation.revisions().keys()
    assert verify(installation.catalog, installation.shards).clean
    upstream.faults.clear()
    installation.ingest(upstream)
    assert installation.parked() == {}
    assert verify(installation.catalog, installation.shards).clean


@pytest.mark.parametrize("fault", list(Fault))
def test_a_fault_from_the_start_lets_the_good_records_through(installation: Installation, fault: Fault) -> None:
    installation.ingest(small(fault))
    healthy = [key for key in installation.revisions() if key.startswith("90-1/")]
    assert len(healthy) == 12 + 24
    if fault not in {Fault.TRUNCATED_XML, Fault.HTML_PAGE, Fault.EMPTY_BUT_200, Fault.RENAMED_FIELD}:
        assert len(installation.revisions()) >= 2 * (12 + 24) - 2
    assert verify(installation.catalog, installation.shards).clean


def test_corrected_ballots_make_one_revision_of_one_vote(installation: Installation) -> None:
    upstream, before, _ = with_fault(installation, Fault.CORRECTED_BALLOTS)
    changed = {key for key, revision in installation.revisions().items() if revision != before[key]}
    (division,) = upstream.affected(Fault.CORRECTED_BALLOTS).divisions
    assert changed == {vote(division)}
    assert installation.revisions()[vote(division)] == 2
    assert installation.findings()["ballots_differ_from_totals"] == [vote(division)]
    assert installation.ask_shards("select key from votes where disputed") == [(vote(division),)]


def test_a_missing_number_stays_stored_and_is_named(installation: Installation) -> None:
    upstream, before, report = with_fault(installation, Fault.MISSING_NUMBER)
    (division,) = upstream.affected(Fault.MISSING_NUMBER).divisions
    assert installation.revisions() == before
    assert vote(division) in installation.findings()["missing_division"]
    (failed,) = [check for load in report.loads for check in load.checks if check.name == "votes_dense" and check.keys]
    assert not failed.passed
    assert failed.keys == [vote(division)]


def test_contradicting_twins_are_parked_or_lose_what_differs(installation: Installation) -> None:
    """Two rows of a division: the last good vote stays. Two records of a bill: served, null where they differ."""
    upstream, before, _ = with_fault(installation, Fault.DUPLICATE)
    affected = upstream.affected(Fault.DUPLICATE)
    bills = {f"{SESSION}/{bill}" for bill in affected.bills}
    after = installation.revisions()
    assert {key for key in before if after[key] != before[key]} <= bills
    assert "with different content" in " ".join(installation.parked().values())
    keys = " ".join(installation.parked())
    assert all(f" {division}" in keys for division in affected.divisions)
    assert bills <= set(installation.findings()["field_given_twice"])


def test_a_renamed_field_is_named_and_the_last_good_data_stays(installation: Installation) -> None:
    _, before, _ = with_fault(installation, Fault.RENAMED_FIELD)
    assert installation.revisions() == before
    reasons = " ".join(installation.parked().values())
    assert "DecisionDivisionNumberOfYeas" in reasons
    assert "Person ID" in reasons
    assert "NumberCode" in reasons or "numberCode" in reasons


def test_an_unknown_status_is_kept_as_text(installation: Installation) -> None:
    upstream, _, _ = with_fault(installation, Fault.CHANGED_STATUS_TEXT)
    (number,) = upstream.affected(Fault.CHANGED_STATUS_TEXT).bills
    rows = installation.ask_shards(f"select status, status_en from bills where key = '{SESSION}/{number}'")
    assert rows == [("unknown", "Under contemplation in the House of Commons")]
    assert f"{SESSION}/{number}" in installation.findings()["unknown_bill_status"]


def test_the_caucus_on_the_ballot_survives_a_crossing_within_a_day(installation: Installation) -> None:
    upstream, _, _ = with_fault(installation, Fault.SAME_DAY_FLOOR_CROSSING)
    person = upstream.affected(Fault.SAME_DAY_FLOOR_CROSSING).persons[0]
    rows = installation.ask_shards(
        "select v.held_on, b.caucus from ballots as b join votes as v using (bucket, vote_id)"
        f" where b.person_id = {person} and v.session = '{SESSION}'"
    )
    caucuses: dict[object, set[str]] = {}
    for day, caucus in rows:
        caucuses.setdefault(day, set()).add(caucus)
    assert any(len(found) == 2 for found in caucuses.values())


def test_a_tie_and_a_casting_ballot_are_counted_as_they_are(installation: Installation) -> None:
    installation.ingest(small(Fault.TIE))
    (tie,) = installation.ask_shards(
        f"select yeas, nays, disputed from votes where result = 'tie' and session = '{SESSION}'"
    )
    assert tie[0] == tie[1]
    assert tie[2] is False


def test_a_member_who_is_yea_and_paired_counts_in_both(installation: Installation) -> None:
    installation.ingest(small(Fault.YEA_AND_PAIRED))
    rows = installation.ask_shards(
        "select v.disputed, v.counted_yeas = v.yeas, v.counted_paired = v.paired from ballots as b"
        " join votes as v using (bucket, vote_id) where b.position = 'yea' and b.paired"
    )
    assert rows == [(False, True, True)]


def test_a_seat_changes_hands_without_overlap(installation: Installation) -> None:
    upstream = small(Fault.BY_ELECTION)
    installation.ingest(upstream)
    persons = upstream.affected(Fault.BY_ELECTION).persons
    assert len(persons) == 2
    rows = installation.ask(
        "select m.person_id, s.from_on, s.to_on from members as m join memberships as s using (bucket, member_id)"
        f" where s.parliament = 91 and m.person_id in ({persons[0]}, {persons[1]}) order by s.from_on"
    )
    leaver, newcomer = rows[0], rows[-1]
    assert leaver[0] != newcomer[0]
    assert leaver[2] is not None
    assert leaver[2] <= newcomer[1]


def test_a_site_in_trouble_costs_only_what_it_does_not_give(installation: Installation) -> None:
    upstream = small(Fault.SERVER_ERRORS)
    installation.ingest(upstream)
    broken = installation.ask("select url, reason from documents where outcome = 'broken'")
    assert len(broken) == 1
    assert "500" in broken[0][1]
    assert len(installation.findings()["ballots_not_published"]) == 1


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault.TRUNCATED_XML, "breaks off"),
        (Fault.HTML_PAGE, "HTML page"),
        (Fault.EMPTY_BUT_200, "the last good one held"),
    ],
)
def test_an_unusable_document_is_parked_and_the_last_good_one_stays(
    installation: Installation, fault: Fault, reason: str
) -> None:
    _, before, _ = with_fault(installation, fault)
    assert installation.revisions() == before
    assert any(reason in found for found in installation.parked().values()), installation.parked()


def test_a_byte_order_mark_changes_nothing(installation: Installation) -> None:
    _, before, report = with_fault(installation, Fault.BOM)
    assert installation.revisions() == before
    assert sum(load.changed for load in report.loads) == 0


def test_late_french_is_null_until_it_is_there(installation: Installation) -> None:
    upstream = small(Fault.LATE_FRENCH)
    installation.ingest(upstream)
    count: Callable[[], list[tuple[int]]] = lambda: installation.ask_shards(  # noqa: E731
        f"select count(*) from votes where session = '{SESSION}' and subject_fr is null"
    )
    assert sum(row[0] for row in count()) == 24
    assert installation.findings()["french_not_published"] == [SESSION]
    upstream.faults.clear()
    installation.ingest(upstream)
    assert sum(row[0] for row in count()) == 0
    assert "french_not_published" not in installation.findings()


def test_a_bill_named_by_a_vote_is_provisional_until_it_is_listed(installation: Installation) -> None:
    upstream = small(Fault.PROVISIONAL_BILL)
    installation.ingest(upstream)
    (number,) = upstream.affected(Fault.PROVISIONAL_BILL).bills
    query = f"select provisional, revision, title_en is null from bills where key = '{SESSION}/{number}'"
    assert installation.ask_shards(query) == [(True, 1, True)]
    assert installation.findings()["bill_not_listed"] == [f"{SESSION}/{number}"]
    upstream.faults.clear()
    installation.ingest(upstream)
    assert installation.ask_shards(query) == [(False, 2, False)]
    assert "bill_not_listed" not in installation.findings()


def test_a_parliament_that_goes_on_changes_only_what_it_says(installation: Installation) -> None:
    upstream = small()
    installation.ingest(upstream)
    before = installation.revisions()
    upstream.advance()
    report = installation.ingest(upstream)
    after = installation.revisions()
    assert len(after.keys() - before.keys()) >= 3
    corrected = [key for key in before if "/commons/" in key and after[key] != before[key]]
    assert len(corrected) == 1
    assert sum(load.changed for load in report.loads if load.source == "ourcommons_votes") == 4
    again = installation.ingest(upstream)
    assert all(load.unchanged and load.changed == 0 for load in again.loads)
