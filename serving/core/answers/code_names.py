"""Names of closed lists in both languages, beside the words as recorded."""

from typing import Literal

from serving.core.answers.texts import Coded, Text, View
from warehouse.model.entities import Vote
from warehouse.model.vocabulary.codes import BILL_STATUSES, CAUCUSES, PROVINCES, RESULTS, UNKNOWN, CodeList
from warehouse.model.vocabulary.motions import MEANINGS, Kind


def _name(codes: CodeList, recorded: str | None, view: View) -> Text:
    found = codes.get(codes.code_of(recorded))
    return view.text(found.en, found.fr) if found else view.text(recorded, None)


def caucus_name(recorded: str | None, view: View) -> Text:
    """A caucus in both languages; a name that is not in our list in English only, as recorded."""
    return _name(CAUCUSES, recorded, view)


def province_name(recorded: str | None, view: View) -> Text:
    """A province or territory in both languages."""
    return _name(PROVINCES, recorded, view)


def result_of(vote: Vote, view: View) -> Coded:
    """The result of a vote. Where one language's list has not been read yet, the closed list has Parliament's word."""
    known = RESULTS.get(vote.result)
    en = vote.result_en or (known.en if known else None)
    fr = vote.result_fr or (known.fr if known else None)
    return view.coded(vote.result, en, fr)


class YeaMeans(Coded, frozen=True, kw_only=True):
    """What a yea means: it `adopts` or `rejects` what the motion is about, so that a result is not taken for a vote for
    or against a bill that it was not. Its code is null where the kind of motion is not recognised.
    / Ce que veut dire un pour : il adopte ou rejette ce dont parle la motion, pour qu’un résultat ne passe pas pour un
    vote pour ou contre un projet de loi. Son code est nul si le genre de motion n’est pas reconnu."""

    of: Literal["bill", "amendment", "motion"] | None
    """What a yea adopts or rejects; null where the kind of motion is not recognised.
    / Ce qu’un pour adopte ou rejette; nul si le genre de motion n’est pas reconnu."""
    rule: str
    """The rule that was applied, named by the kind of motion.
    / La règle appliquée, nommée d’après le genre de motion."""


def yea_means(kind: Kind, view: View) -> YeaMeans:
    """What a yea to a motion of a kind means."""
    found = MEANINGS[kind]
    text = view.text(found.en, found.fr)
    return YeaMeans(code=found.code, en=text.en, fr=text.fr, of=found.of, rule=f"yea-means/{kind}")


def result_of_code(code: str, view: View) -> Coded:
    """The result of a vote by its code, in the closed list's words."""
    return _coded(RESULTS, code, view)


def caucus_of(code: str, view: View) -> Coded:
    """A caucus by its code; one that is not in our list by the name recorded. No caucus has no code."""
    return _coded(CAUCUSES, code, view)


def province_of(code: str, view: View) -> Coded:
    """A province or territory by its code."""
    return _coded(PROVINCES, code, view)


def _coded(codes: CodeList, code: str, view: View) -> Coded:
    found = codes.get(code)
    if found is not None:
        return view.coded(code, found.en, found.fr)
    return view.coded(UNKNOWN if code else None, code or None, None)


def status_of(code: str | None, view: View) -> Coded:
    """A bill's status by its code, in the closed list's words."""
    known = BILL_STATUSES.get(code)
    return view.coded(code, known.en if known else None, known.fr if known else None)
