"""Who a published name is, and the caucus on the day of introduction."""

import datetime as dt
from typing import Any

import pytest

from assets.bills.settle import findings_of
from assets.bills.sponsors import Sponsors, caucus_on, sponsored, with_former
from warehouse.model.entities import Bill, Member, Membership
from warehouse.model.keys import bill_key
from warehouse.model.vocabulary.names import first_and_last, is_senator, plain_name
from warehouse.statistics.bills import BillFacts, by_caucus, sponsors

D = dt.date


def term(caucus: str | None, from_on: D, to_on: D | None = None, parliament: int = 42) -> Membership:
    return Membership(
        parliament=parliament,
        caucus=caucus,
        riding="Perth",
        province="Ontario",
        from_on=from_on,
        to_on=to_on,
        source="ballots",
    )


def member(person_id: int, name: str, *terms: Membership, other_names: tuple[str, ...] = ()) -> Member:
    return Member(
        key=str(person_id),
        person_id=person_id,
        name=name,
        other_names=other_names,
        memberships=terms or (term("Liberal", D(2015, 10, 19)),),
    )


def bill(name: str | None, number: str = "C-201", session: str = "42-1", **fields: Any) -> Bill:
    values = {"title_en": "An Act", "introduced_on": D(2016, 3, 1)} | fields
    chamber: Any = "commons" if number.startswith("C") else "senate"
    return Bill(
        key=bill_key(session, number), session=session, number=number, chamber=chamber, sponsor_name_en=name, **values
    )


MEMBERS = [
    member(1589, "David McGuinty"),
    member(1795, "David Anderson", term("Conservative", D(2015, 10, 19))),
    member(1635, "David Anderson", term("Liberal", D(2015, 10, 19))),
    member(89200, "Rachael Thomas", term("Conservative", D(2015, 10, 19)), other_names=("Rachael Harder",)),
    member(4, "Rhéal Fortin", term("Bloc Québécois", D(2015, 12, 8), D(2018, 2, 28)),
           term("Québec debout", D(2018, 2, 28), D(2019, 9, 12))),
    member(5, "Peter MacKay", term("Conservative", D(2011, 5, 2), parliament=41)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Hon. David J. McGuinty", "david mcguinty"),
        ("Right Hon. Paul Martin", "paul martin"),
        ("Sen. Marc Gold", "marc gold"),
        ("Sén. Marc Gold", "marc gold"),
        ("L’hon. Zoé Ünal", "zoe unal"),
        ("Le très hon. Justin Trudeau", "justin trudeau"),
        ("The Honourable Judy A. Sgro", "judy sgro"),
        ("Mr. Nunzio Discepola", "nunzio discepola"),
        ("T.J. Harvey", "t.j. harvey"),
        ("K. Kellie Leitch", "k. kellie leitch"),
        ("Honoré  Mercier", "honore mercier"),
        ("Yves-François Blanchet", "yves-francois blanchet"),
    ],
)
def test_a_plain_name_has_no_honorific_accent_or_initial(name: str, plain: str) -> None:
    assert plain_name(name) == plain


def test_names_in_short_and_of_senators() -> None:
    assert first_and_last("Hon. Peter Gordon MacKay") == first_and_last("Peter MacKay") == "peter mackay"
    assert is_senator("Sen. Marc Gold")
    assert is_senator("Hon. Sen. Joyce Fairbairn")
    assert not is_senator("Hon. Senan Sen")


@pytest.mark.parametrize(
    ("found", "person_id", "basis", "caucus"),
    [
        (bill("Hon. David J. McGuinty"), 1589, "name", "Liberal"),
        (bill("Rachael Harder"), 89200, "name", "Conservative"),
        (bill("Rhéal Éloi Fortin", introduced_on=D(2018, 5, 1)), 4, "name", "Québec debout"),
        (bill("Rhéal Éloi Fortin"), 4, "name", "Bloc Québécois"),
        (bill("Hon. David Anderson"), None, "ambiguous", None),
        (bill("Hon. Peter Gordon MacKay"), None, "unknown", None),
        (bill("Hon. Peter Gordon MacKay", session="41-1", introduced_on=D(2012, 1, 1)), 5, "name", "Conservative"),
        (bill("Hon. David J. McGuinty", session="36-1"), None, "unknown", None),
        (bill("David McGuinty", sponsor_person_id=77), 77, "legisinfo", None),
        (bill(None), None, None, None),
    ],
)
def test_a_sponsor_is_found_by_name_within_the_parliament(
    found: Bill, person_id: int | None, basis: str | None, caucus: str | None
) -> None:
    known = Sponsors(MEMBERS, [])
    once = sponsored(found, known)
    assert (once.sponsor_person_id, once.sponsor_basis, once.sponsor_caucus) == (person_id, basis, caucus)
    assert sponsored(once, known) == once


def test_a_senator_is_known_from_a_record_that_has_the_id() -> None:
    published = bill("Sen. Marc Gold", "S-2", "45-1", sponsor_person_id=88, sponsor_basis="legisinfo")
    known = Sponsors([*MEMBERS, member(9, "Marc Gold", term("Liberal", D(2025, 4, 28), parliament=45))], [published])
    found = sponsored(bill("Sen. Marc Gold", "S-4", "45-1"), known)
    assert (found.sponsor_person_id, found.sponsor_caucus) == (88, None)


def test_a_name_that_was_found_and_has_become_ambiguous_loses_its_person() -> None:
    found = sponsored(bill("Hon. David J. McGuinty"), Sponsors(MEMBERS, []))
    again = sponsored(found, Sponsors([*MEMBERS, member(2, "David McGuinty")], []))
    assert (again.sponsor_person_id, again.sponsor_basis) == (None, "ambiguous")
    kept = sponsored(found, Sponsors([*MEMBERS, member(2, "David McGuinty")], []), by_editor=True)
    assert (kept.sponsor_person_id, kept.sponsor_basis) == (1589, "editor")


@pytest.mark.parametrize(
    ("on", "caucus"),
    [
        (D(2015, 11, 1), "Bloc Québécois"),
        (D(2018, 2, 27), "Bloc Québécois"),
        (D(2018, 2, 28), "Québec debout"),
        (D(2019, 10, 1), "Québec debout"),
        (None, None),
    ],
)
def test_the_caucus_is_that_of_the_day(on: D | None, caucus: str | None) -> None:
    assert caucus_on(MEMBERS[4].memberships, on) == caucus


def test_in_a_gap_between_two_caucuses_nobody_knows() -> None:
    terms = [term("Liberal", D(2015, 10, 19), D(2016, 1, 1)), term("NDP", D(2016, 6, 1))]
    assert caucus_on(terms, D(2016, 3, 1)) is None
    assert caucus_on([], D(2016, 3, 1)) is None


def test_a_sponsor_who_is_replaced_is_kept_with_the_day() -> None:
    old = sponsored(bill("Hon. David J. McGuinty"), Sponsors(MEMBERS, []))
    new = with_former(bill("Rachael Harder"), old, D(2016, 9, 1))
    (former,) = new.former_sponsors
    assert (former.person_id, former.name_en, former.caucus) == (1589, "Hon. David J. McGuinty", "Liberal")
    assert (former.bill, former.until_on) == ("42-1/C-201", D(2016, 9, 1))
    assert with_former(bill("David McGuinty"), old, D(2016, 9, 1)).former_sponsors == ()
    assert with_former(bill("Rachael Thomas"), new, D(2017, 9, 1)).former_sponsors[0] == former


def test_findings_name_the_doubtful_sponsors() -> None:
    known = Sponsors(MEMBERS, [])
    found = [
        sponsored(bill(name, f"C-{number}"), known)
        for number, name in enumerate(("Hon. David Anderson", "Nobody Known", "David McGuinty"), 201)
    ]
    ambiguous, unknown = findings_of("42-1", found, known)
    assert (ambiguous.rule, ambiguous.key) == ("sponsor_ambiguous", "42-1/C-201")
    assert "1635, 1795" in ambiguous.message
    assert (unknown.rule, unknown.key) == ("sponsor_unknown", "42-1")
    assert "Nobody Known" in unknown.message


def facts(number: str, name: str | None, person_id: int | None, session: str = "42-1", **fields: Any) -> BillFacts:
    values: dict[str, Any] = {
        "key": f"{session}/{number}", "session": session, "number": number, "type": "private-member", "status": None,
        "sponsor_person_id": person_id, "sponsor_name": name, "introduced_on": None, "is_reinstated": False,
        "provisional": False, "milestones": {},
    }  # fmt: skip
    return BillFacts(**(values | fields))


def test_a_sponsor_is_one_person_with_and_without_honorific() -> None:
    rows = sponsors(
        [
            facts("C-201", "Hon. David J. McGuinty", 1589), facts("C-202", "David McGuinty", 1589),
            facts("C-203", "David McGuinty", None, "36-1"), facts("C-204", "Hon. Ann Old", None, "36-1"),
            facts("C-205", "Ann Old", None, "35-1"), facts("C-206", "David Anderson", None, sponsor_basis="ambiguous"),
        ]
    )  # fmt: skip
    assert [(row.person_id, row.introduced) for row in rows] == [(1589, 3), (None, 2)]


def test_laws_are_counted_by_the_caucus_of_then() -> None:
    rows = by_caucus(
        [
            facts("C-201", "A", 1, sponsor_caucus="ndp", outcome="law"),
            facts("C-202", "A", 1, sponsor_caucus="liberal", outcome="died"),
            facts("C-203", "B", 2, sponsor_caucus="ndp", outcome=None),
            facts("C-204", "B", 2, "43-1", sponsor_caucus="ndp", outcome="reinstated"),
            facts("C-204", "B", 2, "43-2", sponsor_caucus="ndp", outcome="law", is_reinstated=True),
            facts("C-1", None, None, status="pro-forma", outcome="pro-forma"),
        ]
    )  # fmt: skip
    assert [(row.caucus, row.introduced, row.became_law, row.died, row.unknown) for row in rows] == [
        ("ndp", 3, 2, 0, 1),
        ("liberal", 1, 0, 1, 0),
    ]
