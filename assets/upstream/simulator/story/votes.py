"""Recorded votes: the questions, and how each seat votes, with party lines, a few rebels, pairs and absences."""

import datetime as dt
from collections.abc import Sequence
from random import Random

import msgspec

from assets.upstream.simulator.story.names import TOPICS
from assets.upstream.simulator.story.people import INDEPENDENT, House
from assets.upstream.simulator.story.randoms import stream
from assets.upstream.simulator.story.tables import BilingualText, CodedText
from warehouse.model.keys import SessionCode

ABSENT, YEA, NAY, PAIRED = 0, 1, 2, 4
"""One byte a seat: the sum of what applies, so `YEA + PAIRED` is a member who voted and was paired."""
MARGIN = 3
"""The smallest margin without faults, so that a changed ballot never changes a result by accident."""

LEGISLATIVE = CodedText(98, "Legislative Process", "Processus législatif")
SUPPLY = CodedText(53, "Supply", "Travaux des subsides")
WAYS_AND_MEANS = CodedText(54, "Ways and means", "Voies et moyens")
GOVERNMENT_BUSINESS = CodedText(55, "Government Business", "Affaires émanant du gouvernement")
PRIVATE_MOTIONS = CodedText(57, "Private Members' Motions", "Motions émanant des députés")
ROUTINE = CodedText(58, "Routine Proceedings", "Affaires courantes ordinaires")


class PlannedDivision(msgspec.Struct, frozen=True, kw_only=True):
    """One recorded vote as planned; its ballots follow from it."""

    session: SessionCode
    number: int
    at: dt.datetime
    """Ottawa's clock."""
    document_type: CodedText
    subject: BilingualText
    is_agreed: bool
    bill: str | None = None


def motion(random: Random, number: int) -> tuple[CodedText, BilingualText, bool]:
    """A question without a bill: document type, subject, and whether it is agreed to."""
    topic = random.choice(TOPICS)
    ways = BilingualText(
        f"Ways and means motion No. {number} (simulated)",
        f"Motion de voies et moyens n<Sup>o</Sup> {number} (simulation)",
    )
    business = BilingualText(
        f"Government Business No. {number} (Measures on {topic.en}) (simulated)",
        f"Affaire émanant du gouvernement n<Sup>o</Sup> {number} (Mesures sur {topic.fr}) (simulation)",
    )
    opposition = BilingualText(
        f"Opposition Motion (Support for {topic.en}) (simulated)",
        f"Motion de l'opposition (Soutien pour {topic.fr}) (simulation)",
    )
    private = BilingualText(
        f"Private Members' Business M-{number} (National strategy on {topic.en}) (simulated)",
        f"Affaires émanant des députés M-{number} (Stratégie nationale sur {topic.fr}) (simulation)",
    )
    orders = BilingualText(
        "Motion to proceed to Orders of the Day (simulated)", "Motion visant à passer à l'ordre du jour (simulation)"
    )
    return random.choice(
        (
            (SUPPLY, opposition, random.random() < 0.3),
            (SUPPLY, opposition, random.random() < 0.3),
            (WAYS_AND_MEANS, ways, True),
            (GOVERNMENT_BUSINESS, business, True),
            (PRIVATE_MOTIONS, private, random.random() < 0.5),
            (ROUTINE, orders, random.random() < 0.7),
        )
    )


def cast(seed: int, house: House, division: PlannedDivision) -> bytes:
    """How every seat votes, in seat order. The Speaker has no ballot.

    Chance is tried with fewer and fewer rebels and absences until the planned result stands by `MARGIN`.
    """
    random = stream(seed, "ballots", division.session, division.number)
    line = _party_lines(random, house, division)
    for laxity in (1.0, 0.5, 0.2, 0.0):
        ballots = _cast(random, house, division, line, laxity)
        yeas, nays, _ = totals(ballots)
        if (yeas - nays if division.is_agreed else nays - yeas) >= MARGIN:
            break
    return bytes(ballots)


def totals(ballots: bytes | bytearray) -> tuple[int, int, int]:
    """Yeas, nays and paired; a member who voted and was paired counts twice, as in the House."""
    both_yea, both_nay = ballots.count(YEA + PAIRED), ballots.count(NAY + PAIRED)
    return ballots.count(YEA) + both_yea, ballots.count(NAY) + both_nay, ballots.count(PAIRED) + both_yea + both_nay


def _party_lines(random: Random, house: House, division: PlannedDivision) -> list[bool]:
    """Yea or nay for each party, such that the planned side has the numbers even if all independents oppose it."""
    sizes = [0] * (INDEPENDENT + 1)
    for seat in range(len(house.seats)):
        is_here = seat != house.speaker and house.person_on(seat, division.at.date()) is not None
        sizes[house.party_at(seat, division.at)] += is_here
    order = random.sample(range(INDEPENDENT), INDEPENDENT)
    if not division.is_agreed or random.random() < 0.85:
        order.sort(key=lambda party: party != house.government)  # most of what passes or fails is the government's will
    present = [party for party in order if sizes[party]]
    movers = 0 if division.is_agreed else 1  # the mover of a negatived motion votes for it
    winners: set[int] = set()
    total = sum(sizes)
    for position, party in enumerate(present):
        winning = sum(sizes[each] for each in winners)
        needs_more = winning * 2 - total < max(MARGIN, total // 12)
        if needs_more or (random.random() < 0.12 and position < len(present) - movers):
            winners.add(party)
    return [(party in winners) == division.is_agreed for party in range(INDEPENDENT + 1)]


def _cast(random: Random, house: House, division: PlannedDivision, line: Sequence[bool], laxity: float) -> bytearray:
    ballots = bytearray(len(house.seats))
    sides: tuple[list[int], list[int]] = ([], [])
    for seat in range(len(ballots)):
        party = house.party_at(seat, division.at)
        luck = random.random()
        is_vacant = house.person_on(seat, division.at.date()) is None
        if seat == house.speaker or is_vacant or luck < 0.04 * laxity:
            continue
        is_yea = line[party] if party != INDEPENDENT else luck < 0.5
        if luck > 1 - 0.015 * laxity:
            is_yea = not is_yea
        ballots[seat] = YEA if is_yea else NAY
        sides[party == house.government].append(seat)
    pairs = random.randrange(1 + round(min(map(len, sides)) * 0.08 * laxity))
    for side in sides:
        for seat in random.sample(side, pairs):
            ballots[seat] = PAIRED
    return ballots
