"""What kind of motion a vote was on, read from its English subject as the House words it.

A word in parentheses at the end (`reasoned amendment`, `previous question`) outweighs the stage at the beginning: a yea
to a hoist on third reading is no yea to the bill.
"""

import re
from typing import Final, Literal, get_args

Kind = Literal[
    "second_reading", "third_reading", "report_stage", "report_stage_amendment", "senate_amendments", "amendment",
    "subamendment", "reasoned_amendment", "hoist", "previous_question", "recommittal", "time_allocation", "closure",
    "concurrence_report", "opposition_motion", "private_members_motion", "government_motion", "ways_and_means",
    "estimates", "budget", "address", "procedural", "other",
]  # fmt: skip
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
    (r"\((amendment|motion no\. ?\d+|motion \d+)\)\s*$", "amendment"),
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
