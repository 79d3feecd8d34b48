"""The votes, bills and members of the current session that faults affect, chosen once and all different."""

import datetime as dt
from itertools import pairwise

import msgspec

from assets.upstream.simulator.story.people import NEWCOMER_PERSON_ID, Crossing, Person, newcomer
from assets.upstream.simulator.story.randoms import stream
from assets.upstream.simulator.story.sessions import SessionStory
from assets.upstream.simulator.story.tables import PRIVATE_MEMBER


class Targets(msgspec.Struct, frozen=True, kw_only=True):
    """Division numbers, bill numbers and seats, one for each fault that needs one."""

    corrected: int
    missing: int
    duplicated: int
    tied: int
    cast_by_speaker: int
    yea_and_paired: int
    renamed: int
    truncated: int
    page: int
    empty: int
    failing: int
    crossing: Crossing
    before_crossing: int
    """The vote of the same day before the crossing; the next one is after it."""
    leaver: int
    """Seat of the member who leaves."""
    vacant_from: dt.datetime
    filled_from: dt.datetime
    newcomer: Person
    duplicated_bill: str
    status_bill: str
    renamed_bill: str
    page_bill: str
    late_french_bill: str
    unlisted_bill: str
    later_corrections: tuple[int, ...]
    """Votes that `advance` corrects, one each time, in this order."""


def choose_targets(seed: int, story: SessionStory) -> Targets:
    """Choose among what is published at first, so that `advance` moves no target."""
    random = stream(seed, "targets")
    published = story.divisions[: story.published]
    motions = random.sample([each.number for each in published if each.bill is None], 6)
    agreed = next(each.number for each in published if each.bill is None and each.is_agreed)
    if agreed in motions:
        motions.remove(agreed)
    others = [each.number for each in published if each.number not in (*motions, agreed)]
    random.shuffle(others)
    unlisted = next(each.bill for each in reversed(published) if each.bill is not None)
    bills = random.sample(sorted(_ordinary_bills(story) - {unlisted}), 5)
    before, after = next(pair for pair in reversed(list(pairwise(published))) if pair[0].at.date() == pair[1].at.date())
    backbench = [seat for seat in range(len(story.house.seats)) if _is_backbench(story, seat)]
    crosser, leaver = random.sample(backbench, 2)
    party = story.house.seats[crosser].party
    days = story.days[: story.days.index(published[-1].at.date()) + 1]
    return Targets(
        corrected=motions[0],
        missing=motions[1],
        duplicated=motions[2],
        tied=motions[3],
        cast_by_speaker=motions[4],
        yea_and_paired=agreed,
        renamed=others[0],
        truncated=others[1],
        page=others[2],
        empty=others[3],
        failing=others[4],
        crossing=Crossing(crosser, after.at, (party + 1) % 2),
        before_crossing=before.number,
        leaver=leaver,
        vacant_from=dt.datetime.combine(days[len(days) // 3], dt.time()),
        filled_from=dt.datetime.combine(days[len(days) * 2 // 3], dt.time()),
        newcomer=newcomer(seed, NEWCOMER_PERSON_ID, 0, story.house.seats[leaver].riding.province),
        duplicated_bill=bills[0],
        status_bill=bills[1],
        renamed_bill=bills[2],
        page_bill=bills[3],
        late_french_bill=bills[4],
        unlisted_bill=unlisted,
        later_corrections=tuple(others[5:]),
    )


def _ordinary_bills(story: SessionStory) -> set[str]:
    by = story.horizon(story.published)
    return {each.code for each in story.bills if each.type == PRIVATE_MEMBER and each.steps_by(by)}


def _is_backbench(story: SessionStory, seat: int) -> bool:
    house = story.house
    is_plain = seat != house.speaker and seat not in house.ministers and seat in house.settled
    return is_plain and all(each.seat != seat for each in house.crossings)
