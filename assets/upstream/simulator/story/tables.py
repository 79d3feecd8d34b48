"""Parliament's fixed vocabulary: ids and words as LEGISinfo and the votes feed write them."""

import datetime as dt
from typing import Literal, NamedTuple

HOUSE, SENATE = 1, 2
CHAMBERS = {0: ("", ""), HOUSE: ("House of Commons", "Chambre des communes"), SENATE: ("Senate", "Sénat")}

StepKind = Literal["H1", "HP", "H2", "HX", "HC", "HR", "H3", "S1", "S2", "SC", "S3", "RA"]
"""What can happen to a bill: readings 1 to 3 in House and Senate, committee report C, concurrence at report stage R,
placed in the order of precedence P, defeated at second reading X, royal assent RA."""

HOUSE_PATH: tuple[StepKind, ...] = ("H1", "H2", "HC", "HR", "H3")
SENATE_PATH: tuple[StepKind, ...] = ("S1", "S2", "SC", "S3")


class BilingualText(NamedTuple):
    """The same words in both languages."""

    en: str
    fr: str


class CodedText(NamedTuple):
    """An id with its words."""

    id: int
    en: str
    fr: str


FIRST = CodedText(60029, "First reading", "Première lecture")
SECOND = CodedText(60030, "Second reading", "Deuxième lecture")
COMMITTEE = CodedText(60049, "Consideration in committee", "Examen en comité")
REPORT = CodedText(60032, "Report stage", "Étape du rapport")
THIRD = CodedText(60031, "Third reading", "Troisième lecture")
ASSENT = CodedText(60050, "Royal assent", "Sanction royale")
STAGE_OF: dict[StepKind, CodedText] = {
    "H1": FIRST, "HP": SECOND, "H2": SECOND, "HX": SECOND, "HC": COMMITTEE, "HR": REPORT, "H3": THIRD,
    "S1": FIRST, "S2": SECOND, "SC": COMMITTEE, "S3": THIRD, "RA": ASSENT,
}  # fmt: skip
HOUSE_STAGES = (FIRST, SECOND, COMMITTEE, REPORT, THIRD)
SENATE_STAGES = (FIRST, SECOND, COMMITTEE, THIRD)

MILESTONES: dict[StepKind, CodedText] = {
    "H1": CodedText(60043, FIRST.en, FIRST.fr), "S1": CodedText(60043, FIRST.en, FIRST.fr),
    "H2": CodedText(60044, SECOND.en, SECOND.fr), "S2": CodedText(60044, SECOND.en, SECOND.fr),
    "H3": CodedText(60045, THIRD.en, THIRD.fr), "S3": CodedText(60045, THIRD.en, THIRD.fr),
    "RA": CodedText(60046, ASSENT.en, ASSENT.fr),
}  # fmt: skip

NOT_REACHED = CodedText(1, "Not reached", "Non atteint")
NO_ACTIVITY = CodedText(2, "No activity", "Aucune activité")
COMPLETED = CodedText(4, "Completed", "Terminé")
NOT_COMPLETED = CodedText(5, "Not completed", "Non achevé")

INTRODUCED = CodedText(60110, "Introduction and first reading", "Dépôt et première lecture")
EVENTS: dict[StepKind, CodedText] = {
    "HP": CodedText(60112, "Placed in the Order of Precedence", "Ajouté à l'Ordre de priorité"),
    "H2": CodedText(60121, "Second reading and referral to committee", "Deuxième lecture et renvoi en comité"),
    "HX": CodedText(
        60119, "Bill defeated at second reading", "Rejet du projet de loi à l’étape de la deuxième lecture"
    ),
    "HR": CodedText(60285, "Concurrence at report stage", "Adoption à l’étape du rapport"),
    "H3": CodedText(60134, THIRD.en, THIRD.fr),
    "S2": CodedText(60123, "Referral to committee", "Renvoi en comité"),
    "SC": CodedText(
        60124, "Committee report presented without amendment", "Présentation du rapport de comité sans amendement"
    ),
    "S3": CodedText(60134, THIRD.en, THIRD.fr),
    "RA": CodedText(60149, ASSENT.en, ASSENT.fr),
}
FIRST_READING = CodedText(60111, FIRST.en, FIRST.fr)
REPORT_AMENDED = CodedText(
    60124, "Committee report presented with amendments", "Présentation du rapport de comité avec des amendements"
)
REPORT_UNAMENDED = CodedText(
    60124, "Committee report presented without an amendment", "Présentation du rapport de comité sans amendement"
)

STATUS_AFTER: dict[StepKind, CodedText] = {
    "HP": CodedText(
        349, "At second reading in the House of Commons", "À la deuxième lecture à la Chambre des communes"
    ),
    "HX": CodedText(341, "Bill defeated", "Projet de loi rejeté"),
    "H2": CodedText(
        352, "At consideration in committee in the House of Commons", "À l'examen en comité à la Chambre des communes"
    ),
    "HC": CodedText(353, "At report stage in the House of Commons", "À l'étape du rapport à la Chambre des communes"),
    "HR": CodedText(
        354, "At third reading in the House of Commons", "À l'étape de la troisième lecture à la Chambre des communes"
    ),
    "H3": CodedText(
        347,
        "House of Commons bill awaiting first reading in the Senate",
        "Projet de loi de la Chambre des communes en attente de la première lecture au Sénat",
    ),
    "S1": CodedText(343, "At second reading in the Senate", "À la deuxième lecture au Sénat"),
    "S2": CodedText(344, "At consideration in committee in the Senate", "À l'examen en comité au Sénat"),
    "SC": CodedText(346, "At third reading in the Senate", "À la troisième lecture au Sénat"),
    "S3": CodedText(
        348,
        "Senate bill awaiting first reading in the House of Commons",
        "Projet de loi du Sénat en attente de la première lecture à la Chambre des communes",
    ),
    "RA": CodedText(357, "Royal assent received", "Sanction royale reçue"),
}
AWAITING_ASSENT = CodedText(356, "Awaiting royal assent", "En attente de la sanction royale")
PRO_FORMA = CodedText(359, "Introduced as pro forma bill", "Présenté en tant que projet de loi pro forma")
OUTSIDE_ORDER = CodedText(360, "Outside the Order of Precedence", "Ne fait pas partie de l'Ordre de priorité")

GOVERNMENT = CodedText(3, "House Government Bill", "Projet de loi émanant du gouvernement (Cdc)")
PRIVATE_MEMBER = CodedText(4, "Private Member’s Bill", "Projet de loi émanant d'un député")
SENATE_GOVERNMENT = CodedText(80759, "Senate Government Bill", "Projet de loi émanant du gouvernement (Sénat)")
SENATE_PUBLIC = CodedText(80760, "Senate Public Bill", "Projet de loi d'intérêt public du Sénat")
SENATE_PRIVATE = CodedText(80761, "Senate Private Bill", "Projet de loi d'intérêt privé (Sénat)")

TEXT_FIRST = CodedText(80701, "First Reading", "Première lecture")
TEXT_AMENDED = CodedText(80702, "As amended by committee", "Tel que modifié par le comité")
TEXT_PASSED_HOUSE = CodedText(80703, "As passed by the House of Commons", "Tel qu’adopté par la Chambre des communes")
TEXT_PASSED_SENATE = CodedText(80703, "As passed by the Senate", "Tel qu’adopté par le Sénat")
TEXT_ASSENT = CodedText(80704, "Royal Assent", "Royal Assent")

AGREED = CodedText(15, "Agreed To", "Adoptée")
NEGATIVED = CodedText(16, "Negatived", "Rejetée")
TIE = CodedText(0, "Tie", "Égalité")

RECORDED = CodedText(10, "On recorded division", "Suivant un vote par appel nominal")
ON_DIVISION = CodedText(9, "On division", "Avec dissidence")
MOTIONS: dict[CodedText, BilingualText] = {
    SECOND: BilingualText("2nd reading and referral to committee", "2e lecture et renvoi en comité"),
    REPORT: BilingualText("Concurrence at report stage", "Adoption à l’étape du rapport"),
    THIRD: BilingualText("3rd reading", "3e lecture"),
}

HOUSE_COMMITTEES = (
    (30562, "FINA", "Standing Committee on Finance", "Comité permanent des finances"),
    (30564, "HESA", "Standing Committee on Health", "Comité permanent de la santé"),
    (30573, "PACP", "Standing Committee on Public Accounts", "Comité permanent des comptes publics"),
    (30555, "CHPC", "Standing Committee on Canadian Heritage", "Comité permanent du patrimoine canadien"),
)
SENATE_COMMITTEES = (
    (
        16101,
        "NFFN",
        "Standing Senate Committee on National Finance",
        "Comité sénatorial permanent des finances nationales",
    ),
    (
        16093,
        "APPA",
        "Standing Senate Committee on Indigenous Peoples",
        "Comité sénatorial permanent des peuples autochtones",
    ),
)

MONTHS = (
    BilingualText("January", "janvier"),
    BilingualText("February", "février"),
    BilingualText("March", "mars"),
    BilingualText("April", "avril"),
    BilingualText("May", "mai"),
    BilingualText("June", "juin"),
    BilingualText("July", "juillet"),
    BilingualText("August", "août"),
    BilingualText("September", "septembre"),
    BilingualText("October", "octobre"),
    BilingualText("November", "novembre"),
    BilingualText("December", "décembre"),
)


def day_en(day: dt.date) -> str:
    """`May 27, 2025`."""
    return f"{MONTHS[day.month - 1].en} {day.day}, {day.year}"


def day_fr(day: dt.date) -> str:
    """`27 mai 2025`."""
    return f"{day.day} {MONTHS[day.month - 1].fr} {day.year}"
