"""Overrides into an entity and out again, what follows from them, and what editors may not do."""

import datetime as dt
import uuid
from typing import Any

import msgspec
import pytest

from assets.editing.drafts import Draft, require_apart, require_words, values_of
from assets.overrides.merge import merge, upstream_of
from deploy.commands.overrides import entity_of, expiry, id_of
from tests.support.data.samples import HELD_AT, bill, vote
from warehouse.model.kinds import EntityType
from warehouse.model.overrides import Override
from warehouse.runtime.errors import OverrideInvalid

VOTE, BILL = vote(7, members=4).root, bill(7).root
LATER = HELD_AT + dt.timedelta(days=9)


def override(field: str, value: Any, upstream: Any, *, entity: EntityType = "vote") -> Override:
    return Override(
        id=uuid.uuid4(),
        entity=entity,
        key="k",
        field=field,
        value=value,
        old_value=upstream,
        upstream_value=upstream,
        author="desk",
        reason="why",
        made_at=HELD_AT,
        expires_at=None,
        state="active",
        changed_at=HELD_AT,
        withdraws=not field,
        document_sha256="00",
        pending=False,
    )


def draft(field: str = "/yeas", text: str = "5", **other: Any) -> Draft:
    return Draft(
        **({"entity": "vote", "key": VOTE.key, "field": field, "text": text, "author": "desk", "reason": "y"} | other)
    )


def test_a_ballot_moves_the_counts_and_disputes_the_totals() -> None:
    ballot, totals = override("/ballots/2/position", "nay", "yea"), override("/nays", 1, 0)
    one = merge(VOTE, [ballot])
    assert (one.root.counted_yeas, one.root.counted_nays, one.root.disputed) == (3, 1, True)
    assert one.refs == (ballot.ref,)
    both = merge(VOTE, [ballot, totals, override("/yeas", 3, 4)])
    assert (both.root.nays, both.root.disputed) == (1, False)
    known = {str(each.id): each for each in (ballot,)}
    assert upstream_of(one.root, one.refs, known) == VOTE


def test_a_ballot_that_is_missing_is_added_and_taken_out_again() -> None:
    new = override("/ballots/9", {"person_id": 9, "position": "nay", "paired": True, "name": "N"}, None)
    found = merge(VOTE, [new])
    assert (found.root.counted_nays, found.root.counted_paired, len(found.root.ballots)) == (1, 1, 5)
    assert upstream_of(found.root, found.refs, {str(new.id): new}) == VOTE


def test_the_day_of_introduction_follows_unless_it_is_overridden_itself() -> None:
    first = override("/passed_house_first_on", "2020-02-03", None, entity="bill")
    assert merge(BILL, [first]).root.introduced_on == dt.date(2020, 2, 3)
    day = override("/introduced_on", "2020-01-31", None, entity="bill")
    assert merge(BILL, [first, day]).root.introduced_on == dt.date(2020, 1, 31)


def test_the_sitting_day_follows_the_instant_in_ottawa() -> None:
    late = override("/held_at", "2020-02-04T03:30:00Z", "2020-01-06T20:30:00Z")
    assert merge(VOTE, [late]).root.held_on == dt.date(2020, 2, 3)


def test_what_upstream_says_itself_is_settled_and_not_marked() -> None:
    same = override("/yeas", 4, 5)
    found = merge(VOTE, [same])
    assert (found.root, found.refs, found.settled, found.seen) == (VOTE, (), {same.id}, {same.id: 4})


def test_an_override_of_a_ballot_that_upstream_struck_does_not_apply() -> None:
    gone = override("/ballots/99/position", "nay", "yea")
    found = merge(VOTE, [gone])
    assert (found.root, found.refs, found.seen) == (VOTE, (), {gone.id: None})
    assert msgspec.structs.replace(gone, upstream_value=None).is_outdated


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("/yeas", "5", 5), ("/subject_fr", "Une motion", "Une motion"), ("/subject_en", "12", "12"),
        ("/nays", "null", None), ("/held_at", "2020-01-06T15:30:00-06:00", "2020-01-06T21:30:00Z"),
        ("/ballots/2/position", "nay", "nay"), ("/ballots/2", "null", None), ("/result", "tie", "tie"),
        ("/ballots/2/paired", "true", True),
    ],
)  # fmt: skip
def test_a_value_is_read_as_its_field_takes_it(field: str, text: str, value: Any) -> None:
    assert values_of(draft(field, text), VOTE)[0] == value


@pytest.mark.parametrize(
    ("field", "text", "why"),
    [
        ("/colour", "red", "no field 'colour'"), ("/yeas", "many", "cannot be many"), ("/yeas", "-", "cannot be"),
        ("/held_at", "yesterday", "cannot be yesterday"),
        ("/held_at", "2020-01-06T15:30:00", "zone"), ("/ballots/2/position", "aye", "cannot be aye"),
        ("/ballots/99/position", "nay", "no /ballots/99"), ("/key", "x", "says which one"),
        ("/ballots/2/person_id", "3", "says which one"), ("/counted_yeas", "5", "follows from"),
        ("/held_on", "2020-01-01", "follows from"), ("/result", "unanimous", "no code"),
        ("/yeas", "4", "already says 4"),
    ],
)  # fmt: skip
def test_what_cannot_be_says_why(field: str, text: str, why: str) -> None:
    with pytest.raises(OverrideInvalid, match=why) as raised:
        values_of(draft(field, text), VOTE)
    assert raised.value.fix


@pytest.mark.parametrize(
    ("other", "why"),
    [({"author": " "}, "its author"), ({"reason": ""}, "its reason"), ({"expires_at": HELD_AT}, "is in the past")],
)
def test_nobody_overrides_without_a_name_a_reason_and_a_future(other: dict[str, Any], why: str) -> None:
    with pytest.raises(OverrideInvalid, match=why):
        require_words(draft(**other), LATER)
    require_words(draft(expires_at=LATER + dt.timedelta(days=1)), LATER)


@pytest.mark.parametrize(
    ("field", "held", "is_refused"),
    [
        ("/yeas", "/yeas", True), ("/yeas", "/nays", False), ("/ballots/2", "/ballots/2/position", True),
        ("/ballots/2/position", "/ballots/2", True), ("/ballots/2", "/ballots/25", False), ("", "", True),
        ("/yeas", "", True), ("", "/yeas", False),
    ],
)  # fmt: skip
def test_one_override_a_place(field: str, held: str, is_refused: bool) -> None:
    others = [override(held, 1, 2)]
    if not is_refused:
        require_apart(draft(field), others)
        return
    with pytest.raises(OverrideInvalid, match=str(others[0].id)):
        require_apart(draft(field), others)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None), ("30d", HELD_AT + dt.timedelta(days=30)), ("2027-01-01", dt.datetime(2027, 1, 1, tzinfo=dt.UTC)),
        ("2027-01-01T07:00:00-05:00", dt.datetime(2027, 1, 1, 12, tzinfo=dt.UTC)),
    ],
)  # fmt: skip
def test_an_expiry_is_days_a_day_or_an_instant(text: str, expected: dt.datetime | None) -> None:
    assert expiry(text, HELD_AT) == expected


@pytest.mark.parametrize("text", ["soon", "0d", "2027-01-01T07:00:00", "30"])
def test_another_expiry_is_refused(text: str) -> None:
    with pytest.raises(OverrideInvalid, match="not a valid expiry"):
        expiry(text, HELD_AT)


def test_kinds_and_ids_are_refused_by_name() -> None:
    assert entity_of("Votes") == "vote"
    with pytest.raises(OverrideInvalid, match="bill, vote, member, session"):
        entity_of("senator")
    with pytest.raises(OverrideInvalid, match="is not a valid id"):
        id_of("7")
