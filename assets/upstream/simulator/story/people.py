"""Invented parties, ridings and people, and one `House` for each Parliament."""

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from math import gcd

import msgspec

from assets.upstream.simulator.story import names
from assets.upstream.simulator.story.dates import SimulatedSession, elected_on
from assets.upstream.simulator.story.randoms import stream

FIRST_PERSON_ID = 9_000_000
"""Real ids have six digits at most."""
NEWCOMER_PERSON_ID = 9_900_000
FIRST_SENATOR_ID = 9_950_000
SENATORS = 24
INDEPENDENT = 5
MINISTERS = 12

ONTARIO, QUEBEC = "Ontario", "Quebec"
PROVINCES_FR = {
    "Alberta": "Alberta",
    "British Columbia": "Colombie-Britannique",
    "Manitoba": "Manitoba",
    "New Brunswick": "Nouveau-Brunswick",
    "Newfoundland and Labrador": "Terre-Neuve-et-Labrador",
    "Northwest Territories": "Territoires du Nord-Ouest",
    "Nova Scotia": "Nouvelle-Écosse",
    "Nunavut": "Nunavut",
    ONTARIO: ONTARIO,
    "Prince Edward Island": "Île-du-Prince-Édouard",
    QUEBEC: "Québec",
    "Saskatchewan": "Saskatchewan",
    "Yukon": "Yukon",
}
# Seats of each province among the 343 real ones; Quebec's are dealt out by their share, the others in this order.
_QUEBEC_SHARE = 78 / 343
_OTHER_SEATS = {
    ONTARIO: 122,
    "British Columbia": 43,
    "Alberta": 37,
    "Manitoba": 14,
    "Saskatchewan": 14,
    "Nova Scotia": 11,
    "New Brunswick": 10,
    "Newfoundland and Labrador": 7,
    "Prince Edward Island": 4,
    "Yukon": 1,
    "Northwest Territories": 1,
    "Nunavut": 1,
}
_DIRECTIONS = (("", ""), (" North", "-Nord"), (" South", "-Sud"), (" East", "-Est"), (" West", "-Ouest"))


class Party(msgspec.Struct, frozen=True):
    """An invented caucus, by its short names."""

    en: str
    fr: str
    weight: int
    """Chance of a seat outside Quebec, against the others'."""
    weight_quebec: int


PARTIES = (
    Party("Meadow Party (simulated)", "Parti des prés (simulé)", 44, 40),
    Party("Harbour Party (simulated)", "Parti du havre (simulé)", 38, 16),
    Party("Lantern Party (simulated)", "Parti de la lanterne (simulé)", 12, 9),
    Party("Bloc des rivières (simulated)", "Bloc des rivières (simulé)", 0, 31),
    Party("Cedar Party (simulated)", "Parti du cèdre (simulé)", 5, 3),
    Party("Independent (simulated)", "Indépendant (simulé)", 1, 1),
)


class Riding(msgspec.Struct, frozen=True):
    """An electoral district on no map."""

    riding_id: int
    name_en: str
    name_fr: str
    province: str

    @property
    def province_fr(self) -> str:
        """The province's French name."""
        return PROVINCES_FR[self.province]


class Person(msgspec.Struct, frozen=True):
    """A member or senator."""

    person_id: int
    first: str
    last: str
    is_woman: bool

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"


class SimulatedSeat(msgspec.Struct, frozen=True):
    """A riding with the person and party elected in it at the general election."""

    riding: Riding
    person: Person
    party: int


class Crossing(msgspec.Struct, frozen=True):
    """From `at` on, Ottawa's clock, the member of a seat sits with another caucus."""

    seat: int
    at: dt.datetime
    party: int


class Departure(msgspec.Struct, frozen=True):
    """The member of a seat resigns or dies, and a by-election fills the riding, or nothing does."""

    seat: int
    left_on: dt.date
    """The last day."""
    party: int
    """Of the successor."""
    filled_on: dt.date | None = None
    successor: Person | None = None


class PlannedOffice(msgspec.Struct, frozen=True):
    """An office of a seat's member, to the last day; null while it lasts."""

    seat: int
    title_en: str
    title_fr: str
    from_on: dt.date
    to_on: dt.date | None


class House(msgspec.Struct, frozen=True):
    """One Parliament: seats in riding order, the Speaker, ministers, senators, and who crossed the floor when."""

    parliament: int
    elected_on: dt.date
    ended_on: dt.date | None
    """The day before the next election; null while this Parliament lasts."""
    seats: tuple[SimulatedSeat, ...]
    government: int
    speaker: int
    ministers: tuple[int, ...]
    senators: tuple[Person, ...]
    crossings: tuple[Crossing, ...]
    departures: tuple[Departure, ...]
    offices: tuple[PlannedOffice, ...]

    def party_at(self, seat: int, at: dt.datetime, more: Sequence[Crossing] = ()) -> int:
        """The party of a seat's member at an instant; `more` are crossings a fault adds."""
        party = self.seats[seat].party
        for left in self.departures:
            if left.seat == seat and left.filled_on is not None and left.filled_on <= at.date():
                party = left.party
        for crossing in (*self.crossings, *more):
            if crossing.seat == seat and crossing.at <= at:
                party = crossing.party
        return party

    def person_on(self, seat: int, day: dt.date) -> Person | None:
        """Who holds a seat on a day; null while it is vacant."""
        for left in self.departures:
            if left.seat == seat and left.left_on < day:
                return left.successor if left.filled_on is not None and left.filled_on <= day else None
        return self.seats[seat].person

    @property
    def settled(self) -> frozenset[int]:
        """Seats that keep the member elected at the general election."""
        return frozenset(range(len(self.seats))) - {left.seat for left in self.departures}

    def last_seats(self) -> tuple[SimulatedSeat | None, ...]:
        """The seats as the Parliament ends; null where one is vacant."""
        found: list[SimulatedSeat | None] = list(self.seats)
        for left in self.departures:
            seat = self.seats[left.seat]
            found[left.seat] = SimulatedSeat(seat.riding, left.successor, left.party) if left.successor else None
        return tuple(found)


def houses_of(seed: int, terms: Sequence[SimulatedSession], members: int) -> dict[int, House]:
    """One House for each Parliament of the sessions; seven in ten members are elected again in the next one."""
    by_parliament = [list(group) for _, group in itertools.groupby(terms, key=lambda term: term.code.parliament)]
    elections = [elected_on(group[0]) for group in by_parliament]
    ends = [election - dt.timedelta(days=1) for election in elections[1:]]
    people, ridings = _people(seed), ridings_of(seed, members)
    senators = tuple(
        newcomer(seed, FIRST_SENATOR_ID, number, QUEBEC if number % 3 == 0 else ONTARIO) for number in range(SENATORS)
    )
    houses: dict[int, House] = {}
    before: tuple[SimulatedSeat | None, ...] = ()
    for group, election, end in itertools.zip_longest(by_parliament, elections, ends):
        parliament = group[0].code.parliament
        seats = tuple(_elect(seed, parliament, ridings, before, people))
        houses[parliament] = _house(seed, seats, senators, group, (election, end))
        before = houses[parliament].last_seats()
    return houses


def newcomer(seed: int, first_id: int, number: int, province: str) -> Person:
    """A person outside the general elections: a senator, or the winner of a by-election."""
    return _person(seed, first_id + number, first_id + number, is_french=province == QUEBEC)


def _house(
    seed: int,
    seats: tuple[SimulatedSeat, ...],
    senators: tuple[Person, ...],
    terms: Sequence[SimulatedSession],
    elections: tuple[dt.date, dt.date | None],
) -> House:
    parliament = terms[0].code.parliament
    sizes = [sum(seat.party == party for seat in seats) for party in range(INDEPENDENT)]
    government = sizes.index(max(sizes))
    ours = [number for number, seat in enumerate(seats) if seat.party == government]
    speaker, *ministers = stream(seed, "offices", parliament).sample(ours, min(len(ours) - 1, 1 + MINISTERS))
    backbench = [number for number in range(len(seats)) if number != speaker and number not in ministers]
    walkers = stream(seed, "crossings", parliament).sample(backbench, min(len(terms), len(backbench)))
    crossings = tuple(_crossing(seat, term) for seat, term in zip(walkers, terms, strict=False))
    quiet = [number for number in backbench if number not in walkers]
    departures = tuple(_departures(seed, seats, quiet, terms[0]))
    quiet = [number for number in quiet if all(left.seat != number for left in departures)]
    offices = tuple(_offices(seed, (speaker, *ministers), quiet, terms[0], elections[1]))
    return House(
        parliament, *elections, seats, government, speaker, tuple(ministers), senators, crossings, departures, offices
    )


def _departures(
    seed: int, seats: Sequence[SimulatedSeat], quiet: Sequence[int], first: SimulatedSession
) -> Iterator[Departure]:
    """One member in twenty, at most three: one resigns, one dies, and by-elections fill their ridings in the same
    session; the third resigns and the riding stays vacant."""
    random = stream(seed, "departures", first.code.parliament)
    count = min(3, len(seats) // 20, len(quiet))
    length = first.published_to - first.opened_on
    for number, seat in enumerate(random.sample(quiet, count)):
        left_on = first.opened_on + length * (0.3 + 0.1 * number)
        if number == 2:
            yield Departure(seat, left_on, seats[seat].party)
            return
        province = seats[seat].riding.province
        successor = newcomer(seed, NEWCOMER_PERSON_ID, first.code.parliament * 10 + number, province)
        party = seats[seat].party if random.random() < 0.6 else random.randrange(2)
        yield Departure(seat, left_on, party, left_on + length * 0.25, successor)


def _offices(
    seed: int, leaders: Sequence[int], quiet: Sequence[int], first: SimulatedSession, end: dt.date | None
) -> Iterator[PlannedOffice]:
    """The Speaker, the ministry with a change of portfolio half-way, and some offices of backbenchers."""
    speaker, *ministers = leaders
    start = first.opened_on
    yield PlannedOffice(
        speaker, "Speaker of the House of Commons (simulated)", "Président de la Chambre (simulation)", start, end
    )
    for number, seat in enumerate(ministers):
        topic = names.TOPICS[number % len(names.TOPICS)]
        title = f"Minister of {topic.en} (simulated)", f"Ministre responsable de {topic.fr} (simulation)"
        if number == 0:
            title = "Prime Minister (simulated)", "Premier ministre (simulation)"
        changed_on = start + (first.published_to - start) / 2 if number == 1 else None
        yield PlannedOffice(seat, *title, start, changed_on - dt.timedelta(days=1) if changed_on else end)
        if changed_on:
            yield PlannedOffice(
                seat,
                "President of the Treasury Board (simulated)",
                "Président du Conseil du Trésor (simulation)",
                changed_on,
                end,
            )
    titles = (
        (
            "Deputy Speaker and Chair of Committees of the Whole (simulated)",
            "Vice-président de la Chambre (simulation)",
        ),
        ("Parliamentary Secretary to the Prime Minister (simulated)", "Secrétaire parlementaire (simulation)"),
        ("Chief Government Whip (simulated)", "Whip en chef du gouvernement (simulation)"),
        ("House Leader of the Official Opposition (simulated)", "Leader parlementaire de l’opposition (simulation)"),
    )
    chosen = stream(seed, "offices of others", first.code.parliament).sample(quiet, min(len(titles), len(quiet)))
    for seat, title in zip(chosen, titles, strict=False):
        yield PlannedOffice(seat, *title, start, end)


def _crossing(seat: int, term: SimulatedSession) -> Crossing:
    """Once in each session a member leaves the caucus, overnight, half-way through."""
    day = term.opened_on + (term.published_to - term.opened_on) / 2
    return Crossing(seat, dt.datetime.combine(day, dt.time()), INDEPENDENT)


def _elect(
    seed: int, parliament: int, ridings: Sequence[Riding], before: Sequence[SimulatedSeat | None], people: Iterator[int]
) -> Iterator[SimulatedSeat]:
    random = stream(seed, "election", parliament)
    for number, riding in enumerate(ridings):
        is_quebec = riding.province == QUEBEC
        weights = [party.weight_quebec if is_quebec else party.weight for party in PARTIES]
        party = random.choices(range(len(PARTIES)), weights)[0]
        is_again = bool(before) and random.random() < 0.7
        held = before[number] if is_again else None
        if held is not None:
            yield held
        else:
            counter = next(people)
            yield SimulatedSeat(riding, _person(seed, FIRST_PERSON_ID + counter, counter, is_french=is_quebec), party)


def _people(seed: int) -> Iterator[int]:
    return itertools.count(stream(seed, "first person").randrange(1000))


def _person(seed: int, person_id: int, counter: int, *, is_french: bool) -> Person:
    """First and last name walk through all pairs before one comes again."""
    women = names.FIRST_FR_F if is_french else names.FIRST_EN_F
    men = names.FIRST_FR_M if is_french else names.FIRST_EN_M
    firsts, lasts = (*women, *men), names.LAST_FR if is_french else names.LAST_EN
    assert gcd(len(firsts) + 1, len(lasts)) == 1, "names would repeat early"
    start = seed + counter
    first = firsts[start % len(firsts)]
    return Person(person_id, first, lasts[(start + start // len(firsts)) % len(lasts)], is_woman=first in women)


def ridings_of(seed: int, count: int) -> tuple[Riding, ...]:
    """The ridings of the country, the same in every Parliament, in the order of their names.

    Raises:
        ValueError: more ridings than there are names.
    """
    quebec = round(count * _QUEBEC_SHARE)
    random = stream(seed, "ridings")
    french, english = _riding_names(names.PLACES_FR), _riding_names(names.PLACES_EN)
    if quebec > len(french) or count - quebec > len(english):
        raise ValueError(
            f"{count} members are too many; at most {min(len(french) * 4, len(english))} have riding names."
        )
    provinces = [QUEBEC] * quebec + list(_other_provinces(count - quebec))
    chosen = random.sample(french, quebec) + random.sample(english, count - quebec)
    rows = sorted(zip(chosen, provinces, strict=True))
    return tuple(Riding(9001 + number, en, fr, province) for number, ((en, fr), province) in enumerate(rows))


def _other_provinces(count: int) -> Iterator[str]:
    total = sum(_OTHER_SEATS.values())
    given = 0.0
    for province, seats in _OTHER_SEATS.items():
        before, given = given, given + seats * count / total
        yield from [province] * (round(given) - round(before))


def _riding_names(places: Sequence[str]) -> list[tuple[str, str]]:
    """All names the places give, English and French: alone, with a direction, and two joined by an em dash."""
    single = [(place + en, place + fr) for place in places for en, fr in _DIRECTIONS]
    return single + [(f"{a}—{b}", f"{a}—{b}") for a, b in itertools.permutations(places, 2)]
