"""The closed lists that members alone have."""

from typing import Final

from serving.core.answers.closed_lists import ClosedList

CODES: Final = (
    ClosedList(
        "membership-sources",
        "What proves that a member sat",
        "Ce qui prouve qu’une personne a siégé",
        {
            "ballots": ("Ballots of the member", "Des voix de la personne"),
            "members": (
                "The House’s lists of members and documents of their roles",
                "Les listes de députés de la Chambre et les fiches de leurs fonctions",
            ),
            "both": ("Both of them", "Les deux"),
        },
    ),
    ClosedList(
        "end-sources",
        "What gave the end of a membership",
        "Ce qui a donné la fin d’un mandat",
        {
            "roles": ("The document of the member’s roles", "La fiche des fonctions de la personne"),
            "members": ("A list of members with an end date", "Une liste de députés avec une date de fin"),
            "change": ("A change of caucus or riding", "Un changement de caucus ou de circonscription"),
            "successor": (
                "The first day of the next holder of the riding",
                "Le premier jour de la personne suivante dans la circonscription",
            ),
            "last_listed": (
                "The last day on which a complete list named the member",
                "Le dernier jour où une liste complète a nommé la personne",
            ),
            "inferred": (
                "The last ballot, where the member cast none in the last 60 votes",
                "La dernière voix, si la personne n’en a donné aucune dans les 60 derniers votes",
            ),
            "dissolution": ("The end of the Parliament", "La fin de la législature"),
        },
    ),
)
