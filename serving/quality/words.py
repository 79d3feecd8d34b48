"""The words of the quality page, in English and French."""

from typing import Final, Literal

PageLang = Literal["en", "fr"]

WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("Quality of the data", "Qualité des données"),
    "other": ("Français", "English"),
    "intro": (
        "Doubtful records, records that were not published and why, and how complete each session is. "
        "Doubtful records are kept "
        "with a finding; unusable ones are quarantined and never published.",
        "Ce qui est douteux, ce qui n’a pas été publié et pourquoi, et à quel point chaque session est complète. Ce "
        "qui est douteux est gardé avec un constat; ce qui est inutilisable est mis en quarantaine et "
        "n’est jamais publié.",
    ),
    "held_back": (
        "Missing because a document was refused or could not be fetched",
        "Manquant, car un document a été refusé ou n’a pas pu être obtenu",
    ),
    "missing": ("what is missing", "ce qui manque"),
    "next_step": ("what to do next", "que faire ensuite"),
    "findings": ("open findings", "constats ouverts"),
    "parked": ("quarantined", "en quarantaine"),
    "disputed": ("disputed votes", "votes contestés"),
    "votes": ("votes", "votes"),
    "bills": ("bills", "projets de loi"),
    "trend": ("Open findings at each day's last run", "Constats ouverts à la dernière exécution de chaque jour"),
    "by_rule": ("Findings by rule", "Constats par règle"),
    "rule": ("rule", "règle"),
    "about": ("about", "objet"),
    "open": ("open", "ouverts"),
    "first": ("the first of them", "les premiers"),
    "all": ("all", "tous"),
    "by_session": ("Completeness by session", "Complétude par session"),
    "session": ("session", "session"),
    "without_french": ("without French", "sans français"),
    "provisional": ("provisional", "provisoires"),
    "without_ballots": ("without ballots", "sans vote de chaque député"),
    "last_vote": ("last vote", "dernier vote"),
    "documents": ("documents", "documents"),
    "broken": ("broken", "défectueux"),
    "disputed_title": (
        "Votes whose ballots differ from the announced totals",
        "Votes dont les voix comptées diffèrent des totaux annoncés",
    ),
    "vote": ("vote", "vote"),
    "announced": ("announced: yeas, nays, paired", "annoncé\u00a0: pour, contre, pairés"),
    "counted": ("counted", "compté"),
    "parked_title": ("Not published", "Non publié"),
    "document": ("document", "document"),
    "reason": ("reason", "raison"),
    "docs": ("Great Expectations", "Great Expectations"),
    "met": ("all met", "toutes satisfaites"),
    "not_met": ("not all met", "pas toutes satisfaites"),
    "none": ("None.", "Aucun."),
    "json": ("The same as JSON", "La même chose en JSON"),
    "simulated": (
        "Simulated data: this Parliament never existed.",
        "Données simulées\u00a0: ce Parlement n’a jamais existé.",
    ),
    "bill": ("bill", "projet de loi"),
    "members": ("members", "députées et députés"),
    "ballots": ("ballots", "voix"),
    "sessions": ("sessions", "sessions"),
    "member": ("member", "député ou députée"),
    "parliament": ("Parliament", "législature"),
}


def word(key: str, lang: PageLang) -> str:
    """A word in the language of the page; one that is not in the list stands for itself."""
    return WORDS.get(key, (key, key))[lang == "fr"]
