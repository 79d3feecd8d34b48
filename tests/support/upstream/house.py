"""The House's site with the divisions around 871 of 42-1, in the form of 2018 and, once corrected, of 2026."""

import csv
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

from assets.upstream.addresses import BALLOTS, VOTES, asked
from assets.upstream.replay import ReplayUpstream
from assets.upstream.server import UpstreamAnswer, not_found
from warehouse.model.keys import SessionCode

NUMBERS = range(866, 877)
_OF_2026 = {
    "DecisionEventDateTime": "date", "DecisionDivisionSubject": "subject", "DecisionResultName": "result",
    "DecisionDivisionNumberOfYeas": "yeas", "DecisionDivisionNumberOfNays": "nays",
    "DecisionDivisionNumberOfPaired": "paired",
}  # fmt: skip


class House:
    """The House's site with the divisions around 871, in the form of 2018, and their ballots."""

    kind: Literal["recorded"] = "recorded"

    def __init__(self, folder: Path) -> None:
        whole = ElementTree.parse(folder / "votes" / "ourcommons_votes_42-1_2018-08.xml").getroot()
        self._list = ElementTree.Element("List")
        self._list.extend(each for each in whole if int(each.findtext("DecisionDivisionNumber") or "") in NUMBERS)
        with (folder / "votes" / "votes_metadata_42-1.csv").open(encoding="utf-8-sig", newline="") as table:
            self._of_2026 = next(row for row in csv.DictReader(table) if row["vote_number"] == "871")
        self._ballots = ReplayUpstream(folder)

    def sessions(self) -> list[SessionCode]:
        return [SessionCode(42, 1)]

    def persons_with_roles(self) -> list[int]:
        return []

    def answer(self, path: str, query: Mapping[str, str]) -> UpstreamAnswer:
        wanted = asked(path, query)
        if wanted is None or wanted.source not in {VOTES, BALLOTS} or wanted.lang != "en":
            return not_found("Only votes are here.")
        if wanted.source == BALLOTS:
            return self._ballots.answer(path, query)
        return UpstreamAnswer(200, ElementTree.tostring(self._list, encoding="utf-8"))

    def correct(self) -> None:
        """Publish what is published in 2026."""
        self._list = deepcopy(self._list)
        entry = next(each for each in self._list if each.findtext("DecisionDivisionNumber") == "871")
        for name, column in _OF_2026.items():
            element = entry.find(name)
            assert element is not None
            element.text = self._of_2026[column] or None
