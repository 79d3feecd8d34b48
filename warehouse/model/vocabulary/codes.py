"""The closed lists of the domain: a short code and its text in both languages, as Parliament writes it.

A text that is not in its list has the code `unknown` and keeps its own wording; the reader raises a finding.
"""

import datetime as dt
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, Literal

import msgspec

from warehouse.model.folding import folded

UNKNOWN = "unknown"


class Code(msgspec.Struct, frozen=True):
    """One value of a closed list. `fr` is null where Parliament's French wording has not been seen."""

    code: str
    en: str
    fr: str | None
    also: tuple[str, ...] = ()
    """Other wordings of the same value, in either language."""
    typed: tuple[str, ...] = ()
    """What people type for it and Parliament does not write: full names, plurals, initials. Without accents and case,
    and without `the`, `le`, `of Canada`, `du Canada`."""


class CodeList:
    """A closed list: find the code of a published text, or the texts of a code."""

    def __init__(self, codes: Iterable[Code]) -> None:
        self.codes = tuple(codes)
        self._by_code = {code.code: code for code in self.codes}
        self._by_text: dict[str, str] = {}
        for code in self.codes:
            for text in (code.en, code.fr, *code.also):
                if text is not None:
                    self._by_text.setdefault(_folded(text), code.code)
        self._by_typing: dict[str, Code] = {}
        for spellings in (lambda code: (code.code, code.en, code.fr, *code.also), lambda code: code.typed):
            for code in self.codes:
                for text in spellings(code):
                    self._by_typing.setdefault(as_typed(text or code.en), code)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def code_of(self, text: str | None) -> str | None:
        """The code of a text in English or French: null for no text, `unknown` for a text that is not in the list."""
        return None if text is None else self._by_text.get(_folded(text), UNKNOWN)

    def typed(self, text: str) -> Code | None:
        """The value that people mean by a text: a code, a wording or a name of it, with or without accents and case,
        dashes and apostrophes in any form. None for a text that means no value. Only for what callers send: what
        Parliament writes is read by `code_of`, so that a new wording is noticed."""
        return self._by_typing.get(as_typed(text))

    def is_worded_in(self, text: str, lang: Literal["en", "fr"]) -> bool:
        """Whether a text is this language's wording of a value, and not the other language's as well."""
        own = {_folded(code.en if lang == "en" else code.fr or "") for code in self.codes}
        other = {_folded(code.fr or "" if lang == "en" else code.en) for code in self.codes}
        return _folded(text) in own - other

    def get(self, code: str | None) -> Code | None:
        """The value of a code; null for `unknown` and for codes of another list."""
        return None if code is None else self._by_code.get(code)

    def code_or_text(self, text: str | None) -> str:
        """The code of a published text; its own wording where the list does not have it, empty where there is none."""
        code = self.code_of(text)
        return (text or "") if code is None or code == UNKNOWN else code


@lru_cache(maxsize=4096)  # every ballot asks for the few names of caucuses and provinces
def _folded(text: str) -> str:
    """Upper and lower case, straight and curly apostrophes and doubled blanks mean the same."""
    return " ".join(text.replace("’", "'").casefold().split())


def as_typed(text: str) -> str:
    """What all spellings of a name have in common."""
    plain = " ".join(folded(text).replace("-", " ").replace("'", " ").replace(".", "").split())
    return _LEADING.sub("", _TRAILING.sub("", plain)) or plain


_LEADING: Final = re.compile(r"^(?:the|le|la|les|l) (?=.)")
_TRAILING: Final = re.compile(r"(?<=.) (?:of canada|du canada|caucus)$")
CHAMBERS = CodeList((Code("commons", "House of Commons", "Chambre des communes"), Code("senate", "Senate", "Sénat")))

BILL_TYPES = CodeList(
    (
        Code("house-government", "House Government Bill", "Projet de loi émanant du gouvernement (Cdc)"),
        Code("private-member", "Private Member’s Bill", "Projet de loi émanant d'un député"),
        Code("senate-government", "Senate Government Bill", "Projet de loi émanant du gouvernement (Sénat)"),
        Code("senate-public", "Senate Public Bill", "Projet de loi d'intérêt public du Sénat"),
        Code("senate-private", "Senate Private Bill", "Projet de loi d'intérêt privé (Sénat)"),
    )
)

# In the order of a bill's life as far as it has one; LEGISinfo may add a wording at any time.
BILL_STATUSES = CodeList(
    (
        Code("pro-forma", "Introduced as pro forma bill", "Présenté en tant que projet de loi pro forma"),
        Code(
            "outside-order-of-precedence",
            "Outside the Order of Precedence",
            "Ne fait pas partie de l'Ordre de priorité",
        ),
        Code(
            "awaiting-house-first-reading",
            "Senate bill awaiting first reading in the House of Commons",
            "Projet de loi du Sénat en attente de la première lecture à la Chambre des communes",
        ),
        Code(
            "house-second-reading",
            "At second reading in the House of Commons",
            "À la deuxième lecture à la Chambre des communes",
        ),
        Code(
            "house-committee-before-second-reading",
            "Referred to committee before second reading in the House of Commons",
            "Renvoyé en comité avant la deuxième lecture à la Chambre des communes",
        ),
        Code(
            "house-committee",
            "At consideration in committee in the House of Commons",
            "À l'examen en comité à la Chambre des communes",
        ),
        Code(
            "house-report-stage",
            "At report stage in the House of Commons",
            "À l'étape du rapport à la Chambre des communes",
        ),
        Code(
            "house-report-stage-and-second-reading",
            "At report stage and second reading in the House of Commons",
            "À l'étape du rapport et de la deuxième lecture à la Chambre des communes",
        ),
        Code(
            "house-third-reading",
            "At third reading in the House of Commons",
            "À l'étape de la troisième lecture à la Chambre des communes",
        ),
        Code(
            "awaiting-senate-first-reading",
            "House of Commons bill awaiting first reading in the Senate",
            "Projet de loi de la Chambre des communes en attente de la première lecture au Sénat",
        ),
        Code("senate-second-reading", "At second reading in the Senate", "À la deuxième lecture au Sénat"),
        Code("senate-committee", "At consideration in committee in the Senate", "À l'examen en comité au Sénat"),
        Code("senate-report-stage", "At report stage in the Senate", "À l'étape du rapport au Sénat"),
        Code("senate-third-reading", "At third reading in the Senate", "À la troisième lecture au Sénat"),
        Code(
            "house-senate-amendments",
            "At consideration in the House of Commons of amendments made by the Senate",
            "À l'étude par la Chambre des communes des amendements apportés par le Sénat",
        ),
        Code(
            "senate-house-amendments",
            "At consideration in the Senate of amendments made by the House of Commons",
            "À l'étude au Sénat des amendements apportés par la Chambre des communes",
        ),
        Code("awaiting-royal-assent", "Awaiting royal assent", None),
        Code("royal-assent-received", "Royal assent received", "Sanction royale reçue"),
        Code("defeated", "Bill defeated", "Projet de loi rejeté"),
        Code("not-proceeded-with", "Bill not proceeded with", "Projet de loi abandonné"),
    )
)

OUTCOMES = CodeList(
    (
        Code("law", "Became law", "A force de loi"),
        Code("defeated", "Defeated", "Rejeté"),
        Code("not-proceeded-with", "Not proceeded with", "Abandonné"),
        Code("died", "Died on the Order Paper", "Mort au Feuilleton"),
        Code("reinstated", "Reinstated in the next session", "Rétabli à la session suivante"),
        Code("pro-forma", "Introduced pro forma only", "Présenté pour la forme seulement"),
        Code("pending", "Before Parliament", "À l’étude au Parlement"),
    )
)

OUTCOME_RULES = CodeList(
    (
        Code(
            "royal-assent", "LEGISinfo gives the day of royal assent", "LEGISinfo donne le jour de la sanction royale"
        ),
        Code("status", "LEGISinfo's status says so", "L’état donné par LEGISinfo le dit"),
        Code(
            "dissolution",
            "Parliament was dissolved: all unfinished business ended",
            "Le Parlement a été dissous\u00a0: tous les travaux inachevés ont pris fin",
        ),
        Code(
            "prorogation",
            "The session was prorogued, and the bill was not reinstated in the next one",
            "La session a été prorogée, et le projet de loi n’a pas été rétabli à la suivante",
        ),
        Code(
            "reinstated",
            "The session was prorogued, and LEGISinfo says that the bill was reinstated in the next one",
            "La session a été prorogée, et LEGISinfo dit que le projet de loi a été rétabli à la suivante",
        ),
        Code("session-open", "The session has not ended", "La session n’est pas terminée"),
        Code(
            "next-session-not-held",
            "The session was prorogued, and the next one, in which the House may have reinstated the bill, "
            "is not available",
            "La session a été prorogée, et la suivante, où la Chambre a pu rétablir le projet, n’est pas conservée",
        ),
        Code("end-unknown", "It is not known how the session ended", "On ignore comment la session a pris fin"),
        Code("not-listed", "LEGISinfo does not list the bill yet", "LEGISinfo ne présente pas encore le projet de loi"),
    )
)

STAGES = CodeList(
    (
        Code("pre-study", "Senate pre-study", "Étude préalable au Sénat"),
        Code("first-reading", "First reading", "Première lecture"),
        Code("second-reading", "Second reading", "Deuxième lecture"),
        Code("committee", "Consideration in committee", "Examen en comité"),
        Code("report", "Report stage", "Étape du rapport"),
        Code("third-reading", "Third reading", "Troisième lecture"),
        Code("messages", "Messages between the chambers", "Messages entre les chambres"),
        Code("royal-assent", "Royal assent", "Sanction royale"),
    )
)

# French agrees with the stage's gender: terminée (lecture), terminé (examen).
STAGE_STATES = CodeList(
    (
        Code("not-reached", "Not reached", "Non atteinte", ("Non atteint",)),
        Code("no-activity", "No activity", "Aucune activité"),
        Code("in-progress", "In progress", "En cours"),
        Code("completed", "Completed", "Terminée", ("Terminé",)),
        Code("not-completed", "Not completed", "Non achevée", ("Non achevé",)),
    )
)

# The readings a bill passes, and royal assent.
READINGS = CodeList(
    (
        Code(
            "house-first-reading",
            "First reading in the House of Commons",
            "Première lecture à la Chambre des communes",
        ),
        Code(
            "house-second-reading",
            "Second reading in the House of Commons",
            "Deuxième lecture à la Chambre des communes",
        ),
        Code(
            "house-third-reading",
            "Third reading in the House of Commons",
            "Troisième lecture à la Chambre des communes",
        ),
        Code("senate-first-reading", "First reading in the Senate", "Première lecture au Sénat"),
        Code("senate-second-reading", "Second reading in the Senate", "Deuxième lecture au Sénat"),
        Code("senate-third-reading", "Third reading in the Senate", "Troisième lecture au Sénat"),
        Code("royal-assent", "Royal assent", "Sanction royale"),
    )
)  # fmt: skip

RESULTS = CodeList(
    (
        Code("agreed", "Agreed To", "Adoptée", ("Adopté",)),
        Code("negatived", "Negatived", "Rejetée", ("Rejeté",)),
        Code("tie", "Tie", "Égalité", ("Tied",)),
    )
)

POSITIONS = CodeList(
    (
        Code("yea", "Yea", "Pour"),
        Code("nay", "Nay", "Contre"),
        Code("both", "Yea and Nay", "Pour et contre"),
        Code("abstain", "Abstention", "Abstention"),
        Code("paired", "Paired", "Pairé", ("Pairée",)),
        Code("no_vote", "No recorded vote", "Aucun vote inscrit"),
    )
)

# A caucus is a group in the House, at the time of a vote; not the party a member was elected for.
CAUCUSES = CodeList(
    (
        Code(
            "liberal",
            "Liberal",
            "Libéral",
            (),
            ("liberal party", "parti liberal", "liberals", "liberaux", "liberale", "lib", "grits", "lpc", "plc"),
        ),
        Code(
            "conservative",
            "Conservative",
            "Conservateur",
            (),
            (
                "conservative party",
                "parti conservateur",
                "conservatives",
                "conservateurs",
                "conservatrice",
                "con",
                "cons",
                "tory",
                "tories",
                "cpc",
                "pcc",
            ),
        ),
        Code("bloc-quebecois", "Bloc Québécois", "Bloc Québécois", (), ("bloc", "bq", "bloquiste", "bloquistes")),
        Code(
            "ndp",
            "NDP",
            "NPD",
            (),
            (
                "new democratic party",
                "new democratic",
                "nouveau parti democratique",
                "new democrat",
                "new democrats",
                "neo democrate",
                "neo democrates",
            ),
        ),
        Code("green", "Green Party", "Parti vert", (), ("green", "greens", "verts", "vert", "gpc", "pvc")),
        Code(
            "independent",
            "Independent",
            "Indépendant",
            ("Indépendante",),
            ("independents", "independants", "independantes", "ind"),
        ),
        Code("independent-conservative", "Independent Conservative", None),
        Code("conservative-independent", "Conservative Independent", None),
        Code("independent-bloc-quebecois", "Independent Bloc Québécois", None),
        Code("independent-canadian-alliance", "Ind. CA", None),
        Code(
            "forces-et-democratie", "Forces et Démocratie", "Forces et Démocratie", (), ("strength in democracy", "fd")
        ),
        Code("peoples-party", "People's Party", None, (), ("peoples party", "parti populaire", "ppc")),
        Code("quebec-debout", "Québec debout", "Québec debout"),
        Code("groupe-parlementaire-quebecois", "Groupe parlementaire québécois", "Groupe parlementaire québécois"),
        Code("co-operative-commonwealth-federation", "Co-operative Commonwealth Federation", None, (), ("ccf",)),
        Code(
            "canadian-alliance",
            "Canadian Alliance",
            "Alliance canadienne",
            (),
            ("alliance", "canadian reform conservative alliance", "alliance reformiste conservatrice canadienne", "ca"),
        ),
        Code("reform", "Reform", None, (), ("reform party", "parti reformiste")),
        Code(
            "progressive-conservative",
            "PC",
            "PC",
            (),
            (
                "progressive conservative party",
                "parti progressiste conservateur",
                "progressive conservatives",
                "progressistes conservateurs",
                "pc party",
            ),
        ),
        # The invented caucuses of simulated data, which no real data can have.
        Code("simulated-meadow", "Meadow Party (simulated)", "Parti des prés (simulé)"),
        Code("simulated-harbour", "Harbour Party (simulated)", "Parti du havre (simulé)"),
        Code("simulated-lantern", "Lantern Party (simulated)", "Parti de la lanterne (simulé)"),
        Code("simulated-rivers", "Bloc des rivières (simulated)", "Bloc des rivières (simulé)"),
        Code("simulated-cedar", "Cedar Party (simulated)", "Parti du cèdre (simulé)"),
        Code("simulated-independent", "Independent (simulated)", "Indépendant (simulé)"),
    )
)

INDEPENDENTS: Final = frozenset(
    {
        "independent",
        "independent-conservative",
        "conservative-independent",
        "independent-bloc-quebecois",
        "independent-canadian-alliance",
        "simulated-independent",
    }
)
"""Who sits in no caucus: such members share a word, not a group."""
ABBREVIATIONS: Final[dict[str, tuple[str, str]]] = {
    "liberal": ("Lib.", "Lib."),
    "conservative": ("CPC", "PCC"),
    "bloc-quebecois": ("BQ", "BQ"),
    "ndp": ("NDP", "NPD"),
    "green": ("GP", "PV"),
    "independent": ("Ind.", "Ind."),
}
"""How Hansard and the House's photographs abbreviate a caucus in English and French; those that have been seen."""

# Feeds write the names; the codes are those of Canada Post.
PROVINCES = CodeList(
    (
        Code("AB", "Alberta", "Alberta", (), ("alta", "alb")),
        Code("BC", "British Columbia", "Colombie-Britannique", (), ("cb", "c b")),
        Code("MB", "Manitoba", "Manitoba", (), ("man",)),
        Code("NB", "New Brunswick", "Nouveau-Brunswick", (), ("n b",)),
        Code(
            "NL",
            "Newfoundland and Labrador",
            "Terre-Neuve-et-Labrador",
            (),
            ("newfoundland", "terre neuve", "newfoundland & labrador", "nfld", "tnl", "t n l"),
        ),
        Code("NT", "Northwest Territories", "Territoires du Nord-Ouest", (), ("nwt", "tno", "t n o")),
        Code("NS", "Nova Scotia", "Nouvelle-Écosse", (), ("ne", "n e")),
        Code("NU", "Nunavut", "Nunavut"),
        Code("ON", "Ontario", "Ontario", (), ("ont",)),
        Code("PE", "Prince Edward Island", "Île-du-Prince-Édouard", (), ("pei", "ipe", "i p e")),
        Code("QC", "Quebec", "Québec", (), ("que", "pq")),
        Code("SK", "Saskatchewan", "Saskatchewan", (), ("sask",)),
        Code("YT", "Yukon", "Yukon", (), ("yk", "yukon territory", "territoire du yukon")),
    )
)

# How many sessions each Parliament had, by ParlInfo; the Parliament that sits may have more.
SESSIONS_OF_PARLIAMENT = {35: 2, 36: 2, 37: 3, 38: 1, 39: 2, 40: 3, 41: 2, 42: 1, 43: 2, 44: 1, 45: 1}

# Day of each general election: a seat that begins on or after it belongs to that Parliament.
GENERAL_ELECTIONS = {
    35: dt.date(1993, 10, 25),
    36: dt.date(1997, 6, 2),
    37: dt.date(2000, 11, 27),
    38: dt.date(2004, 6, 28),
    39: dt.date(2006, 1, 23),
    40: dt.date(2008, 10, 14),
    41: dt.date(2011, 5, 2),
    42: dt.date(2015, 10, 19),
    43: dt.date(2019, 10, 21),
    44: dt.date(2021, 9, 20),
    45: dt.date(2025, 4, 28),
}

# The day on which each Parliament was dissolved, from the Library of Parliament's ParlInfo (Parliaments and sessions);
# of the 44th from the proclamation of 23 March 2025. A session that closed on another day was prorogued.
DISSOLUTIONS = {
    35: dt.date(1997, 4, 27),
    36: dt.date(2000, 10, 22),
    37: dt.date(2004, 5, 23),
    38: dt.date(2005, 11, 29),
    39: dt.date(2008, 9, 7),
    40: dt.date(2011, 3, 26),
    41: dt.date(2015, 8, 2),
    42: dt.date(2019, 9, 11),
    43: dt.date(2021, 8, 15),
    44: dt.date(2025, 3, 23),
}

SESSIONS = {35: 2, 36: 2, 37: 3, 38: 1, 39: 2, 40: 3, 41: 2, 42: 1, 43: 2, 44: 1}
"""How many sessions each Parliament that is over had; the current one tells its own."""
FIRST_VOTES = 38
"""The first Parliament whose recorded divisions the House publishes."""
