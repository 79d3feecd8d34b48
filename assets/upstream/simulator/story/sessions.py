"""One whole session: bills and recorded votes are planned together, so that they are consistent."""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import groupby
from random import Random

import msgspec

from assets.upstream.simulator.story import votes
from assets.upstream.simulator.story.bills import BillStory, plan_bills
from assets.upstream.simulator.story.dates import SimulatedSession, sitting_days
from assets.upstream.simulator.story.people import House
from assets.upstream.simulator.story.randoms import stream
from assets.upstream.simulator.story.tables import BilingualText, CodedText, StepKind
from assets.upstream.simulator.story.votes import PlannedDivision

_END_OF_DAY = dt.time(23, 59, 59)
_SUBJECTS: dict[StepKind, BilingualText] = {
    "H2": BilingualText("2nd reading of Bill {code}, {title}", "2e lecture du projet de loi {code}, {title}"),
    "HX": BilingualText("2nd reading of Bill {code}, {title}", "2e lecture du projet de loi {code}, {title}"),
    "HR": BilingualText(
        "Concurrence at report stage of Bill {code}, {title}",
        "Adoption à l’étape du rapport du projet de loi {code}, {title}",
    ),
    "H3": BilingualText(
        "3rd reading and adoption of Bill {code}, {title}", "3e lecture et adoption du projet de loi {code}, {title}"
    ),
}


class SessionStory(msgspec.Struct, frozen=True):
    """Everything that happens in a session, including what upstream has not published yet."""

    term: SimulatedSession
    house: House
    days: tuple[dt.date, ...]
    """Sitting days; position + 1 is the sitting's number."""
    bills: tuple[BillStory, ...]
    """In LEGISinfo's order: Senate bills, then House bills, each by number."""
    divisions: tuple[PlannedDivision, ...]
    published: int
    """How many divisions upstream knows of before the first `advance`."""

    def horizon(self, divisions: int) -> dt.datetime:
        """The instant up to which upstream knows what happened when it has published so many divisions."""
        if divisions <= self.published:
            return dt.datetime.combine(self.term.published_to, _END_OF_DAY)
        return self.divisions[divisions - 1].at


class _Draft(msgspec.Struct, frozen=True):
    """A vote before its time and number are known; `step` is the position in the bill's story."""

    on: dt.date
    document_type: CodedText
    subject: BilingualText
    is_agreed: bool
    bill: int | None = None
    step: int = 0


def plan_session(seed: int, term: SimulatedSession, house: House, bills: int, divisions: int) -> SessionStory:
    """Plan a session with so many bills and divisions known at first, and half as many divisions to come later."""
    days = sitting_days(term.opened_on, term.published_to)
    late_days = sitting_days(term.published_to + dt.timedelta(days=1), term.planned_to)
    stories = plan_bills(seed, term, house, (days, late_days), bills)
    random = stream(seed, "divisions", term.code)
    drafts = _drafts(random, stories, days, divisions)
    if late_days:
        drafts += _drafts(random, stories, late_days, divisions // 2 + 10)
    planned, decided = _scheduled(term, stories, drafts)
    settled = [_settled(story, decided.get(position, {})) for position, story in enumerate(stories)]
    settled.sort(key=lambda story: (story.prefix != "S", story.number))
    return SessionStory(term, house, (*days, *late_days), tuple(settled), tuple(planned), divisions)


def _drafts(random: Random, stories: Sequence[BillStory], days: Sequence[dt.date], count: int) -> list[_Draft]:
    """Exactly `count` votes: half at most on bills, the rest on motions, two of them on one day and one agreed to."""
    candidates = list(_decisions(stories, days))
    random.shuffle(candidates)
    candidates.sort(key=lambda draft: draft.is_agreed)  # defeats first: a bill is never lost without a division
    drafts = candidates[: count // 2]
    on = random.choice(days)
    for number in range(count - len(drafts)):
        on = on if number == 1 or random.random() < 0.4 else random.choice(days)
        document_type, subject, is_agreed = votes.motion(random, number + 1)
        drafts.append(_Draft(on, document_type, subject, is_agreed or number == 0))
    return drafts


def _decisions(stories: Sequence[BillStory], days: Sequence[dt.date]) -> Iterator[_Draft]:
    """Every step of a bill on these days that the House could decide by a recorded vote."""
    first, last = days[0], days[-1]
    for position, story in enumerate(stories):
        for index, step in enumerate(story.steps):
            if step.kind in _SUBJECTS and first <= step.at.date() <= last:
                template = _SUBJECTS[step.kind]
                subject = BilingualText(
                    template.en.format(code=story.code, title=story.title.en),
                    template.fr.format(code=story.code, title=story.title.fr),
                )
                yield _Draft(step.at.date(), votes.LEGISLATIVE, subject, step.kind != "HX", position, index)


def _scheduled(
    term: SimulatedSession, stories: Sequence[BillStory], drafts: list[_Draft]
) -> tuple[list[PlannedDivision], dict[int, dict[int, PlannedDivision]]]:
    """Give the votes their times and numbers; also say which step of which bill each decides."""
    planned: list[PlannedDivision] = []
    decided: dict[int, dict[int, PlannedDivision]] = {}
    for on, group in groupby(sorted(drafts, key=lambda draft: draft.on), key=lambda draft: draft.on):
        of_day = list(group)
        minutes = max(1, min(10, 480 // len(of_day)))
        for position, draft in enumerate(of_day):
            at = dt.datetime.combine(on, dt.time(15, 15)) + dt.timedelta(minutes=minutes * position)
            division = PlannedDivision(
                session=term.code,
                number=len(planned) + 1,
                at=at,
                document_type=draft.document_type,
                subject=draft.subject,
                is_agreed=draft.is_agreed,
                bill=None if draft.bill is None else stories[draft.bill].code,
            )
            planned.append(division)
            if draft.bill is not None:
                decided.setdefault(draft.bill, {})[draft.step] = division
    return planned, decided


def _settled(story: BillStory, decided: dict[int, PlannedDivision]) -> BillStory:
    """The bill with its recorded votes; a defeat nobody voted on did not happen."""
    steps = [
        msgspec.structs.replace(step, at=decided[index].at, division=decided[index].number)
        if index in decided
        else step
        for index, step in enumerate(story.steps)
        if step.kind != "HX" or index in decided
    ]
    return msgspec.structs.replace(story, steps=tuple(steps))
