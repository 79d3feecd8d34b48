"""What happens to each bill of a session, planned from first reading to its end."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from random import Random

import msgspec

from assets.upstream.simulator.story import tables
from assets.upstream.simulator.story.dates import SimulatedSession
from assets.upstream.simulator.story.names import TOPICS
from assets.upstream.simulator.story.people import House, Person
from assets.upstream.simulator.story.randoms import stream
from assets.upstream.simulator.story.tables import BilingualText, CodedText, StepKind

_LAST_GOVERNMENT_NUMBER = 200
"""House bills above it are private members'; so it has been since 1994."""
_MOST_SENATE_PUBLIC = 799
_FIRST_NUMBERS = {
    tables.GOVERNMENT: 2,
    tables.SENATE_GOVERNMENT: 2,
    tables.PRIVATE_MEMBER: 201,
    tables.SENATE_PUBLIC: 201,
    tables.SENATE_PRIVATE: 1001,
}
_OF_SENATE = (tables.SENATE_GOVERNMENT, tables.SENATE_PUBLIC, tables.SENATE_PRIVATE)
_SITTING_DAYS_BETWEEN_STEPS = {tables.GOVERNMENT: (2, 14), tables.SENATE_GOVERNMENT: (2, 14)}
_SLOW = (6, 30)


class PlannedStep(msgspec.Struct, frozen=True):
    """One thing that happened to a bill, in Ottawa's time. `division` is the recorded vote that decided it."""

    kind: StepKind
    at: dt.datetime
    division: int | None = None
    is_amended: bool = False
    """For a committee report: with amendments."""

    @property
    def chamber(self) -> int:
        """1 House, 2 Senate; royal assent is given in the Senate."""
        return tables.HOUSE if self.kind[0] == "H" else tables.SENATE

    @property
    def event(self) -> CodedText:
        """The event's id and words, which differ with the chamber and its committee's report."""
        if self.kind == "HC":
            return tables.REPORT_AMENDED if self.is_amended else tables.REPORT_UNAMENDED
        return tables.EVENTS[self.kind]

    @property
    def has_passed(self) -> bool:
        """Whether the step completes its stage; the order of precedence and defeat do not."""
        return self.kind not in ("HP", "HX")


class BillStory(msgspec.Struct, frozen=True, kw_only=True):
    """A bill with everything planned for it; the published part depends on the day."""

    bill_id: int
    prefix: str
    number: int
    type: CodedText
    title: BilingualText
    short_title: BilingualText
    sponsor: Person
    sponsor_seat: int | None
    """Null for senators."""
    is_minister: bool
    committee: int
    is_pro_forma: bool = False
    steps: tuple[PlannedStep, ...] = ()
    chapter: int | None = None
    """Chapter of the statutes of the year of royal assent."""

    @property
    def code(self) -> str:
        """`C-11`."""
        return f"{self.prefix}-{self.number}"

    def steps_by(self, instant: dt.datetime) -> tuple[PlannedStep, ...]:
        """What has happened by an instant, in order."""
        return tuple(step for step in self.steps if step.at <= instant)


def plan_bills(
    seed: int, term: SimulatedSession, house: House, days: tuple[Sequence[dt.date], Sequence[dt.date]], count: int
) -> list[BillStory]:
    """`count` bills introduced on the first of two runs of sitting days, some more on the second, unpublished one.

    Steps carry their sitting day and a usual hour; those decided by a recorded vote get the vote's time later.
    """
    random = stream(seed, "bills", term.code)
    early, late = days
    entries = [(tables.SENATE_PUBLIC, 1, early[0]), (tables.GOVERNMENT, 1, early[0])]
    entries += _entries(random, count - 2, early[: max(1, len(early) * 3 // 4)], late)
    calendar = [*early, *late]
    stories: list[BillStory] = []
    for position, (kind, number, introduced_on) in enumerate(entries):
        story = _story(random, house, kind, number, _first_id(term) + position)
        steps = tuple(_steps(random, story, calendar[bisect_left(calendar, introduced_on) :]))
        stories.append(msgspec.structs.replace(story, steps=steps))
    return _with_chapters(stories, term)


def _first_id(term: SimulatedSession) -> int:
    """Bill ids of eight digits: parliament, session, position; the real ones are far below."""
    return term.code.parliament * 1_000_000 + term.code.number * 100_000


def _entries(
    random: Random, count: int, days: Sequence[dt.date], late_days: Sequence[dt.date]
) -> Iterator[tuple[CodedText, int, dt.date]]:
    """Type, number and day of introduction; within a type numbers rise with the days."""
    late = min(30, count // 10 + 1) if late_days else 0
    government = min(count * 3 // 10, _LAST_GOVERNMENT_NUMBER - 1 - late)
    public = min(count * 2 // 11, _MOST_SENATE_PUBLIC)
    mix = {
        tables.SENATE_GOVERNMENT: min(count // 16, 50),
        tables.SENATE_PUBLIC: public,
        tables.SENATE_PRIVATE: min(count // 40, 5),
        tables.GOVERNMENT: government,
    }
    mix[tables.PRIVATE_MEMBER] = count - sum(mix.values())
    for kind, how_many in mix.items():
        introduced = sorted(random.choices(days, k=how_many))
        if kind not in _OF_SENATE:
            introduced += sorted(random.choices(late_days, k=late)) if late else []
        for offset, day in enumerate(introduced):
            yield kind, _FIRST_NUMBERS[kind] + offset, day


def _story(random: Random, house: House, kind: CodedText, number: int, bill_id: int) -> BillStory:
    seat: int | None = None
    is_minister = kind == tables.GOVERNMENT
    if kind in _OF_SENATE:
        sponsor = random.choice(house.senators)
    else:
        seats = house.ministers if is_minister else range(len(house.seats))
        seat = random.choice([each for each in seats if each != house.speaker and each in house.settled])
        sponsor = house.seats[seat].person
    is_pro_forma = number == 1
    title, short_title = _titles(random, kind, is_pro_forma=is_pro_forma)
    return BillStory(
        bill_id=bill_id,
        prefix="S" if kind in _OF_SENATE else "C",
        number=number,
        type=kind,
        title=title,
        short_title=short_title,
        sponsor=sponsor,
        sponsor_seat=seat,
        is_minister=is_minister,
        committee=random.randrange(len(tables.HOUSE_COMMITTEES)),
        is_pro_forma=is_pro_forma,
    )


def _titles(random: Random, kind: CodedText, *, is_pro_forma: bool) -> tuple[BilingualText, BilingualText]:
    """Long and short title; two thirds of the bills have no short one."""
    topic = random.choice(TOPICS)
    if is_pro_forma:
        return BilingualText(
            "An Act respecting beginnings (simulated)", "Loi concernant les commencements (simulation)"
        ), BilingualText("", "")
    if kind == tables.PRIVATE_MEMBER and random.random() < 0.5:
        title = BilingualText(
            f"An Act to establish a national framework on {topic.en} (simulated)",
            f"Loi établissant un cadre national sur {topic.fr} (simulation)",
        )
    elif random.random() < 0.5:
        title = BilingualText(
            f"An Act to amend the {topic.en.title()} Act (simulated)",
            f"Loi modifiant la Loi sur {topic.fr} (simulation)",
        )
    else:
        title = BilingualText(f"An Act respecting {topic.en} (simulated)", f"Loi concernant {topic.fr} (simulation)")
    if random.random() < 0.66:
        return title, BilingualText("", "")
    return title, BilingualText(f"{topic.en.title()} Act (simulated)", f"Loi sur {topic.fr} (simulation)")


def _steps(random: Random, story: BillStory, calendar: Sequence[dt.date]) -> Iterator[PlannedStep]:
    """The steps from introduction as far as fate and calendar allow."""
    shortest, longest = _SITTING_DAYS_BETWEEN_STEPS.get(story.type, _SLOW)
    position = 0
    for kind in _path(random, story):
        if position >= len(calendar):
            return
        at = dt.datetime.combine(calendar[position], _hour(random, kind))
        yield PlannedStep(kind, at, is_amended=kind == "HC" and random.random() < 0.4)
        position += random.randint(shortest, longest)


def _path(random: Random, story: BillStory) -> tuple[StepKind, ...]:
    """The steps fate allows. Only private members' bills are ever defeated here."""
    if story.is_pro_forma:
        return ("S1",) if story.prefix == "S" else ("H1",)
    if story.type == tables.PRIVATE_MEMBER:
        whole: tuple[StepKind, ...] = ("H1", "HP", *tables.HOUSE_PATH[1:], *tables.SENATE_PATH, "RA")
        luck = random.random()
        if luck < 0.4:
            return whole[:1]
        if luck < 0.55:
            return ("H1", "HP", "HX")
        return whole[: random.randint(2, len(whole))]
    whole = (*tables.HOUSE_PATH, *tables.SENATE_PATH, "RA")
    if story.prefix == "S":
        whole = (*tables.SENATE_PATH, *tables.HOUSE_PATH, "RA")
    return whole if random.random() < 0.5 else whole[: random.randint(1, len(whole))]


def _hour(random: Random, kind: StepKind) -> dt.time:
    """Committee reports and first readings come with a stamp to the millisecond, Senate days often as a bare date."""
    if kind in ("H1", "HC"):
        return dt.time(10, random.randrange(1, 40), random.randrange(60), random.randrange(1000) * 1000)
    if kind[0] == "H" and kind != "HP":
        return dt.time(13, random.randrange(60))
    if kind == "RA":
        return dt.time(17, random.randrange(20, 59))
    return dt.time() if random.random() < 0.5 else dt.time(14, random.randrange(60))


def _with_chapters(stories: list[BillStory], term: SimulatedSession) -> list[BillStory]:
    """Number the statutes of each year in the order of assent; each session starts at its own thousand."""
    assented = sorted(
        (story.steps[-1].at, position) for position, story in enumerate(stories) if story.steps[-1].kind == "RA"
    )
    years: dict[int, int] = {}
    for at, position in assented:
        years[at.year] = years.get(at.year, 0) + 1
        chapter = term.index * 1000 + years[at.year]
        stories[position] = msgspec.structs.replace(stories[position], chapter=chapter)
    return stories
