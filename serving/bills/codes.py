"""The closed lists that bills alone have."""

from typing import Final

from serving.core.answers.closed_lists import ClosedList

CODES: Final = (
    ClosedList(
        "sponsor-bases",
        "Where the PersonId of a sponsor is from",
        "D’où vient le PersonId d’une marraine ou d’un parrain",
        {
            "legisinfo": ("LEGISinfo gives it", "LEGISinfo le donne"),
            "editor": ("An editor’s correction gives it", "Une correction de la rédaction le donne"),
            "name": (
                "Exactly one person of that Parliament has the published name",
                "Une seule personne de cette législature porte le nom publié",
            ),
            "ambiguous": (
                "There is none: several persons of that Parliament have the name",
                "Il n’y en a pas\u00a0: plusieurs personnes de cette législature portent ce nom",
            ),
            "unknown": (
                "There is none: no person known here has the name, as with senators",
                "Il n’y en a pas\u00a0: aucune personne connue ici ne porte ce nom, comme au Sénat",
            ),
        },
    ),
)
