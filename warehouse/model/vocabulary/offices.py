"""The offices of members: which one a title names, and which of them are of the cabinet."""

import re
from typing import Final

from warehouse.model.vocabulary.codes import Code, CodeList

OFFICES = CodeList(
    (
        Code("speaker", "Speaker", "Présidence"),
        Code("deputy-speaker", "Deputy Speaker", "Vice-présidence"),
        Code("assistant-deputy-speaker", "Assistant Deputy Speaker", "Vice-présidence adjointe"),
        Code("prime-minister", "Prime Minister", "Première ministre ou premier ministre"),
        Code("minister", "Minister", "Ministre"),
        Code("secretary-of-state", "Secretary of State", "Secrétaire d’État"),
        Code("parliamentary-secretary", "Parliamentary Secretary", "Secrétaire parlementaire"),
        Code("opposition-leader", "Leader of the Opposition", "Chef de l’opposition"),
        Code("party-leader", "Leader of a party", "Chef de parti"),
        Code("house-leader", "House Leader", "Leader parlementaire"),
        Code("whip", "Whip", "Whip"),
        Code("other", "Other office", "Autre fonction"),
    )
)
_TITLES: Final = tuple(
    (code, re.compile(pattern, re.IGNORECASE))
    for code, pattern in (
        ("parliamentary-secretary", r"parliamentary secretary"),
        (
            "assistant-deputy-speaker",
            r"assistant deputy (speaker|chair)|deputy chair of committees of the whole|acting speaker",
        ),
        ("deputy-speaker", r"deputy speaker"),
        ("speaker", r"^(interim )?speaker\b"),
        ("prime-minister", r"^(the )?prime minister"),
        ("whip", r"\bwhip\b"),
        ("house-leader", r"house leader|leader of the (government|opposition|official opposition) in the house"),
        ("opposition-leader", r"^(interim )?leader of the (official )?opposition"),
        ("party-leader", r"^(interim |parliamentary )?leader of"),
        ("secretary-of-state", r"^secretary of state"),
        (
            "minister",
            r"\bminister\b|president of the (treasury board|.*privy council)|^(attorney|solicitor) general",
        ),
    )
)
"""The first that fits. What is deputy, assistant or parliamentary comes before what it is deputy, assistant or
secretary to."""
_GOVERNMENT_LEADER: Final = re.compile(r"^leader of the government in the house", re.IGNORECASE)
_IN_CABINET: Final = frozenset({"prime-minister", "minister"})


def office_of(title: str) -> str:
    """The code of the office an English title names; `other` if no code fits."""
    return next((code for code, pattern in _TITLES if pattern.search(title)), "other")


def is_in_cabinet(title: str) -> bool:
    """Whether an office is of the cabinet: the Prime Minister's, a minister's, or the government's leader in the House.
    Secretaries of state are of the ministry, and not of the cabinet."""
    return office_of(title) in _IN_CABINET or bool(_GOVERNMENT_LEADER.search(title))
