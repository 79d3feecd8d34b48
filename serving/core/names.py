"""Names of caucuses and provinces in both languages, beside the words as recorded."""

from serving.core.texts import Text
from serving.core.view import View
from warehouse.model.codes import CAUCUSES, PROVINCES, CodeList


def _name(codes: CodeList, recorded: str | None, view: View) -> Text:
    found = codes.get(codes.code_of(recorded))
    return view.text(found.en, found.fr) if found else view.text(recorded, None)


def caucus_name(recorded: str | None, view: View) -> Text:
    """A caucus in both languages; a name that is not in our list in English only, as recorded."""
    return _name(CAUCUSES, recorded, view)


def province_name(recorded: str | None, view: View) -> Text:
    """A province or territory in both languages."""
    return _name(PROVINCES, recorded, view)
