"""What kind of motion a vote was on, read from its English subject as the House words it.

A word in parentheses at the end (`reasoned amendment`, `previous question`) outweighs the stage at the beginning: a yea
to a hoist on third reading is no yea to the bill.
"""

import re
from typing import Final, Literal, get_args

import msgspec

Kind = Literal[
    "second_reading",
    "third_reading",
    "report_stage",
    "report_stage_amendment",
    "senate_amendments",
    "amendment",
    "subamendment",
    "reasoned_amendment",
    "hoist",
    "previous_question",
    "recommittal",
    "time_allocation",
    "closure",
    "concurrence_report",
    "opposition_motion",
    "private_members_motion",
    "government_motion",
    "ways_and_means",
    "estimates",
    "budget",
    "address",
    "procedural",
    "other",
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


def _compiled(*pairs: tuple[str, Kind]) -> tuple[tuple[re.Pattern[str], Kind], ...]:
    return tuple((re.compile(pattern, re.IGNORECASE), kind) for pattern, kind in pairs)


_AT_THE_END: Final = _compiled(
    (r"\(report stage (sub)?amendments?\b[^()]*\)(\s*\(motion (no\. ?)?\d+\))?\s*$", "report_stage_amendment"),
    (r"\(reasoned amendment[^()]*\)\s*$", "reasoned_amendment"),
    (r"\(hoist[^()]*\)\s*$|\(six months'? hoist[^()]*\)\s*$", "hoist"),
    (r"\(subamendment[^()]*\)\s*$", "subamendment"),
    (r"\(previous question\)\s*$", "previous_question"),
    (r"\(recommittal[^()]*\)\s*$|\(refer(ral)? back to[^()]*\)\s*$", "recommittal"),
    (r"\(referral to a committee before second reading\)\s*$", "procedural"),
    (r"\((amendment( as amended)?|motion no\. ?\d+|motion \d+)\)\s*$", "amendment"),
)
_AT_THE_BEGINNING: Final = _compiled(
    (r"(2nd|second) reading\b", "second_reading"),
    (r"(3rd|third) reading\b", "third_reading"),
    (r"concurrence at report stage\b", "report_stage"),
    (r"ti?me allocation\b", "time_allocation"),
    (r"(motion for )?closure\b", "closure"),
    (r"motion respecting (the )?senate amendments\b|senate amendments?\b", "senate_amendments"),
    (r"concurrence in (an opposed item|(the )?(main |supplementary )?estimates|interim supply)", "estimates"),
    (r"opposition motion\b|opposition day\b", "opposition_motion"),
    (r"private members[’']? business\b", "private_members_motion"),
    (r"government business\b", "government_motion"),
    (r"ways and means\b", "ways_and_means"),
    (r"budgetary policy\b", "budget"),
    (r"address in reply\b", "address"),
    (r"amendment to\b", "amendment"),
    (r"(\w+|\d+\w\w) report of\b|concurrence in the\b.*\breport\b", "concurrence_report"),
    (r"motion to (proceed|adjourn|hear|restore|extend)\b|motion that (the|a)\b.*\b(adjourn|heard)\b", "procedural"),
    (r"(referral of a )?question of privilege\b", "procedural"),
)


def kind_of(subject_en: str | None) -> Kind:
    """The kind of motion; `other` where the wording is none of those seen since 2004, or there is no subject."""
    text = " ".join((subject_en or "").split())
    for patterns, find in ((_AT_THE_END, re.Pattern.search), (_AT_THE_BEGINNING, re.Pattern.match)):
        for pattern, kind in patterns:
            if find(pattern, text):
                return kind
    return "other"


class Meaning(msgspec.Struct, frozen=True):
    """What a yea to a kind of motion means, by the practice of the House."""

    code: Literal["adopts", "rejects"] | None
    """Null where the kind of motion is not recognised."""
    of: Literal["bill", "amendment", "motion"] | None
    """What a yea adopts or rejects. Only `bill` says how a member stands to a bill."""
    en: str
    fr: str


_MOTION = ("Yea adopts the motion.", "Un pour adopte la motion.")
MEANINGS: Final[dict[Kind, Meaning]] = {
    "second_reading": Meaning(
        "adopts", "bill",
        "Yea adopts the principle of the bill at second reading.",
        "Un pour adopte le principe du projet de loi en deuxième lecture.",
    ),
    "third_reading": Meaning("adopts", "bill", "Yea passes the bill.", "Un pour adopte le projet de loi."),
    "report_stage": Meaning(
        "adopts", "bill",
        "Yea adopts the bill as it stands at report stage.",
        "Un pour adopte le projet de loi tel qu’il est à l’étape du rapport.",
    ),
    "report_stage_amendment": Meaning(
        "adopts", "amendment",
        "Yea adopts an amendment to the text of the bill, which may delete a clause. It is not a vote on the bill.",
        "Un pour adopte un amendement au texte, qui peut supprimer un article. Ce n’est pas un vote sur le projet de "
        "loi.",
    ),
    "senate_amendments": Meaning(
        "adopts", "motion",
        "Yea adopts the reply to the Senate, which may accept its amendments or refuse them.",
        "Un pour adopte la réponse au Sénat, qui peut accepter ses amendements ou les refuser.",
    ),
    "amendment": Meaning(
        "adopts", "amendment",
        "Yea adopts the amendment to the motion, which may be directed against it.",
        "Un pour adopte l’amendement à la motion, qui peut être dirigé contre elle.",
    ),
    "subamendment": Meaning(
        "adopts", "amendment",
        "Yea adopts the amendment to the amendment.",
        "Un pour adopte le sous-amendement.",
    ),
    "reasoned_amendment": Meaning(
        "rejects", "bill",
        "Yea rejects the bill: a reasoned amendment refuses its reading and says why.",
        "Un pour rejette le projet de loi\u00a0: un amendement motivé en refuse la lecture et dit pourquoi.",
    ),
    "hoist": Meaning(
        "rejects", "bill",
        "Yea rejects the bill: a hoist puts its reading off by months, which ends it.",
        "Un pour rejette le projet de loi\u00a0: un renvoi à plus tard en reporte la lecture de plusieurs mois, ce qui "
        "y met fin.",
    ),
    "previous_question": Meaning(
        "adopts", "motion",
        "Yea ends the debate and has the main motion put to a vote at once; if the previous question is negatived, the "
        "main motion is dropped. It is not the vote on the bill.",
        "Un pour met fin au débat et fait mettre la motion principale aux voix sur-le-champ; si la question préalable "
        "est rejetée, la motion principale est abandonnée. Ce n’est pas le vote sur le projet de loi.",
    ),
    "recommittal": Meaning(
        "adopts", "amendment",
        "Yea sends the bill back to a committee instead of giving it its reading. It is not a vote on the bill.",
        "Un pour renvoie le projet de loi en comité au lieu d’en faire la lecture. Ce n’est pas un vote sur le projet "
        "de loi.",
    ),
    "time_allocation": Meaning(
        "adopts", "motion",
        "Yea limits the time of debate. It is not a vote on the bill.",
        "Un pour limite la durée du débat. Ce n’est pas un vote sur le projet de loi.",
    ),
    "closure": Meaning(
        "adopts", "motion",
        "Yea closes the debate. It is not a vote on what is debated.",
        "Un pour clôt le débat. Ce n’est pas un vote sur ce dont on débat.",
    ),
    "concurrence_report": Meaning(
        "adopts", "motion", "Yea concurs in the report.", "Un pour adopte le rapport.",
    ),
    "opposition_motion": Meaning("adopts", "motion", *_MOTION),
    "private_members_motion": Meaning("adopts", "motion", *_MOTION),
    "government_motion": Meaning("adopts", "motion", *_MOTION),
    "ways_and_means": Meaning("adopts", "motion", *_MOTION),
    "estimates": Meaning(
        "adopts", "motion", "Yea grants the money.", "Un pour accorde les crédits.",
    ),
    "budget": Meaning(
        "adopts", "motion", "Yea approves the budget.", "Un pour approuve le budget.",
    ),
    "address": Meaning(
        "adopts", "motion",
        "Yea adopts the Address in Reply to the Speech from the Throne.",
        "Un pour adopte l’Adresse en réponse au discours du Trône.",
    ),
    "procedural": Meaning("adopts", "motion", *_MOTION),
    "other": Meaning(
        None, None,
        "The wording of this motion is not recognised; read its subject.",
        "Le libellé de cette motion n’est pas reconnu; lisez-en le sujet.",
    ),
}  # fmt: skip
"""By kind of motion."""
