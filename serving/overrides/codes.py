"""The closed lists that editors' corrections alone have."""

from typing import Final

from serving.core.answers.closed_lists import ClosedList

CODES: Final = (
    ClosedList(
        "override-states",
        "States of a correction",
        "États d’une correction",
        {
            "active": ("It applies", "Elle s’applique"),
            "expired": ("Its time is over", "Son délai est passé"),
            "settled": ("Parliament says the same by now", "Le Parlement dit maintenant la même chose"),
            "removed": ("An editor removed it", "La rédaction l’a retirée"),
        },
    ),
)
