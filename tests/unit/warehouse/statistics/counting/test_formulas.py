"""Formulas against values worked out by hand, and what they leave undefined."""

import datetime as dt
from itertools import pairwise

import numpy as np
import pytest

from tests.support.data.golden import D1, D2, D3, DAYS, PERSONS, division, sheet_of
from warehouse.model.curated import FreeVote, chairs, free_votes, ministries
from warehouse.model.vocabulary.codes import CAUCUSES
from warehouse.statistics.bills import BillFacts, Window, clocks, funnel
from warehouse.statistics.counting import formulas
from warehouse.statistics.counting.intervals import percentiles, wilson
from warehouse.statistics.counting.tallies import by_caucus
from warehouse.statistics.members.agreement import agreement, of_caucuses, ranked
from warehouse.statistics.members.scorecards import Choice, scores
from warehouse.statistics.parties.cohesion import over_period
from warehouse.statistics.parties.free_votes import labels
from warehouse.statistics.survival import Spell, kaplan_meier


def array(*counts: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.array(counts, np.int64)


def test_cohesion_of_known_splits() -> None:
    assert formulas.rice(array(90, 0), array(10, 0)).tolist() == pytest.approx([0.8, float("nan")], nan_ok=True)
    assert formulas.hnr(array(60, 1), array(30, 1), array(10, 1)).tolist() == pytest.approx([0.4, 0.0])
    assert formulas.hnr(array(5), array(5), array(0))[0] == 0.25


def test_hnr_of_two_options_and_attina_are_linear_in_each_other() -> None:
    yea, nay, none = array(*range(1, 30)), array(*range(30, 1, -1)), array(*[0] * 29)
    rice, hnr, attina = formulas.rice(yea, nay), formulas.hnr(yea, nay, none), formulas.attina(yea, nay, none)
    assert hnr == pytest.approx((1 + 3 * rice) / 4)
    assert hnr == pytest.approx(0.75 * attina + 0.25)


def test_under_coin_flips_pair_does_not_know_the_size_of_a_caucus_and_rice_does() -> None:
    yea = np.random.default_rng(1).binomial([[2], [5], [24]], 0.5, (3, 200_000))
    nay = np.array([[2], [5], [24]]) - yea
    assert formulas.pair(yea, nay, 0 * yea).mean(axis=1) == pytest.approx([0.5] * 3, abs=0.005)
    assert formulas.rice(yea, nay).mean(axis=1) == pytest.approx([0.5, 0.375, 0.161], abs=0.005)


def test_wilson_of_published_examples() -> None:
    assert wilson(0, 0) is None
    for successes, trials, low, high in ((8, 928, 0.0044, 0.0169), (0, 40, 0, 0.088), (1, 3, 0.061, 0.79)):
        found = wilson(successes, trials)
        assert found is not None
        assert found == pytest.approx((low, high), abs=0.005)
    assert wilson(8, 928) == pytest.approx((0.0044, 0.0169), abs=0.00006)


def test_parties_by_seats() -> None:
    assert formulas.effective_number(array(1, 1, 3, 5)) == pytest.approx(2.7778, abs=0.00005)
    assert formulas.fractionalisation(array(1, 1, 3, 5)) == pytest.approx(0.64)
    assert formulas.effective_number(array()) is None


def test_percentiles_leave_out_what_is_undefined() -> None:
    assert percentiles(np.array([np.nan, 0.0, 1.0])) == {"p25": 0.25, "p50": 0.5, "p75": 0.75, "p90": 0.9}
    assert percentiles(np.array([np.nan])) == {}


def test_period_means_and_their_variants() -> None:
    period = over_period(by_caucus(sheet_of([D1, D2, D3])))
    a = period[0]
    assert a.rice.value == pytest.approx((2 / 3 + 0.2 + 1) / 3)  # without a Chair, a6 is one nay of D1
    assert (a.rice.n, a.rice_contested.n, a.rice_closeness_weighted.n) == (3, 2, 2)
    weights = [1 - 1 / 13, 1 - 1 / 11]
    weighted = (weights[0] * 2 / 3 + weights[1] * 0.2) / sum(weights)
    assert a.rice_closeness_weighted.value == pytest.approx(weighted)


def test_agreement_with_own_lines_left_out() -> None:
    sheet = sheet_of([D1, D2, D3])
    found = agreement(sheet, "excl_own_party_line")
    a1, a4, i1 = (sheet.column(PERSONS[name]) for name in ("a1", "a4", "i1"))
    assert (found.same[a1, a4], found.both[a1, a4]) == (0, 1)
    assert (found.same[a1, i1], found.both[a1, i1]) == (1, 3)


def test_pairs_are_ranked_and_few_shared_divisions_are_not() -> None:
    sheet = sheet_of([D2] * 20 + [D3])
    found = ranked(agreement(sheet), limit=3)
    assert {pair.share for pair in found.nearest} == {1.0}
    assert {pair.share for pair in found.furthest} == {1 / 21}
    assert found.total == 11 * 10 / 2  # b4 has one ballot
    of_a1 = ranked(agreement(sheet), of=sheet.column(PERSONS["a1"]), limit=500)
    assert (len(of_a1.nearest), of_a1.furthest, of_a1.total) == (10, [], 10)
    assert all(pair.one == PERSONS["a1"] != pair.other for pair in of_a1.nearest)


def test_agreement_of_caucuses() -> None:
    found = {(each.one, each.other): each for each in of_caucuses(by_caucus(sheet_of([D2, D3])))}
    ab = found["A", "B"]
    assert (ab.same_line.value, ab.same_line.n) == (0.5, 2)
    assert ab.pairwise.value == pytest.approx((2 / 5 + 1) / 2)
    assert ab.likeness.value == pytest.approx((1 - 3 / 5 + 1) / 2)


def test_free_votes_need_evidence_or_a_citation() -> None:
    split = {f"a{n}": "yea" for n in (1, 2, 3)} | {f"b{n}": "nay" for n in (1, 2, 3)}
    caucus = {(name, row): "A" for name in split for row in range(3)}
    divisions = [
        division(1, DAYS[0], subject="2nd reading of Bill C-2"),
        division(2, DAYS[1], subject="2nd reading of Bill C-210", bill="45-1/C-210"),
        division(3, DAYS[2], subject="Medical assistance in dying, Bill C-14"),
    ]
    sheet = sheet_of([split] * 3, divisions=divisions, caucus=caucus)
    cited = FreeVote(vote=divisions[0].key, caucus="A", citation="a newspaper", url="https://example.org")
    found = labels(divisions, by_caucus(sheet), [cited])
    assert [(each.vote, each.label, each.evidence) for each in found] == [
        ("45-1/commons/1", "free_vote/declared", ("declared",)),
        ("45-1/commons/2", "free_vote/suspected", ("minority_share", "private_members_business")),
        ("45-1/commons/3", "free_vote/suspected", ("minority_share", "conscience_words")),
    ]
    assert {each.dissenters for each in found} == {3}


def test_kaplan_meier_with_censored_spells() -> None:
    spells = [(6, True), (6, True), (6, True), (6, False), (7, True), (9, False), (10, True), (10, False)]
    found = kaplan_meier(Spell(days=days, ended=ended) for days, ended in spells)
    assert (found.n, found.ended, found.median_days, found.at_risk) == (8, 5, 7, 4)
    assert kaplan_meier([Spell(days=1, ended=False)]).median_days is None
    assert kaplan_meier([]).n == 0


def test_bill_clocks_are_censored_today_or_at_the_end_of_the_session() -> None:
    first, second = dt.date(2025, 6, 1), dt.date(2025, 6, 11)
    bills = [
        BillFacts(
            key=f"45-1/C-{number}",
            session="45-1",
            number=f"C-{number}",
            type=None,
            status=None,
            sponsor_person_id=None,
            sponsor_name=None,
            introduced_on=first,
            is_reinstated=False,
            provisional=False,
            milestones={"H1": first} | ({"H2": second} if number < 4 else {}),
        )
        for number in (2, 3, 4)
    ]
    running = clocks(bills, Window(opened_on=first, closed_on=None, today=dt.date(2025, 6, 21))).steps[0]
    assert (running.since, running.until, running.survival.median_days, running.open) == ("H1", "H2", 10, 1)
    over = clocks(bills, Window(opened_on=first, closed_on=dt.date(2025, 6, 15), today=dt.date(2026, 1, 1)))
    assert (over.steps[0].open, over.steps[0].died, over.undated) == (0, 1, 0)
    late = clocks(bills, Window(opened_on=second, closed_on=None, today=dt.date(2025, 6, 21)))
    assert (late.began_before, late.steps[0].survival.n) == (3, 0)
    assert [(each.milestone, each.bills) for each in funnel(bills)][:3] == [("H1", 3), ("H2", 2), ("H3", 0)]


def test_three_ways_to_score() -> None:
    sheet = sheet_of([{"a1": "yea", "b1": "nay"}, {"a1": "yea", "b1": "paired"}, {"a1": "nay", "b1": "yea"}])
    card = (
        Choice(vote="1", direction="yea", weight=2),
        Choice(vote="2", direction="yea"),
        Choice(vote="3", direction="nay", weight=3, strong=True),
    )
    found = scores(sheet, card)
    assert found.score.tolist() == [1.0, 0.0]
    assert found.publicwhip_distance.tolist() == [0.0, (10 + 1 + 50) / (10 + 2 + 50)]
    assert found.tvfy_agreement.tolist() == [1.0, 0.5 / (5 + 1 + 25)]
    assert found.category == ["consistently_for", "consistently_against"]
    one = scores(sheet_of([{"a1": "yea"}]), card[:1])
    assert one.category == [None]


def test_curated_files_are_read_and_their_intervals_do_not_overlap() -> None:
    presiding = chairs()
    assert [chair.person_id for chair in presiding] == [None, 25454, 1760, 25452, 413, 88478, 25453]
    for earlier, later in pairwise(presiding):
        assert earlier.to_on is not None
        assert earlier.to_on == later.from_on
    sources = [chair.source for chair in presiding] + [ministry.source for ministry in ministries()]
    assert all(source.startswith("https://") for source in sources)
    declared = free_votes()
    assert len({(each.vote, each.caucus) for each in declared}) == len(declared) > 0
    assert all(each.url.startswith("https://") and each.citation for each in declared)
    assert all(each.caucus in CAUCUSES for each in declared)
