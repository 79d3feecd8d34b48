"""The closed lists that statistics alone have."""

from typing import Final

from serving.core.answers.closed_lists import ClosedList

CODES: Final = (
    ClosedList(
        "lines",
        "Caucus lines that ballots are compared with",
        "Lignes de caucus auxquelles les voix sont comparées",
        {
            "party": (
                "The position of strictly the most voting members of the caucus, at least two; none on a tie",
                "La position du plus grand nombre de votants du caucus, au moins deux; aucune en cas d’égalité",
            ),
            "leave-one-out": (
                "The same of the other members of the caucus, at least one, without the member who is compared",
                "De même pour les autres membres du caucus, au moins un, sans la personne comparée",
            ),
            "cabinet": (
                "In a caucus with ministers the position of most ministers who voted, at least two; else as `party`",
                "Dans un caucus ayant des ministres, la position de la plupart des ministres votants, au moins deux; "
                "sinon comme `party`",
            ),
        },
    ),
    ClosedList(
        "variants",
        "Which votes count for agreement",
        "Quels votes comptent pour l’accord",
        {
            "all": ("Every vote in which both took a position", "Tous les votes où les deux ont pris position"),
            "contested": (
                "Only votes in which the losing side had 10 % of yeas and nays or more",
                "Seulement les votes où le côté perdant a eu au moins 10 % des pour et des contre",
            ),
            "excl_own_party_line": (
                "Without votes in which both voted with the line of their own caucus",
                "Sans les votes où les deux ont suivi la ligne de leur propre caucus",
            ),
        },
    ),
    ClosedList(
        "applied",
        "How votes with the very same ballots on one day count",
        "Comment comptent les votes d’un même jour aux voix toutes identiques",
        {
            "all": ("Each of them", "Chacun d’eux"),
            "once": ("All of them together once", "Tous ensemble une seule fois"),
        },
    ),
    ClosedList(
        "bands",
        "Where a share stands to that of everybody",
        "La place d’une part par rapport à celle de tous",
        {
            "above": ("Its whole 95 % interval lies above", "Tout son intervalle à 95 % est au-dessus"),
            "below": ("Its whole 95 % interval lies below", "Tout son intervalle à 95 % est au-dessous"),
            "not_distinguishable": (
                "The interval holds the share of everybody, or there is none",
                "L’intervalle contient la part de tous, ou il n’y en a pas",
            ),
        },
    ),
    ClosedList(
        "directions",
        "How the author of a scorecard would have voted",
        "Comment la personne qui fait une fiche de notation aurait voté",
        {"yea": ("For", "Pour"), "nay": ("Against", "Contre")},
    ),
)
