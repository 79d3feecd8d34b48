"""The closed lists that the quality and coverage reports alone have."""

from typing import Final

from serving.core.answers.closed_lists import ClosedList
from serving.quality.coverage import STATUSES
from warehouse.model.vocabulary.rules import RULES

CODES: Final = (
    ClosedList("finding-rules", "Rules that find doubtful data", "Règles qui trouvent des données douteuses", RULES),
    ClosedList("coverage", "How much is available", "Ce qui est disponible", dict(STATUSES.items())),
)
