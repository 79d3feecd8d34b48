"""Closed lists of codes, with what each code means in both languages: those that several services show."""

from collections.abc import Mapping
from typing import Final

import msgspec

from warehouse.model.kinds import KINDS
from warehouse.model.vocabulary import codes
from warehouse.model.vocabulary.codes import UNKNOWN, CodeList
from warehouse.model.vocabulary.offices import OFFICES

UNKNOWN_WORDING: Final = (
    "A wording of Parliament's that is not in the list; it is shown as published",
    "Une formulation du Parlement qui n’est pas dans la liste; elle est montrée telle que publiée",
)


class ClosedList(msgspec.Struct, frozen=True):
    """One closed list: its name, what it is a list of, and each code with its meaning in English and French."""

    name: str
    en: str
    fr: str
    codes: Mapping[str, tuple[str, str]]


def worded(name: str, en: str, fr: str, words: CodeList, *, has_unknown: bool = False) -> ClosedList:
    """A list of the vocabulary: its codes mean what Parliament words in this way."""
    found = {each.code: (_curly(each.en), _curly(each.fr or each.en)) for each in words.codes}
    return ClosedList(name, en, fr, found | ({UNKNOWN: UNKNOWN_WORDING} if has_unknown else {}))


def _curly(text: str) -> str:
    return text.replace("'", "’")


SHARED: Final = (
    worded("chambers", "Chambers of Parliament", "Chambres du Parlement", codes.CHAMBERS, has_unknown=True),
    worded("bill-types", "Kinds of bills", "Genres de projets de loi", codes.BILL_TYPES, has_unknown=True),
    worded(
        "bill-statuses",
        "Where a bill stands, in LEGISinfo’s words",
        "L’état d’un projet de loi, dans les mots de LEGISinfo",
        codes.BILL_STATUSES,
        has_unknown=True,
    ),
    worded("outcomes", "What became of a bill", "Ce qu’est devenu un projet de loi", codes.OUTCOMES),
    worded("outcome-rules", "Why an outcome is what it is", "Pourquoi un sort est ce qu’il est", codes.OUTCOME_RULES),
    worded("stages", "Stages of a bill", "Étapes d’un projet de loi", codes.STAGES, has_unknown=True),
    worded("stage-states", "States of a stage", "États d’une étape", codes.STAGE_STATES, has_unknown=True),
    worded("readings", "Readings and royal assent", "Lectures et sanction royale", codes.READINGS),
    worded("results", "Results of votes", "Résultats de votes", codes.RESULTS, has_unknown=True),
    worded("positions", "Positions of members in a vote", "Positions des députés dans un vote", codes.POSITIONS),
    worded(
        "caucuses",
        "Caucuses; a caucus without a published French name is shown by its English one",
        "Caucus; celui dont le nom français n’est pas publié est montré par son nom anglais",
        codes.CAUCUSES,
        has_unknown=True,
    ),
    worded("provinces", "Provinces and territories", "Provinces et territoires", codes.PROVINCES, has_unknown=True),
    worded("offices", "Offices of members", "Fonctions des députés", OFFICES),
    ClosedList(
        "entities",
        "Kinds of entities",
        "Genres d’objets",
        {
            name: (kind.name[0].upper() + kind.name[1:], kind.name_fr[0].upper() + kind.name_fr[1:])
            for name, kind in KINDS.items()
        },
    ),
    ClosedList(
        "languages",
        "Languages of an answer",
        "Langues d’une réponse",
        {
            "en": ("English only", "Anglais seulement"),
            "fr": ("French only", "Français seulement"),
            "both": ("Both languages", "Les deux langues"),
        },
    ),
    ClosedList(
        "yea-means",
        "What a yea does to what is voted on",
        "Ce que fait un pour à ce qui est mis aux voix",
        {
            "adopts": ("A yea adopts it", "Un pour l’adopte"),
            "rejects": ("A yea rejects it", "Un pour le rejette"),
        },
    ),
    ClosedList(
        "yea-objects",
        "What a yea adopts or rejects",
        "Ce qu’un pour adopte ou rejette",
        {
            "bill": ("The bill itself, or its principle", "Le projet de loi lui-même, ou son principe"),
            "amendment": ("An amendment", "Un amendement"),
            "motion": ("A motion that is neither", "Une motion qui n’est ni l’un ni l’autre"),
        },
    ),
    ClosedList(
        "motions",
        "Kinds of motions, read from the English subject of a vote",
        "Genres de motions, lus dans l’objet anglais d’un vote",
        {
            "second_reading": ("Second reading of a bill", "Deuxième lecture d’un projet de loi"),
            "third_reading": ("Third reading of a bill", "Troisième lecture d’un projet de loi"),
            "report_stage": (
                "Concurrence in a bill at report stage",
                "Adoption d’un projet de loi à l’étape du rapport",
            ),
            "report_stage_amendment": ("An amendment at report stage", "Un amendement à l’étape du rapport"),
            "senate_amendments": ("The reply to the Senate’s amendments", "La réponse aux amendements du Sénat"),
            "amendment": ("An amendment to a motion", "Un amendement à une motion"),
            "subamendment": ("An amendment to an amendment", "Un sous-amendement"),
            "reasoned_amendment": (
                "A reasoned amendment, against a bill",
                "Un amendement motivé, contre un projet de loi",
            ),
            "hoist": ("A hoist, which ends a bill", "Un renvoi à plus tard, qui met fin à un projet de loi"),
            "previous_question": ("The previous question", "La question préalable"),
            "recommittal": ("A bill back to a committee", "Le renvoi d’un projet de loi au comité"),
            "time_allocation": ("Time allocation", "L’attribution de temps"),
            "closure": ("Closure", "La clôture"),
            "concurrence_report": ("Concurrence in a committee’s report", "L’adoption du rapport d’un comité"),
            "opposition_motion": ("An opposition motion", "Une motion de l’opposition"),
            "private_members_motion": ("Private members’ business", "Les affaires émanant des députés"),
            "government_motion": ("Government business", "Les affaires émanant du gouvernement"),
            "ways_and_means": ("Ways and means", "Les voies et moyens"),
            "estimates": ("Estimates", "Le budget des dépenses"),
            "budget": ("The budgetary policy", "La politique budgétaire"),
            "address": (
                "The address in reply to the speech from the Throne",
                "L’adresse en réponse au discours du Trône",
            ),
            "procedural": ("A motion on how the House proceeds", "Une motion de procédure"),
            "other": (
                "A wording that is not recognised, or no subject",
                "Une formulation non reconnue, ou aucun objet",
            ),
        },
    ),
    ClosedList(
        "changes",
        "What happened to an entity",
        "Ce qui est arrivé à un objet",
        {
            "created": ("It was recorded for the first time", "Il a été inscrit pour la première fois"),
            "updated": ("It changed in the course of Parliament’s work", "Il a changé au fil des travaux du Parlement"),
            "corrected": (
                "Parliament changed what it had already published",
                "Le Parlement a changé ce qu’il avait déjà publié",
            ),
            "withdrawn": ("It was withdrawn", "Il a été retiré"),
        },
    ),
    ClosedList(
        "switches",
        "Off and on",
        "Non et oui",
        {
            "0": ("No", "Non"),
            "1": ("Yes", "Oui"),
        },
    ),
)
"""The lists that services share. A service brings its own in `Service.codes`."""
