"""Standings: seats by caucus and province on a day."""

import datetime as dt
from collections import Counter

import msgspec

from serving.core.answers.code_names import caucus_of, province_of
from serving.core.answers.texts import Coded, View
from serving.statistics.coverage import ParliamentOfDay
from serving.statistics.figures.bills import why_no_seats
from warehouse.statistics.inputs import SeatsOnDay


class ProvinceSeats(msgspec.Struct, frozen=True, kw_only=True):
    """Filled seats of a caucus in a province or territory.
    / Les sièges occupés d’un caucus dans une province ou un territoire."""

    province: Coded
    """The province or territory; its code is empty where no document names it.
    / La province ou le territoire; son code est vide si aucun document ne le nomme."""
    seats: int
    """Seats with a known holder. / Sièges dont le titulaire est connu."""


class CaucusStanding(msgspec.Struct, frozen=True, kw_only=True):
    """A caucus on a day. / Un caucus un jour donné."""

    caucus: Coded
    """The caucus. / Le caucus."""
    seats: int
    """Seats with a known holder. / Sièges dont le titulaire est connu."""
    share: float
    """Of all seats with a known holder, from 0 to 1. / Sur tous les sièges au titulaire connu, de 0 à 1."""
    provinces: list[ProvinceSeats]
    """The same by province or territory, by code. / De même par province ou territoire, selon le code."""


class Standings(msgspec.Struct, frozen=True, kw_only=True):
    """The House by caucus on a day. / La Chambre par caucus un jour donné."""

    as_of: dt.date
    """The day. / Le jour."""
    parliament: int | None
    """The Parliament of the day; null where none is known. / La législature du jour; nul si aucune n’est connue."""
    known_until: dt.date | None
    """The last day of that Parliament with a recorded division here. Who left or came later is known only where a list
    of members says so; null where no division is held.
    / Le dernier jour de cette législature dont un vote est conservé. Qui est parti ou arrivé depuis n’est connu que si
    une liste de députés le dit; nul si aucun vote n’est conservé."""
    house_seats: int | None
    """All seats of the House that day; null where it is not known.
    / Tous les sièges de la Chambre ce jour-là; nul si on l’ignore."""
    filled: int | None
    """Seats with a known holder; null, with a note that says why, where it is doubtful who held one.
    / Sièges dont le titulaire est connu; nul, avec une note qui dit pourquoi, si un titulaire est douteux."""
    no_known_holder: int | None
    """The others: vacant seats, and members of whom no document and no ballot is held; null where either is not known.
    / Les autres : sièges vacants, et membres dont ni document ni vote n’est conservé;
    nul si l’un des nombres est inconnu."""
    caucuses: list[CaucusStanding]
    """The largest caucus first. / Le plus grand caucus d’abord."""


def standings(found: SeatsOnDay, term: ParliamentOfDay, view: View) -> Standings:
    """The standings of a day. Nothing is counted of a day on which the House had no members, or more than one a "
    "seat."""
    is_left_out = bool(why_no_seats(found, term))
    holders = () if is_left_out else found.holders
    of_caucus = Counter(each.caucus for each in holders)
    of_province = Counter((each.caucus, each.province) for each in holders)
    total, size = len(holders), term.house_seats(found.on)
    ranked = sorted(of_caucus.items(), key=lambda each: (-each[1], each[0]))
    return Standings(
        as_of=found.on,
        parliament=term.parliament,
        known_until=max((each.last_on for each in term.sessions if each.last_on), default=None),
        house_seats=size,
        filled=None if is_left_out else total,
        no_known_holder=None if is_left_out or size is None else size - total,
        caucuses=[
            CaucusStanding(
                caucus=caucus_of(caucus, view),
                seats=seats,
                share=seats / total,
                provinces=[
                    ProvinceSeats(province=province_of(province, view), seats=count)
                    for (own, province), count in sorted(of_province.items())
                    if own == caucus
                ],
            )
            for caucus, seats in ranked
        ],
    )
