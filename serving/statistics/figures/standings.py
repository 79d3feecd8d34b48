"""Standings: seats by caucus and province on a day."""

import datetime as dt
from collections import Counter
from typing import Annotated

import msgspec

from serving.core.answers.code_names import caucus_of, province_of
from serving.core.answers.texts import Coded, View, described
from serving.statistics.coverage import ParliamentOfDay
from serving.statistics.figures.bills import why_no_seats
from warehouse.statistics.inputs import SeatsOnDay


class ProvinceSeats(msgspec.Struct, frozen=True, kw_only=True):
    """Filled seats of a caucus in a province or territory."""

    province: Annotated[
        Coded,
        described(
            "The province or territory; its code is empty where no document names it.",
            "La province ou le territoire; son code est vide si aucun document ne le nomme.",
        ),
    ]
    seats: Annotated[int, described("Seats with a known holder.", "Sièges dont le titulaire est connu.")]


class CaucusStanding(msgspec.Struct, frozen=True, kw_only=True):
    """A caucus on a day."""

    caucus: Annotated[Coded, described("The caucus.", "Le caucus.")]
    seats: Annotated[int, described("Seats with a known holder.", "Sièges dont le titulaire est connu.")]
    share: Annotated[
        float,
        described(
            "Of all seats with a known holder, from 0 to 1.", "Sur tous les sièges au titulaire connu, de 0 à 1."
        ),
    ]
    provinces: Annotated[
        list[ProvinceSeats],
        described("The same by province or territory, by code.", "De même par province ou territoire, selon le code."),
    ]


class Standings(msgspec.Struct, frozen=True, kw_only=True):
    """The House by caucus on a day."""

    as_of: Annotated[dt.date, described("The day.", "Le jour.")]
    parliament: Annotated[
        int | None,
        described(
            "The Parliament of the day; null where none is known.",
            "La législature du jour; null si aucune n’est connue.",
        ),
    ]
    known_until: Annotated[
        dt.date | None,
        described(
            "The last day of that Parliament with a recorded division here. Who left or came later is known only "
            "where a "
            "list of members says so; null where no division is held.",
            "Le dernier jour de cette législature dont un vote est conservé. Qui est parti ou arrivé depuis n’est "
            "connu "
            "que si une liste de députés le dit; null si aucun vote n’est conservé.",
        ),
    ]
    house_seats: Annotated[
        int | None,
        described(
            "All seats of the House that day; null where it is not known.",
            "Tous les sièges de la Chambre ce jour-là; null si on l’ignore.",
        ),
    ]
    filled: Annotated[
        int | None,
        described(
            "Seats with a known holder; null, with a note that says why, where it is doubtful who held one.",
            "Sièges dont le titulaire est connu; null, avec une note qui dit pourquoi, si un titulaire est douteux.",
        ),
    ]
    no_known_holder: Annotated[
        int | None,
        described(
            "The others: vacant seats, and members of whom no document and no ballot is held.",
            "Les autres\u00a0: sièges vacants, et membres dont ni document ni vote n’est conservé.",
        ),
    ]
    caucuses: Annotated[list[CaucusStanding], described("The largest caucus first.", "Le plus grand caucus d’abord.")]


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
